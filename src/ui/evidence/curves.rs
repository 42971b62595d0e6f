//! Accuracy and loss of all arms, as they train.

pub(super) mod axes;
mod left_out;
mod legend;
pub(super) mod options;
mod readout;
mod series;

use std::ops::RangeInclusive;

use egui::{Align2, Color32, FontId, RichText, Sense, Ui};
use egui_plot::{FilledArea, Line, LineStyle, PlotPoint, PlotPoints, PlotUi, Points};

use self::axes::{Axes, log_marks, mark_text};
use self::left_out::{say_what_is_left_out, say_what_is_missing};
use self::options::{Abscissa, Options};
use self::series::{Curve, CurvePoint};
use super::plots::{line_style, name_axis, name_ends, room_for_names, still_plot, with_small_text};
use super::table::note;
use crate::nn::Loss;
use crate::session::{ComparisonJob, Extremes, Session};
use crate::storage::EpochPoint;
use crate::ui::theme::Palette;

/// What is plotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Figure {
    TestAccuracy,
    TrainAccuracy,
    TestLoss,
    TrainLoss,
}

impl Figure {
    pub(super) const ALL: [Self; 4] = [Self::TestAccuracy, Self::TrainAccuracy, Self::TestLoss, Self::TrainLoss];

    pub(super) fn title(self, loss: Loss) -> &'static str {
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

    fn value(self, point: &EpochPoint) -> f64 {
        match self {
            Self::TestAccuracy => 100.0 * point.test_accuracy,
            Self::TrainAccuracy => 100.0 * point.train_accuracy,
            Self::TestLoss => point.test_loss,
            Self::TrainLoss => point.train_loss,
        }
    }
}

/// Height of a figure that is printed.
const PRINTED_HEIGHT: f32 = 240.0;

/// The page: choices, legend, and all figures.
#[derive(Default)]
pub(super) struct CurvesPage {
    options: Options,
}

impl CurvesPage {
    /// Shows the page.
    pub fn show(&mut self, ui: &mut Ui, session: &Session) {
        let options = &mut self.options;
        options.show(ui, session);
        legend::show(ui, session, options);
        let job = session.comparison().filter(|_| !options.watched);
        if let Some(job) = job {
            say_what_is_left_out(ui, job);
        }
        for figure in Figure::ALL {
            one(ui, session, options, figure, 150.0, true);
        }
    }

    /// Draws one figure to be printed, with the names of the arms.
    pub fn print(&mut self, ui: &mut Ui, session: &Session, figure: Figure) {
        legend::print(ui, session, &self.options);
        one(ui, session, &mut self.options, figure, PRINTED_HEIGHT, false);
        if let Some(job) = session.comparison().filter(|_| !self.options.watched) {
            let Options { spread, hide_single_runs, .. } = self.options;
            let thin = if hide_single_runs { "" } else { "; thin lines: single runs" };
            let seeds = job.experiment().seeds().len();
            note(ui, &format!("Lines: means over {seeds} seeds; bands: {}{thin}.", spread.label()));
            say_what_is_missing(ui, job);
            say_what_is_left_out(ui, job);
        }
    }

    /// Whether the curves are those of the watched runs, though there may be a comparison.
    pub fn shows_watched(&self, session: &Session) -> bool {
        self.options.watched || session.comparison().is_none()
    }
}

/// One figure, as it was chosen to be shown.
fn one(ui: &mut Ui, session: &Session, options: &mut Options, figure: Figure, height: f32, is_walkable: bool) {
    let job = session.comparison().filter(|_| !options.watched);
    let curves = match job {
        Some(job) => series::over_seeds(job, figure, options),
        None => series::watched(session, figure, options),
    };
    let picture = Picture { figure, lines: &curves, bands: &curves, of_seeds: job.is_some(), height };
    picture.show(ui, session, options, is_walkable);
}

/// The runs that are watched, to be printed.
pub(super) fn print(ui: &mut Ui, session: &Session, figure: Figure) {
    legend::print(ui, session, &Options::default());
    plot(ui, session, figure, PRINTED_HEIGHT);
    if let Some(job) = session.comparison() {
        say_what_is_watched(ui, session, job);
        say_what_is_missing(ui, job);
        say_what_is_left_out(ui, job);
    }
}

/// Which curves are of the runs that are watched, and which of the comparison behind them.
pub(super) fn say_what_is_watched(ui: &mut Ui, session: &Session, job: &ComparisonJob) {
    let (seeds, spread) = (job.experiment().seeds().len(), Options::default().spread.label());
    note(ui, &format!("Lines: seed {}; bands: mean {spread} over {seeds} seeds.", session.seed()));
}

/// The runs that are watched; a comparison shows as bands behind them.
pub(super) fn plot(ui: &mut Ui, session: &Session, figure: Figure, height: f32) {
    let mut options = Options { hide_single_runs: true, ..Options::default() };
    let lines = series::watched(session, figure, &options);
    let bands = session.comparison().map(|job| series::over_seeds(job, figure, &options)).unwrap_or_default();
    let picture = Picture { figure, lines: &lines, bands: &bands, of_seeds: false, height };
    picture.show(ui, session, &mut options, false);
}

