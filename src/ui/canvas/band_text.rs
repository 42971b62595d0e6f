//! What is said about the pictures below a large network.

use egui::{Align2, CornerRadius, FontId, Rect, Response, Sense, Ui, Vec2, pos2, vec2};

use super::band::{Band, Content, FULL_SCORE, Tile};
use super::bundles;
use super::caption;
use super::change::Changes;
use super::figures::{Figures, InputMap, LayerFigures, OverTime, Scores};
use super::format::Format;
use super::look::{Look, Tiles};
use super::scene::Shows;
use crate::nn::Network;
use crate::session::FADE;
use crate::ui::controls::{elided, grouped, text_width};
use crate::ui::theme::Palette;

/// Size of its words at a desk, and room for a line of them.
const SMALL: f32 = Format::DESK.text;
const TEXT: f32 = Format::DESK.line();

/// Names, numbers and explanations of all tiles; `origin` is the corner of the canvas.
pub(super) fn show(
    ui: &Ui,
    origin: Vec2,
    band: &Band,
    (figures, shows): (&Figures, &Shows),
    look: &Look,
    network: &Network,
) {
    if band.format.is_for_stage() {
        return on_stage(ui, origin, band, (shows, look.tiles), network);
    }
    for (index, tile) in band.tiles.iter().enumerate() {
        match tile.content {
            Content::InputMap => match &figures.input_map {
                Some(map) => input_map(ui, origin, tile, map),
                None => title(ui, origin, tile, "inputs: all alike"),
            },
            Content::Raster { layer } => {
                if let Some(figures) = figures.layers.get(layer).and_then(Option::as_ref) {
                    let told = shows.changes.iter().find(|changes| changes.layer == layer);
                    if let Some(changes) = told {
                        changed(ui, origin, tile, (changes, look.tiles));
                    } else {
                        density(ui, origin, tile, layer, network, look.tiles);
                    }
                    degrees(ui, origin, tile, layer, figures);
                }
            }
        }
        if index + 1 == band.tiles.len() && band.left_out > 0 {
            let corner = tile.rect.translate(origin).right_bottom();
            let text = format!("no room for {} more", band.left_out);
            caption(ui, corner, Align2::RIGHT_BOTTOM, &text, Palette::of(ui).weak, (SMALL, false));
        }
    }
}

/// A few large words, and nothing that pops up.
fn on_stage(ui: &Ui, origin: Vec2, band: &Band, (shows, tiles): (&Shows, Tiles), network: &Network) {
    for tile in &band.tiles {
        let at = tile.rect.min + origin + vec2(0.0, 0.5 * band.format.line());
        let words = match tile.content {
            Content::InputMap => vec!["inputs".to_owned()],
            Content::Raster { layer } => {
                let name = format!("layer {}", layer + 1);
                let changes = shows.changes.iter().find(|changes| changes.layer == layer && tiles != Tiles::Density);
                let more = changes.map_or_else(
                    || format!("{name}: {}", percent(network, layer)),
                    |changes| format!("{name}: +{} −{}", grouped(changes.grown), grouped(changes.cut)),
                );
                vec![more, name]
            }
        };
        let font = FontId::proportional(band.format.text);
        let words = words.iter().find(|text| text_width(ui, text, &font) <= tile.rect.width());
        let words = words.map_or("", String::as_str);
        caption(ui, at, Align2::LEFT_CENTER, words, Palette::of(ui).weak, (band.format.text, false));
    }
}

/// The density of a layer.
fn percent(network: &Network, layer: usize) -> String {
    format!("{:.1} %", 100.0 * bundles::density(&network.layers()[layer].weights))
}

fn title(ui: &Ui, origin: Vec2, tile: &Tile, text: &str) {
    line(ui, tile.rect.translate(origin), tile.rect.min.y + origin.y + 0.5 * TEXT, text);
}

/// A line of text as wide as a tile.
fn line(ui: &Ui, rect: Rect, y: f32, text: &str) {
    let text = elided(ui, text, &FontId::proportional(SMALL), rect.width());
    caption(ui, pos2(rect.min.x, y), Align2::LEFT_CENTER, &text, Palette::of(ui).weak, (SMALL, false));
}

fn area(ui: &Ui, rect: Rect, id: (&str, usize), name: &str) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(id), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, name));
    response
}

