//! Test accuracy over epochs, as lines and text.

use std::fmt::Write;

use super::text::escaped;
use crate::metrics::Summary;
use crate::storage::SeedRun;

const WIDTH: f64 = 680.0;
const HEIGHT: f64 = 300.0;
/// Room for the numbers of the axes.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// Height of a line of the legend.
const LEGEND: f64 = 18.0;
/// Vertices of a curve at most.
const MOST_POINTS: usize = 240;
/// Colours of arms on white, as in the window.
const COLORS: [&str; 8] = ["#6d3bd1", "#46505f", "#8a7400", "#1f7a5c", "#b03a78", "#2f62a8", "#101060", "#882830"];
/// Dashes of arms, so that they are told apart without colour.
const DASHES: [&str; 4] = ["", "7 3", "2 3", "9 3 2 3"];

/// Epoch, mean and sd over the runs that finished, in percent.
type Curve = Vec<(f64, f64, f64)>;

/// The picture, with the legend in it, and what it shows below.
pub(super) fn accuracy_plot(names: &[String], runs: &[SeedRun]) -> String {
    let curves: Vec<Curve> = (0..names.len()).map(|arm| curve(runs, arm)).collect();
    let Some(axes) = Axes::of(&curves) else {
        return "<p class=\"weak\">No run finished.</p>\n".to_owned();
    };
    let shown: Vec<usize> = (0..names.len()).filter(|&arm| !curves[arm].is_empty()).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few arms")]
    let height = HEIGHT + LEGEND * shown.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"Test accuracy by epoch and arm\" font-family=\"Inter, Arial, sans-serif\" font-size=\"11\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    axes.draw(&mut svg);
    for &arm in &shown {
        draw_band(&mut svg, &axes, &curves[arm], color(arm));
    }
    for (line, &arm) in shown.iter().enumerate() {
        let path = path(curves[arm].iter().map(|&(x, mean, _)| (axes.x(x), axes.y(mean))));
        let (color, dash) = (color(arm), dash(arm));
        let _ = writeln!(svg, "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"{dash}/>");
        #[expect(clippy::cast_precision_loss, reason = "a few arms")]
        let y = HEIGHT + LEGEND * line as f64 + 4.0;
        let last = curves[arm].last().map_or(0.0, |point| point.1);
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\" stroke=\"{color}\" stroke-width=\"2\"{dash}/>\n\
             <text x=\"{}\" y=\"{}\" fill=\"#1c222b\">{} ({last:.1} % in the end)</text>",
            LEFT + 28.0,
            LEFT + 36.0,
            y + 4.0,
            escaped(&names[arm])
        );
    }
    svg.push_str("</svg>\n");
    let cut = if axes.low > 0.0 { " The axis does not begin at 0." } else { "" };
    let _ = writeln!(
        svg,
        "<p class=\"weak\">Mean over the runs that finished; bands are ± one standard deviation over seeds.{cut}</p>"
    );
    svg
}

fn color(arm: usize) -> &'static str {
    COLORS[arm % COLORS.len()]
}

