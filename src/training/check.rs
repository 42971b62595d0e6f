//! Checking an experiment: what passes can run.

mod draft;

use self::draft::all_arms;
use super::arm::Arm;
use super::fault::{Fault, Note};
use super::spec::{ExperimentSpec, FORMAT};
use crate::data::{DataError, DataFacts, DataSpec, Split};
use crate::sparse::LANES;
use crate::topology::{Rewind, Start};

/// Most bytes that all arms together may take.
const MEMORY_LIMIT: usize = 4 << 30;
/// Bytes that training keeps for each connection: weight, gradient, velocity, birthday, and three indices; Adam keeps
/// another moment.
const BYTES_A_CONNECTION: usize = 28;
/// Bytes of a weight that others are rewound to, with its index.
const BYTES_OF_EARLY_WEIGHT: usize = 16;
/// Bytes that it keeps for each neuron and sample of a batch: activation and gradient.
const BYTES_AN_ACTIVATION: usize = 8;
/// Bytes that scores before training take for each neuron: some matrices of 256 samples in double precision.
const BYTES_A_JUDGED_NEURON: usize = 256 * 12 * size_of::<f64>();
/// Bytes for each neuron of a large network while it is evaluated: one line of samples.
const BYTES_OF_A_LINE: usize = LANES * size_of::<f32>();

/// An experiment that can run. Only [`check`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidExperiment {
    spec: ExperimentSpec,
    facts: DataFacts,
    arms: Vec<Arm>,
    notes: Vec<Note>,
}

impl ValidExperiment {
    /// The description it was made from.
    #[must_use]
    pub fn spec(&self) -> &ExperimentSpec {
        &self.spec
    }

    /// The data set.
    #[must_use]
    pub fn data(&self) -> &DataSpec {
        &self.spec.data
    }

    /// What the description of the data set came to when it was checked.
    #[must_use]
    pub fn facts(&self) -> &DataFacts {
        &self.facts
    }

    /// The training and test data of a run from this seed.
    ///
    /// # Errors
    /// Where files have been changed or taken away since the experiment was checked.
    pub fn generate(&self, seed: u64) -> Result<Split, DataError> {
        if self.data().check()? != self.facts {
            return Err(DataError::Changed);
        }
        let split = self.data().generate(seed)?;
        if (split.train.samples(), split.train.features()) == (self.facts.train, self.facts.features) {
            Ok(split)
        } else {
            Err(DataError::Changed)
        }
    }

    /// The arms, the experiment's own first.
    #[must_use]
    pub fn arms(&self) -> &[Arm] {
        &self.arms
    }

    /// What may not run as meant.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Seeds of the comparison.
    #[must_use]
    pub fn seeds(&self) -> &[u64] {
        &self.spec.training.seeds
    }

    /// Epochs of a run.
    #[must_use]
    pub fn epochs(&self) -> u32 {
        self.spec.training.epochs
    }

    /// Samples a step.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.spec.training.batch
    }

    /// Steps an epoch; samples that do not fill a batch are left out.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u64 {
        (self.facts.train / self.spec.training.batch) as u64
    }

    /// Steps of a run.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps_per_epoch() * u64::from(self.epochs())
    }
}

/// Checks an experiment.
///
/// # Errors
/// Every fault there is, each with its key, what is wrong and how to mend it.
pub fn check(spec: &ExperimentSpec) -> Result<ValidExperiment, Vec<Fault>> {
    let mut findings = Findings::default();
    check_format(spec, &mut findings);
    let facts = check_data(spec, &mut findings);
    check_training(spec, &mut findings);
    let Some(facts) = facts.filter(|_| findings.faults.is_empty()) else { return Err(findings.faults) };
    let arms = all_arms(spec, &facts, &mut findings);
    check_names(spec, &mut findings);
    check_bookmarks(spec, &mut findings);
    note_sweep(spec, &mut findings);
    check_memory(spec, &arms, &mut findings);
    if findings.faults.is_empty() {
        let notes = findings.notes;
        Ok(ValidExperiment { spec: spec.clone(), facts, arms, notes })
    } else {
        Err(findings.faults)
    }
}

#[derive(Default)]
struct Findings {
    faults: Vec<Fault>,
    notes: Vec<Note>,
}

