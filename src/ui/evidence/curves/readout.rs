//! Exact values: of the curve under the pointer, and of all at a place that the keyboard walks to.

use egui::{EventFilter, Key, RichText, Stroke, StrokeKind, Ui};
use egui_plot::{HoverPosition, PlotResponse};

use super::axes::Axes;
use super::options::{Abscissa, Options};
use super::series::{Curve, CurvePoint};
use super::{Figure, mark_text};
use crate::session::Session;
use crate::ui::theme::Palette;

/// What a plot is of.
pub(super) struct About {
    pub figure: Figure,
    /// Whether the lines are means over seeds.
    pub of_seeds: bool,
    pub title: &'static str,
}

/// Arm, place, mean, spread and number of runs of the nearest point.
pub(super) fn at_pointer(
    position: &HoverPosition<'_>,
    session: &Session,
    figure: Figure,
    options: &Options,
    axes: Axes,
    lines: &[&Curve],
    of_seeds: bool,
) -> Option<String> {
    let HoverPosition::NearDataPoint { plot_name, index, .. } = position else { return None };
    let curve = lines.iter().find(|curve| session.arms()[curve.arm].name == *plot_name)?;
    let mut placed = curve.points.iter().filter(|point| axes.place(point.x, point.y.mean).is_some());
    let point = placed.nth(*index)?;
    Some(format!("{plot_name}\n{}", text(point, figure, options, of_seeds)))
}

fn text(point: &CurvePoint, figure: Figure, options: &Options, of_seeds: bool) -> String {
    let value = |value: f64| if figure.is_accuracy() { format!("{value:.2}") } else { format!("{value:.4}") };
    let unit = if figure.is_accuracy() { " %" } else { "" };
    let place = match options.abscissa {
        Abscissa::Epochs => format!("epoch {:.0}", point.x),
        Abscissa::Batches => format!("batch {:.0}", point.x),
        Abscissa::Flops => format!("{} FLOPs", mark_text(point.x)),
        Abscissa::Seconds => format!("{} s", mark_text(point.x)),
    };
    let mean = value(point.y.mean);
    if !of_seeds {
        return format!("{place}: {mean}{unit}");
    }
    let spread = options.spread.half_width(&point.y).map(|half| match options.spread.label() {
        "95 % interval" => {
            format!(", 95 % {} to {}", value(point.y.mean - half), value(point.y.mean + half))
        }
        label => format!(" {} {}", label, value(half)),
    });
    format!("{place}: {mean}{unit}{}, n = {}", spread.unwrap_or_default(), point.y.count)
}

/// While a plot has the focus, arrow keys walk along the curves, and what they are at stands under it.
pub(super) fn by_keyboard(
    ui: &mut Ui,
    session: &Session,
    about: &About,
    options: &mut Options,
    axes: Axes,
    lines: &[&Curve],
    plot: &PlotResponse<()>,
) {
    let response = &plot.response;
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Image, true, format!("Curves of {}", about.title.to_lowercase()))
    });
    if response.clicked() {
        response.request_focus();
    }
    if !response.has_focus() {
        return;
    }
    let palette = Palette::of(ui);
    let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let last = lines.iter().map(|curve| curve.points.len()).max().unwrap_or(0).saturating_sub(1);
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    let to = options.cursor.min(last);
    options.cursor = if pressed(Key::ArrowLeft) {
        to.saturating_sub(1)
    } else if pressed(Key::ArrowRight) {
        (to + 1).min(last)
    } else if pressed(Key::Home) {
        0
    } else if pressed(Key::End) {
        last
    } else {
        to
    };
    let frame = *plot.transform.frame();
    ui.painter().rect_stroke(frame, 2.0, Stroke::new(1.0, palette.accent), StrokeKind::Outside);
    let painter = ui.painter().with_clip_rect(frame);
    for curve in lines {
        let Some(point) = curve.points.get(options.cursor) else { continue };
        if let Some(place) = axes.place(point.x, point.y.mean) {
            let at = plot.transform.position_from_point(&place);
            painter.circle(at, 3.5, palette.canvas, Stroke::new(2.0, palette.arm(curve.arm)));
        }
        let name = &session.arms()[curve.arm].name;
        let text = format!("{name}, {}", text(point, about.figure, options, about.of_seeds));
        ui.label(RichText::new(text).size(11.5).color(palette.arm(curve.arm)));
    }
    let hint = "← → walk along the curves, Home and End to their ends";
    ui.label(RichText::new(hint).size(10.5).color(palette.weak));
}
