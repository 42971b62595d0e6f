//! Lessons: their experiments, their questions, and checks on what runs.

use std::path::{Path, PathBuf};

use super::{Mend, Notice, Session};
use crate::lesson::{Answer, Event, Lesson, RunEvidence, Step, Verdict, write_lesson_start};
use crate::session::ComparisonJob;
use crate::session::command::Command;
use crate::session::lesson::{LessonWish, Lessons, OpenLesson};
use crate::storage::SeedRun;
use crate::storage::{Autosave, Kept};
use crate::training::{Failure, Outcome};

impl Session {
    /// Which lessons there are, and which is open.
    #[must_use]
    pub fn lessons(&self) -> &Lessons {
        &self.lessons
    }

    /// Whether the experiment that is open is that of the open lesson, however it has been changed since.
    #[must_use]
    pub fn is_in_lesson(&self) -> bool {
        self.lessons.open().is_some_and(|open| open.is_own(&self.draft))
    }

    /// Does what the user asks for.
    pub(super) fn learn(&mut self, wish: LessonWish) {
        match wish {
            LessonWish::Find => self.look_for_packs(None),
            LessonWish::OpenPack(path) => self.look_for_packs(Some(path)),
            LessonWish::SetLanguage(language) => self.lessons.set_language(language),
            LessonWish::Open { pack, lesson } => self.open_lesson(&pack, &lesson),
            LessonWish::Leave => self.leave_lesson(),
            LessonWish::GoTo(step) => {
                if let Some(open) = &mut self.lessons.open {
                    open.go_to(step);
                    let step = open.step_number();
                    self.note(|progress| progress.step = step);
                }
            }
            LessonWish::Start => {
                let start = self.lessons.open().map(|open| &open.lesson().experiment);
                if let Some(experiment) = start.map(|start| self.lessons.lab.checked_for_student(start)) {
                    self.change(|session| session.replace(experiment, None));
                }
            }
            LessonWish::Predict { id, choice } => self.note(|progress| progress.predict(&id, Answer::Choice(choice))),
            LessonWish::Answer { id, answer } => self.answer(&id, answer),
            LessonWish::GiveUp(id) => self.note(|progress| progress.give_up(&id)),
            LessonWish::Hint(id) => {
                let most = self.lessons.open().map_or(0, |open| open.hints(&id));
                self.note(|progress| {
                    let seen = progress.hints.entry(id).or_default();
                    *seen = (*seen + 1).min(most);
                });
            }
            LessonWish::Check(id) => self.check_exercise(&id),
            LessonWish::Solve => self.solve(),
            LessonWish::Enrol(student) => self.enrol(student),
            LessonWish::UseOwnSeeds(own) => self.use_own_seeds(own),
            LessonWish::Comment(text) => self.comment(&text),
            LessonWish::HandIn(path) => self.hand_in(&path),
            LessonWish::SaveStart(folder) => self.save_start(&folder),
        }
    }

    /// Where progress is kept, and packs of the user's own are found.
    pub(super) fn data_folder(&self) -> Option<PathBuf> {
        self.kept_in().map(Path::to_owned)
    }

    pub(super) fn tell_problems(&mut self, problems: &[String]) {
        if !problems.is_empty() {
            self.tell_fault(format!("Sorry: {}.", problems.join("; ")));
        }
    }

    fn open_lesson(&mut self, pack: &str, id: &str) {
        let is_open = |open: &OpenLesson| open.pack() == pack && open.lesson().id == id;
        if self.is_in_lesson() && self.lessons.open().is_some_and(is_open) {
            return;
        }
        if self.lessons.library().is_none() {
            let problems = self.lessons.find(self.data_folder().as_deref());
            self.tell_problems(&problems);
        }
        let Some(lesson) = self.lessons.lesson(pack, id).cloned() else {
            return self.tell_fault(format!("There is no lesson “{id}” in the pack “{pack}”."));
        };
        self.keep_lesson();
        // From lesson to lesson, what was open before the first comes back in the end.
        let is_in_lesson = self.is_in_lesson();
        let before = match self.lessons.open.take() {
            Some(open) if is_in_lesson => open.before,
            _ => self.state(),
        };
        let step = self.lessons.progress(pack, id).map_or(0, |progress| progress.step);
        let problem = self.lessons.lab.open(pack, &lesson);
        let experiment = self.lessons.lab.checked_for_student(&lesson.experiment);
        let mut open = OpenLesson::new(pack, lesson, step, before);
        let folder = self.kept_in().map(|folder| folder.join("progress").join("experiments").join(pack).join(id));
        open.autosave = folder.and_then(|folder| Autosave::open(&folder).ok());
        let kept = open.autosave.as_ref().and_then(|autosave| autosave.kept().ok().flatten());
        let kept = kept.filter(|kept| kept.draft != *experiment.spec() && open.is_own(&kept.draft));
        self.lessons.open = Some(open);
        self.lessons.watch(&self.wake);
        let step = self.lessons.open().map_or(0, OpenLesson::step_number);
        self.note(|progress| progress.step = step);
        self.change(|session| {
            let is_resumed = kept.is_some_and(|kept| session.take_over(&kept));
            if is_resumed {
                session.notice = Some(Notice {
                    text: "The experiment of this lesson is as you left it.".to_owned(),
                    mend: Some(Mend { label: "Begin it anew".to_owned(), command: Command::Lesson(LessonWish::Start) }),
                    is_fault: false,
                });
            } else {
                session.replace(experiment, None);
            }
        });
        self.tell_problems(problem.as_slice());
    }

