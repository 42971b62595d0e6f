//! Accuracy and loss of all arms over epochs.

use std::ops::RangeInclusive;

use egui::{Align2, Color32, FontId, Pos2, RichText, Ui, pos2};
use egui_plot::{FilledArea, GridMark, HoverPosition, Line, LineStyle, Plot, PlotPoint, PlotPoints, PlotTransform};

use crate::metrics::Summary;
use crate::nn::Loss;
use crate::session::{Extremes, Session};
use crate::training::EpochRecord;
use crate::ui::controls::nice_step;
use crate::ui::theme::{Palette, semibold};

/// Points of a curve at most; a panel has hardly more pixels.
const MOST_POINTS: usize = 400;

/// What is plotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    TestAccuracy,
    TrainAccuracy,
    TestLoss,
    TrainLoss,
}

impl Figure {
    pub(super) const ALL: [Self; 4] = [Self::TestAccuracy, Self::TrainAccuracy, Self::TestLoss, Self::TrainLoss];

    fn title(self, loss: Loss) -> &'static str {
        match (self, loss) {
            (Self::TestAccuracy, _) => "Test accuracy, %",
            (Self::TrainAccuracy, _) => "Training accuracy, %",
            (Self::TestLoss, Loss::CrossEntropy) => "Test loss, nats",
            (Self::TrainLoss, Loss::CrossEntropy) => "Training loss, nats",
            (Self::TestLoss, Loss::SquaredError) => "Test loss, squared error",
            (Self::TrainLoss, Loss::SquaredError) => "Training loss, squared error",
        }
    }

    fn is_accuracy(self) -> bool {
        matches!(self, Self::TestAccuracy | Self::TrainAccuracy)
    }

    /// The lowest accuracy of a run, in %.
    fn lowest(self, extremes: Extremes) -> f64 {
        100.0 * if self == Self::TrainAccuracy { extremes.train_accuracy } else { extremes.test_accuracy }
    }

    fn value(self, record: &EpochRecord) -> f64 {
        match self {
            Self::TestAccuracy => 100.0 * record.test.accuracy(),
            Self::TrainAccuracy => 100.0 * record.train.accuracy(),
            Self::TestLoss => record.test.loss(),
            Self::TrainLoss => record.train.loss(),
        }
    }
}

/// How an arm's curve is drawn, so that arms can be told apart without colours.
fn line_style(arm: usize) -> LineStyle {
    match arm % 4 {
        0 => LineStyle::Solid,
        1 => LineStyle::Dashed { length: 8.0 },
        2 => LineStyle::Dotted { spacing: 5.0 },
        _ => LineStyle::Dashed { length: 3.5 },
    }
}

/// One plot of all arms. A finished comparison shows as a band (mean ± sd over seeds) behind the runs that are watched.
pub(super) fn plot(ui: &mut Ui, session: &Session, figure: Figure, height: f32) {
    let palette = Palette::of(ui);
    let title = figure.title(session.experiment().spec().training.loss);
    ui.label(RichText::new(title).size(11.5).color(palette.weak));
    let epochs = f64::from(session.experiment().epochs());
    let names: Vec<String> = session.arms().iter().map(|arm| arm.name.clone()).collect();
    let range = value_range(session, figure);
    let style = ui.style().clone();
    ui.style_mut().text_styles.insert(egui::TextStyle::Body, FontId::proportional(10.5));
    let room = 1.0 + 76.0 / f64::from((ui.available_width() - 110.0).max(60.0));
    let response = Plot::new(title)
        .height(height)
        .show_background(false)
        .grid_color(palette.border)
        .x_grid_spacer(move |_| marks(nice_step(1.6 * epochs), 0.0, epochs))
        .y_grid_spacer(move |input| {
            marks(nice_step(0.8 * (input.bounds.1 - input.bounds.0)), input.bounds.0, input.bounds.1)
        })
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_x(false)
        .show_y(false)
        .set_margin_fraction(egui::Vec2::ZERO)
        .y_axis_min_width(26.0)
        .label_formatter(|position| hover_text(position, figure))
        .show(ui, |plot| {
            // Room at the right for the names of the curves.
            plot.set_plot_bounds_x(0.0..=epochs * room);
            plot.set_plot_bounds_y(range.clone());
            if figure == Figure::TestAccuracy {
                for (arm, name) in names.iter().enumerate() {
                    if let Some(band) = band(session, arm, name, palette.arm(arm)) {
                        plot.add(band);
                    }
                }
            }
            for (arm, name) in names.iter().enumerate() {
                let points = points(session, arm, figure);
                let width = if arm == session.selected() { 2.4 } else { 1.6 };
                let line = Line::new(name.clone(), PlotPoints::Owned(points));
                plot.line(line.color(palette.arm(arm)).width(width).style(line_style(arm)));
            }
        });
    ui.set_style(style);
    labels(ui, session, figure, &response.transform);
    let clip = response.response.rect;
    ui.painter().text(
        clip.right_bottom() + egui::vec2(-2.0, -2.0),
        Align2::RIGHT_BOTTOM,
        "epoch",
        FontId::proportional(10.5),
        palette.weak,
    );
}

