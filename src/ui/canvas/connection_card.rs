//! What the card says of a connection: its numbers now, what the next topology update will do to it, and its life so far.

use egui::{Align2, CornerRadius, FontId, Pos2, Rect, Response, RichText, Sense, Shape, Stroke, Ui, pos2, vec2};

use super::card::{neuron_name, number, title, weak};
use crate::session::{Life, LifeEvent, Session, WeightTrace};
use crate::sparse::Place;
use crate::training::{Snapshot, View};
use crate::ui::theme::Palette;

/// Height of the trace, with its words.
const TRACE: f32 = 86.0;
/// Size of its words.
const SMALL: f32 = 10.5;
/// Times that it came or went that are told at most; the last ones.
const MOST_EVENTS: usize = 6;

/// What is known of a connection's past.
pub(super) struct Past<'a> {
    pub life: &'a mut Life,
    /// Where it is pinned.
    pub trace: Option<&'a WeightTrace>,
    /// Whether there is room to draw the trace.
    pub has_room: bool,
}

pub(super) fn show(
    ui: &mut Ui,
    session: &Session,
    (arm, view): (usize, &View),
    (layer, place): (usize, Place),
    Past { life, trace, has_room }: Past<'_>,
) {
    let snapshot = &view.snapshot;
    let weights = &snapshot.network.layers()[layer].weights;
    let palette = Palette::of(ui);
    let found = weights.find(place);
    let born = snapshot.born_at(layer, place).unwrap_or(0);
    let source = neuron_name(session, &snapshot.network, layer, place.source as usize);
    let target = neuron_name(session, &snapshot.network, layer + 1, place.target as usize);
    let tag = match found {
        None => Some(("not there now", palette.pruned)),
        Some(_) if born > 0 => Some(("regrown", if palette.dark { palette.regrown } else { palette.good })),
        Some(_) => None,
    };
    title(ui, &format!("{source} → {target}"), tag);
    if let Some(connection) = found {
        numbers(ui, snapshot, layer, connection);
    }
    if weights.connectivity().is_some() {
        let since = found.map(|_| born);
        let words = if let Some(trace) = trace {
            told(&until(trace, snapshot.position), since, session.history(arm).earliest_known_update())
        } else {
            life.follow(session, arm, (layer, place));
            told(life.events(), since, life.after())
        };
        weak(ui, words);
    }
    if let Some(connection) = found {
        fate(ui, snapshot, layer, connection);
    }
    if let Some(trace) = trace.filter(|_| has_room) {
        let last = session.history(arm).live().map_or(0, |view| view.snapshot.position);
        let now = found.map(|connection| weights.values()[connection]);
        draw_trace(ui, trace, (snapshot.position, now), last, 2 * snapshot.steps_per_epoch);
    }
}

fn numbers(ui: &mut Ui, snapshot: &Snapshot, layer: usize, connection: usize) {
    let gradient = match snapshot.gradients.get(layer) {
        _ if snapshot.step == 0 => "no gradient before the first batch".to_owned(),
        Some(gradients) => format!("gradient {}", number(gradients[connection])),
        None => "gradient not kept".to_owned(),
    };
    let weight = snapshot.network.layers()[layer].weights.values()[connection];
    weak(ui, format!("weight {} · {gradient}", number(weight)));
}

