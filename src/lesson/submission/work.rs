//! What a student has done in a lesson, as far as checks looked at it: experiments as they ran, records of their runs, verdicts.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::lesson::check::{Check, Judgement, RuleJudgement, Verdict};
use crate::lesson::evidence::RunEvidence;
use crate::storage::{EpochResults, SeedRun, change_data_paths, experiment_to_text, sealed, unsealed, write_whole};
use crate::training::{ExperimentSpec, Outcome, ValidExperiment};

/// What the file holds.
const NAME: &str = "work";
/// Letters of a comment at most.
pub const LONGEST_COMMENT: usize = 8_000;

/// What a student has done in a lesson.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LessonWork {
    /// Digest of the checks that were judged, see [`super::checks_digest`].
    pub lesson: String,
    /// What the student has to say.
    pub comment: String,
    /// By id of the check, the best judgement on it.
    pub checks: BTreeMap<String, JudgedCheck>,
    /// What checks were judged on, as it ran.
    pub experiments: Vec<WorkedExperiment>,
}

/// A check, as the student's window judged it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedCheck {
    /// On which experiment, from 0.
    pub experiment: usize,
    /// Whether it was passed as a whole.
    pub passed: bool,
    /// Points that it earned.
    pub points: u32,
    /// Rule by rule.
    pub rules: Vec<JudgedRule>,
}

/// A rule of a check, as it was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedRule {
    /// As it was written.
    pub rule: String,
    /// Whether it holds; nothing where that was not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
    /// What was found, as people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// An experiment that was judged, with the runs that this looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkedExperiment {
    /// As it ran, in TOML; of files of data the names alone.
    pub toml: String,
    /// By arm, then seed.
    pub runs: Vec<WorkedRun>,
}

/// A run that came to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkedRun {
    /// Name of the arm.
    pub arm: String,
    /// As text: JSON's numbers are too short for it.
    pub seed: String,
    /// The epoch and the learning rate at which its numbers overflowed, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diverged: Option<(u32, f64)>,
    /// One entry an epoch, from epoch 1.
    pub epochs: Vec<WorkedEpoch>,
}

/// How a run stood at the end of an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkedEpoch {
    /// What results tell of it.
    #[serde(flatten)]
    pub results: EpochResults,
    /// Digest of every connection, weight and bias, see [`crate::nn::Network::digest`], in hexadecimal.
    pub digest: String,
}

impl LessonWork {
    /// Keeps what became of a check, unless something better is kept: more points, then the student's own seeds count. Of two
    /// equals the newer one stays. Whether it was kept.
    pub fn keep(
        &mut self,
        check: &Check,
        judgement: &Judgement,
        experiment: &ValidExperiment,
        runs: &[RunEvidence],
        own_seeds: Option<&[u64]>,
    ) -> bool {
        // What is not decided yet may come out otherwise once it is.
        if judgement.rules.iter().any(|rule| rule.verdict == Verdict::NotYet) {
            return false;
        }
        let Some(own) = WorkedExperiment::new(experiment, if check.needs_runs() { runs } else { &[] }) else {
            return false;
        };
        let rank = |points: u32, experiment: &WorkedExperiment| {
            (points, own_seeds.is_some_and(|seeds| experiment.seeds().as_deref() == Some(seeds)))
        };
        let kept = self.checks.get(&check.id);
        let kept = kept.and_then(|kept| Some(rank(kept.points, self.experiments.get(kept.experiment)?)));
        if kept.is_some_and(|kept| kept > rank(judgement.points, &own)) {
            return false;
        }
        let known = self.experiments.iter().position(|known| known.toml == own.toml);
        let experiment = known.unwrap_or(self.experiments.len());
        match known {
            Some(known) => self.experiments[known].add(own.runs),
            None => self.experiments.push(own),
        }
        let rules = judgement.rules.iter().map(JudgedRule::new).collect();
        let passed = judgement.verdict == Verdict::Pass;
        self.checks.insert(check.id.clone(), JudgedCheck { experiment, passed, points: judgement.points, rules });
        self.forget_unused();
        true
    }

    /// What was judged when checks asked something else goes; the comment stays.
    pub fn follow(&mut self, checks_digest: &str) {
        if self.lesson != checks_digest {
            *self = Self {
                lesson: checks_digest.to_owned(),
                comment: std::mem::take(&mut self.comment),
                ..Self::default()
            };
        }
    }

    /// Experiments that no check stands on any more go.
    fn forget_unused(&mut self) {
        let is_used = |index: usize| self.checks.values().any(|check| check.experiment == index);
        let used: Vec<usize> = (0..self.experiments.len()).filter(|&index| is_used(index)).collect();
        let place = |old: usize| used.iter().position(|&index| index == old).unwrap_or(0);
        for check in self.checks.values_mut() {
            check.experiment = place(check.experiment);
        }
        let mut index = 0;
        self.experiments.retain(|_| {
            index += 1;
            used.contains(&(index - 1))
        });
    }

