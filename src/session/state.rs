//! The open experiment and its runs.

mod changes;
mod notices;
mod sharing;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::command::Command;
use super::comparison_job::ComparisonJob;
use super::examples::EXAMPLES;
use super::history::History;
use super::measurement::Measurement;
use super::speed::Speed;
use super::undo::Undo;
use crate::data::Split;
use crate::storage::{load_experiment, write_experiment};
use crate::training::{Arm, Ensemble, ExperimentSpec, Fault, Goal, ValidExperiment, check};

use self::changes::Keeper;
pub use self::notices::{Mend, Notice};

/// Called, from any thread, when there is something new to draw.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The open experiment, its runs from one seed, and a comparison over seeds.
pub struct Session {
    /// As it stands in the set-up, perhaps with faults.
    draft: ExperimentSpec,
    faults: Vec<Fault>,
    valid: Arc<ValidExperiment>,
    ensemble: Option<Ensemble>,
    histories: Vec<History>,
    selected: usize,
    playing: bool,
    /// Whether the runs rested before their views were last taken in, and nothing was ordered since.
    at_rest: bool,
    speed: Speed,
    seed: u64,
    comparison: Option<ComparisonJob>,
    measurement: Option<Measurement>,
    notice: Option<Notice>,
    /// Arms whose failure has been told already.
    told: Vec<bool>,
    path: Option<PathBuf>,
    undo: Undo,
    keeper: Option<Keeper>,
    wake: Wake,
}

impl Session {
    /// Opens an experiment, paused before its first step.
    #[must_use]
    pub fn new(experiment: ValidExperiment, wake: Wake) -> Self {
        let mut session = Self {
            draft: experiment.spec().clone(),
            faults: Vec::new(),
            seed: experiment.seeds()[0],
            valid: Arc::new(experiment),
            ensemble: None,
            histories: Vec::new(),
            selected: 0,
            playing: false,
            at_rest: false,
            speed: Speed::default(),
            comparison: None,
            measurement: None,
            notice: None,
            told: Vec::new(),
            path: None,
            undo: Undo::default(),
            keeper: None,
            wake,
        };
        session.restart();
        session
    }

    /// Takes in what the runs have left since the last call. Never waits for them.
    pub fn update(&mut self) {
        self.with_comparison(ComparisonJob::update);
        let Some(ensemble) = &self.ensemble else { return };
        // Asked first: a run that comes to rest meanwhile may have left a view that is not taken in yet.
        self.at_rest = ensemble.is_at_rest();
        for (arm, history) in self.histories.iter_mut().enumerate() {
            history.take(ensemble.mailbox(arm));
        }
        if self.playing && self.at_rest {
            self.playing = false;
        }
        self.tell_failures();
        self.keep();
    }

    /// Does what the user asks for.
    pub fn execute(&mut self, command: Command) {
        self.at_rest = false;
        match command {
            Command::Play => self.play(),
            Command::Pause => self.pause(),
            Command::StepBatch => self.step_to(|position, _| 2 * (position / 2 + 1)),
            Command::StepEpoch => self.step_to(|position, steps| 2 * steps * (position / (2 * steps) + 1)),
            Command::StepUpdate => self.step_update(),
            Command::BackEpoch => self.back_epoch(),
            Command::GoToEpoch(epoch) => self.go_to_epoch(epoch),
            Command::SetSpeed(speed) => self.set_speed(speed),
            Command::Reset => self.restart(),
            Command::SetSeed(seed) => self.change(|session| {
                session.seed = seed;
                session.restart();
            }),
            Command::SelectArm(arm) => self.selected = arm.min(self.valid.arms().len() - 1),
            Command::Edit(spec) => self.change(|session| session.edit(*spec)),
            Command::RewindAndSetRate { epoch, learning_rate } => {
                self.change(|session| session.rewind_and_set_rate(epoch, learning_rate));
            }
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::Compare => self.compare(),
            Command::PauseComparison => self.with_comparison(ComparisonJob::pause),
            Command::ResumeComparison => self.with_comparison(ComparisonJob::resume),
            Command::CancelComparison => self.with_comparison(ComparisonJob::cancel),
            Command::MeasureTopology { earlier } => self.measure(earlier),
            Command::CancelMeasurement => self.measurement = None,
            Command::Open(path) => self.change(|session| session.open(&path)),
            Command::Resume(kept) => self.change(|session| {
                if !session.take_over(&kept) {
                    session.tell("It cannot run any more: its data may have moved.");
                }
            }),
            Command::Save(path) => self.save(&path),
            Command::OpenExample(index) => {
                if let Some(example) = EXAMPLES.get(index) {
                    self.change(|session| session.replace(example.experiment(), None));
                }
            }
            Command::WriteFile { path, contents } => self.write_file(&path, &contents),
            Command::Paste(text) => self.change(|session| session.paste(&text)),
            Command::Tell { text, is_fault } => self.say(text, is_fault),
            Command::Dismiss => self.notice = None,
        }
        self.keep();
    }