    fn leave_lesson(&mut self) {
        let is_in_lesson = self.is_in_lesson();
        self.keep_lesson();
        self.lessons.stop_watching();
        let Some(open) = self.lessons.open.take() else { return };
        if !is_in_lesson {
            return;
        }
        let before = open.before;
        let kept = Kept {
            seed: before.seed.to_string(),
            path: before.path,
            runs: (before.draft != *before.runs.spec()).then(|| before.runs.spec().clone()),
            draft: before.draft,
        };
        self.change(|session| {
            let name = kept.draft.name.clone();
            if session.take_over(&kept) {
                session.notice = Some(Notice {
                    text: format!("“{name}” is open again, as it was before the lesson."),
                    mend: Some(Mend { label: "Keep the lesson's".to_owned(), command: Command::Undo }),
                    is_fault: false,
                });
            } else {
                session.tell_fault(format!(
                    "“{name}” cannot run any more: its data may have moved. The lesson's experiment stays."
                ));
            }
        });
    }

    /// Changes the progress in the open lesson.
    fn note(&mut self, change: impl FnOnce(&mut crate::lesson::LessonProgress)) {
        let folder = self.data_folder();
        if let Err(error) = self.lessons.note(folder.as_deref(), change) {
            self.tell_fault(format!(
                "Your progress could not be written down: {error}. It holds until the program ends."
            ));
        }
    }

    fn answer(&mut self, id: &str, answer: Answer) {
        let Some(quiz) = self.lessons.open().and_then(|open| open.quiz(id)) else { return };
        let points = if quiz.judge(answer) == Verdict::Pass { quiz.points } else { 0 };
        self.note(|progress| progress.answer(id, answer, points));
    }

    fn solve(&mut self) {
        let Some(open) = self.lessons.open() else { return };
        let step = open.step_number();
        let Some(solution) = open.step().solution() else { return };
        let experiment = self.lessons.lab.for_student(solution.experiment.spec());
        self.change(|session| session.edit(experiment));
        self.note(|progress| {
            if !progress.solutions.contains(&step) {
                progress.solutions.push(step);
            }
        });
        self.tell("The solution is open. Ctrl+Z goes back to yours.");
    }

    fn save_start(&mut self, folder: &Path) {
        if !self.faults.is_empty() {
            return self
                .tell_fault("The set-up has a fault. Mend it first: a lesson begins with what runs.".to_owned());
        }
        match write_lesson_start(folder, &self.draft) {
            Ok(id) => {
                let problems = self.lessons.add_pack(folder, self.data_folder().as_deref());
                self.tell_problems(&problems);
                let library = self.lessons.library();
                let pack = library.and_then(|library| {
                    library
                        .packs
                        .iter()
                        .find(|pack| pack.files.origin.as_deref() == Some(folder))
                        .map(|pack| pack.id.clone())
                });
                let Some(pack) = pack else { return };
                self.open_lesson(&pack, &id);
                let folder = folder.display();
                self.tell(&format!("Written to {folder}. Edit the lesson there: what you save is shown here at once."));
            }
            Err(error) => self.tell_fault(format!("Not written: {}: {error}.", folder.display())),
        }
    }

    /// Judges a check; what it looks at is run first, if nothing else stands against it.
    fn check_exercise(&mut self, id: &str) {
        if !self.faults.is_empty() {
            return self.tell("The set-up has a fault. Mend it first, at the control that tells it.");
        }
        self.judge(id);
        let Some(open) = self.lessons.open() else { return };
        let needs_runs = open.check(id).is_some_and(crate::lesson::Check::needs_runs);
        let waits = open.asked(id).is_some_and(|asked| asked.judgement.verdict == Verdict::NotYet);
        let is_running = self.comparison.as_ref().is_some_and(ComparisonJob::is_running);
        if waits && needs_runs && !is_running && self.is_in_lesson() {
            self.compare();
        }
    }

    fn judge(&mut self, id: &str) {
        let events = self.lessons.open_progress().map(|progress| progress.events.clone()).unwrap_or_default();
        let (runs, ended) = (self.evidence(), self.runs_ended());
        let Some(open) = &mut self.lessons.open else { return };
        if let Some(judgement) = open.judge(id, &self.valid, (&runs, ended), &events) {
            self.note(|progress| progress.judged(id, &judgement));
            self.keep_work(id, &judgement, &runs);
        }
    }