fn dash(arm: usize) -> String {
    match DASHES[arm % DASHES.len()] {
        "" => String::new(),
        dash => format!(" stroke-dasharray=\"{dash}\""),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of epochs")]
fn curve(runs: &[SeedRun], arm: usize) -> Curve {
    let finished: Vec<&SeedRun> = runs.iter().filter(|run| run.arm == arm && run.has_finished()).collect();
    let length = finished.iter().map(|run| run.epochs.len()).min().unwrap_or(0);
    let stride = length.div_ceil(MOST_POINTS).max(1);
    // The last one is always there.
    let epochs = (0..length).filter(|epoch| (length - 1 - epoch) % stride == 0);
    let point = |epoch: usize| {
        let values: Vec<f64> = finished.iter().map(|run| 100.0 * run.epochs[epoch].test_accuracy).collect();
        let Summary { mean, deviation, .. } = Summary::of(&values);
        (epoch as f64 + 1.0, mean, deviation)
    };
    epochs.map(point).filter(|(_, mean, sd)| mean.is_finite() && sd.is_finite()).collect()
}

fn draw_band(svg: &mut String, axes: &Axes, curve: &Curve, color: &str) {
    if curve.iter().all(|&(_, _, sd)| sd == 0.0) {
        return;
    }
    let edge = |sign: f64| {
        curve.iter().map(move |&(x, mean, sd)| (axes.x(x), axes.y((mean + sign * sd).clamp(axes.low, axes.high))))
    };
    let path = path(edge(1.0).chain(edge(-1.0).rev()));
    let _ = writeln!(svg, "<path d=\"{path}Z\" fill=\"{color}\" fill-opacity=\"0.13\"/>");
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.enumerate() {
        let _ = write!(path, "{}{x:.2},{y:.2}", if index == 0 { "M" } else { " L" });
    }
    path
}

/// Where things are.
struct Axes {
    first: f64,
    last: f64,
    /// In percent.
    low: f64,
    high: f64,
    step: f64,
}

impl Axes {
    /// With room for all curves and their bands; none where there is nothing to show.
    fn of(curves: &[Curve]) -> Option<Self> {
        let points = || curves.iter().flatten();
        let fold = |value: fn(&(f64, f64, f64)) -> f64, pick: fn(f64, f64) -> f64| points().map(value).reduce(pick);
        let low = fold(|(_, mean, sd)| mean - sd, f64::min)?.max(0.0);
        let high = fold(|(_, mean, sd)| mean + sd, f64::max)?.min(100.0);
        let (first, last) = (fold(|point| point.0, f64::min)?, fold(|point| point.0, f64::max)?);
        let step = step((high - low).max(1.0) / 5.0);
        let (low, high) = ((low / step).floor() * step, ((high / step).ceil() * step).min(100.0));
        let high = if high > low { high } else { low + step };
        Some(Self { first, last: last.max(first + 1.0), low, high, step })
    }

    fn x(&self, epoch: f64) -> f64 {
        LEFT + (epoch - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, accuracy: f64) -> f64 {
        HEIGHT - BOTTOM - (accuracy - self.low) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM)
    }

    fn draw(&self, svg: &mut String) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let mut at = self.low;
        while at <= self.high + 1e-9 {
            let y = self.y(at);
            let number = if self.step < 1.0 { format!("{at:.1}") } else { format!("{at:.0}") };
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" y1=\"{y:.2}\" x2=\"{right}\" y2=\"{y:.2}\" stroke=\"#dfe3e8\"/>\n\
                 <text x=\"{}\" y=\"{:.2}\" text-anchor=\"end\" fill=\"#5a6472\">{number}</text>",
                LEFT - 6.0,
                y + 4.0
            );
            at += self.step;
        }
        let step = step((self.last - self.first) / 8.0).max(1.0);
        let mut at = (self.first / step).ceil() * step;
        while at <= self.last + 1e-9 {
            let x = self.x(at);
            let _ = writeln!(
                svg,
                "<line x1=\"{x:.2}\" y1=\"{bottom}\" x2=\"{x:.2}\" y2=\"{}\" stroke=\"#9aa3af\"/>\n\
                 <text x=\"{x:.2}\" y=\"{}\" text-anchor=\"middle\" fill=\"#5a6472\">{at:.0}</text>",
                bottom + 4.0,
                bottom + 17.0
            );
            at += step;
        }
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{bottom}\" x2=\"{right}\" y2=\"{bottom}\" stroke=\"#9aa3af\"/>\n\
             <text x=\"{right}\" y=\"{}\" text-anchor=\"end\" fill=\"#5a6472\">epoch; upwards test accuracy in %</text>",
            HEIGHT - 10.0
        );
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is no smaller.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|times| times * power)
        .into_iter()
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(least)
}
