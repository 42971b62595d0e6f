//! What means over seeds leave out.

use egui::Ui;

use crate::session::ComparisonJob;
use crate::training::Outcome;
use crate::ui::evidence::table::note;

/// A picture outlives the comparison, so it says whether all had come to their end.
pub(super) fn say_what_is_missing(ui: &mut Ui, job: &ComparisonJob) {
    let (ended, all) = (job.runs_ended(), job.runs().len());
    if ended < all || job.is_cancelled() {
        let finished = job.runs().iter().filter(|run| run.has_finished()).count();
        note(ui, &format!("Drawn before all runs had finished: the means are those of {finished} of {all}."));
    }
}

/// Runs without an end have no place in a mean; that flatters an arm, unless it is said.
pub(super) fn say_what_is_left_out(ui: &mut Ui, job: &ComparisonJob) {
    for (arm, own) in job.experiment().arms().iter().enumerate() {
        let runs = || job.runs().iter().filter(|run| run.arm == arm);
        let diverged = runs().filter(|run| matches!(run.outcome, Some(Outcome::Diverged(_)))).count();
        let failed = runs().filter(|run| matches!(run.outcome, Some(Outcome::Failed(_)))).count();
        for (count, what) in [(diverged, "diverged"), (failed, "failed")] {
            if count > 0 {
                note(ui, &format!("{}: {count} of {} runs {what} and are not in the mean.", own.name, runs().count()));
            }
        }
    }
}
