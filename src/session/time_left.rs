//! How long a comparison will go on.

use super::seed_run::SeedRun;

/// How long the epochs of an arm took.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct ArmPace {
    /// Epochs that were trained.
    pub epochs: usize,
    /// Seconds from one to the next, evaluation in, pauses out; all together.
    pub seconds: f64,
}

/// Seconds until all runs have ended, if `threads` go on at a time and epochs take as long as those of the same arm did; of
/// an arm that has not begun, as those of all. Nothing is known before the first epoch.
#[expect(clippy::cast_precision_loss, reason = "numbers of epochs")]
pub(super) fn seconds_left(runs: &[SeedRun], paces: &[ArmPace], epochs: usize, threads: usize) -> Option<f64> {
    let all = paces
        .iter()
        .fold(ArmPace::default(), |a, b| ArmPace { epochs: a.epochs + b.epochs, seconds: a.seconds + b.seconds });
    if all.epochs == 0 {
        return None;
    }
    let an_epoch = |arm: usize| {
        let pace = if paces[arm].epochs > 0 { paces[arm] } else { all };
        pace.seconds / pace.epochs as f64
    };
    let left: Vec<f64> = runs
        .iter()
        .filter(|run| run.outcome.is_none())
        .map(|run| epochs.saturating_sub(run.epochs.len()) as f64 * an_epoch(run.arm))
        .collect();
    let shared = left.iter().sum::<f64>() / threads.min(left.len()).max(1) as f64;
    // No run is divided so that it would end before its own epochs are done.
    Some(left.into_iter().fold(shared, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::EpochPoint;
    use crate::training::Outcome;

    fn run(arm: usize, epochs: usize, outcome: Option<Outcome>) -> SeedRun {
        let point = EpochPoint::default();
        SeedRun { epochs: vec![point; epochs], outcome, ..SeedRun::new(arm, 1) }
    }

    #[test]
    fn time_left_worked_by_hand() {
        let paces = [ArmPace { epochs: 14, seconds: 28.0 }, ArmPace { epochs: 2, seconds: 20.0 }, ArmPace::default()];
        // An epoch of the first arm takes 2 s, of the second 10 s, of the third what all took: 48 s / 16 = 3 s.
        let under_way = [run(0, 10, Some(Outcome::Finished)), run(0, 4, None), run(1, 2, None), run(2, 0, None)];
        assert_eq!(seconds_left(&under_way, &paces, 10, 1), Some(12.0 + 80.0 + 30.0));
        // Two at a time would do that in 61 s, but the second arm alone needs 80 s.
        assert_eq!(seconds_left(&under_way, &paces, 10, 2), Some(80.0));
        let diverged = [run(0, 10, Some(Outcome::Finished)), run(1, 2, Some(Outcome::Cancelled))];
        assert_eq!(seconds_left(&diverged, &paces, 10, 2), Some(0.0), "what has ended takes no more time");
        assert_eq!(seconds_left(&under_way, &[ArmPace::default(); 3], 10, 2), None);
    }
}
