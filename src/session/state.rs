//! The open experiment and its runs.

mod bookmarks;
mod by_hand;
mod changes;
mod edit;
mod inputs;
mod lab;
mod lessons;
mod life;
mod notices;
mod packs;
mod recorded;
mod sharing;
mod sweeping;
mod time;
mod trace;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::command::Command;
use super::comparison_job::ComparisonJob;
use super::examples::EXAMPLES;
use super::history::History;
use super::lesson::Lessons;
use super::measurement::Measurement;
use super::past::Playhead;
use super::speed::Speed;
use super::sweep_job::SweepJob;
use super::sweep_plan::SweepPlan;
use super::undo::Undo;
use crate::data::Split;
use crate::lesson::SUBMISSION_ENDING;
use crate::storage::{is_run_file, load_experiment, write_experiment};
use crate::training::{Arm, Ensemble, ExperimentSpec, Fault, TIMELINE_BUDGET, ValidExperiment};

pub use self::by_hand::Budget;
pub(super) use self::by_hand::difference;
use self::changes::Keeper;
pub use self::inputs::{InputDegrees, MeanDegrees};
pub use self::life::Life;
pub use self::notices::{Mend, Notice};
use self::recorded::Verification;
pub use self::trace::WeightTrace;

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
    sweep: Option<SweepJob>,
    sweep_plan: Option<SweepPlan>,
    lessons: Lessons,
    measurement: Option<Measurement>,
    /// The moment of the past that is looked at.
    playhead: Option<Playhead>,
    /// What ran from which position on, since the runs began: settings change on the way.
    settings: Vec<(u64, Arc<ValidExperiment>)>,
    timeline_budget: usize,
    verification: Option<Verification>,
    notice: Option<Notice>,
    /// By arm, whether its failure has been told already: after how many rewinds.
    told: Vec<Option<u32>>,
    path: Option<PathBuf>,
    undo: Undo,
    /// What is done as soon as the runs rest, in this order.
    waiting: VecDeque<Command>,
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
            sweep: None,
            sweep_plan: None,
            lessons: Lessons::default(),
            measurement: None,
            playhead: None,
            settings: Vec::new(),
            timeline_budget: TIMELINE_BUDGET,
            verification: None,
            notice: None,
            told: Vec::new(),
            path: None,
            undo: Undo::default(),
            waiting: VecDeque::new(),
            keeper: None,
            wake,
        };
        session.restart();
        session
    }

    /// Takes in what the runs have left since the last call. Never waits for them.
    pub fn update(&mut self) {
        self.with_comparison(ComparisonJob::update);
        self.with_sweep(SweepJob::update);
        self.take_found_packs();
        let Some(ensemble) = &self.ensemble else { return };
        // Asked first: a run that comes to rest meanwhile may have left a view that is not taken in yet.
        self.at_rest = ensemble.is_at_rest();
        let mailboxes = (0..self.histories.len()).map(|arm| ensemble.mailbox(arm).as_ref());
        History::take_all(&mut self.histories, mailboxes, self.at_rest);
        if self.playing && self.at_rest {
            self.playing = false;
        }
        self.update_past();
        self.tell_failures();
        self.do_what_waited();
        self.verify();
        self.follow_lesson();
        self.keep();
    }

    /// Does what the user asks for; what belongs to an exact moment as soon as the runs rest, and what comes after it then.
    pub fn execute(&mut self, command: Command) {
        if self.puts_off(&command) {
            self.waiting.push_back(command);
        } else {
            self.act(command);
        }
    }

    fn act(&mut self, command: Command) {
        self.at_rest = false;
        match command {
            Command::Play => self.play(),
            Command::Pause => self.pause(),
            Command::StepBatch => self.step_to(|position, _| 2 * (position / 2 + 1)),
            Command::StepEpoch => self.step_epoch(),
            Command::StepUpdate => self.step_update(),
            Command::BackEpoch => self.back_epoch(),
            Command::BackUpdate => self.back_update(),
            Command::GoToEpoch(epoch) => self.go_to_epoch(epoch),
            Command::LookAt(position) => self.look_at(position),
            Command::ReturnToLive => self.return_to_live(),
            Command::Replay(direction) => self.replay(direction),
            Command::RewindTo(position) => self.rewind_to(position),
            Command::Fork(fork) => self.change(|session| session.fork(*fork)),
            Command::Operate(operation) => self.change(|session| session.operate(&operation)),
            Command::AddRival => self.change(Self::add_rival),
            Command::SetTimelineBudget(bytes) => self.set_timeline_budget(bytes),
            Command::AddBookmark => self.change(Self::add_bookmark),
            Command::RenameBookmark { index, name } => self.change(|session| session.rename_bookmark(index, name)),
            Command::NoteBookmark { index, notes } => self.change(|session| session.note_bookmark(index, notes)),
            Command::RemoveBookmark(index) => self.change(|session| session.remove_bookmark(index)),
            Command::GoToBookmark(index) => self.go_to_bookmark(index),
            Command::GoToMoment(at) => self.go_to_moment(at),
            Command::SetSpeed(speed) => self.set_speed(speed),
            Command::Reset => self.restart(),
            Command::SetSeed(seed) => self.change(|session| {
                session.seed = seed;
                session.restart();
            }),
            Command::SelectArm(arm) => self.select(arm),
            Command::Edit(spec) => self.change(|session| session.edit(*spec)),
            Command::RewindAndSetRate { epoch, learning_rate } => {
                self.change(|session| session.rewind_and_set_rate(epoch, learning_rate));
            }
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::Compare => self.compare(),
            Command::PauseComparison => self.with_comparison(ComparisonJob::pause),
            Command::ResumeComparison => self.resume_comparison(),
            Command::CancelComparison => self.with_comparison(ComparisonJob::cancel),
            Command::PlanSweep { folder } => self.plan_sweep(folder.as_ref()),
            Command::StartSweep => self.start_sweep(),
            Command::PauseSweep => self.with_sweep(SweepJob::pause),
            Command::ResumeSweep => self.resume_sweep(),
            Command::CancelSweep => self.with_sweep(SweepJob::cancel),
            Command::MeasureTopology { earlier } => self.measure(earlier),
            Command::CancelMeasurement => self.measurement = None,
            Command::Open(path) => self.change(|session| session.open(&path)),
            Command::Resume(kept) => self.change(|session| {
                if !session.take_over(&kept) {
                    session.tell("It cannot run any more: its data may have moved.");
                }
            }),
            Command::Save(path) => self.save(&path),
            Command::SaveRun(path) => self.save_run(&path),
            Command::OpenExample(index) => {
                if let Some(example) = EXAMPLES.get(index) {
                    self.change(|session| session.replace(example.experiment(), None));
                }
            }
            Command::Lesson(wish) => self.learn(wish),
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
            history.failure().is_some() || history.live().is_some_and(|view| view.snapshot.is_finished())
        })
    }

    /// Whether all arms have done what they were told, and what they left has been taken in.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.waiting.is_empty() && (self.at_rest || self.ensemble.is_none())
    }

    /// Whether an arm is being tested after an epoch, and that takes so long that one wonders why nothing moves.
    #[must_use]
    pub fn is_testing(&self) -> bool {
        const LONG: Duration = Duration::from_millis(250);
        let mut evaluating = self.histories.iter().filter_map(History::evaluating);
        self.past().is_none() && evaluating.any(|since| since.elapsed() >= LONG)
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

    /// Starts all arms anew, paused.
    fn restart(&mut self) {
        self.playing = false;
        self.histories = self.valid.arms().iter().map(|_| History::default()).collect();
        self.told = vec![None; self.histories.len()];
        self.measurement = None;
        self.playhead = None;
        self.verification = None;
        self.settings = vec![(0, Arc::clone(&self.valid))];
        self.selected = self.selected.min(self.histories.len() - 1);
        self.notice = None;
        match Ensemble::start(Arc::clone(&self.valid), self.seed, &self.wake) {
            Ok(ensemble) => {
                ensemble.set_budget(self.timeline_budget);
                ensemble.set_pace(self.speed.pace(self.steps_per_epoch()));
                self.ensemble = Some(ensemble);
            }
            Err(error) => {
                self.ensemble = None;
                self.tell_fault(format!("The runs could not be started: {error}. Close other programs and reset."));
            }
        }
    }

    fn compare(&mut self) {
        if self.comparison.as_ref().is_some_and(ComparisonJob::is_running) {
            return;
        }
        match ComparisonJob::start(Arc::clone(&self.valid), self.needs_measures(), Arc::clone(&self.wake)) {
            Ok(job) => {
                self.comparison = Some(job);
                self.rest_sweep();
            }
            Err(error) => self.tell_fault(format!("The comparison could not be started: {error}.")),
        }
    }

    fn resume_comparison(&mut self) {
        self.with_comparison(ComparisonJob::resume);
        if self.comparison.as_ref().is_some_and(ComparisonJob::is_running) {
            self.rest_sweep();
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
        if is_run_file(path) {
            return self.open_run(path);
        }
        if path.extension().is_some_and(|ending| ending == SUBMISSION_ENDING) {
            let text = "This is a lab report. As a page to read: regrow lesson report; judged: regrow lesson grade.";
            return self.tell_fault(text.to_owned());
        }
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