    /// Reads what is kept of a lesson of a pack; nothing yet where there is no file. What cannot be read is put aside, and the
    /// second value says where.
    #[must_use]
    pub fn load(folder: &Path, pack: &str, lesson: &str) -> (Self, Option<String>) {
        let path = path(folder, pack, lesson);
        let Ok(bytes) = fs::read(&path) else { return (Self::default(), None) };
        let read = unsealed(NAME, &bytes).ok().and_then(|json| serde_json::from_str::<Self>(json).ok());
        if let Some(work) = read.filter(Self::is_sound) {
            return (work, None);
        }
        let aside = path.with_extension("aside.json");
        let place = if fs::rename(&path, &aside).is_ok() { aside } else { path };
        let place = place.display();
        (Self::default(), Some(format!("the runs kept for the lab report are damaged, and stay in {place}")))
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn save(&self, folder: &Path, pack: &str, lesson: &str) -> io::Result<()> {
        let path = path(folder, pack, lesson);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        write_whole(&path, &sealed(NAME, &serde_json::to_string(self)?))
    }

    /// Whether its parts name only what is there.
    pub(super) fn is_sound(&self) -> bool {
        self.checks.values().all(|check| check.experiment < self.experiments.len())
    }
}

fn path(folder: &Path, pack: &str, lesson: &str) -> PathBuf {
    folder.join(pack).join(format!("{lesson}.json"))
}

impl JudgedRule {
    pub(in crate::lesson) fn new(rule: &RuleJudgement) -> Self {
        let holds = match rule.verdict {
            Verdict::Pass => Some(true),
            Verdict::Fail => Some(false),
            Verdict::NotYet => None,
        };
        Self { rule: rule.rule.clone(), holds, value: rule.value.clone() }
    }
}

impl WorkedExperiment {
    /// An experiment with those of these runs that have ended; nothing where it cannot be written.
    fn new(experiment: &ValidExperiment, runs: &[RunEvidence]) -> Option<Self> {
        let mut spec = experiment.spec().clone();
        // Where a student keeps files is nobody's business.
        change_data_paths(&mut spec, &mut |path| {
            *path = path.file_name().map_or_else(|| path.clone(), Into::into);
        });
        let mut worked = Self { toml: experiment_to_text(&spec).ok()?, runs: Vec::new() };
        let names = experiment.arms();
        worked.add(runs.iter().filter_map(|run| WorkedRun::new(&names.get(run.arm)?.name, run)).collect());
        Some(worked)
    }

    /// Takes in runs that it does not have yet.
    fn add(&mut self, runs: Vec<WorkedRun>) {
        for run in runs {
            if !self.runs.iter().any(|own| (&own.arm, &own.seed) == (&run.arm, &run.seed)) {
                self.runs.push(run);
            }
        }
    }

    /// What it describes, if it is TOML of an experiment; not checked, and files of data are not where it says.
    #[must_use]
    pub fn spec(&self) -> Option<ExperimentSpec> {
        toml::from_str(&self.toml).ok()
    }

    /// Its seeds.
    #[must_use]
    pub fn seeds(&self) -> Option<Vec<u64>> {
        self.spec().map(|spec| spec.training.seeds)
    }
}

impl WorkedRun {
    /// A run, if it came to its end here: what was opened from a file of somebody's is for them to hand in.
    fn new(arm: &str, run: &RunEvidence) -> Option<Self> {
        let diverged = match run.outcome {
            Some(Outcome::Finished) => None,
            Some(Outcome::Diverged(diverged)) => Some((diverged.epoch, diverged.learning_rate)),
            _ => return None,
        };
        let digests = run.epochs.iter().map(|point| point.digest);
        let own = SeedRun { arm: run.arm, seed: run.seed, epochs: run.epochs.clone(), outcome: None };
        let epochs = own.results().zip(digests).map(|(results, digest)| {
            // Watched, a run counts operations otherwise.
            let results = EpochResults { flops: None, ..results };
            Some(WorkedEpoch { results, digest: format!("{:016x}", digest?) })
        });
        let epochs: Vec<WorkedEpoch> = epochs.collect::<Option<_>>()?;
        Some(Self { arm: arm.to_owned(), seed: run.seed.to_string(), diverged, epochs })
    }

    /// The run as evidence tells it, of the arm of this number.
    #[must_use]
    pub fn to_seed_run(&self, arm: usize) -> SeedRun {
        let epochs: Vec<EpochResults> = self.epochs.iter().map(|epoch| epoch.results.clone()).collect();
        let outcome = self.diverged.map_or(Outcome::Finished, |(epoch, learning_rate)| {
            Outcome::Diverged(crate::training::Diverged { epoch, learning_rate })
        });
        SeedRun::recorded(arm, self.seed.parse().unwrap_or_default(), &epochs, outcome)
    }
}
