//! Lab reports: who hands in, and what there is to hand in of the open lesson.

use std::io;
use std::path::{Path, PathBuf};

use super::OpenLesson;
use crate::lesson::{
    Check, Enrolment, Judgement, LONGEST_COMMENT, Lesson, LessonWork, RunEvidence, Student, checks_digest,
};
use crate::training::{ExperimentSpec, ValidExperiment, check};

/// Who hands in lab reports, and what there is to hand in of the open lesson.
#[derive(Debug, Default)]
pub struct Lab {
    /// Where all of it is kept; nowhere if not said.
    folder: Option<PathBuf>,
    enrolment: Enrolment,
    /// Pack and lesson of the work.
    of: (String, String),
    work: LessonWork,
}

impl Lab {
    /// Who hands in; nobody yet where there is no name.
    #[must_use]
    pub fn student(&self) -> &Student {
        &self.enrolment.student
    }

    /// Whether lessons run from the student's own seeds.
    #[must_use]
    pub fn uses_own_seeds(&self) -> bool {
        self.enrolment.own_seeds
    }

    /// What there is to hand in of the open lesson.
    #[must_use]
    pub fn work(&self) -> &LessonWork {
        &self.work
    }

    /// The student's own seeds for a lesson, where there is a student.
    #[must_use]
    pub fn own_seeds(&self, lesson: &Lesson) -> Option<Vec<u64>> {
        let student = self.student();
        student.is_named().then(|| student.seeds(lesson.experiment.seeds().len()))
    }

    /// Whether what a check was judged on ran from the student's own seeds; nothing where it was not judged.
    #[must_use]
    pub fn has_own_seeds(&self, lesson: &Lesson, check: &str) -> Option<bool> {
        let judged = self.work.checks.get(check)?;
        let seeds = self.work.experiments.get(judged.experiment)?.seeds();
        Some(seeds.is_some() && seeds == self.own_seeds(lesson))
    }

    /// An experiment of a lesson as this student is to run it: from their own seeds, if they want that.
    #[must_use]
    pub fn for_student(&self, experiment: &ExperimentSpec) -> ExperimentSpec {
        let mut spec = experiment.clone();
        if let Some(seeds) = self.enrolment.seeds(spec.training.seeds.len()) {
            spec.training.seeds = seeds;
        }
        spec
    }

    /// The same, checked.
    pub(in crate::session) fn checked_for_student(&self, experiment: &ValidExperiment) -> ValidExperiment {
        let spec = self.for_student(experiment.spec());
        // Other seeds are no fault; if they were, the lesson's are there.
        if spec == *experiment.spec() {
            experiment.clone()
        } else {
            check(&spec).unwrap_or_else(|_| experiment.clone())
        }
    }

    /// Reads who hands in, the first time that the folder of the user's data is known.
    pub(super) fn find(&mut self, user: Option<&Path>) {
        if let (None, Some(user)) = (&self.folder, user) {
            let folder = user.join("lab");
            self.enrolment = Enrolment::load(&folder);
            self.folder = Some(folder);
        }
    }

    /// Reads what there is of a lesson. What could not be read, in words.
    pub(in crate::session) fn open(&mut self, pack: &str, lesson: &Lesson) -> Option<String> {
        let of = (pack.to_owned(), lesson.id.clone());
        if self.of == of {
            self.follow(lesson);
            return None;
        }
        self.of = of;
        let load = |folder: &PathBuf| LessonWork::load(folder, pack, &lesson.id);
        let (work, problem) = self.folder.as_ref().map_or_else(Default::default, load);
        self.work = work;
        self.follow(lesson);
        problem
    }

    /// What was judged when the lesson asked something else is nothing to hand in.
    pub(super) fn follow(&mut self, lesson: &Lesson) {
        self.work.follow(&checks_digest(lesson));
    }

    /// Says who hands in, and with whose seeds lessons run.
    ///
    /// # Errors
    /// Where it cannot be written; it holds until the program ends.
    pub(in crate::session) fn enrol(&mut self, student: Student, own_seeds: bool) -> io::Result<()> {
        let enrolment = Enrolment::new(student, own_seeds);
        if self.enrolment == enrolment {
            return Ok(());
        }
        self.enrolment = enrolment;
        self.folder.as_ref().map_or(Ok(()), |folder| self.enrolment.save(folder))
    }

    /// Changes what the student has to say.
    ///
    /// # Errors
    /// Where it cannot be written; it holds until the program ends.
    pub(in crate::session) fn comment(&mut self, text: &str) -> io::Result<()> {
        let plain = text.chars().filter(|letter| !letter.is_control() || *letter == '\n');
        self.work.comment = plain.take(LONGEST_COMMENT).collect();
        self.save()
    }

    /// Keeps what became of a check, if it is the best so far.
    ///
    /// # Errors
    /// Where it cannot be written; it holds until the program ends.
    pub(in crate::session) fn keep(
        &mut self,
        open: &OpenLesson,
        check: &Check,
        judgement: &Judgement,
        experiment: &ValidExperiment,
        runs: &[RunEvidence],
    ) -> io::Result<()> {
        let own = self.own_seeds(open.lesson());
        if self.work.keep(check, judgement, experiment, runs, own.as_deref()) { self.save() } else { Ok(()) }
    }

    fn save(&self) -> io::Result<()> {
        let (pack, lesson) = &self.of;
        self.folder.as_ref().map_or(Ok(()), |folder| self.work.save(folder, pack, lesson))
    }
}
