//! Figures of the pages as tables (CSV), with all their digits.

use std::fmt::Write;

use egui::Context;

use super::{Evidence, Page, cost};
use crate::data::InputShape;
use crate::metrics::{InferenceCost, dense_training_bytes};
use crate::session::Session;
use crate::storage::quoted;
use crate::training::sparse_training_bytes;

/// A table that a page can be saved as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Every epoch of all arms, of the runs that the page shows.
    Epochs,
    /// Decision boundary or confusion matrix.
    Answers,
    /// Every topology update of all arms.
    Updates,
    /// Connections by cohort of birth.
    Survival,
    /// Density and dead neurons by layer.
    Densities,
    /// Degrees of the layer that is shown.
    Degrees,
    /// What each arm costs.
    Cost,
    /// Differences by seed.
    Differences,
    /// Means over seeds.
    Seeds,
}

impl Table {
    /// What a page can be saved as.
    pub(super) fn of_page(page: Page, session: &Session) -> Vec<Self> {
        match page {
            Page::Overview => vec![Self::Epochs, Self::Answers, Self::Cost],
            Page::Curves => vec![Self::Epochs],
            Page::Answers => vec![Self::Answers],
            Page::Topology if session.history(session.selected()).first().iter().any(Option::is_some) => {
                vec![Self::Updates, Self::Survival, Self::Densities, Self::Degrees]
            }
            Page::Topology => vec![Self::Updates],
            Page::Cost => vec![Self::Cost],
            Page::Seeds if session.comparison().is_some() => vec![Self::Epochs, Self::Differences, Self::Seeds],
            // A sweep keeps its own as sweep.csv.
            Page::Seeds | Page::Sweep => Vec::new(),
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Epochs => "All epochs of all runs",
            Self::Answers => "Answers",
            Self::Updates => "Topology updates",
            Self::Survival => "Survival",
            Self::Densities => "Density by layer",
            Self::Degrees => "Degrees",
            Self::Cost => "Cost",
            Self::Differences => "Paired differences",
            Self::Seeds => "Means over seeds",
        }
    }
}

impl Evidence {
    /// A table as the page shows it; none where it is not known yet.
    pub(super) fn table(&mut self, context: &Context, session: &Session, table: Table) -> Option<String> {
        let over_seeds =
            session.comparison().filter(|_| self.page == Page::Seeds || !self.curves.shows_watched(session));
        match (table, over_seeds) {
            (Table::Epochs, Some(job)) => Some(job.epochs_csv()),
            (Table::Epochs, None) => Some(session.watched_epochs_csv()),
            (Table::Answers, _) if session.experiment().facts().shape == InputShape::Plane => {
                Some(session.boundary_csv())
            }
            (Table::Answers, _) => Some(session.confusion_csv()),
            (Table::Updates, _) => Some(session.updates_csv()),
            (Table::Survival | Table::Densities | Table::Degrees, _) => self.topology.table(context, session, table),
            (Table::Cost, _) => Some(cost_csv(session)),
            (Table::Differences | Table::Seeds, _) => self.seeds.table(session, table),
        }
    }
}

/// A line an arm; cells are empty where nothing is known yet.
fn cost_csv(session: &Session) -> String {
    let mut text = "arm,seed,connections,places,parameters,flops_computed_per_sample,flops_by_formula_per_sample,\
                    training_bytes,dense_training_bytes,stored_bytes,dense_stored_bytes,model_picojoules,\
                    dense_model_picojoules,seconds_per_epoch,test_accuracy\n"
        .to_owned();
    for (arm, own) in session.arms().iter().enumerate() {
        let connections = session.connections(arm);
        let parameters = connections + own.sizes[1..].iter().sum::<usize>();
        let mut cells = vec![quoted(&own.name), session.seed().to_string(), connections.to_string()];
        cells.extend([own.total_places().to_string(), parameters.to_string()]);
        cells.extend([cell(cost::computed_flops(session, arm)), cost::formula(session, arm).to_string()]);
        let network = |arm: usize| Some(&session.history(arm).view()?.snapshot.network);
        let costs = network(arm).map(|network_of_arm| {
            let dense = cost::dense_arm(session).and_then(network).unwrap_or(network_of_arm);
            let (use_once, dense_once) = (InferenceCost::of(network_of_arm), InferenceCost::of_dense(dense));
            [
                sparse_training_bytes(own, network_of_arm).to_string(),
                dense_training_bytes(dense, own.rule).to_string(),
                use_once.bytes.to_string(),
                dense_once.bytes.to_string(),
                use_once.model_picojoules.to_string(),
                dense_once.model_picojoules.to_string(),
            ]
        });
        cells.extend(costs.unwrap_or_default());
        let accuracy = session.history(arm).epochs().last().map(|record| record.test.accuracy());
        cells.extend([cell(cost::typical_seconds(session, arm)), cell(accuracy)]);
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text
}

fn cell(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
