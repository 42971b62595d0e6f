//! Text around the network: names of layers and inputs, and what the lines mean.

use egui::{Align2, Color32, FontId, Mesh, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2, vec2};

use super::figures::{CUT, Figures, STAYS};
use super::format::Format;
use super::ink::{layer_color, oldest};
use super::layout::Layout;
use super::look::{ColorBy, Look, WidthBy, ramp};
use super::scene::Shows;
use super::{caption, column_name};
use crate::data::Dataset;
use crate::training::{NextCut, Snapshot};
use crate::ui::controls::{grouped, text_width};
use crate::ui::theme::Palette;

/// Width of a canvas from which on the legend says all that it can.
const ROOMY: f32 = 680.0;
/// Below this width there is no room for more than a word each.
const NARROW: f32 = 480.0;
/// Room that a stroke takes before its meaning.
const STROKE: f32 = 26.0;
/// Room between one meaning and the next stroke.
const GAP: f32 = 16.0;
/// Width that the words about a selection of connections take.
const SELECTION_WIDTH: f32 = 240.0;
/// Layers that have a swatch each at most; of more only the first and the last.
const MOST_SWATCHES: usize = 6;

/// The name of each layer above its column.
pub(super) fn columns(ui: &Ui, rect: Rect, layout: &Layout) {
    let palette = Palette::of(ui);
    let mut before = Rect::NOTHING;
    for (index, column) in layout.columns.iter().enumerate() {
        let name = column_name(index, layout.columns.len());
        let font = FontId::proportional(layout.format.text);
        let galley = ui.painter().layout_no_wrap(name, font, palette.weak);
        let name = match column.outward() {
            None => {
                let at = pos2(column.bounds().center().x, layout.format.names);
                Align2::CENTER_CENTER.anchor_size(at, galley.size())
            }
            Some(outward) => {
                let names = if index == 0 { layout.names } else { 0.0 };
                let at = column.at_share(0.5) + (0.5 * column.side + 8.0 + names) * outward;
                beside(outward).anchor_size(at, galley.size())
            }
        };
        let name = name.translate(rect.min.to_vec2());
        // The names of the outer columns are not cut off.
        let inside = (rect.max.x - 6.0 - name.max.x).min(0.0) + (rect.min.x + 6.0 - name.min.x).max(0.0);
        let name = name.translate(vec2(inside, 0.0));
        // Where columns are close to one another, only some have room for their names.
        if rect.contains(name.center()) && !before.intersects(name) {
            before = name.expand2(vec2(4.0, 0.0));
            ui.painter().galley(name.min, galley, palette.weak);
        }
    }
}

/// How words outside a circle are aligned, by the direction from its middle.
fn beside(outward: Vec2) -> Align2 {
    match (outward.x, outward.y) {
        (x, _) if x < -0.3 => Align2::RIGHT_CENTER,
        (x, _) if x > 0.3 => Align2::LEFT_CENTER,
        (_, y) if y < 0.0 => Align2::CENTER_BOTTOM,
        _ => Align2::CENTER_TOP,
    }
}

/// The name of each input beside it, where there is room.
pub(super) fn input_names(ui: &Ui, rect: Rect, layout: &Layout, data: Option<&Dataset>) {
    let Some(data) = data else { return };
    let palette = Palette::of(ui);
    let column = &layout.columns[0];
    let is_round = layout.is_circle();
    if layout.names == 0.0 || !is_round && column.pitch < layout.format.name_height {
        return;
    }
    let mut before = Rect::NOTHING;
    let (top, bottom) = (rect.min.y + layout.format.top, rect.max.y - layout.format.bottom);
    for input in 0..column.neurons.min(data.features()) {
        let informative = input < data.informative();
        let neuron = layout.neuron(0, input).translate(rect.min.to_vec2());
        let at = neuron.left_center() - vec2(6.0, 0.0);
        let room = Rect::from_center_size(at, vec2(1.0, layout.format.name_height));
        // Near the ends of an arc neurons stand too close to one another for all names.
        if (top..bottom).contains(&at.y) && at.x > rect.min.x && !(is_round && before.intersects(room)) {
            before = room.expand2(vec2(rect.width(), 0.0));
            let color = if informative { palette.text } else { palette.weak };
            let font = (layout.format.text, informative);
            caption(ui, at, Align2::RIGHT_CENTER, &data.feature_name(input), color, font);
        }
    }
}

