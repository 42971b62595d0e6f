//! What has to be run again of a submission.

use std::path::PathBuf;
use std::sync::Arc;

use super::stored::RunKey;
use crate::data::FileKey;
use crate::lesson::content::{Lesson, Step};
use crate::lesson::pack::Pack;
use crate::lesson::submission::{Submission, WorkedExperiment, lesson_digest};
use crate::training::{BatchRun, ExperimentSpec, ValidExperiment, check, training_flops};

/// How many times as many operations as the lesson's own experiments an experiment may take, by formula.
const MOST_TIMES: f64 = 200.0;

/// The lesson of a submission, as it is here.
#[derive(Debug, Clone, Copy)]
pub struct FoundLesson<'a> {
    /// Its pack.
    pub pack: &'a Pack,
    /// The lesson, in the student's language if that version is here.
    pub lesson: &'a Lesson,
    /// Whether the student had the same text.
    pub is_same: bool,
}

impl FoundLesson<'_> {
    /// An experiment of a submission as it can run here: files of data are those of the pack, whatever the submission says.
    ///
    /// # Errors
    /// Why it cannot, or is not to be, run here.
    pub fn experiment(&self, worked: &WorkedExperiment) -> Result<ValidExperiment, String> {
        let mut spec = worked.spec().ok_or("its experiment is no TOML of an experiment")?;
        for key in FileKey::ALL {
            let there = spec.data.path_mut(key);
            let own = self.lesson.experiment.data().path(key).map(PathBuf::from);
            if there.is_some() && own.is_none() {
                return Err(format!("its experiment reads data.{} from a file that is not the lesson's", key.name()));
            }
            if there.is_some() {
                *there = own;
            }
        }
        spec.sweep.clear();
        let experiment = check(&spec).map_err(|faults| {
            let fault = faults.first().map(ToString::to_string).unwrap_or_default();
            format!("its experiment cannot run here: {fault}")
        })?;
        let (own, most) = (cost(&experiment), most_cost(self.lesson));
        if own > most {
            let times = own / most * MOST_TIMES;
            return Err(format!(
                "its experiment would take {times:.0} times as long as the lesson's: more than {MOST_TIMES:.0} times is not run"
            ));
        }
        Ok(experiment)
    }
}

/// The lesson that a submission is of: in the student's version and language if it is here, else as it is.
#[must_use]
pub fn find_lesson<'a>(packs: &[&'a Pack], submission: &Submission) -> Option<FoundLesson<'a>> {
    let pack: &'a Pack = packs.iter().find(|pack| pack.id == submission.pack)?;
    let all = pack.lessons.iter().chain(pack.translations.values().flatten());
    let own: Vec<&Lesson> = all.filter(|lesson| lesson.id == submission.lesson).collect();
    let same = own.iter().find(|lesson| lesson_digest(&pack.files, lesson) == submission.lesson_digest);
    let lesson = same.or_else(|| own.first())?;
    Some(FoundLesson { pack, lesson, is_same: same.is_some() })
}

/// An experiment of a submission that can run here, and its runs.
pub(super) struct Planned {
    pub experiment: Arc<ValidExperiment>,
    /// Each with the run's place among those of the submission's experiment, if that has it.
    pub runs: Vec<(RunKey, BatchRun)>,
}

/// Why an experiment is not run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotPlanned {
    /// It cannot, or is not to be, run here.
    NotHere(String),
    /// Its parts contradict each other.
    Contradiction(String),
}

/// What is to be run again of an experiment: all that the submission has runs of, and all that its checks look at.
///
/// # Errors
/// Why it is not run.
pub(super) fn plan(found: &FoundLesson, number: usize, submission: &Submission) -> Result<Planned, NotPlanned> {
    let worked = &submission.work.experiments[number];
    let experiment = Arc::new(found.experiment(worked).map_err(NotPlanned::NotHere)?);
    let judged = submission.work.checks.iter().filter(|(_, judged)| judged.experiment == number);
    let checks: Vec<_> = found
        .lesson
        .steps
        .iter()
        .flat_map(Step::checks)
        .filter(|check| judged.clone().any(|(id, _)| *id == check.id))
        .collect();
    let needs_runs = checks.iter().any(|check| check.needs_runs());
    let measures = checks.iter().any(|check| check.needs_measures());
    let named: Vec<String> = checks.iter().flat_map(|check| check.arms()).collect();
    let data = if has_files(experiment.spec()) { found.pack.files.checksum() } else { 0 };
    let mut runs = Vec::new();
    for (arm, own) in experiment.arms().iter().enumerate() {
        let is_needed = needs_runs && (arm == 0 || named.contains(&own.name));
        for &seed in experiment.seeds() {
            let is_there =
                worked.runs.iter().any(|run| run.arm == own.name && run.seed.parse().is_ok_and(|own: u64| own == seed));
            if is_needed || is_there {
                let key = RunKey::new(&experiment, data, arm, seed, measures);
                runs.push((key, BatchRun { experiment: Arc::clone(&experiment), arm, seed, measures }));
            }
        }
    }
    let stranger = worked.runs.iter().find(|run| {
        !experiment.arms().iter().any(|arm| arm.name == run.arm)
            || !experiment.seeds().iter().any(|seed| seed.to_string() == run.seed)
    });
    match stranger {
        Some(run) => {
            let text = format!("arm {}, seed {}: the file has a run that its experiment has not", run.arm, run.seed);
            Err(NotPlanned::Contradiction(text))
        }
        None => Ok(Planned { experiment, runs }),
    }
}

fn has_files(spec: &ExperimentSpec) -> bool {
    FileKey::ALL.into_iter().any(|key| spec.data.path(key).is_some())
}

/// Operations of all runs by formula.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn cost(experiment: &ValidExperiment) -> f64 {
    let (steps, per_epoch) = (experiment.steps(), experiment.steps_per_epoch());
    let samples = steps as f64 * experiment.batch() as f64 * experiment.seeds().len() as f64;
    let arms = experiment.arms().iter();
    arms.map(|arm| samples * training_flops(arm, arm.total_connections(), steps, per_epoch)).sum()
}

/// What may be run for a lesson at most.
fn most_cost(lesson: &Lesson) -> f64 {
    let solutions = lesson.steps.iter().filter_map(Step::solution).map(|solution| solution.experiment.as_ref());
    MOST_TIMES * solutions.chain([&lesson.experiment]).map(cost).fold(0.0, f64::max)
}
