//! Sweeps of the open experiment.

use std::path::PathBuf;
use std::sync::Arc;

use super::Session;
use crate::session::comparison_job::ComparisonJob;
use crate::session::sweep_job::SweepJob;
use crate::session::sweep_plan::{Place, SweepPlan};

/// The folder of sweeps within that of the program.
const SWEEPS: &str = "sweeps";

impl Session {
    /// What a sweep of the set-up would be, as far as it was asked for.
    #[must_use]
    pub fn sweep_plan(&self) -> Option<&SweepPlan> {
        self.sweep_plan.as_ref()
    }

    /// Whether that is of the set-up as it stands and of this folder, if one was chosen.
    #[must_use]
    pub fn is_sweep_planned(&self, folder: Option<&PathBuf>) -> bool {
        self.sweep_plan.as_ref().is_some_and(|plan| plan.is_of(&self.draft, &self.sweep_place(folder)))
    }

    /// The sweep that was started last, under way or ended.
    #[must_use]
    pub fn sweep(&self) -> Option<&SweepJob> {
        self.sweep.as_ref()
    }

    /// Whether runs go on that report their progress to whoever asks.
    #[must_use]
    pub fn is_working_in_background(&self) -> bool {
        self.comparison.as_ref().is_some_and(|job| job.is_running() && !job.is_paused())
            || self.sweep.as_ref().is_some_and(|job| job.is_running() && !job.is_paused())
    }

    fn sweep_place(&self, folder: Option<&PathBuf>) -> Place {
        match (folder, self.kept_in()) {
            (Some(folder), _) => Place::Chosen(folder.clone()),
            (None, Some(folder)) => Place::Within(folder.join(SWEEPS)),
            (None, None) => Place::Unknown,
        }
    }

    pub(super) fn plan_sweep(&mut self, folder: Option<&PathBuf>) {
        // One at a time: what changes meanwhile is asked for again.
        if self.sweep_plan.as_ref().is_some_and(|plan| !plan.is_checked()) {
            return;
        }
        match SweepPlan::start(self.draft.clone(), self.sweep_place(folder), Arc::clone(&self.wake)) {
            Ok(plan) => self.sweep_plan = Some(plan),
            Err(error) => self.tell_fault(format!("The sweep could not be checked: {error}.")),
        }
    }

    pub(super) fn start_sweep(&mut self) {
        if self.sweep.as_ref().is_some_and(SweepJob::is_running) {
            return;
        }
        let Some(plan) = &self.sweep_plan else { return };
        let Some(Ok(planned)) = plan.checked() else { return };
        let Some(folder) = planned.folder.clone() else { return };
        let job = SweepJob::start(Arc::clone(&planned.sweep), folder, plan.seconds(), Arc::clone(&self.wake));
        self.take_sweep(job);
    }

    fn take_sweep(&mut self, job: std::io::Result<SweepJob>) {
        match job {
            Ok(job) => {
                self.sweep = Some(job);
                // It will be out of date, and what is timed now takes time from the runs.
                self.sweep_plan = None;
                self.rest_comparison();
            }
            Err(error) => self.tell_fault(format!("The sweep could not be started: {error}.")),
        }
    }

    /// Lets it go on, be it paused or stopped.
    pub(super) fn resume_sweep(&mut self) {
        match &mut self.sweep {
            Some(job) if job.is_running() => {
                job.resume();
                self.rest_comparison();
            }
            Some(job) => {
                let again = job.again(Arc::clone(&self.wake));
                self.take_sweep(again);
            }
            None => {}
        }
    }

    pub(super) fn with_sweep(&mut self, act: impl FnOnce(&mut SweepJob)) {
        if let Some(job) = &mut self.sweep {
            act(job);
        }
    }

    /// Runs of both at once would only be in each other's way.
    fn rest_comparison(&mut self) {
        if let Some(job) = self.comparison.as_mut().filter(|job| job.is_running() && !job.is_paused()) {
            ComparisonJob::pause(job);
            self.tell("The comparison waits, so that the sweep has the processors. It can be resumed.");
        }
    }

    /// The same the other way round.
    pub(super) fn rest_sweep(&mut self) {
        if let Some(job) = self.sweep.as_mut().filter(|job| job.is_running() && !job.is_paused()) {
            SweepJob::pause(job);
            self.tell("The sweep waits, so that the comparison has the processors. It can be resumed.");
        }
    }
}