/// What colours and strokes mean, under the network; `drawn` is what the picture shows. At the right is said which of the
/// connections are seen, where there is room for it.
pub(super) fn lines(
    ui: &Ui,
    rect: Rect,
    layout: &Layout,
    look: &Look,
    snapshot: &Snapshot,
    drawn: Option<(&Figures, &Shows)>,
    has_room: bool,
) {
    let format = &layout.format;
    let words = Words { ui, format };
    let start = pos2(rect.min.x + 14.0, rect.max.y - 0.43 * format.bottom);
    let selection = drawn.filter(|_| has_room).and_then(|(_, shows)| selection(shows, look, snapshot));
    let is_bundled = drawn.is_some_and(|(_, shows)| shows.is_bundled);
    let mut at = match look.color {
        // Lines are only those of a neuron that is pointed at.
        _ if is_bundled && drawn.is_some_and(|(_, shows)| shows.lines.is_empty()) => start,
        ColorBy::Sign => words.signs(start, words.has_few(rect.width(), selection.is_some())),
        ColorBy::Age => words.scale(start, "age 0", &counted(oldest(snapshot))),
        ColorBy::Gradient if snapshot.gradients.is_empty() => {
            words.text(start, "gradients of this moment are not kept")
        }
        ColorBy::Gradient => match drawn.map(|(figures, _)| figures.gradient) {
            None => start,
            Some(None) => words.text(start, "all gradients are 0"),
            Some(Some(largest)) => words.scale(start, "|gradient| 0", &format!("≥ {}", small(largest))),
        },
        ColorBy::Score => {
            let beside = if selection.is_some() { SELECTION_WIDTH * words.times() } else { 0.0 };
            words.ranks(start, rect.max.x - beside, snapshot)
        }
        ColorBy::Layer => words.layers(start, snapshot.network.layers().len()),
    };
    let palette = Palette::of(ui);
    // Where there is no room for both, what the picture leaves out is told first.
    let told = selection.as_ref().map_or(0.0, |[_, short]| words.width(short));
    let has_room = at.x + STROKE + words.width("pruned") + GAP + told < rect.max.x - 12.0;
    if !look.is_filtered() && !is_bundled && (selection.is_none() || has_room) {
        at = words.stroke(at, "pruned", palette.pruned, true);
    }
    if look.width == WidthBy::Gradient {
        let what = if snapshot.gradients.is_empty() { "width: |weight|" } else { "width: |gradient|" };
        at = words.text(at, what);
    }
    if layout.is_image() && !words.has_few(rect.width(), selection.is_some()) {
        at = words.text(at, "fuller pixel: more connections leave it");
    }
    if let Some([long, short]) = selection {
        let corner = corner(rect, format);
        let room = corner.x - at.x;
        let text = if room < SELECTION_WIDTH * words.times() { short } else { long };
        if words.width(&text) < room {
            caption(ui, corner, Align2::RIGHT_CENTER, &text, palette.weak, (format.text, false));
        }
    }
}

/// Where the line below the network ends.
pub(super) fn corner(rect: Rect, format: &Format) -> Pos2 {
    pos2(rect.max.x - 12.0, rect.max.y - 0.43 * format.bottom)
}

/// Which of the connections are seen, in many words and in few; nothing where all are.
fn selection(shows: &Shows, look: &Look, snapshot: &Snapshot) -> Option<[String; 2]> {
    let total = snapshot.network.connections();
    let candidates = grouped(shows.candidates);
    if shows.is_bundled {
        return Some([
            format!("{candidates} connections in bundles: the wider, the denser"),
            format!("{candidates}, bundled"),
        ]);
    }
    let drawn = shows.lines.len();
    if drawn < shows.candidates {
        return Some([
            format!("{} of {candidates}: the strongest and newest", grouped(drawn)),
            format!("some of {candidates}"),
        ]);
    }
    let part = format!("{candidates} of {}", grouped(total));
    let why = if look.is_filtered() { "pass the filter" } else { "in view" };
    (shows.candidates < total).then(|| [format!("{part} {why}"), part])
}

/// Writes the legend from left to right.
struct Words<'a> {
    ui: &'a Ui,
    format: &'a Format,
}