fn fate(ui: &mut Ui, snapshot: &Snapshot, layer: usize, connection: usize) {
    match snapshot.fate(layer, connection) {
        Some(fate) => {
            let verdict = if fate.is_pruned() { "will be pruned next" } else { "safe next time" };
            let cut = match fate.pruned {
                0 => "cuts none".to_owned(),
                pruned => format!("cuts 1–{pruned}"),
            };
            ui.label(RichText::new(format!("rank {} of {}: {verdict} ({cut})", fate.rank, fate.among)).size(12.0));
            if !fate.is_pruned() && snapshot.may_be_ablated(layer, connection) {
                weak(ui, "unless its neuron is ablated, by gradients of the next batch");
            }
        }
        None if let Some(chances) = snapshot.chances(layer) => {
            let odds = odds(chances[connection]);
            ui.label(RichText::new(format!("chance decides: {odds} to be pruned next")).size(12.0));
            if snapshot.tuning.recipe.is_some_and(|recipe| recipe.removes_chains) {
                weak(ui, "or with its neuron, if that loses all inputs or outputs");
            }
        }
        None if snapshot.network.layers()[layer].weights.connectivity().is_none() => {
            weak(ui, "in a dense layer: it always stays");
        }
        None if snapshot.frozen[layer] => weak(ui, "in a frozen layer: it stays until that is thawed"),
        None if snapshot.next_update.is_some()
            && let Err(why) = snapshot.next_cut() =>
        {
            weak(ui, format!("not foretold: {why}"));
        }
        None => weak(ui, "no topology update to come: it stays"),
    }
}

/// A probability in words that do not claim what is not certain.
fn odds(chance: f32) -> String {
    match 100.0 * chance {
        percent if percent < 1.0 => "under 1 %".to_owned(),
        percent if percent > 99.0 => "over 99 %".to_owned(),
        percent => format!("about {percent:.0} %"),
    }
}

/// What had happened by a position.
fn until(trace: &WeightTrace, position: u64) -> Vec<LifeEvent> {
    trace.events().iter().take_while(|(at, _)| *at <= position).map(|(_, event)| *event).collect()
}

/// When a connection came and went; `born` is the update at which the one that is there now grew, if one is there, and
/// `known` the last update of which it is not known any more what it did.
fn told(events: &[LifeEvent], born: Option<u32>, known: u32) -> String {
    let mut words: Vec<String> = Vec::new();
    match events.first() {
        None => {
            return match born {
                Some(0) => "there from the start".to_owned(),
                Some(born) => format!("born at update {born}"),
                None => "no connection here yet".to_owned(),
            };
        }
        _ if known > 0 => words.push(format!("since update {known}")),
        Some(LifeEvent::Cut(_) | LifeEvent::CutByHand(_)) => words.push("there from the start".to_owned()),
        Some(LifeEvent::Grown(_) | LifeEvent::Added(_)) => {}
    }
    let mut is_first = words.is_empty();
    let skipped = events.len().saturating_sub(MOST_EVENTS);
    if skipped > 0 {
        words.push(format!("… {skipped} changes …"));
        is_first = false;
    }
    for event in &events[skipped..] {
        words.push(match event {
            LifeEvent::Grown(update) if is_first => format!("born at update {update}"),
            LifeEvent::Grown(update) => format!("regrown at {update}"),
            LifeEvent::Added(_) => "added by hand".to_owned(),
            LifeEvent::Cut(update) => format!("cut at {update}"),
            LifeEvent::CutByHand(_) => "cut by hand".to_owned(),
        });
        is_first = false;
    }
    words.join(", ")
}

