//! Curves as numbers: of the runs that are watched, and over the seeds of a comparison.

use super::Figure;
use super::options::{Abscissa, Options};
use crate::metrics::Summary;
use crate::session::{ComparisonJob, Session};
use crate::storage::{EpochPoint, SeedRun};
use crate::ui::evidence::plots::{MOST_POINTS, sampled};

/// Points of a run that has only begun, if it has so many.
const LEAST_POINTS: usize = 100;
/// Vertices of all single runs of a plot at most: they are faint, and drawn anew with every picture.
const MOST_SINGLE_POINTS: usize = 8_000;

/// A point of a curve, in the units that are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CurvePoint {
    pub x: f64,
    /// Over the runs.
    pub y: Summary,
}

/// The curve of one arm.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Curve {
    pub arm: usize,
    /// Over the runs that have finished; of a run that is watched, its own.
    pub points: Vec<CurvePoint>,
    /// Each run that has finished or is under way.
    pub single_runs: Vec<Vec<[f64; 2]>>,
}

/// The runs that are watched.
pub(super) fn watched(session: &Session, figure: Figure, options: &Options) -> Vec<Curve> {
    let steps = session.steps_per_epoch();
    let curve = |arm: usize| {
        let history = session.history(arm);
        let epochs = history.points();
        // The first record is of the network before anything was done by hand: no training began from there then.
        let is_changed = history.updates().first().is_some_and(|record| record.by_hand.is_some() && record.step == 0);
        let point = |index: usize| {
            let y = moving_mean(index, options.window(), |index| figure.value(&epochs[index]));
            let x = abscissa(options.abscissa, index, steps, &epochs[index]);
            CurvePoint { x, y: Summary::of(&[y]) }
        };
        let most = most_points(options, epochs.len(), session.experiment().epochs() as usize);
        let shown = sampled(epochs.len(), most).filter(|&index| index > 0 || !is_changed);
        Curve { arm, points: shown.map(point).collect(), single_runs: Vec::new() }
    };
    (0..session.arms().len()).map(curve).collect()
}

/// The runs of a comparison. Means are of runs that have finished: a mean over more and more runs would jump where one joins.
pub(super) fn over_seeds(job: &ComparisonJob, figure: Figure, options: &Options) -> Vec<Curve> {
    let steps = job.experiment().steps_per_epoch();
    let shown = job.runs().iter().filter(|run| is_shown(run)).count();
    let most = (MOST_SINGLE_POINTS / shown.max(1)).clamp(20, MOST_POINTS);
    let curve = |arm: usize| {
        let own = || job.runs().iter().filter(move |run| run.arm == arm);
        let finished: Vec<&SeedRun> = own().filter(|run| run.has_finished()).collect();
        let y = |run: &SeedRun, index: usize| {
            moving_mean(index, options.window(), |index| figure.value(&run.epochs[index]))
        };
        let x = |run: &SeedRun, index: usize| abscissa(options.abscissa, index + 1, steps, &run.epochs[index]);
        let point = |index: usize| {
            let over_runs = |value: &dyn Fn(&SeedRun, usize) -> f64| {
                Summary::of(&finished.iter().map(|run| value(run, index)).collect::<Vec<f64>>())
            };
            CurvePoint { x: over_runs(&x).mean, y: over_runs(&y) }
        };
        let length = finished.iter().map(|run| run.epochs.len()).min().unwrap_or(0);
        let single =
            |run: &SeedRun| sampled(run.epochs.len(), most).map(|index| [x(run, index), y(run, index)]).collect();
        // Before the first has finished there is nothing else to see.
        let single_runs = own().filter(|run| is_shown(run) && (!options.hide_single_runs || length == 0)).map(single);
        Curve { arm, single_runs: single_runs.collect(), points: sampled(length, MOST_POINTS).map(point).collect() }
    };
    (0..job.experiment().arms().len()).map(curve).collect()
}

fn is_shown(run: &SeedRun) -> bool {
    run.has_finished() || run.is_under_way()
}

/// Where an arm's curve is at the moment of the past that is looked at.
pub(super) fn shown(session: &Session, figure: Figure, options: &Options, arm: usize) -> Option<[f64; 2]> {
    session.past()?;
    let history = session.history(arm);
    let index = history.shown_record()?.epoch as usize;
    let point = history.points().get(index)?;
    Some([abscissa(options.abscissa, index, session.steps_per_epoch(), point), figure.value(point)])
}

/// So many points as there are pixels for where only a part of the run is done.
fn most_points(options: &Options, done: usize, all: usize) -> usize {
    let is_by_epoch = matches!(options.abscissa, Abscissa::Epochs | Abscissa::Batches);
    if is_by_epoch && !options.axes.log_x {
        (MOST_POINTS * done / all.max(1)).clamp(LEAST_POINTS, MOST_POINTS)
    } else {
        MOST_POINTS
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of epochs, batches and operations")]
fn abscissa(abscissa: Abscissa, epoch: usize, steps_per_epoch: u64, point: &EpochPoint) -> f64 {
    match abscissa {
        Abscissa::Epochs => epoch as f64,
        Abscissa::Batches => epoch as f64 * steps_per_epoch as f64,
        Abscissa::Flops => point.flops as f64,
        Abscissa::Seconds => point.seconds,
    }
}

/// The mean of a value and those before it, `window` in all where there are so many.
#[expect(clippy::cast_precision_loss, reason = "a number of epochs")]
fn moving_mean(index: usize, window: usize, value: impl Fn(usize) -> f64) -> f64 {
    let first = (index + 1).saturating_sub(window);
    (first..=index).map(value).sum::<f64>() / (index + 1 - first) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moving_mean_looks_back_only_and_begins_with_what_there_is() {
        let values = [4.0, 8.0, 0.0, 2.0];
        let means = |window: usize| [0, 1, 2, 3].map(|index| moving_mean(index, window, |index| values[index]));
        assert_eq!(means(1), values);
        assert_eq!(means(2), [4.0, 6.0, 4.0, 1.0]);
        assert_eq!(means(20), [4.0, 6.0, 4.0, 3.5]);
    }
}
