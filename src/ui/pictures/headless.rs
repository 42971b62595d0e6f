//! Pictures without a window: an experiment is trained, then drawn.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use thiserror::Error;

use super::Picture;
use crate::session::{Command, Session, Speed};
use crate::storage::write_whole;
use crate::training::ValidExperiment;
use crate::ui::canvas;
use crate::ui::evidence::{Evidence, Page, Subject};

/// How often runs are looked after.
const LOOK: Duration = Duration::from_millis(5);

/// Told what is being done, how much of it has been, and how much there is.
pub type OnProgress = Arc<dyn Fn(&str, usize, usize) + Send + Sync>;

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PicturePage {
    /// Accuracy and loss of all arms.
    Curves,
    /// Decision boundary or confusion matrix, as the data have it.
    Answers,
    /// Exploration, churn, survival, densities, degrees.
    Topology,
    /// Connections, operations, memory, time.
    Cost,
    /// The network.
    Network,
}

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum PictureError {
    /// The experiment has no such arm.
    #[error("there is no arm “{wanted}”; there are {present}")]
    NoArm {
        /// What was asked for.
        wanted: String,
        /// Those of the experiment.
        present: String,
    },
    /// The page has nothing to show of this experiment.
    #[error("this page has nothing to show of the experiment: no arm of it is sparse")]
    Nothing,
    /// The runs stopped.
    #[error("{0}")]
    Stopped(String),
    /// The file has another ending, or is too large.
    #[error("{0}")]
    Kind(String),
    /// It could not be written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Trains all arms from the first seed so many epochs, and writes a picture of what a page shows of them; by its ending
/// an SVG or PNG file. `arm` is the name of the arm that is shown where one is; `on_progress` is told of the epochs of all arms.
///
/// # Errors
/// Where there is no such arm, nothing to show, or the file cannot be written; it is then as it was.
pub fn write_picture(
    out: &Path,
    experiment: ValidExperiment,
    page: PicturePage,
    arm: Option<&str>,
    epochs: Option<u32>,
    dark: bool,
    on_progress: &OnProgress,
) -> Result<(), PictureError> {
    let ends_well =
        out.extension().is_some_and(|ending| ["svg", "png"].iter().any(|known| ending.eq_ignore_ascii_case(known)));
    if !ends_well {
        // Before the training, not after.
        return Err(PictureError::Kind(format!("{} must end in .svg or .png", out.display())));
    }
    let arm = arm.map(|name| arm_named(&experiment, name)).transpose()?.unwrap_or(0);
    let epochs = epochs.unwrap_or(experiment.epochs()).min(experiment.epochs());
    let mut session = Session::new(experiment, Arc::new(|| ()));
    session.execute(Command::SelectArm(arm));
    train(&mut session, epochs, on_progress)?;
    let picture = match page {
        PicturePage::Network => canvas::picture(&session, dark),
        PicturePage::Curves => of_page(&session, Page::Curves, dark)?,
        PicturePage::Answers => of_page(&session, Page::Answers, dark)?,
        PicturePage::Topology => of_page(&session, Page::Topology, dark)?,
        PicturePage::Cost => of_page(&session, Page::Cost, dark)?,
    };
    let contents = picture.file(out).map_err(PictureError::Kind)?;
    write_whole(out, &contents).map_err(|source| PictureError::File { path: out.to_owned(), source })
}

pub(in crate::ui) fn arm_named(experiment: &ValidExperiment, wanted: &str) -> Result<usize, PictureError> {
    let names = || experiment.arms().iter().map(|arm| arm.name.as_str());
    names().position(|name| name == wanted).ok_or_else(|| PictureError::NoArm {
        wanted: wanted.to_owned(),
        present: names().collect::<Vec<_>>().join(", "),
    })
}

pub(in crate::ui) fn train(session: &mut Session, epochs: u32, on_progress: &OnProgress) -> Result<(), PictureError> {
    session.execute(Command::SetSpeed(Speed::FULL));
    session.execute(Command::GoToEpoch(epochs));
    loop {
        session.update();
        let arms = 0..session.arms().len();
        // The untrained network is no epoch; what has failed has none to come.
        let trained = |arm: usize| match session.history(arm) {
            history if history.failure().is_some() => epochs as usize,
            history => history.epochs().len().saturating_sub(1),
        };
        on_progress("training", arms.clone().map(trained).sum(), arms.len() * epochs as usize);
        let has_come = |arm: usize| {
            let history = session.history(arm);
            history.failure().is_some() || history.view().is_some() && history.epochs().len() > epochs as usize
        };
        if session.is_at_rest() && arms.clone().all(has_come) {
            // What is left when every arm has failed is an empty picture.
            let notice = session.notice().map(|notice| notice.text.clone());
            let drawn = arms.clone().any(|arm| session.history(arm).view().is_some());
            return if drawn { Ok(()) } else { Err(PictureError::Stopped(notice.unwrap_or_default())) };
        }
        thread::sleep(LOOK);
    }
}

fn of_page(session: &Session, page: Page, dark: bool) -> Result<Picture, PictureError> {
    let mut evidence = Evidence::default();
    evidence.page = page;
    let subjects = Subject::of_page(page, session);
    if subjects.is_empty() {
        return Err(PictureError::Nothing);
    }
    loop {
        let picture = evidence.picture(session, &subjects, dark);
        if !evidence.is_busy(session) {
            return Ok(picture);
        }
        thread::sleep(LOOK);
    }
}