impl Findings {
    /// Notes a fault once; arms that inherit it are not to blame again.
    fn fault(&mut self, key: &str, problem: &str, remedy: &str) {
        let fault = Fault { key: key.into(), problem: problem.into(), remedy: remedy.into() };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn note(&mut self, key: &str, text: &str) {
        let note = Note { key: key.into(), text: text.into() };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// A number that must lie in a range; NaN never does.
    fn within(&mut self, key: &str, value: f64, fits: bool, range: &str) {
        if !fits {
            self.fault(key, &format!("{value} is not {range}"), &format!("Choose a number {range}"));
        }
    }
}

fn check_format(spec: &ExperimentSpec, findings: &mut Findings) {
    if spec.format > FORMAT {
        findings.fault(
            "format",
            &format!("format {} is newer than this program, which reads up to {FORMAT}", spec.format),
            "Update Regrow, or save the experiment from the older version",
        );
    } else if spec.format == 0 {
        findings.fault("format", "there is no format 0", &format!("Write format = {FORMAT}"));
    }
}

fn check_data(spec: &ExperimentSpec, findings: &mut Findings) -> Option<DataFacts> {
    let fault = |error: &DataError| {
        findings.fault(&format!("data.{}", error.key()), error.to_string().trim_end_matches('.'), "");
    };
    spec.data.check().inspect_err(fault).ok()
}

fn check_training(spec: &ExperimentSpec, findings: &mut Findings) {
    let training = &spec.training;
    if training.epochs == 0 || training.epochs > 1_000_000 {
        let problem = format!("{} epochs cannot be trained", training.epochs);
        findings.fault("training.epochs", &problem, "Choose from 1 to 1,000,000");
    }
    // Without samples the data are at fault, not the batch.
    if let Some(samples) = spec.data.facts().ok().map(|facts| facts.train).filter(|&samples| samples > 0)
        && (training.batch == 0 || training.batch > samples)
    {
        let problem = format!("a batch of {} cannot be drawn from {samples} training samples", training.batch);
        findings.fault("training.batch", &problem, &format!("Choose from 1 to {samples}"));
    }
    let mut seeds = training.seeds.clone();
    seeds.sort_unstable();
    if seeds.is_empty() {
        findings.fault("training.seeds", "there is no seed", "Name at least one, such as seeds = [1]");
    } else if let Some([seed, _]) = seeds.windows(2).find(|pair| pair[0] == pair[1]) {
        let problem = format!("seed {seed} is named twice");
        findings.fault("training.seeds", &problem, "Name each seed once: the same seed gives the same run");
    }
}

fn check_names(spec: &ExperimentSpec, findings: &mut Findings) {
    let own = spec.sparsity.method.unwrap_or_default().page().name;
    for (index, arm) in spec.arms.iter().enumerate() {
        let key = format!("arm.{index}.name");
        if arm.name.trim().is_empty() || arm.name.contains(char::is_control) {
            findings.fault(&key, "the arm has no name that can be read", "Give it one, such as name = \"dense\"");
        } else if arm.name == own || spec.arms[..index].iter().any(|other| other.name == arm.name) {
            let problem = format!("there is another arm named “{}”", arm.name);
            findings.fault(&key, &problem, "Give each arm a name of its own");
        }
    }
}

fn check_bookmarks(spec: &ExperimentSpec, findings: &mut Findings) {
    for (index, bookmark) in spec.bookmarks.iter().enumerate() {
        if bookmark.name.trim().is_empty() || bookmark.name.contains(char::is_control) {
            let key = format!("bookmark.{index}.name");
            findings.fault(
                &key,
                "the bookmark has no name that can be read",
                "Give it one, such as name = \"the start\"",
            );
        }
    }
}

/// What varies only in a sweep.
fn note_sweep(spec: &ExperimentSpec, findings: &mut Findings) {
    let keys: Vec<&str> = spec.sweep.iter().map(|axis| axis.key.as_str()).collect();
    if !keys.is_empty() {
        let text = format!("The experiment runs as it stands; `regrow sweep` would vary {}.", keys.join(" and "));
        findings.note("sweep", &text);
    }
}

/// Bytes that an arm takes, for a while or for good, for every place whether it has a connection or not.
fn dense_bytes(arm: &Arm) -> usize {
    let momentum = arm.tunings().any(|tuning| tuning.recipe.is_some_and(|recipe| recipe.needs_momentum()));
    let reserve = arm.tuning.recipe.is_some_and(|recipe| recipe.reserve.is_some());
    let each = match arm.start {
        // The parameters, what learns of them with index and moments, and moments of all at an update.
        Start::Random if reserve => 8 * size_of::<f32>(),
        Start::Random if momentum => size_of::<f32>(),
        Start::Random => 0,
        // Weights, gradients and scores in double precision, and activations of the samples that judge.
        _ => 8 * size_of::<f64>(),
    };
    let judged: usize = if arm.start == Start::Random { 0 } else { arm.sizes.iter().sum() };
    arm.total_places().saturating_mul(each).saturating_add(judged.saturating_mul(BYTES_A_JUDGED_NEURON))
}

/// All arms are in memory at once while they are watched.
fn check_memory(spec: &ExperimentSpec, arms: &[Arm], findings: &mut Findings) {
    let mut total = 0_usize;
    for (index, arm) in arms.iter().enumerate() {
        let neurons: usize = arm.sizes.iter().sum();
        let samples = spec.training.batch.next_multiple_of(LANES);
        let activations = neurons.saturating_mul(samples.saturating_mul(BYTES_AN_ACTIVATION) + BYTES_OF_A_LINE);
        let connections = arm.total_connections().max(arm.first_connections.iter().sum());
        let rewinds = arm.tuning.recipe.is_some_and(|recipe| recipe.rewind != Rewind::None);
        let each = BYTES_A_CONNECTION
            + if arm.rule.is_adaptive() { size_of::<f32>() } else { 0 }
            + if rewinds { BYTES_OF_EARLY_WEIGHT } else { 0 };
        let bytes = connections.saturating_mul(each).saturating_add(activations).saturating_add(dense_bytes(arm));
        total = total.saturating_add(bytes);
        if total <= MEMORY_LIMIT {
            continue;
        }
        let key = match index.checked_sub(1).and_then(|own| Some((own, spec.arms.get(own)?))) {
            Some((own, arm)) if arm.network.hidden.is_some() => format!("arm.{own}.network.hidden"),
            Some((own, arm)) if arm.sparsity.density.is_some() => format!("arm.{own}.sparsity.density"),
            Some((own, arm)) if arm.sparsity.method.is_some() => format!("arm.{own}.sparsity.method"),
            _ => "network.hidden".to_owned(),
        };
        let gigabytes = bytes.div_ceil(1 << 30);
        let problem = format!(
            "“{}” with {connections} connections and {neurons} neurons needs {gigabytes} GB of memory",
            arm.name
        );
        let remedy = if arm.method.is_dense() {
            "Narrow the layers, or leave the dense arm out"
        } else {
            "Narrow the layers, lower the density, or take smaller batches"
        };
        return findings.fault(&key, &problem, remedy);
    }
}