fn density(ui: &Ui, origin: Vec2, tile: &Tile, layer: usize, network: &Network, tiles: Tiles) {
    let weights = &network.layers()[layer].weights;
    let (sources, targets) = (weights.n_in(), weights.n_out());
    let forgotten = if tiles == Tiles::Density { "" } else { " (changes forgotten)" };
    title(
        ui,
        origin,
        tile,
        &format!("layer {}: {sources} × {targets}, {}{forgotten}", layer + 1, percent(network, layer)),
    );
    area(ui, whole(origin, tile), ("raster", layer), &format!("Adjacency of layer {}", layer + 1)).on_hover_text(format!(
        "Adjacency matrix of layer {}: a column a source, a row a target, in the order of the neurons above. {} connections; the \
         darker a cell stands out, the more of its places are taken. Above: mean out-degree of each column of cells; at the right: \
         mean in-degree of each row.",
        layer + 1,
        grouped(weights.connections())
    ));
}

/// The picture of a tile with what stands beside it.
fn whole(origin: Vec2, tile: &Tile) -> Rect {
    tile.picture.translate(origin).expand(14.0).intersect(tile.rect.translate(origin))
}

/// What has come and gone in a layer: its title is the legend, too.
fn changed(ui: &Ui, origin: Vec2, tile: &Tile, (changes, tiles): (&Changes, Tiles)) {
    let palette = Palette::of(ui);
    let corner = tile.rect.min + origin + vec2(0.0, 0.5 * TEXT);
    let mut at =
        caption(ui, corner, Align2::LEFT_CENTER, &format!("layer {}", changes.layer + 1), palette.weak, (SMALL, false))
            .max
            .x;
    for (sign, count, color) in [("+", changes.grown, palette.regrown), ("−", changes.cut, palette.pruned)] {
        let swatch = Rect::from_center_size(pos2(at + 10.0, corner.y), Vec2::splat(8.0));
        let text = format!("{sign}{}", grouped(count));
        let end =
            caption(ui, pos2(at + 17.0, corner.y), Align2::LEFT_CENTER, &text, palette.weak, (SMALL, false)).max.x;
        ui.painter().rect_filled(swatch, CornerRadius::ZERO, color);
        at = end;
    }
    let full = format!("±{} in full", changes.largest());
    let room = tile.rect.max.x + origin.x - at - 8.0;
    if elided(ui, &full, &FontId::proportional(SMALL), room) == full {
        caption(ui, pos2(at + 8.0, corner.y), Align2::LEFT_CENTER, &full, palette.weak, (SMALL, false));
    }
    let when = match tiles {
        Tiles::SinceStart => "since the start".to_owned(),
        _ => format!("in the last {FADE} topology updates"),
    };
    let layer = changes.layer;
    let name = format!(
        "Net change of layer {} {when}: {} grown, {} cut",
        layer + 1,
        grouped(changes.grown),
        grouped(changes.cut)
    );
    let response = area(ui, whole(origin, tile), ("raster", layer), &name);
    let pointed = response.hover_pos().and_then(|at| cell_at(tile.picture.translate(origin), at, changes));
    let here = pointed.map_or_else(String::new, |net| format!("here: {net:+}\n").replace('-', "−"));
    response.on_hover_text(format!(
        "{here}{name}. A column a source, a row a target: cells that have gained connections have the colour of regrown ones, those that \
         have lost some that of pruned ones; full colour is ±{}. Above and at the right: mean degrees now.",
        changes.largest()
    ));
}

/// The net change in the cell at a point.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cells on screen"
)]
fn cell_at(rect: Rect, at: egui::Pos2, changes: &Changes) -> Option<i32> {
    let [columns, rows] = changes.groups;
    let cell = (at - rect.min) / rect.size() * vec2(columns as f32, rows as f32);
    let is_inside = rect.contains(at) && (cell.x as usize) < columns && (cell.y as usize) < rows;
    is_inside.then(|| changes.net[cell.y as usize * columns + cell.x as usize])
}