/// Lines of the grid at multiples of a step.
fn marks(step: f64, start: f64, end: f64) -> Vec<GridMark> {
    #[expect(clippy::cast_possible_truncation, reason = "a handful of lines")]
    let (first, last) = ((start / step).ceil() as i32, (end / step).floor() as i32);
    (first..=last).map(|index| GridMark { value: step * f64::from(index), step_size: step }).collect()
}

fn points(session: &Session, arm: usize, figure: Figure) -> Vec<PlotPoint> {
    let epochs = session.history(arm).epochs();
    let stride = epochs.len().div_ceil(MOST_POINTS).max(1);
    let point = |record: &EpochRecord| PlotPoint::new(f64::from(record.epoch), figure.value(record));
    // The newest is always there, so that the curve never trails behind.
    let last = epochs.last().filter(|_| !(epochs.len() - 1).is_multiple_of(stride));
    epochs.iter().step_by(stride).chain(last).map(|record| point(record)).collect()
}

/// Accuracies from the lowest of a few round values to 100; losses from 0.
fn value_range(session: &Session, figure: Figure) -> RangeInclusive<f64> {
    if figure.is_accuracy() {
        let lowest = (0..session.arms().len()).map(|arm| figure.lowest(session.history(arm).extremes()));
        let lowest = lowest.fold(60.0, f64::min);
        (10.0 * (lowest / 10.0).floor() - 2.0).max(-2.0)..=102.0
    } else {
        let first = session.history(0).epochs().first().map_or(1.0, |record| figure.value(record));
        0.0..=(1.6 * first).clamp(0.5, 5.0)
    }
}

fn band(session: &Session, arm: usize, name: &str, color: Color32) -> Option<FilledArea> {
    let curves = session.comparison()?.curves(arm)?;
    let epochs: Vec<f64> =
        (1..=curves.epochs.len()).map(|epoch| f64::from(u32::try_from(epoch).unwrap_or(0))).collect();
    let side = |sign: f64| -> Vec<f64> {
        let edge = |epoch: &Summary| (100.0 * (epoch.mean + sign * epoch.deviation)).clamp(0.0, 100.0);
        curves.epochs.iter().map(edge).collect()
    };
    let area = FilledArea::new(format!("{name}: mean ± sd"), &epochs, &side(-1.0), &side(1.0));
    Some(area.fill_color(color.gamma_multiply(0.18)).allow_hover(false))
}

fn hover_text(position: &HoverPosition<'_>, figure: Figure) -> Option<String> {
    match position {
        HoverPosition::NearDataPoint { plot_name, position, .. } => {
            let value =
                if figure.is_accuracy() { format!("{:.1} %", position.y) } else { format!("{:.3}", position.y) };
            Some(format!("{plot_name}\nepoch {:.0}: {value}", position.x))
        }
        HoverPosition::Elsewhere { .. } => None,
    }
}

/// The name of each curve at its end, moved apart where they would overlap.
fn labels(ui: &Ui, session: &Session, figure: Figure, transform: &PlotTransform) {
    const LINE: f32 = 13.0;
    let palette = Palette::of(ui);
    let bounds = transform.frame();
    let mut ends: Vec<(usize, Pos2)> = (0..session.arms().len())
        .filter_map(|arm| {
            let record = session.history(arm).epochs().last()?;
            let point = PlotPoint::new(f64::from(record.epoch), figure.value(record));
            let at = transform.position_from_point(&point);
            Some((arm, pos2(at.x + 6.0, at.y.clamp(bounds.min.y + 7.0, bounds.max.y - 7.0))))
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
        let name = &session.arms()[arm].name;
        let painter = ui.painter().with_clip_rect(bounds.expand2(egui::vec2(8.0, 0.0)));
        painter.text(at, Align2::LEFT_CENTER, name, semibold(11.0), palette.arm(arm));
    }
}