    /// The experiment as it stands in the set-up, perhaps with faults.
    #[must_use]
    pub fn draft(&self) -> &ExperimentSpec {
        &self.draft
    }

    /// What is wrong with it; the runs are then those of the last state without faults.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The experiment that runs.
    #[must_use]
    pub fn experiment(&self) -> &ValidExperiment {
        &self.valid
    }

    /// The arms that run.
    #[must_use]
    pub fn arms(&self) -> &[Arm] {
        self.valid.arms()
    }

    /// The arm that is shown in the centre.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Connections that an arm's network has now; those of the experiment before it is drawn.
    #[must_use]
    pub fn connections(&self, arm: usize) -> usize {
        let drawn = self.histories[arm].view().map(|view| view.snapshot.network.connections());
        drawn.unwrap_or_else(|| self.arms()[arm].total_connections())
    }

    /// What is known of an arm's run.
    #[must_use]
    pub fn history(&self, arm: usize) -> &History {
        &self.histories[arm]
    }

    /// The data, once they have been drawn.
    #[must_use]
    pub fn data(&self) -> Option<Arc<Split>> {
        self.ensemble.as_ref().and_then(Ensemble::data)
    }

    /// Whether training goes on until the end or until paused.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Whether all arms have trained all epochs, or cannot go on.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.histories.iter().all(|history| {
            history.failure().is_some() || history.view().is_some_and(|view| view.snapshot.is_finished())
        })
    }

    /// Whether all arms have done what they were told, and what they left has been taken in.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.at_rest || self.ensemble.is_none()
    }

    /// How fast training goes.
    #[must_use]
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// The seed of the runs that are watched.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The comparison over seeds, under way or done.
    #[must_use]
    pub fn comparison(&self) -> Option<&ComparisonJob> {
        self.comparison.as_ref()
    }

    /// The measurement of a topology that was asked for last.
    #[must_use]
    pub fn measurement(&self) -> Option<&Measurement> {
        self.measurement.as_ref()
    }

    /// Something that the user should know.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// The file that the experiment was opened from or saved to.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Says from which file the experiment was opened.
    pub fn set_path(&mut self, path: Option<PathBuf>) {
        self.path = path;
    }

    /// Steps an epoch.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u64 {
        self.valid.steps_per_epoch()
    }

    /// The position that all arms are at, or on their way to.
    fn position(&self) -> u64 {
        self.ensemble.as_ref().map_or(0, Ensemble::headed_for)
    }

    fn play(&mut self) {
        if self.histories.iter().all(|history| history.failure().is_some()) {
            return self.tell("No arm can go on: go back and lower the learning rate, or reset.");
        }
        if self.is_finished() {
            return self.tell("All epochs are trained. Reset to train again, or raise the number of epochs.");
        }
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_goal(Goal::Play);
            self.playing = true;
        }
    }

    fn pause(&mut self) {
        self.playing = false;
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_goal(Goal::Pause);
        }
    }

    /// Trains to a position that follows from where the runs are and the number of steps an epoch.
    fn step_to(&mut self, position: impl FnOnce(u64, u64) -> u64) {
        let last = 2 * self.valid.steps();
        let target = position(self.position(), self.steps_per_epoch()).min(last);
        self.playing = false;
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_goal(Goal::Reach(target));
        }
    }

    fn step_update(&mut self) {
        let next = |history: &History| history.view()?.snapshot.position_after_next_update();
        let own = self.histories.get(self.selected).and_then(next);
        match own.or_else(|| self.histories.iter().find_map(next)) {
            Some(position) => self.step_to(|_, _| position),
            None => self.tell("No topology update is left in this run: evolution has ended, or no arm evolves."),
        }
    }

    fn back_epoch(&mut self) {
        let epoch = self.position().saturating_sub(1) / (2 * self.steps_per_epoch());
        self.go_to_epoch(u32::try_from(epoch).unwrap_or(u32::MAX));
    }

    fn go_to_epoch(&mut self, epoch: u32) {
        let epoch = epoch.min(self.valid.epochs());
        let position = 2 * self.steps_per_epoch() * u64::from(epoch);
        if position > self.position() {
            return self.step_to(|_, _| position);
        }
        self.playing = false;
        self.told.fill(false);
        self.notice = None;
        if let Some(ensemble) = &self.ensemble {
            ensemble.rewind(epoch);
        }
    }

    fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_pace(speed.pace(self.steps_per_epoch()));
        }
    }

    /// Starts all arms anew, paused.
    fn restart(&mut self) {
        self.playing = false;
        self.histories = self.valid.arms().iter().map(|_| History::default()).collect();
        self.told = vec![false; self.histories.len()];
        self.measurement = None;
        self.selected = self.selected.min(self.histories.len() - 1);
        self.notice = None;
        match Ensemble::start(Arc::clone(&self.valid), self.seed, &self.wake) {
            Ok(ensemble) => {
                ensemble.set_pace(self.speed.pace(self.steps_per_epoch()));
                self.ensemble = Some(ensemble);
            }
            Err(error) => {
                self.ensemble = None;
                self.tell_fault(format!("The runs could not be started: {error}. Close other programs and reset."));
            }
        }
    }

    /// Takes over a changed set-up: what may change during a run changes it, everything else starts it anew.
    fn edit(&mut self, spec: ExperimentSpec) {
        self.draft = spec;
        let valid = match check(&self.draft) {
            Ok(valid) => Arc::new(valid),
            Err(faults) => {
                self.faults = faults;
                return;
            }
        };
        self.faults.clear();
        let before = std::mem::replace(&mut self.valid, valid);
        if before == self.valid {
            return;
        }
        self.comparison = None;
        if !only_tuned(&before, &self.valid) {
            let had_begun = self.position() > 0;
            self.restart();
            if had_begun {
                self.tell("That is part of the start: all arms begin anew.");
            }
            return;
        }
        if let Some(ensemble) = &self.ensemble {
            for (index, (old, new)) in before.arms().iter().zip(self.valid.arms()).enumerate() {
                if old.tuning != new.tuning {
                    ensemble.tune(index, new.tuning.clone());
                }
            }
        }
    }

    fn rewind_and_set_rate(&mut self, epoch: u32, learning_rate: f64) {
        let mut spec = self.draft.clone();
        spec.optimizer.learning_rate = Some(learning_rate);
        for arm in &mut spec.arms {
            arm.optimizer.learning_rate = None;
        }
        self.go_to_epoch(epoch);
        self.edit(spec);
    }

    fn compare(&mut self) {
        if self.comparison.as_ref().is_some_and(ComparisonJob::is_running) {
            return;
        }
        match ComparisonJob::start(Arc::clone(&self.valid), Arc::clone(&self.wake)) {
            Ok(job) => self.comparison = Some(job),
            Err(error) => self.tell_fault(format!("The comparison could not be started: {error}.")),
        }
    }

    fn with_comparison(&mut self, act: impl FnOnce(&mut ComparisonJob)) {
        if let Some(job) = &mut self.comparison {
            act(job);
        }
    }

    fn measure(&mut self, earlier: Option<u32>) {
        let Some(data) = self.data() else { return };
        match Measurement::start(&self.valid, &self.histories, self.selected, earlier, data, Arc::clone(&self.wake)) {
            Ok(measurement) => self.measurement = measurement,
            Err(error) => self.tell_fault(format!("The measurement could not be started: {error}.")),
        }
    }

    fn open(&mut self, path: &Path) {
        match load_experiment(path) {
            Ok(experiment) => self.replace(experiment, Some(path.to_owned())),
            Err(error) => self.tell_fault(format!("{error}\nThe open experiment stays as it is.")),
        }
    }

    fn save(&mut self, path: &Path) {
        match write_experiment(path, &self.draft) {
            Ok(()) => {
                self.undo.saved_as(&self.draft.name, self.path.as_deref(), path);
                self.path = Some(path.to_owned());
                self.tell(&format!("Saved as {}.", path.display()));
            }
            Err(error) => self.tell_fault(format!("Not saved: {error}. Choose another folder.")),
        }
    }

    fn replace(&mut self, experiment: ValidExperiment, path: Option<PathBuf>) {
        self.draft = experiment.spec().clone();
        self.faults.clear();
        self.seed = experiment.seeds()[0];
        self.valid = Arc::new(experiment);
        self.path = path;
        self.selected = 0;
        self.comparison = None;
        self.restart();
    }
}

/// Whether nothing changed but what may change during a run.
fn only_tuned(before: &ValidExperiment, after: &ValidExperiment) -> bool {
    let (old, new) = (before.spec(), after.spec());
    old.data == new.data
        && before.facts() == after.facts()
        && old.training.epochs == new.training.epochs
        && old.training.batch == new.training.batch
        && before.arms().len() == after.arms().len()
        && before.arms().iter().zip(after.arms()).all(|(old, new)| old.same_but_for_tuning(new))
}