/// Numbers of connections of the neurons on either side.
fn degrees(ui: &Ui, origin: Vec2, tile: &Tile, layer: usize, figures: &LayerFigures) {
    let Some(histograms) = tile.histograms else { return };
    for ((name, degrees), (index, rect)) in
        [("in", &figures.incoming), ("out", &figures.outgoing)].into_iter().zip(histograms.into_iter().enumerate())
    {
        let (lowest, highest) = figures.histograms[index].range;
        let ratio = degrees.variation_ratio().map_or_else(|| "–".to_owned(), |ratio| format!("× {ratio:.2}"));
        let rect = rect.translate(origin);
        caption(ui, rect.right_top(), Align2::RIGHT_TOP, name, Palette::of(ui).weak, (SMALL, false));
        let base = rect.max.y + 4.0 + TEXT * if index == 0 { 0.5 } else { 1.5 };
        line(ui, tile.rect.translate(origin), base, &format!("{name} {lowest}–{highest}, spread {ratio}"));
        let name = format!("{name}-degrees of layer {}", layer + 1);
        area(ui, rect, ("degrees", 2 * layer + index), &name).on_hover_text(format!(
            "{name}: neurons by degree, from the lowest to the highest; the line is a random layer of the same density (binomial). Spread: coefficient \
             of variation by that of the random layer; above 1 there are hubs, below 1 degrees are evened out."
        ));
    }
}

fn input_map(ui: &Ui, origin: Vec2, tile: &Tile, map: &InputMap) {
    let (heading, spread, chance) = match &map.over_time {
        Some(OverTime { scores, epochs: (from, to) }) => (
            format!("inputs: z over {:.1} epochs", to - from),
            format!("spread of z {:.2}, now {:.2}", scores.spread, map.now.spread),
            "chance: below 1, now 1",
        ),
        None => ("inputs: out-degree, z".to_owned(), format!("spread of z {:.2}", map.now.spread), "1.00 is chance"),
    };
    title(ui, origin, tile, &heading);
    let rect = tile.picture.translate(origin);
    let whole = tile.rect.translate(origin);
    line(ui, whole, rect.max.y + 4.0 + 0.5 * TEXT, &spread);
    line(ui, whole, rect.max.y + 4.0 + 1.5 * TEXT, chance);
    let response = area(ui, rect, ("inputs", 0), "Input connectivity");
    let pointed = response.hover_pos().and_then(|at| pixel_at(rect, at, map));
    let pointed = pointed.map_or_else(String::new, |at| scores_at(map, at));
    response.on_hover_text(format!("{pointed}{}", meaning(map)));
}

fn meaning(map: &InputMap) -> String {
    let time = match map.over_time.as_ref().map(|over_time| over_time.epochs.0) {
        Some(from) => {
            let from =
                if from > 0.0 { format!("epoch {from:.1}; before, it is forgotten") } else { "the start".to_owned() };
            format!(
                "Averaged over all steps since {from}. Growth at random evens out in time, so that chance spreads the average less than 1; how \
                 much less hangs on how fast connections come and go."
            )
        }
        None => "One moment.".to_owned(),
    };
    format!(
        "Blue: more connections than by chance; orange: fewer; full colour at ±{FULL_SCORE}. z: out-degree of a pixel less the mean, by the \
         standard deviation of a random layer of the same density. Of random placement one pixel in twenty lies beyond ±2, at any moment. \
         {time} One seed."
    )
}

fn scores_at(map: &InputMap, (column, row): (usize, usize)) -> String {
    let score = |scores: &Scores| format!("{:+.1}", scores.by_pixel[row * map.width + column]).replace('-', "−");
    let over_time = map.over_time.as_ref();
    let over_time =
        over_time.map_or_else(String::new, |over_time| format!("{} on average, ", score(&over_time.scores)));
    format!("column {}, row {}: z = {over_time}{} now\n", column + 1, row + 1, score(&map.now))
}

/// The column and row of the pixel at a point.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels of an image"
)]
fn pixel_at(rect: Rect, at: egui::Pos2, map: &InputMap) -> Option<(usize, usize)> {
    let share = (at - rect.min) / rect.size();
    let cell = share * vec2(map.width as f32, map.height as f32);
    if cell.x < 0.0 || cell.y < 0.0 {
        return None;
    }
    let (column, row) = (cell.x as usize, cell.y as usize);
    let is_inside = column < map.width && row < map.height;
    is_inside.then_some((column, row))
}