/// One plot of all arms.
struct Picture<'a> {
    figure: Figure,
    lines: &'a [Curve],
    bands: &'a [Curve],
    /// Whether the lines are means over seeds.
    of_seeds: bool,
    height: f32,
}

impl Picture<'_> {
    fn show(&self, ui: &mut Ui, session: &Session, options: &mut Options, is_walkable: bool) {
        let palette = Palette::of(ui);
        let title = self.figure.title(session.experiment().spec().training.loss);
        let over = if self.of_seeds { format!("{title}: mean over seeds") } else { title.to_owned() };
        ui.label(RichText::new(over).size(11.5).color(palette.weak));
        let axes = Axes { log_y: options.axes.log_y && !self.figure.is_accuracy(), ..options.axes };
        let is_shown = |curve: &&Curve| !options.hidden.contains(&session.arms()[curve.arm].name);
        let lines: Vec<&Curve> = self.lines.iter().filter(is_shown).collect();
        let bands: Vec<&Curve> = self.bands.iter().filter(is_shown).collect();
        let x = self.x_range(session, options, axes, &lines);
        let y = self.y_range(session, axes, &lines);
        let room = room_for_names(ui);
        let response = with_small_text(ui, |ui| {
            let mut plot = still_plot(title, self.height, x.clone(), palette).sense(Sense::click());
            if axes.log_x {
                let range = x.clone();
                plot = plot.x_grid_spacer(move |_| log_marks(&range));
            }
            if axes.log_y {
                let range = y.clone();
                plot = plot.y_grid_spacer(move |_| log_marks(&range));
            }
            let text = |is_log: bool, value: f64| mark_text(if is_log { 10_f64.powf(value) } else { value });
            plot.x_axis_formatter(move |mark, _| text(axes.log_x, mark.value))
                .y_axis_formatter(move |mark, _| text(axes.log_y, mark.value))
                .label_formatter(|position| {
                    readout::at_pointer(position, session, self.figure, options, axes, &lines, self.of_seeds)
                })
                .show(ui, |plot| {
                    plot.set_plot_bounds_x(*x.start()..=x.start() + (x.end() - x.start()) * room);
                    plot.set_plot_bounds_y(y.clone());
                    let color = |arm: usize| {
                        let own = palette.arm(arm);
                        if options.lit.is_some_and(|lit| lit != arm) { own.gamma_multiply(0.25) } else { own }
                    };
                    for curve in &bands {
                        self.band(plot, curve, options, axes, &y, color(curve.arm));
                    }
                    for curve in &lines {
                        single_runs(plot, curve, axes, color(curve.arm));
                    }
                    for curve in &lines {
                        let is_lit = options.lit.unwrap_or(session.selected()) == curve.arm;
                        let name = session.arms()[curve.arm].name.clone();
                        line(plot, name, curve, axes, color(curve.arm), if is_lit { 2.4 } else { 1.6 });
                        let shown = series::shown(session, self.figure, options, curve.arm).filter(|_| !self.of_seeds);
                        if let Some(point) = shown.and_then(|[x, y]| axes.place(x, y)) {
                            let dot = Points::new("", PlotPoints::Owned(vec![point])).color(color(curve.arm));
                            plot.points(dot.radius(4.0).allow_hover(false));
                        }
                    }
                })
        });
        let lines: Vec<&Curve> = self.lines.iter().filter(is_shown).collect();
        let frame = *response.transform.frame();
        if options.window() > 1 {
            let text = format!("smoothed: mean of the last {} epochs", options.window());
            let (at, align) = if self.figure.is_accuracy() {
                (frame.left_bottom() + egui::vec2(6.0, -4.0), Align2::LEFT_BOTTOM)
            } else {
                (frame.center_top() + egui::vec2(0.0, 3.0), Align2::CENTER_TOP)
            };
            ui.painter().text(at, align, text, FontId::proportional(10.5), palette.warning);
        }
        let end = |curve: &&Curve| Some((curve.arm, placed(curve, axes).last().copied()?));
        name_ends(ui, session, lines.iter().filter_map(end).collect(), &response.transform);
        name_axis(ui, options.abscissa.unit(), response.response.rect);
        if is_walkable {
            let about = readout::About { figure: self.figure, of_seeds: self.of_seeds, title };
            readout::by_keyboard(ui, session, &about, options, axes, &lines, &response);
        }
    }

    /// Every experiment has its epochs; how long they take shows only while it trains.
    fn x_range(&self, session: &Session, options: &Options, axes: Axes, lines: &[&Curve]) -> RangeInclusive<f64> {
        let epochs = f64::from(session.experiment().epochs());
        #[expect(clippy::cast_precision_loss, reason = "a number of batches")]
        let steps = session.steps_per_epoch() as f64;
        let (first, last) = match options.abscissa {
            Abscissa::Epochs => (1.0, epochs),
            Abscissa::Batches => (steps, steps * epochs),
            Abscissa::Flops | Abscissa::Seconds => {
                let ends = self.lines.iter().flat_map(|curve| {
                    let of_runs = curve.single_runs.iter().filter_map(|run| Some(run.last()?[0]));
                    of_runs.chain(curve.points.last().map(|point| point.x))
                });
                let all = lines.iter().flat_map(|curve| curve.points.iter().map(|point| point.x));
                let first = all.filter(|x| *x > 0.0).fold(f64::INFINITY, f64::min);
                let last = ends.fold(0.0, f64::max).max(1e-3);
                (first.min(0.1 * last), last)
            }
        };
        if axes.log_x { first.log10()..=last.max(1.01 * first).log10() } else { 0.0..=last }
    }

    /// Accuracies from the lowest of a few round values to 100; losses from 0, or from the lowest on a logarithmic axis.
    fn y_range(&self, session: &Session, axes: Axes, lines: &[&Curve]) -> RangeInclusive<f64> {
        let means = lines.iter().flat_map(|curve| curve.points.iter().map(|point| point.y.mean));
        let of_runs = lines.iter().flat_map(|curve| curve.single_runs.iter().flatten().map(|point| point[1]));
        let values = means.chain(of_runs);
        if self.figure.is_accuracy() {
            let watched = session.arms().iter().enumerate().filter(|_| !self.of_seeds);
            let watched = watched.map(|(arm, _)| self.figure.lowest(session.history(arm).extremes()));
            let lowest = values.chain(watched).fold(60.0, f64::min);
            return (10.0 * (lowest / 10.0).floor() - 2.0).max(-2.0)..=102.0;
        }
        let values: Vec<f64> = values.collect();
        let highest = values.iter().copied().fold(0.0, f64::max);
        if axes.log_y {
            let lowest = values.iter().copied().filter(|value| *value > 0.0).fold(highest, f64::min);
            let (low, high) = (lowest.max(1e-12).log10(), highest.max(1e-12).log10());
            return low - 0.05 * (high - low) - 0.05..=high + 0.05 * (high - low) + 0.05;
        }
        // One run that leaps must not press all others to the ground.
        let first = values.first().copied().unwrap_or(1.0);
        0.0..=(1.08 * highest).clamp(0.01, (1.6 * first).max(5.0))
    }

    fn band(
        &self,
        plot: &mut PlotUi<'_>,
        curve: &Curve,
        options: &Options,
        axes: Axes,
        y: &RangeInclusive<f64>,
        color: Color32,
    ) {
        let (mut x, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
        for CurvePoint { x: at, y: summary } in &curve.points {
            let Some(half) = options.spread.half_width(summary) else { return };
            let (mut from, mut to) = (summary.mean - half, summary.mean + half);
            if self.figure.is_accuracy() {
                (from, to) = (from.clamp(0.0, 100.0), to.clamp(0.0, 100.0));
            }
            let Some(upper) = axes.place(*at, to) else { continue };
            // A logarithmic axis has no zero: such a band goes down to the edge.
            let lower = axes.place(*at, from).map_or(*y.start(), |point| point.y);
            x.push(upper.x);
            low.push(lower.max(*y.start()));
            high.push(upper.y);
        }
        if !x.is_empty() {
            let area = FilledArea::new("", &x, &low, &high).fill_color(color.gamma_multiply(0.18));
            plot.add(area.allow_hover(false));
        }
    }
}

