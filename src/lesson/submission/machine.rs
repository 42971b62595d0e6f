//! On what something was computed: another machine may round otherwise, and then comes to other bits.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::digest::fnv1a;
use crate::storage::parse_experiment;
use crate::training::{Outcome, compare};

/// Small runs with every function that an activation, a loss or a data set may need, on sparse and dense layers.
const PROBE: &str = r#"
format = 1
name = "probe"
data = { source = "circle", train = 96, test = 48, noise_features = 3 }
network = { hidden = [40, 24], activation = "tanh" }
sparsity = { method = "set", density = 0.4 }
optimizer = { learning_rate = 0.1 }
training = { epochs = 2, batch = 12, seeds = [1] }
[[arm]]
name = "dense"
sparsity.method = "dense"
[[arm]]
name = "sigmoid"
network.activation = "sigmoid"
sparsity.method = "rigl"
[[arm]]
name = "gelu"
network.activation = "gelu"
optimizer.name = "adam"
"#;

/// What bits depend on besides experiment and seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Version of the program.
    pub program: String,
    /// Processor and system.
    pub platform: String,
    /// Digest of what some small runs come to: where it is the same, so are the bits of others.
    pub arithmetic: String,
}

impl Machine {
    /// The one that this program runs on. The first call trains for some milliseconds.
    #[must_use]
    pub fn here() -> &'static Self {
        static HERE: OnceLock<Machine> = OnceLock::new();
        HERE.get_or_init(|| Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            platform: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
            arithmetic: format!("{:016x}", probe()),
        })
    }

    /// Whether the same run comes to the same bits on both.
    #[must_use]
    pub fn computes_like(&self, other: &Self) -> bool {
        (&self.program, &self.arithmetic) == (&other.program, &other.arithmetic)
    }
}

fn probe() -> u64 {
    let experiment = Arc::new(parse_experiment(PROBE).unwrap_or_else(|faults| panic!("the probe: {faults:?}")));
    // A machine that has no thread to give computes nothing else either.
    let runs = compare(&experiment, 1, &AtomicBool::new(false), &|_, _, _| {}).unwrap_or_default();
    let mut bits = Vec::new();
    for run in runs.iter().filter(|run| run.outcome == Outcome::Finished) {
        for epoch in &run.epochs {
            bits.extend(epoch.digest.to_le_bytes());
            bits.extend(epoch.test.loss().to_bits().to_le_bytes());
        }
    }
    fnv1a(&bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probe_runs_to_its_end_and_says_the_same_each_time() {
        let experiment = parse_experiment(PROBE).expect("valid");
        let runs = compare(&experiment, 2, &AtomicBool::new(false), &|_, _, _| {}).expect("threads");
        assert!(runs.len() == 4 && runs.iter().all(|run| run.outcome == Outcome::Finished && run.epochs.len() == 2));
        assert_eq!(Machine::here().arithmetic, format!("{:016x}", probe()));
        assert_ne!(probe(), fnv1a(&[]), "something was computed");
        let other = Machine { arithmetic: "0".to_owned(), ..Machine::here().clone() };
        assert!(Machine::here().computes_like(Machine::here()) && !Machine::here().computes_like(&other));
        let elsewhere = Machine { platform: "z80 cp-m".to_owned(), ..Machine::here().clone() };
        assert!(Machine::here().computes_like(&elsewhere), "what it is called is not what it computes");
    }
}
