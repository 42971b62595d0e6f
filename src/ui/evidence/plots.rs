//! What all plots of the panel share: they stay still, and arms look alike in all of them.

use std::ops::RangeInclusive;

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};
use egui_plot::{AxisHints, GridMark, LineStyle, Plot, PlotPoint, PlotTransform};

use crate::session::Session;
use crate::ui::controls::nice_step;
use crate::ui::theme::{Palette, semibold};

/// Points of a curve at most; a panel has hardly more pixels.
pub(super) const MOST_POINTS: usize = 400;

/// Positions of at most about `most` of so many values: the same ones until there are twice as many. The newest is always
/// there, so that the curve never trails behind.
pub(in crate::ui) fn sampled(length: usize, most: usize) -> impl Iterator<Item = usize> {
    let stride = length.div_ceil(most).max(1).next_power_of_two();
    let last = length.checked_sub(1).filter(|last| !last.is_multiple_of(stride));
    (0..length).step_by(stride).chain(last)
}

/// How an arm's curve is drawn, so that arms can be told apart without colours: no two of the first 25 have both colour and
/// pattern in common.
pub(in crate::ui) fn line_style(arm: usize) -> LineStyle {
    match (arm + 2 * (arm / 5) + 2 * (arm / 8)) % 5 {
        0 => LineStyle::Solid,
        1 => LineStyle::Dashed { length: 6.0 },
        2 => LineStyle::Dotted { spacing: 5.0 },
        3 => LineStyle::Dashed { length: 3.0 },
        _ => LineStyle::Dashed { length: 12.0 },
    }
}

/// A piece of an arm's curve.
pub(super) fn line_sample(painter: &Painter, rect: Rect, arm: usize, color: Color32) {
    let stroke = Stroke::new(1.8, color);
    let line = [rect.left_center(), rect.right_center()];
    match line_style(arm) {
        LineStyle::Solid => {
            painter.line_segment(line, stroke);
        }
        LineStyle::Dashed { length } => {
            painter.extend(Shape::dashed_line(&line, stroke, length, 0.62 * length));
        }
        LineStyle::Dotted { spacing } => {
            painter.extend(Shape::dotted_line(&line, color, spacing, 0.7 * stroke.width));
        }
    }
}

/// A plot that neither moves nor zooms, over a range of something.
pub(super) fn still_plot<'a>(id: &str, height: f32, range: RangeInclusive<f64>, palette: &Palette) -> Plot<'a> {
    let (start, end) = range.into_inner();
    Plot::new(id)
        .height(height)
        .show_background(false)
        .grid_color(palette.border)
        .x_grid_spacer(move |_| marks(nice_step(1.6 * (end - start)), start, end))
        .y_grid_spacer(move |input| {
            marks(nice_step(0.8 * (input.bounds.1 - input.bounds.0)), input.bounds.0, input.bounds.1)
        })
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_crosshair(false)
        .set_margin_fraction(egui::Vec2::ZERO)
        .custom_x_axes(vec![AxisHints::new_x().label_spacing(egui::Rangef::new(22.0, 28.0))])
        .custom_y_axes(vec![y_axis(26.0)])
}

/// A vertical axis of this width, with numbers as close as they can be read.
pub(super) fn y_axis<'a>(width: f32) -> AxisHints<'a> {
    AxisHints::new_y().min_thickness(width).label_spacing(egui::Rangef::new(10.0, 14.0))
}

/// Shows something with the small text of axes.
pub(super) fn with_small_text<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let style = ui.style().clone();
    ui.style_mut().text_styles.insert(egui::TextStyle::Body, FontId::proportional(10.5));
    let result = content(ui);
    ui.set_style(style);
    result
}

/// By how much a horizontal axis is longer than its curves, so that their names find room at the right.
pub(super) fn room_for_names(ui: &Ui) -> f64 {
    1.0 + 76.0 / f64::from((ui.available_width() - 110.0).max(60.0))
}

/// Lines of the grid at multiples of a step.
pub(super) fn marks(step: f64, start: f64, end: f64) -> Vec<GridMark> {
    #[expect(clippy::cast_possible_truncation, reason = "a handful of lines")]
    let (first, last) = ((start / step).ceil() as i32, (end / step).floor() as i32);
    (first..=last).map(|index| GridMark { value: step * f64::from(index), step_size: step }).collect()
}

/// What a horizontal axis counts.
pub(super) fn name_axis(ui: &Ui, name: &str, plot: Rect) {
    let at = plot.right_bottom() + vec2(-2.0, -2.0);
    ui.painter().text(at, Align2::RIGHT_BOTTOM, name, FontId::proportional(10.5), Palette::of(ui).weak);
}

/// The name of each arm at the end of its curve, moved apart where they would overlap.
pub(super) fn name_ends(ui: &Ui, session: &Session, ends: Vec<(usize, PlotPoint)>, transform: &PlotTransform) {
    name_ends_with(ui, &|arm| session.arms()[arm].name.as_str(), ends, transform);
}

/// The same for curves of whatever has names.
pub(super) fn name_ends_with<'a>(
    ui: &Ui,
    name: &dyn Fn(usize) -> &'a str,
    ends: Vec<(usize, PlotPoint)>,
    transform: &PlotTransform,
) {
    const LINE: f32 = 13.0;
    let palette = Palette::of(ui);
    let bounds = transform.frame();
    let mut ends: Vec<(usize, Pos2)> = ends
        .into_iter()
        .map(|(arm, point)| {
            let at = transform.position_from_point(&point);
            (arm, pos2(at.x + 6.0, at.y.min(bounds.max.y - 7.0).max(bounds.min.y + 7.0)))
        })
        .collect();
    ends.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
    for index in 1..ends.len() {
        let above = ends[index - 1].1.y;
        ends[index].1.y = ends[index].1.y.max(above + LINE);
    }
    let mut lowest = bounds.max.y - 6.0;
    for (_, at) in ends.iter_mut().rev() {
        at.y = at.y.min(lowest);
        lowest = at.y - LINE;
    }
    // Where there are more than fit, those pushed out at the top are left to the cards above the network.
    for (arm, at) in ends.into_iter().filter(|(_, at)| at.y >= bounds.min.y + 5.0) {
        let painter = ui.painter().with_clip_rect(bounds.expand2(vec2(8.0, 0.0)));
        painter.text(at, Align2::LEFT_CENTER, name(arm), semibold(11.0), palette.arm(arm));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_of_one_colour_differ_in_their_pattern() {
        let colors = Palette::of_theme(true).arms.len();
        for arm in 0..25 {
            let alike = (0..arm).find(|other| other % colors == arm % colors && line_style(*other) == line_style(arm));
            assert_eq!(alike, None, "{arm}");
        }
    }

    #[test]
    fn the_first_and_the_last_value_are_among_those_that_are_drawn() {
        assert_eq!(sampled(0, 4).count(), 0);
        assert_eq!(sampled(3, 4).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(sampled(9, 4).collect::<Vec<_>>(), [0, 4, 8]);
        assert_eq!(sampled(16, 4).collect::<Vec<_>>(), [0, 4, 8, 12, 15]);
    }
}