/// Its weight over the recorded moments, with a gap where there was no connection; `shown` is the moment that the network
/// shows, and `end` the newest position.
fn draw_trace(ui: &mut Ui, trace: &WeightTrace, shown: (u64, Option<f32>), end: u64, per_epoch: u64) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), TRACE), Sense::hover());
    let weights =
        || trace.points().iter().filter_map(|point| point.1).chain(shown.1).filter(|weight| weight.is_finite());
    let (least, most) =
        weights().fold((0.0_f32, 0.0_f32), |(least, most), weight| (least.min(weight), most.max(weight)));
    let count = trace.moments();
    let heading = match (trace.is_complete(), trace.is_thinned()) {
        (false, _) => format!("weight: reading the past … {count} moments"),
        (true, false) => format!("weight at {count} recorded moment{}", if count == 1 { "" } else { "s" }),
        (true, true) => format!("weight at {count} moments; others are not kept"),
    };
    name(&response, &heading, trace, per_epoch);
    let text = |at: Pos2, align: Align2, text: String| {
        ui.painter().text(at, align, text, FontId::proportional(SMALL), palette.weak);
    };
    text(rect.left_top(), Align2::LEFT_TOP, heading);
    text(rect.left_bottom(), Align2::LEFT_BOTTOM, "epoch 0".to_owned());
    #[expect(clippy::cast_precision_loss, reason = "a number of epochs")]
    let epochs = end as f64 / per_epoch.max(1) as f64;
    text(rect.right_bottom(), Align2::RIGHT_BOTTOM, format!("epoch {}", (10.0 * epochs).round() / 10.0));
    let plot = Rect::from_min_max(rect.min + vec2(0.0, 20.0), rect.max - vec2(44.0, 18.0));
    // Something to divide by, where all is 0.
    let axes = Axes { plot, end: end.max(1), least, most: if least < most { most } else { least + 1.0 } };
    if least < most {
        text(pos2(plot.max.x + 6.0, axes.y(most)), Align2::LEFT_CENTER, number(most));
        if axes.y(least) - axes.y(most) > 12.0 && least < 0.0 {
            text(pos2(plot.max.x + 6.0, axes.y(least)), Align2::LEFT_CENTER, number(least));
        }
    }
    let painter = ui.painter();
    painter.hline(plot.x_range(), axes.y(0.0), Stroke::new(1.0, palette.border));
    let x = axes.x(shown.0);
    painter.extend(Shape::dashed_line(
        &[pos2(x, plot.min.y), pos2(x, plot.max.y)],
        Stroke::new(1.0, palette.weak),
        2.0,
        2.0,
    ));
    for piece in pieces(trace.points(), &axes) {
        match piece[..] {
            [only] => _ = painter.circle_filled(only, 1.2, palette.text),
            _ => _ = painter.line(piece, Stroke::new(1.4, palette.text)),
        }
    }
    marks(ui, trace, &axes);
    if let Some(weight) = shown.1.filter(|weight| weight.is_finite()) {
        painter.circle_filled(pos2(x, axes.y(weight)), 2.6, palette.sign(weight));
    }
}

fn name(response: &Response, heading: &str, trace: &WeightTrace, per_epoch: u64) {
    response.widget_info(|| {
        let epoch = |position: u64| position / per_epoch.max(1);
        let told = trace.events().iter().map(|(position, event)| match event {
            LifeEvent::Grown(_) | LifeEvent::Added(_) => format!("came in epoch {}", epoch(*position)),
            LifeEvent::Cut(_) | LifeEvent::CutByHand(_) => format!("cut in epoch {}", epoch(*position)),
        });
        let text = std::iter::once(heading.to_owned()).chain(told).collect::<Vec<_>>().join(", ");
        egui::WidgetInfo::labeled(egui::Role::Image, true, text)
    });
}

/// From positions and weights to points on screen.
struct Axes {
    plot: Rect,
    end: u64,
    least: f32,
    most: f32,
}

impl Axes {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a share of the width")]
    fn x(&self, position: u64) -> f32 {
        self.plot.min.x + self.plot.width() * (position as f64 / self.end as f64).min(1.0) as f32
    }

    fn y(&self, weight: f32) -> f32 {
        self.plot.max.y - self.plot.height() * (weight - self.least) / (self.most - self.least)
    }
}

