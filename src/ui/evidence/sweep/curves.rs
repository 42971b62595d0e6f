//! Accuracy over what varies: a curve for each arm, or of one arm for each value of the second axis.

use std::ops::RangeInclusive;

use egui::{FontId, RichText, Sense, Ui};
use egui_plot::{FilledArea, GridMark, HoverPosition, Line, PlotPoint, PlotPoints, Points};

use super::choices::{Choices, last_part, short_value};
use crate::metrics::Summary;
use crate::session::{SweepCell, SweepJob};
use crate::ui::controls::elided;
use crate::ui::evidence::curves::axes::{log_marks, mark_text};
use crate::ui::evidence::plots::{
    line_style, marks, name_axis, name_ends_with, room_for_names, still_plot, with_small_text,
};
use crate::ui::evidence::table::note;
use crate::ui::theme::Palette;

const HEIGHT: f32 = 210.0;
/// Words under the horizontal axis are at most so wide.
const WORD: f32 = 52.0;

/// A curve.
#[derive(Debug, Clone, PartialEq)]
struct SweepLine {
    name: String,
    /// From left to right.
    points: Vec<SweepPlace>,
}

/// What an arm came to at a value of the first axis.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SweepPlace {
    /// Where it is drawn: the number, its log₁₀, or which of the values it is.
    x: f64,
    /// In %, over the seeds that have finished.
    y: Summary,
    cell: SweepCell,
}

/// Shows the curves.
pub(super) fn show(ui: &mut Ui, job: &SweepJob, choices: &Choices) {
    let (palette, sweep) = (Palette::of(ui), job.sweep());
    let lines = lines(job, choices);
    let first = &sweep.axes()[0];
    let by = match sweep.axes() {
        [_, second] => format!("{}, by {}", sweep.arm_name(choices.arm), last_part(&second.key)),
        _ => "by arm".to_owned(),
    };
    let title = format!("Test accuracy, {}, %: {by}", choices.measure.label());
    ui.label(RichText::new(&title).size(11.5).color(palette.weak));
    let x = x_range(job, choices);
    let y = y_range(&lines, choices);
    let room = room_for_names(ui);
    let is_log = choices.is_log(sweep);
    let words: Option<Vec<String>> = first.numbers().is_none().then(|| {
        let font = FontId::proportional(10.5);
        (0..first.values.len()).map(|value| elided(ui, &short_value(first, value), &font, WORD)).collect()
    });
    let response = with_small_text(ui, |ui| {
        let mut plot = still_plot("sweep", HEIGHT, x.clone(), palette).sense(Sense::hover());
        let (range, count) = (x.clone(), first.values.len());
        plot = match &words {
            Some(_) => plot.x_grid_spacer(move |_| at_each(count)),
            None if is_log => plot.x_grid_spacer(move |_| log_marks(&range)),
            None => plot.x_grid_spacer(move |_| {
                let (start, end) = range.clone().into_inner();
                marks(crate::ui::controls::nice_step(1.6 * (end - start)), start, end)
            }),
        };
        plot.x_axis_formatter(move |mark, _| match &words {
            Some(words) => word_at(words, mark.value),
            None => mark_text(if is_log { 10_f64.powf(mark.value) } else { mark.value }),
        })
        .label_formatter(|position| at_pointer(position, job, choices, &lines))
        .show(ui, |plot| {
            plot.set_plot_bounds_x(*x.start()..=x.start() + (x.end() - x.start()) * room);
            plot.set_plot_bounds_y(y.clone());
            for (slot, line) in lines.iter().enumerate() {
                band(plot, line, choices, palette.arm(slot), &y);
            }
            for (slot, line) in lines.iter().enumerate() {
                curve(plot, slot, line, palette.arm(slot));
            }
        })
    });
    response
        .response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, format!("Curves of the sweep: {title}")));
    let ends = lines.iter().enumerate().filter_map(|(slot, line)| {
        let last = line.points.iter().rfind(|place| place.y.count > 0)?;
        Some((slot, PlotPoint::new(last.x, last.y.mean)))
    });
    name_ends_with(ui, &|slot| lines[slot].name.as_str(), ends.collect(), &response.transform);
    name_axis(ui, last_part(&first.key), response.response.rect);
    let waiting = lines.iter().flat_map(|line| &line.points).filter(|place| place.cell.ended == 0).count();
    if waiting > 0 && !job.is_running() {
        note(ui, &format!("{waiting} points have not been run yet."));
    }
}

