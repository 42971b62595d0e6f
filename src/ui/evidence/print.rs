//! Figures of the pages as pictures.

use egui::Ui;

use super::boundary::Boundaries;
use super::curves::{self, Figure};
use super::topology::TopologyFigure;
use super::{Evidence, Page, confusion, cost, seeds};
use crate::data::InputShape;
use crate::session::Session;
use crate::ui::pictures::{Picture, provenance};

/// Width of pictures in points: 5 inches.
const WIDTH: f32 = 480.0;

/// A figure of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Subject {
    /// Accuracy or loss.
    Curves(Figure),
    /// Decision boundary, or confusion matrix.
    Answers,
    /// Of the topology.
    Topology(TopologyFigure),
    /// The tables of cost.
    Cost,
    /// Paired differences by seed.
    Differences,
    /// Accuracy over what a sweep varied.
    Sweep,
}

impl Subject {
    /// What a page shows that can be a picture.
    pub(in crate::ui) fn of_page(page: Page, session: &Session) -> Vec<Self> {
        match page {
            Page::Overview => vec![Self::Curves(Figure::TestAccuracy), Self::Answers, Self::Cost],
            Page::Curves => Figure::ALL.into_iter().map(Self::Curves).collect(),
            Page::Answers => vec![Self::Answers],
            Page::Topology => TopologyFigure::all(session).into_iter().map(Self::Topology).collect(),
            Page::Cost => vec![Self::Cost],
            Page::Seeds if seeds::has_differences(session) => vec![Self::Differences],
            Page::Sweep if session.sweep().is_some() => vec![Self::Sweep],
            Page::Seeds | Page::Sweep => Vec::new(),
        }
    }

    pub(super) fn label(self, session: &Session) -> String {
        match self {
            Self::Curves(figure) => {
                let title = figure.title(session.experiment().spec().training.loss);
                title.split(',').next().unwrap_or(title).to_owned()
            }
            Self::Answers if session.experiment().facts().shape == InputShape::Plane => "Decision boundary".to_owned(),
            Self::Answers => "Confusion matrix".to_owned(),
            Self::Topology(figure) => figure.label().to_owned(),
            Self::Cost => "Cost".to_owned(),
            Self::Differences => "Paired differences".to_owned(),
            Self::Sweep => "Sweep".to_owned(),
        }
    }
}

impl Evidence {
    /// These figures of the open page as one picture, one under another.
    pub(in crate::ui) fn picture(&mut self, session: &Session, subjects: &[Subject], dark: bool) -> Picture {
        let names: Vec<String> = subjects.iter().map(|subject| subject.label(session)).collect();
        // Pictures belong to what they are drawn on, so those of the window do not serve.
        let mut boundaries = Boundaries::default();
        Picture::new(WIDTH, dark, names.join(", "), provenance(session), |ui| {
            for (index, subject) in subjects.iter().enumerate() {
                if index > 0 {
                    ui.add_space(14.0);
                }
                self.print(ui, session, *subject, &mut boundaries);
            }
        })
    }

    fn print(&mut self, ui: &mut Ui, session: &Session, subject: Subject, boundaries: &mut Boundaries) {
        match subject {
            Subject::Curves(figure) if self.page == Page::Overview => curves::print(ui, session, figure),
            Subject::Curves(figure) => self.curves.print(ui, session, figure),
            Subject::Answers if session.experiment().facts().shape != InputShape::Plane => {
                confusion::matrix(ui, session, ui.available_width());
            }
            Subject::Answers if self.page == Page::Overview => boundaries.row(ui, session),
            Subject::Answers => boundaries.large(ui, session),
            Subject::Topology(figure) => self.topology.print(ui, session, figure),
            Subject::Cost if self.page == Page::Overview => cost::short_table(ui, session),
            Subject::Cost => cost::full_table(ui, session),
            Subject::Differences => self.seeds.print(ui, session),
            Subject::Sweep => self.sweep.print(ui, session),
        }
    }
}
