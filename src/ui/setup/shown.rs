//! Which controls of the set-up are shown: all, or those that a step of a lesson names.

use egui::{Ui, vec2};

use crate::lesson::{Control, Highlight};
use crate::ui::spots::frame;

/// Which controls are shown, and which of them are pointed at.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) enum Shown<'a> {
    /// All, as at a desk.
    All,
    /// Those of a step.
    Only(&'a [Control], &'a [Highlight]),
}

impl Shown<'_> {
    /// Whether this is the whole set-up.
    pub fn is_all(self) -> bool {
        matches!(self, Self::All)
    }

    /// Whether a control is shown.
    pub fn has(self, control: Control) -> bool {
        match self {
            Self::All => true,
            Self::Only(controls, _) => controls.contains(&control),
        }
    }

    /// Whether one of these is shown.
    pub fn has_any(self, controls: &[Control]) -> bool {
        controls.iter().any(|&control| self.has(control))
    }

    /// Whether a control is shown that the whole set-up only has where something is open.
    pub fn has_within(self, control: Control, is_open: bool) -> bool {
        if self.is_all() { is_open } else { self.has(control) }
    }

    /// Draws a control if it is shown, with a frame if it is pointed at.
    pub fn draw(self, ui: &mut Ui, control: Control, content: impl FnOnce(&mut Ui)) {
        if self.has(control) {
            self.mark(ui, control, content);
        }
    }

    /// Draws something, with a frame if the control is pointed at.
    pub fn mark(self, ui: &mut Ui, control: Control, content: impl FnOnce(&mut Ui)) {
        let Self::Only(_, highlights) = self else { return content(ui) };
        let rect = ui.vertical(content).response.rect;
        if highlights.contains(&Highlight::Control(control)) {
            frame(ui, rect.expand2(vec2(4.0, 2.0)));
        }
    }
}