fn lines(job: &SweepJob, choices: &Choices) -> Vec<SweepLine> {
    let (sweep, arms) = (job.sweep(), job.sweep().arm_count());
    let numbers = sweep.axes()[0].numbers();
    let is_log = choices.is_log(sweep);
    let place = |cell: &SweepCell| {
        let value = sweep.points()[cell.point].values[0];
        #[expect(clippy::cast_precision_loss, reason = "which of the values it is")]
        let x = match &numbers {
            Some(numbers) if is_log => numbers[value].log10(),
            Some(numbers) => numbers[value],
            None => value as f64,
        };
        SweepPlace { x, y: choices.measure.of(cell), cell: *cell }
    };
    let line = |name: String, belongs: &dyn Fn(&SweepCell) -> bool| {
        let mut points: Vec<SweepPlace> = job.cells().iter().filter(|cell| belongs(cell)).map(place).collect();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        SweepLine { name, points }
    };
    match sweep.axes() {
        [_, second] => {
            let by_second = |value: usize| {
                let belongs =
                    |cell: &SweepCell| cell.arm == choices.arm && sweep.points()[cell.point].values[1] == value;
                line(short_value(second, value), &belongs)
            };
            (0..second.values.len()).map(by_second).collect()
        }
        _ => (0..arms).map(|arm| line(sweep.arm_name(arm).to_owned(), &|cell| cell.arm == arm)).collect(),
    }
}

/// A little wider than the values, so that the outermost points are whole.
fn x_range(job: &SweepJob, choices: &Choices) -> RangeInclusive<f64> {
    let axis = &job.sweep().axes()[0];
    let is_log = choices.is_log(job.sweep());
    #[expect(clippy::cast_precision_loss, reason = "a number of values")]
    let numbers = axis.numbers().unwrap_or_else(|| (0..axis.values.len()).map(|value| value as f64).collect());
    let places = numbers.iter().map(|number| if is_log { number.log10() } else { *number });
    let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let margin = if high > low { 0.04 * (high - low) } else { 0.5 * low.abs().max(1.0) };
    low - margin..=high + margin
}

/// From a round ten below everything that is drawn to 100.
fn y_range(lines: &[SweepLine], choices: &Choices) -> RangeInclusive<f64> {
    let places = lines.iter().flat_map(|line| &line.points).filter(|place| place.y.count > 0);
    let low = places.map(|place| place.y.mean - choices.spread.half_width(&place.y).unwrap_or(0.0));
    let low = low.fold(90.0, f64::min).max(0.0);
    let low = 10.0 * (low / 10.0).floor();
    low - 0.02 * (100.0 - low)..=100.0 + 0.02 * (100.0 - low)
}

fn band(
    plot: &mut egui_plot::PlotUi<'_>,
    line: &SweepLine,
    choices: &Choices,
    color: egui::Color32,
    y: &RangeInclusive<f64>,
) {
    let (mut x, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    for place in &line.points {
        if let Some(half) = choices.spread.half_width(&place.y) {
            x.push(place.x);
            low.push((place.y.mean - half).max(*y.start()));
            high.push((place.y.mean + half).min(100.0));
        }
    }
    if x.len() > 1 {
        let area = FilledArea::new("", &x, &low, &high).fill_color(color.gamma_multiply(0.18));
        plot.add(area.allow_hover(false));
    } else if let ([x], [low], [high]) = (x.as_slice(), low.as_slice(), high.as_slice()) {
        let bar = Line::new("", vec![[*x, *low], [*x, *high]]).color(color.gamma_multiply(0.5));
        plot.line(bar.width(2.0).allow_hover(false));
    }
}

fn curve(plot: &mut egui_plot::PlotUi<'_>, slot: usize, line: &SweepLine, color: egui::Color32) {
    let points =
        || line.points.iter().filter(|place| place.y.count > 0).map(|place| PlotPoint::new(place.x, place.y.mean));
    let drawn = Line::new(line.name.clone(), PlotPoints::Owned(points().collect()));
    plot.line(drawn.color(color).width(1.6).style(line_style(slot)));
    // Only here something was measured.
    let measured = Points::new("", PlotPoints::Owned(points().collect()));
    plot.points(measured.color(color).radius(2.6).allow_hover(false));
}

/// A line of the grid at each of so many values that are no numbers.
#[expect(clippy::cast_precision_loss, reason = "a number of values")]
fn at_each(values: usize) -> Vec<GridMark> {
    (0..values).map(|value| GridMark { value: value as f64, step_size: 1.0 }).collect()
}

fn word_at(words: &[String], at: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "which of the values it is")]
    let index = at.round().max(0.0) as usize;
    words.get(index).cloned().unwrap_or_default()
}

fn at_pointer(position: &HoverPosition<'_>, job: &SweepJob, choices: &Choices, lines: &[SweepLine]) -> Option<String> {
    let HoverPosition::NearDataPoint { plot_name, index, .. } = position else { return None };
    let line = lines.iter().find(|line| line.name == *plot_name)?;
    let place = line.points.iter().filter(|place| place.y.count > 0).nth(*index)?;
    let arm = job.sweep().arm_name(place.cell.arm);
    let settings = job.sweep().settings(place.cell.point);
    Some(format!("{arm}\n{settings}\n{}", choices.in_words(job, &place.cell)))
}
