//! What each arm came to at each point of a sweep, over its seeds.

use std::collections::HashMap;

use crate::metrics::Summary;
use crate::storage::SweepRunResults;
use crate::training::{RunKey, ValidSweep};

/// An arm at one point of a sweep, over the seeds that have finished.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SweepCell {
    /// Which point, from 0.
    pub point: usize,
    /// Which arm, from 0.
    pub arm: usize,
    /// Its runs that have ended, however they did.
    pub ended: usize,
    /// Test accuracy after the last epoch, from 0 to 1.
    pub final_accuracy: Summary,
    /// The best test accuracy of all epochs, from 0 to 1. It is chosen on the test samples, so it flatters.
    pub best_accuracy: Summary,
    /// Connections in the end.
    pub connections: Summary,
    /// Seconds of training of a whole run, evaluation out.
    pub seconds: Summary,
}

/// One cell for each point and arm, arm by arm within a point; of nothing where no run has finished.
///
/// Where an arm is the same at several points, one run stands for all of them.
pub(super) fn sweep_cells(sweep: &ValidSweep, results: &HashMap<RunKey, SweepRunResults>) -> Vec<SweepCell> {
    let cell = |point: usize, arm: usize| {
        let run = |&seed: &u64| results.get(&sweep.source(RunKey { point, arm, seed }));
        let ended: Vec<&SweepRunResults> = sweep.seeds().iter().filter_map(run).collect();
        let over_seeds = |value: &dyn Fn(&SweepRunResults) -> Option<f64>| {
            let finished = ended.iter().filter(|run| run.has_finished);
            Summary::of(&finished.filter_map(|run| value(run)).collect::<Vec<f64>>())
        };
        #[expect(clippy::cast_precision_loss, reason = "a number of connections")]
        let connections = |run: &SweepRunResults| Some(run.connections as f64);
        SweepCell {
            point,
            arm,
            ended: ended.len(),
            final_accuracy: over_seeds(&|run| run.final_test_accuracy),
            best_accuracy: over_seeds(&|run| run.best_test_accuracy),
            connections: over_seeds(&connections),
            seconds: over_seeds(&|run| Some(run.seconds)),
        }
    };
    (0..sweep.points().len()).flat_map(|point| (0..sweep.arm_count()).map(move |arm| cell(point, arm))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::parse_experiment;
    use crate::training::{AxisSpec, check_sweep};

    #[test]
    fn cells_worked_by_hand() {
        let text = "format = 1\nname = \"x\"\ntraining = { epochs = 1, batch = 10, seeds = [5, 3] }\n\
                    data = { source = \"circle\" }\n[[arm]]\nname = \"dense\"\nsparsity.method = \"dense\"\n";
        let mut spec = parse_experiment(text).expect("valid").spec().clone();
        spec.sweep = vec![AxisSpec::parsed("sparsity.density", "0.2, 0.5")];
        let sweep = check_sweep(&spec).expect("valid");
        let run = |seed: u64, last: f64, best: f64, connections: usize, has_finished: bool| SweepRunResults {
            seed,
            outcome: String::new(),
            has_finished,
            final_test_accuracy: Some(last),
            best_test_accuracy: Some(best),
            connections,
            parameters: 0,
            seconds: 4.0,
        };
        let key = |point, arm, seed| RunKey { point, arm, seed };
        let results = HashMap::from([
            (key(0, 0, 5), run(5, 0.5, 0.75, 100, true)),
            (key(0, 0, 3), run(3, 0.75, 0.75, 110, true)),
            (key(1, 0, 5), run(5, 0.1, 0.9, 7, false)),
            (key(0, 1, 3), run(3, 0.25, 0.5, 900, true)),
        ]);
        let cells = sweep_cells(&sweep, &results);
        let place = |cell: &SweepCell| (cell.point, cell.arm, cell.ended, cell.final_accuracy.count);
        // The dense arm is the same at both densities.
        assert_eq!(
            cells.iter().map(place).collect::<Vec<_>>(),
            [(0, 0, 2, 2), (0, 1, 1, 1), (1, 0, 1, 0), (1, 1, 1, 1)]
        );
        assert_eq!((cells[0].final_accuracy.mean, cells[0].best_accuracy.mean), (0.625, 0.75));
        // Of two values the sd is their distance by √2.
        assert!((cells[0].final_accuracy.deviation - 0.25 / 2_f64.sqrt()).abs() < 1e-12);
        assert_eq!((cells[0].connections.mean, cells[0].seconds.mean), (105.0, 4.0));
        assert_eq!(cells[3].final_accuracy, cells[1].final_accuracy);
    }
}