/// The line without its gaps, piece by piece. Of many moments in one column of pixels the first, the lowest, the highest
/// and the last stand for all.
fn pieces(points: &[(u64, Option<f32>)], axes: &Axes) -> Vec<Vec<Pos2>> {
    let mut pieces = Vec::new();
    for run in points.chunk_by(|a, b| a.1.is_some() == b.1.is_some()) {
        let on_screen = run.iter().filter_map(|&(position, weight)| {
            weight.filter(|weight| weight.is_finite()).map(|weight| pos2(axes.x(position), axes.y(weight)))
        });
        let on_screen: Vec<Pos2> = on_screen.collect();
        let mut piece: Vec<Pos2> = Vec::new();
        for column in on_screen.chunk_by(|a, b| a.x.floor() == b.x.floor()) {
            let lowest = column.iter().copied().reduce(|a, b| if b.y > a.y { b } else { a });
            let highest = column.iter().copied().reduce(|a, b| if b.y < a.y { b } else { a });
            match column {
                [first, _, _, .., last] => {
                    piece.extend([Some(*first), lowest, highest, Some(*last)].into_iter().flatten());
                }
                few => piece.extend_from_slice(few),
            }
        }
        if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    pieces
}

/// A dot where a connection came, a cross where one was cut, in the colours of both on the network.
fn marks(ui: &Ui, trace: &WeightTrace, axes: &Axes) {
    let palette = Palette::of(ui);
    let zero = axes.y(0.0);
    for &(position, event) in trace.events() {
        let at = pos2(axes.x(position), zero);
        match event {
            LifeEvent::Grown(_) | LifeEvent::Added(_) => {
                ui.painter().circle(at, 3.0, palette.regrown, Stroke::new(1.0, palette.card));
            }
            LifeEvent::Cut(_) | LifeEvent::CutByHand(_) => {
                let stroke = Stroke::new(1.8, palette.pruned);
                let ground = Rect::from_center_size(at, vec2(8.0, 8.0));
                ui.painter().rect_filled(ground, CornerRadius::ZERO, palette.card.gamma_multiply(0.7));
                for arm in [vec2(3.0, 3.0), vec2(3.0, -3.0)] {
                    ui.painter().line_segment([at - arm, at + arm], stroke);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_chance_is_told_as_certain() {
        let told = [0.0, 0.004, 0.02, 0.13, 0.994, 1.0].map(odds);
        assert_eq!(told, ["under 1 %", "under 1 %", "about 2 %", "about 13 %", "over 99 %", "over 99 %"]);
    }

    #[test]
    fn a_life_is_told_in_order() {
        use LifeEvent::{Added, Cut, CutByHand, Grown};
        assert_eq!(told(&[], Some(0), 0), "there from the start");
        assert_eq!(told(&[], None, 0), "no connection here yet");
        let events = [Grown(7), Cut(19), Grown(31)];
        assert_eq!(told(&events, Some(31), 0), "born at update 7, cut at 19, regrown at 31");
        assert_eq!(told(&[Cut(4), Grown(9)], Some(9), 0), "there from the start, cut at 4, regrown at 9");
        assert_eq!(told(&[CutByHand(1), Added(2)], Some(0), 0), "there from the start, cut by hand, added by hand");
        // Of updates 1 to 12 it is not known any more.
        assert_eq!(told(&[Cut(14), Grown(15)], Some(15), 12), "since update 12, cut at 14, regrown at 15");
        assert_eq!(told(&[], Some(8), 12), "born at update 8");
        let many: Vec<LifeEvent> =
            (1..=8).map(|update| if update % 2 == 1 { Grown(update) } else { Cut(update) }).collect();
        assert_eq!(
            told(&many, None, 0),
            "… 2 changes …, regrown at 3, cut at 4, regrown at 5, cut at 6, regrown at 7, cut at 8"
        );
    }

    #[test]
    fn a_line_has_gaps_where_there_was_no_connection_and_its_extremes_where_many_share_a_pixel() {
        let plot = Rect::from_min_max(Pos2::ZERO, pos2(100.0, 10.0));
        let axes = Axes { plot, end: 100, least: -1.0, most: 1.0 };
        let points = [(0, Some(0.0)), (10, Some(1.0)), (20, None), (30, None), (40, Some(-1.0))];
        let expected = [vec![pos2(0.0, 5.0), pos2(10.0, 0.0)], vec![pos2(40.0, 10.0)]];
        assert_eq!(pieces(&points, &axes), expected);
        let long: Vec<(u64, Option<f32>)> = (0..1000).map(|at| (at, Some(if at == 555 { 1.0 } else { 0.0 }))).collect();
        let pieces = pieces(&long, &Axes { end: 1000, ..axes });
        assert!(pieces.len() == 1 && pieces[0].len() <= 404, "{}", pieces[0].len());
        assert!(pieces[0].iter().any(|point| point.y == 0.0), "one moment among a thousand");
    }
}
