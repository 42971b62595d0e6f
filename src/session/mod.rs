//! What is open in the window: an experiment, its runs, a comparison. Commands in, state to draw out.
//!
//! Whoever draws reads a [`Session`] and hands it [`Command`]s; nothing else changes it. Once a frame [`Session::update`]
//! takes in what the runs have left since, and never waits for them.

mod arm_summary;
mod background;
mod command;
mod comparison_job;
mod examples;
mod history;
mod lesson;
mod measurement;
mod newest;
mod past;
mod speed;
mod state;
mod sweep_cells;
mod sweep_job;
mod sweep_plan;
mod tables;
mod time_left;
mod topology_watch;
mod undo;
mod verdict;

pub use arm_summary::{ArmSummary, arm_summaries};
pub use command::{Command, Fork};
pub use comparison_job::ComparisonJob;
pub use examples::{Claim, EXAMPLES, Example, launch_claim};
pub use history::{Cut, Extremes, FADE, History, LifeEvent, recent_updates};
pub use lesson::{Asked, Lab, LessonWish, Lessons, OpenLesson};
pub use measurement::Measurement;
pub use newest::Newest;
pub use past::Direction;
pub use speed::Speed;
pub use state::{Budget, InputDegrees, Life, MeanDegrees, Mend, Notice, Session, Wake, WeightTrace};
pub use sweep_cells::SweepCell;
pub use sweep_job::SweepJob;
pub use sweep_plan::{PlannedSweep, SweepPlan};
pub use topology_watch::TopologyWatch;
pub use verdict::{Verdict, verdicts};