impl Words<'_> {
    /// How many times larger it is than at a desk.
    fn times(&self) -> f32 {
        self.size() / 11.5
    }

    fn size(&self) -> f32 {
        self.format.text + 0.5
    }

    /// Whether there is only room for few words, beside what is said of a selection.
    fn has_few(&self, width: f32, has_selection: bool) -> bool {
        let width = width / self.times();
        let is_tight = self.format.times > 1.0 || width < NARROW;
        has_selection && width < ROOMY + SELECTION_WIDTH || is_tight && width < ROOMY
    }

    fn signs(&self, at: Pos2, is_short: bool) -> Pos2 {
        let palette = Palette::of(self.ui);
        let at = self.stroke(at, "positive", palette.positive, false);
        let at = self.stroke(at, "negative", palette.negative, false);
        self.stroke(at, if is_short { "regrown" } else { "regrown (last 3 updates)" }, palette.regrown, false)
    }

    /// A stroke and its meaning; where the next one begins.
    fn stroke(&self, at: Pos2, meaning: &str, color: Color32, dashed: bool) -> Pos2 {
        let end = at + vec2(STROKE - 6.0, 0.0);
        let stroke = Stroke::new(2.5 * self.format.times, color);
        if dashed {
            self.ui.painter().extend(Shape::dashed_line(&[at, end], stroke, 4.0, 3.0));
        } else {
            self.ui.painter().line_segment([at, end], stroke);
        }
        self.text(at + vec2(STROKE, 0.0), meaning)
    }

    fn width(&self, text: &str) -> f32 {
        text_width(self.ui, text, &FontId::proportional(self.size()))
    }

    fn text(&self, at: Pos2, text: &str) -> Pos2 {
        let (font, color) = (FontId::proportional(self.size()), Palette::of(self.ui).weak);
        let rect = self.ui.painter().text(at, Align2::LEFT_CENTER, text, font, color);
        pos2(rect.max.x + GAP, at.y)
    }

    /// A scale of colours with a number at either end.
    fn scale(&self, at: Pos2, least: &str, most: &str) -> Pos2 {
        let left = self.text(at, least) - vec2(9.0, 0.0);
        let end = self.colors(left, |share| share);
        self.text(end + vec2(7.0, 0.0), most)
    }

    /// A scale of colours, from left to right; `place` says where on cividis a share of its width lies.
    fn colors(&self, left: Pos2, place: impl Fn(f32) -> f32) -> Pos2 {
        let (width, height) = (90.0 * self.times(), 8.0 * self.times());
        let palette = Palette::of(self.ui);
        let mut mesh = Mesh::default();
        for step in 0..30_u8 {
            let color = ramp(palette, place(f32::from(step) / 29.0));
            let corner = left + vec2(width * f32::from(step) / 30.0, -0.5 * height);
            mesh.add_colored_rect(Rect::from_min_size(corner, vec2(width / 30.0, height)), color);
        }
        self.ui.painter().add(mesh);
        left + vec2(width, 0.0)
    }

    /// Ranks by the score that decides next, with a line where the next topology update cuts; words end at `right`.
    fn ranks(&self, at: Pos2, right: f32, snapshot: &Snapshot) -> Pos2 {
        let NextCut { by, share, is_by_chance } = match snapshot.next_cut() {
            Ok(next) => next,
            Err(why) => return self.text(at, &format!("no ranks: {why}")),
        };
        if is_by_chance {
            let left = self.text(at, "sure to go") - vec2(9.0, 0.0);
            let end = self.colors(left, |share| share);
            let text = format!("sure to stay · chance decides: {by} · {:.0} % go next", 100.0 * share);
            return self.text(end + vec2(7.0, 0.0), &text);
        }
        let palette = Palette::of(self.ui);
        let left = self.text(at, "goes first") - vec2(9.0, 0.0);
        // As wide a part of the scale as goes; what stays has the rest.
        #[expect(clippy::cast_possible_truncation, reason = "a share")]
        let cut = share as f32;
        let end = self.colors(left, |share| match share {
            share if share < cut => CUT * share / cut,
            share => STAYS + (1.0 - STAYS) * (share - cut) / (1.0 - cut).max(f32::MIN_POSITIVE),
        });
        let line = pos2(left.x + cut * (end.x - left.x), left.y);
        let half = vec2(0.0, 7.0 * self.times());
        let stroke = Stroke::new(1.5 * self.format.times, palette.text);
        self.ui.painter().line_segment([line - half, line + half], stroke);
        let share = 100.0 * share;
        let short = format!("goes last · {share:.0} % go next");
        let long = format!("goes last · score: {by} · {share:.0} % go next");
        // Beside it stand what is pruned and what always stays, and what is said of a selection.
        let room = right - end.x - 190.0 * self.times();
        let is_long = self.width(&long) < room;
        let at = self.text(end + vec2(7.0, 0.0), if is_long { &long } else { &short });
        let stays = (0..snapshot.network.layers().len()).any(|layer| !snapshot.evolves(layer));
        if stays && is_long { self.stroke(at, "always stays", palette.weak, false) } else { at }
    }

    fn layers(&self, at: Pos2, layers: usize) -> Pos2 {
        let palette = Palette::of(self.ui);
        let mut at = self.text(at, "layer") - vec2(8.0, 0.0);
        let step = if layers > MOST_SWATCHES { layers - 1 } else { 1 };
        for layer in (0..layers).step_by(step) {
            at = self.stroke(at, &(layer + 1).to_string(), layer_color(palette, layer, layers), false);
        }
        at
    }
}

fn counted(updates: u32) -> String {
    if updates == 1 { "1 update".to_owned() } else { format!("{updates} updates") }
}

/// A positive number with about two digits.
fn small(value: f32) -> String {
    match value {
        value if value >= 10.0 => format!("{value:.0}"),
        value if value >= 0.1 => format!("{value:.2}"),
        value if value >= 0.001 => format!("{value:.4}"),
        value => format!("{value:.1e}").replace('-', "−"),
    }
}
