//! Lab reports of the open lesson.

use std::path::Path;

use super::Session;
use crate::lesson::{Judgement, RunEvidence, Student, Submission};

impl Session {
    /// What there is to hand in of the open lesson; nothing as long as nobody has said who hands in.
    #[must_use]
    pub fn submission(&self) -> Option<Submission> {
        let (lessons, open) = (self.lessons(), self.lessons().open()?);
        let (student, pack) = (lessons.lab().student(), lessons.library()?.pack(open.pack())?);
        let progress = lessons.open_progress().cloned().unwrap_or_default();
        let work = lessons.lab().work();
        student.is_named().then(|| Submission::new(student.clone(), pack, open.lesson(), &progress, work))
    }

    /// Notes who hands in. Where runs had their seeds, they get the new ones.
    pub(super) fn enrol(&mut self, student: Student) {
        let uses_own = self.lessons.lab.uses_own_seeds();
        self.change_enrolment(student, uses_own);
    }

    /// Has lessons run from the student's own seeds, or from theirs; the open one too.
    pub(super) fn use_own_seeds(&mut self, own: bool) {
        let student = self.lessons.lab.student().clone();
        self.change_enrolment(student, own);
    }

    fn change_enrolment(&mut self, student: Student, own_seeds: bool) {
        let before = self.expected_seeds();
        let written = self.lessons.lab.enrol(student, own_seeds);
        self.tell_unwritten(written);
        if let Some(after) = self.expected_seeds().filter(|after| self.is_in_lesson() && before.as_ref() != Some(after))
        {
            let mut spec = self.draft.clone();
            spec.training.seeds.clone_from(&after);
            self.change(|session| {
                session.edit(spec);
                if session.faults.is_empty() && !after.contains(&session.seed) {
                    session.seed = after[0];
                    session.restart();
                }
            });
        }
    }

    /// The seeds that the open lesson's experiment should have.
    fn expected_seeds(&self) -> Option<Vec<u64>> {
        let start = self.lessons.open()?.lesson().experiment.spec();
        Some(self.lessons.lab.for_student(start).training.seeds)
    }

    pub(super) fn comment(&mut self, text: &str) {
        let written = self.lessons.lab.comment(text);
        self.tell_unwritten(written);
    }

    /// Keeps what a check was judged on.
    pub(super) fn keep_work(&mut self, id: &str, judgement: &Judgement, runs: &[RunEvidence]) {
        let Some(open) = &self.lessons.open else { return };
        let Some(check) = open.check(id) else { return };
        let written = self.lessons.lab.keep(open, check, judgement, &self.valid, runs);
        self.tell_unwritten(written);
    }

    fn tell_unwritten(&mut self, written: std::io::Result<()>) {
        if let Err(error) = written {
            self.tell_fault(format!("What belongs to lab reports could not be kept: {error}. It holds until the end."));
        }
    }

    /// Writes the file to hand in.
    pub(super) fn hand_in(&mut self, path: &Path) {
        let Some(submission) = self.submission() else {
            return self.tell_fault("Say who you are first: name and number.".to_owned());
        };
        let at_most = self.lessons.open().map_or(0, |open| open.lesson().points());
        match submission.write(path) {
            Ok(()) => {
                let (points, path) = (submission.points(), path.display());
                self.tell(&format!(
                    "Written with {points} of {at_most} points: {path}. Nothing was sent: give this file to your lecturer."
                ));
            }
            Err(error) => self.tell_fault(format!("Not written: {error}. Choose another folder.")),
        }
    }
}
