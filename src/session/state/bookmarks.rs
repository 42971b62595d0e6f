//! Moments worth showing, kept with the experiment.

use super::Session;
use crate::training::{BookmarkSpec, Moment};

impl Session {
    /// Bookmarks the moment that is shown.
    pub(super) fn add_bookmark(&mut self) {
        let at = self.moment_at(self.selected, self.shown_position());
        if let Some(known) = self.draft.bookmarks.iter().find(|bookmark| bookmark.at == at) {
            let text = format!("“{}” is here already.", known.name);
            return self.tell(&text);
        }
        let name = match at {
            Moment::Epochs(epoch) => format!("Epoch {epoch}"),
            Moment::Updates(update) => format!("Update {update}"),
            Moment::Steps(step) => format!("Step {step}"),
        };
        self.tell(&format!("Bookmarked as “{name}”: the flag at the timeline holds all bookmarks."));
        let mut spec = self.draft.clone();
        spec.bookmarks.push(BookmarkSpec { name, at, notes: String::new() });
        self.edit(spec);
    }

    pub(super) fn rename_bookmark(&mut self, index: usize, name: String) {
        let mut spec = self.draft.clone();
        if let Some(bookmark) = spec.bookmarks.get_mut(index) {
            bookmark.name = name;
            self.edit(spec);
        }
    }

    pub(super) fn note_bookmark(&mut self, index: usize, notes: String) {
        let mut spec = self.draft.clone();
        if let Some(bookmark) = spec.bookmarks.get_mut(index) {
            bookmark.notes = notes;
            self.edit(spec);
        }
    }

    pub(super) fn remove_bookmark(&mut self, index: usize) {
        let mut spec = self.draft.clone();
        if index < spec.bookmarks.len() {
            spec.bookmarks.remove(index);
            self.edit(spec);
        }
    }

    /// Shows a bookmarked moment, or trains up to it.
    pub(super) fn go_to_bookmark(&mut self, index: usize) {
        if let Some(bookmark) = self.draft.bookmarks.get(index) {
            self.go_to_moment(bookmark.at);
        }
    }

    pub(super) fn go_to_moment(&mut self, at: Moment) {
        match (self.reached_position(at), self.foreseen_position(at), at) {
            (Some(position), _, _) => self.pause_and_look_at(position),
            (None, Some(position), _) => self.step_to(|_, _| position),
            (None, None, Moment::Updates(update)) => {
                self.tell(&format!("Update {update} cannot be foretold: no arm will have so many."));
            }
            (None, None, _) => self.go_to_epoch(u32::MAX),
        }
    }
}
