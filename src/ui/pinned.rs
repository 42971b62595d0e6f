//! The connection that is pinned on the network, for those who ask about it elsewhere in the window.

use egui::{Context, Id};

use crate::sparse::Place;

/// Says which connection is pinned: layer, from 0, and place.
pub(super) fn set(context: &Context, pinned: Option<(usize, Place)>) {
    if pinned != get(context) {
        context.data_mut(|data| data.insert_temp(id(), pinned));
        context.request_repaint();
    }
}

/// Which connection is pinned.
pub(super) fn get(context: &Context) -> Option<(usize, Place)> {
    context.data(|data| data.get_temp::<Option<(usize, Place)>>(id())).flatten()
}

fn id() -> Id {
    Id::unique("pinned connection")
}