/// The points of a curve that have a place on the axes.
fn placed(curve: &Curve, axes: Axes) -> Vec<PlotPoint> {
    curve.points.iter().filter_map(|point| axes.place(point.x, point.y.mean)).collect()
}

fn line(plot: &mut PlotUi<'_>, name: String, curve: &Curve, axes: Axes, color: Color32, width: f32) {
    let points = placed(curve, axes);
    if let [only] = points.as_slice() {
        plot.points(Points::new("", PlotPoints::Owned(vec![*only])).color(color).radius(2.5).allow_hover(false));
    }
    let style = line_style(curve.arm);
    // Dots are drawn twice as wide as lines.
    let width = if matches!(style, LineStyle::Dotted { .. }) { 0.7 * width } else { width };
    let line = Line::new(name, PlotPoints::Owned(points));
    plot.line(line.color(color).width(width).style(style));
}

fn single_runs(plot: &mut PlotUi<'_>, curve: &Curve, axes: Axes, color: Color32) {
    for run in &curve.single_runs {
        let points = run.iter().filter_map(|&[x, y]| axes.place(x, y)).collect();
        let line = Line::new("", PlotPoints::Owned(points)).color(color.gamma_multiply(0.35));
        plot.line(line.width(0.8).allow_hover(false));
    }
}