    fn runs_ended(&self) -> usize {
        let compared = self.comparison.as_ref().map_or(0, |job| 1 + job.runs_ended());
        compared + usize::from(self.is_finished())
    }

    /// The runs of the comparison, and those that are watched where it has none of the same arm and seed that has ended.
    #[must_use]
    pub fn evidence(&self) -> Vec<RunEvidence> {
        let mut runs = self.comparison.as_ref().map(ComparisonJob::evidence).unwrap_or_default();
        // What was changed on its way is no run of this experiment.
        if self.settings.len() > 1 || !self.valid.seeds().contains(&self.seed) {
            return runs;
        }
        for arm in 0..self.arms().len() {
            let own = runs.iter().position(|run| (run.arm, run.seed) == (arm, self.seed));
            if own.is_none_or(|own| runs[own].outcome.is_none()) {
                if let Some(own) = own {
                    runs.remove(own);
                }
                runs.push(RunEvidence::from(&self.watched_run(arm)));
            }
        }
        runs
    }

    /// The run that is watched, as a comparison would keep it.
    fn watched_run(&self, arm: usize) -> SeedRun {
        let history = &self.histories[arm];
        let mut run = SeedRun::new(arm, self.seed);
        history.epochs().iter().filter(|record| record.epoch > 0).for_each(|record| run.push(record));
        let is_over = history.live().is_some_and(|view| view.snapshot.is_finished())
            && run.epochs.len() == self.valid.epochs() as usize;
        run.outcome = match history.failure() {
            Some(Failure::Diverged(diverged)) => Some(Outcome::Diverged(*diverged)),
            Some(Failure::Failed(message)) => Some(Outcome::Failed(message.clone())),
            None => is_over.then_some(Outcome::Finished),
        };
        run
    }

    /// Looks after the open lesson: edited files, runs that checks wait for.
    pub(super) fn follow_lesson(&mut self) {
        if let Some(before) = self.lessons.reload() {
            self.take_over_lesson(&before);
        }
        if self.lessons.open().is_none() || !self.is_in_lesson() {
            return;
        }
        if self.has_seen_all_runs() {
            let has_ran = self.lessons.open_progress().is_some_and(|progress| progress.events.contains(&Event::Ran));
            if !has_ran {
                self.note(|progress| progress.happened(Event::Ran));
            }
        }
        let ended = self.runs_ended();
        let waiting = self.lessons.open().map(|open| open.waiting(&self.draft, ended)).unwrap_or_default();
        for id in waiting {
            self.judge(&id);
        }
    }

    /// The lesson's experiment was edited: it is shown as it is now, unless the one before was changed here.
    fn take_over_lesson(&mut self, before: &Lesson) {
        let Some(open) = self.lessons.open() else { return };
        let experiment = self.lessons.lab.checked_for_student(&open.lesson().experiment);
        let before = self.lessons.lab.for_student(before.experiment.spec());
        if before == self.draft && *experiment.spec() != before {
            self.change(|session| session.replace(experiment, None));
        }
    }

    /// Whether all runs that the lesson's checks look at have come to their end.
    fn has_seen_all_runs(&self) -> bool {
        let (Some(open), Some(job)) = (self.lessons.open(), &self.comparison) else { return false };
        let mut named: Vec<String> =
            open.lesson().steps.iter().flat_map(Step::checks).flat_map(crate::lesson::Check::arms).collect();
        named.sort();
        let is_seen = |arm: usize| arm == 0 || named.is_empty() || named.contains(&self.arms()[arm].name);
        let has_ended = |run: &SeedRun| run.outcome.as_ref().is_some_and(|outcome| *outcome != Outcome::Cancelled);
        job.runs().iter().filter(|run| is_seen(run.arm)).all(has_ended)
    }

    /// Whether runs of a comparison are to be measured: only where a check asks, for it takes time.
    pub(super) fn needs_measures(&self) -> bool {
        self.is_in_lesson() && self.lessons.open().is_some_and(OpenLesson::needs_measures)
    }

    /// Hands over what has changed in the lesson's experiment, to be kept for the next time.
    pub(super) fn keep_lesson(&mut self) {
        if !self.is_in_lesson() {
            return;
        }
        let runs = (!self.faults.is_empty()).then(|| self.valid.spec().clone());
        let (seed, draft) = (self.seed.to_string(), &self.draft);
        let Some(open) = &mut self.lessons.open else { return };
        if open.kept.as_ref() != Some(draft) {
            if let Some(autosave) = &open.autosave {
                autosave.keep(Kept { seed, path: None, draft: draft.clone(), runs });
            }
            open.kept = Some(draft.clone());
        }
    }
}
