//! What is pointed at and pinned on the networks, and the card about it.

use egui::Ui;

use super::card::{self, Pointed};
use super::{Canvas, Stand, pointing, walk};
use crate::session::{Command, Session};
use crate::ui::controls::focus_frame;

impl Canvas {
    /// What lies under the pointer.
    pub(super) fn find(&self, stand: &Stand) -> Option<Pointed> {
        let at = stand.response.hover_pos().filter(|at| stand.network().contains(*at) && !stand.response.dragged())?;
        pointing::find(&stand.scene.layout, self.panes[stand.pane].lines(), at - stand.rect().min.to_vec2())
    }

    /// A click pins what lies under the pointer, another lets it go; the arrow keys walk.
    pub(super) fn pin(
        &mut self,
        ui: &Ui,
        session: &Session,
        stands: &[Stand],
        hovered: Option<Pointed>,
        commands: &mut Vec<Command>,
    ) {
        for Stand { arm, response, scene, .. } in stands {
            if response.clicked() {
                // Only the selected arm is worked on.
                let own = hovered.filter(|_| *arm == session.selected());
                let joined = self.surgeon.join(session, self.pinned, own, commands);
                self.pinned = joined.or(hovered.filter(|hovered| self.pinned.as_ref() != Some(hovered)));
            }
            if let Some(walked) = walk::by_keyboard(ui, response, (scene.snapshot(), &scene.layout), self.pinned) {
                self.pinned = Some(walked);
            }
            if response.has_focus() {
                focus_frame(ui, response.rect);
            }
        }
    }

    /// Reads on in the past of the connection that is pinned.
    pub(super) fn follow_pinned(&mut self, ui: &Ui, session: &Session) {
        let arm = session.selected();
        let snapshot = session.history(arm).view().map(|view| &view.snapshot);
        let connection = match self.pinned {
            Some(Pointed::Connection { layer, place }) => Some((layer, place)),
            _ => None,
        };
        let is_there = self.pinned.zip(snapshot).is_some_and(|(pinned, snapshot)| pinned.has_place(snapshot));
        self.trace.follow(session, arm, connection.filter(|_| is_there));
        if !self.trace.is_complete() {
            ui.ctx().request_repaint();
        }
    }

    /// Whether something has a card in a network: it is there, or it is pinned and was there once.
    pub(super) fn is_told(&self, stand: &Stand, pointed: Pointed) -> bool {
        let snapshot = stand.scene.snapshot();
        let was_there = || self.trace.was_at_start() || !self.trace.events().is_empty();
        let is_followed = stand.pane == 0 && self.pinned == Some(pointed) && pointed.has_place(snapshot);
        pointed.exists(snapshot) || is_followed && was_there()
    }

    /// Outlines what is pointed at in every network that has it. The card is shown where the pointer is; that of what is
    /// pinned is shown everywhere.
    pub(super) fn tell_of(
        &mut self,
        ui: &Ui,
        session: &Session,
        stand: &Stand,
        pointed: Pointed,
        hovered: Option<usize>,
    ) {
        let (scene, network) = (&stand.scene, stand.network());
        let origin = stand.rect().min.to_vec2();
        let anchor = pointing::highlight(ui, &pointed, &scene.layout, scene.snapshot(), origin, network);
        if hovered.is_some_and(|pane| pane != stand.pane) {
            return;
        }
        let at = stand.response.hover_pos().filter(|_| hovered.is_some()).unwrap_or(anchor);
        // What is pinned may have been moved out of view; its card stays.
        let is_narrow = self.beside(session).is_some();
        let (shows, life) = self.panes[stand.pane].card();
        let portrait = shows.and_then(|shows| shows.portrait.as_ref());
        let is_pinned = hovered.is_none();
        let trace = Some(&self.trace).filter(|_| is_pinned && stand.pane == 0);
        let card = card::Card { arm: stand.arm, pointed, portrait, life, trace, is_pinned };
        card.show(ui, session, network.clamp(at), stand.rect(), is_narrow);
    }
}
