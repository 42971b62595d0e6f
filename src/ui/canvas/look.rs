//! What colours and widths of connections mean, and which of them are shown.

use egui::Color32;

use super::layout::Placement;
use super::order::Order;
use crate::ui::theme::{Palette, cividis};

/// What the colour of a connection says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ColorBy {
    /// Positive or negative; regrown.
    #[default]
    Sign,
    /// Topology updates since it grew.
    Age,
    /// |gradient| in the last batch.
    Gradient,
    /// The layer that it is in.
    Layer,
    /// Its rank by the score of which the next topology update cuts the lowest.
    Score,
}

/// What the width of a connection says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum WidthBy {
    #[default]
    Weight,
    /// |gradient| in the last batch.
    Gradient,
}

/// What the cells of adjacency matrices say, where networks are too large for single lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tiles {
    /// Which share of their places is taken.
    #[default]
    Density,
    /// Connections grown less connections cut in the last topology updates, as long as their colours would last.
    Recent,
    /// The same since the start.
    SinceStart,
}

/// How the network is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    pub placement: Placement,
    pub color: ColorBy,
    pub width: WidthBy,
    /// Only connections of at most this age, in topology updates.
    pub youngest: Option<u32>,
    /// Only so many percent of each layer, the largest |weight| first.
    pub strongest: Option<u8>,
    /// How neurons are sorted.
    pub order: Order,
    pub tiles: Tiles,
}

impl Look {
    /// Whether connections are left out because the user said so.
    pub(super) fn is_filtered(&self) -> bool {
        self.youngest.is_some() || self.strongest.is_some()
    }
}

/// Cividis for lines, from 0 to 1: without the end that the ground would swallow, so that much is what stands out.
pub(super) fn ramp(palette: &Palette, share: f32) -> Color32 {
    let share = share.clamp(0.0, 1.0);
    cividis(if palette.dark { 0.35 + 0.65 * share } else { 0.8 * (1.0 - share) })
}
