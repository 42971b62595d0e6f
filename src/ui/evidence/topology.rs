//! Which connections there are, and how they come and go.

mod degrees;
mod held_out;
mod layers;
mod measured;
mod over_time;
mod survival;
mod tables;

use std::sync::Arc;

use egui::{Context, RichText, Ui};

use self::measured::Choice;
use super::table::{note, title, title_beside};
use super::tables::Table;
use crate::session::{Command, History, Session, TopologyWatch, Wake};
use crate::training::{TopologyState, View};
use crate::ui::theme::{Palette, semibold};

/// A figure of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum TopologyFigure {
    Exploration,
    Churn,
    Survival,
    Densities,
    Degrees,
}

impl TopologyFigure {
    /// What there is to see of the experiment as it stands.
    pub(super) fn all(session: &Session) -> Vec<Self> {
        if !(0..session.arms().len()).any(|arm| is_sparse(session.history(arm))) {
            return Vec::new();
        }
        let mut figures = vec![Self::Exploration];
        if over_time::has_churn(session) {
            figures.push(Self::Churn);
        }
        if is_sparse(session.history(session.selected())) {
            figures.extend([Self::Survival, Self::Densities, Self::Degrees]);
        }
        figures
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Exploration => "Exploration",
            Self::Churn => "Churn",
            Self::Survival => "Survival by update of birth",
            Self::Densities => "Density by layer",
            Self::Degrees => "Degrees",
        }
    }
}

/// What the page shows.
#[derive(Default)]
pub(super) struct TopologyPage {
    /// Measures on a thread of its own, from when the page is first looked at.
    watch: Option<TopologyWatch>,
    /// The arm that is watched, and its sizes: with others, nothing of before holds.
    watched: (usize, Vec<usize>),
    /// The layer whose degrees are shown, from 0.
    layer: usize,
    choice: Choice,
}

impl TopologyPage {
    /// Shows the page for the arm on the canvas.
    pub(super) fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let history = session.history(session.selected());
        let Some(view) = history.view() else {
            note(ui, "The network is being made.");
            return;
        };
        if (0..session.arms().len()).any(|arm| is_sparse(session.history(arm))) {
            over_time::exploration(ui, session);
            over_time::churn(ui, session);
            held_out::line(ui, session);
        }
        if !is_sparse(history) {
            ui.add_space(6.0);
            let name = &session.arms()[session.selected()].name;
            ui.label(RichText::new(name).font(semibold(13.0)));
            ui.label("Every place has a connection: nothing to choose, so nothing to measure.");
            return;
        }
        match self.state(ui.ctx(), session, view) {
            Some(Ok(state)) => {
                survival::plot(ui, session, &state);
                layers::bars(ui, &state, session);
                degrees::histograms(ui, &state, &mut self.layer, session);
            }
            Some(Err(message)) => note(ui, &format!("The topology could not be measured: {message}")),
            None => note(ui, "Measuring …"),
        }
        measured::show(ui, session, view, &mut self.choice, commands);
        ui.add_space(8.0);
    }

    /// Draws a figure of the page to be printed.
    pub(super) fn print(&mut self, ui: &mut Ui, session: &Session, figure: TopologyFigure) {
        let history = session.history(session.selected());
        let Some(view) = history.view() else { return };
        match figure {
            TopologyFigure::Exploration => return over_time::exploration(ui, session),
            TopologyFigure::Churn => return over_time::churn(ui, session),
            _ => {}
        }
        let Some(Ok(state)) = self.state(ui.ctx(), session, view).filter(|_| is_sparse(history)) else { return };
        let name = &session.arms()[session.selected()].name;
        ui.label(RichText::new(name).font(semibold(11.5)).color(Palette::of(ui).arm(session.selected())));
        match figure {
            TopologyFigure::Survival => survival::plot(ui, session, &state),
            TopologyFigure::Densities => layers::bars(ui, &state, session),
            _ => degrees::histograms(ui, &state, &mut self.layer, session),
        }
    }

    /// A figure of the page as a table, once it has been measured.
    pub(super) fn table(&mut self, context: &Context, session: &Session, table: Table) -> Option<String> {
        let view = session.history(session.selected()).view()?;
        let state = self.state(context, session, view)?.ok()?;
        match table {
            Table::Survival => Some(tables::survival(session, &state)),
            Table::Densities => Some(tables::densities(session, &state)),
            Table::Degrees => tables::degrees(session, &state),
            _ => None,
        }
    }

    /// Whether what is shown is not of the newest view yet.
    pub(super) fn is_busy(&self) -> bool {
        self.watch.as_ref().is_some_and(TopologyWatch::is_busy)
    }

    /// The newest state that has been measured, which may be a moment old.
    fn state(
        &mut self,
        context: &Context,
        session: &Session,
        view: &Arc<View>,
    ) -> Option<Result<Arc<TopologyState>, String>> {
        if self.watch.is_none() {
            let for_watch = context.clone();
            let wake: Wake = Arc::new(move || for_watch.request_repaint());
            match TopologyWatch::start(wake) {
                Ok(watch) => self.watch = Some(watch),
                Err(error) => return Some(Err(error.to_string())),
            }
        }
        let watch = self.watch.as_mut()?;
        let arm = session.selected();
        let sizes = &session.arms()[arm].sizes;
        if (self.watched.0, &self.watched.1) != (arm, sizes) {
            self.watched = (arm, sizes.clone());
            watch.forget();
        }
        self.layer = nearest_sparse(view, self.layer);
        watch.state(view, session.history(arm).first(), self.layer).cloned()
    }
}

/// Whether an arm has a layer with empty places, or had one that is stored so.
fn is_sparse(history: &History) -> bool {
    history.first().iter().any(Option::is_some)
}

/// This layer if it is sparse, else the first that is.
fn nearest_sparse(view: &View, layer: usize) -> usize {
    let layers = view.snapshot.network.layers();
    let is_sparse = |layer: &usize| layers.get(*layer).is_some_and(|layer| layer.weights.connectivity().is_some());
    Some(layer).filter(is_sparse).or_else(|| (0..layers.len()).find(is_sparse)).unwrap_or(0)
}

/// A share in %, with as many decimals as it needs to be told from none.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    match percent {
        p if p == 0.0 || p >= 99.95 => format!("{p:.0} %"),
        p if p < 0.1 => format!("{p:.2} %"),
        p => format!("{p:.1} %"),
    }
}

/// A figure, or that there is none.
fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_easy_to_read() {
        let found = [0.0, 0.000_23, 0.051_26, 0.9996, 1.0].map(percent);
        assert_eq!(found, ["0 %", "0.02 %", "5.1 %", "100 %", "100 %"]);
        assert_eq!((figure(None), figure(Some(1.4821))), ("–".to_owned(), "1.48".to_owned()));
    }
}
