//! How long a comparison or a sweep will go on.

/// How long the epochs of an arm took.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct ArmPace {
    /// Epochs that were trained.
    pub epochs: usize,
    /// Seconds from one to the next, evaluation in, pauses out; all together.
    pub seconds: f64,
}

/// Seconds until all runs have ended, if `threads` go on at a time and epochs take as long as those of the same arm did; of
/// an arm that has not begun, as those of all. `left` are the arms of the runs that have not ended, with the epochs that each has
/// left. Nothing is known before the first epoch.
#[expect(clippy::cast_precision_loss, reason = "numbers of epochs")]
pub(super) fn seconds_left(
    left: impl Iterator<Item = (usize, usize)>,
    paces: &[ArmPace],
    threads: usize,
) -> Option<f64> {
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
    let left: Vec<f64> = left.map(|(arm, epochs)| epochs as f64 * an_epoch(arm)).collect();
    let shared = left.iter().sum::<f64>() / threads.min(left.len()).max(1) as f64;
    // No run is divided so that it would end before its own epochs are done.
    Some(left.into_iter().fold(shared, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_worked_by_hand() {
        let paces = [ArmPace { epochs: 14, seconds: 28.0 }, ArmPace { epochs: 2, seconds: 20.0 }, ArmPace::default()];
        // An epoch of the first arm takes 2 s, of the second 10 s, of the third what all took: 48 s / 16 = 3 s.
        let under_way = [(0, 6), (1, 8), (2, 10)];
        assert_eq!(seconds_left(under_way.into_iter(), &paces, 1), Some(12.0 + 80.0 + 30.0));
        // Two at a time would do that in 61 s, but the second arm alone needs 80 s.
        assert_eq!(seconds_left(under_way.into_iter(), &paces, 2), Some(80.0));
        assert_eq!(seconds_left(std::iter::empty(), &paces, 2), Some(0.0));
        assert_eq!(seconds_left(under_way.into_iter(), &[ArmPace::default(); 3], 2), None);
    }
}
