//! Zooming and panning by wheel, pinch, drag and keys.

use egui::{Key, Modifiers, Rect, Response, Ui, Vec2, pos2};

use super::zoom::Zoom;

/// Points of scrolling that enlarge e times.
const SCROLL: f32 = 240.0;
/// How much a key enlarges.
const STEP: f32 = 1.5;
/// How fast a goal is approached, a second.
const SPEED: f32 = 14.0;

/// What part of the network is seen, and where that is going.
#[derive(Debug)]
pub(super) struct Navigation {
    zoom: Zoom,
    goal: Option<Zoom>,
}

impl Default for Navigation {
    fn default() -> Self {
        Self { zoom: Zoom::WHOLE, goal: None }
    }
}

impl Navigation {
    pub(super) fn zoom(&self) -> Zoom {
        self.zoom
    }

    /// Whether the zoom is on its way to where a key sent it.
    pub(super) fn is_moving(&self) -> bool {
        self.goal.is_some()
    }

    /// Goes so many steps in or out about the middle, or with 0 back to the whole.
    pub(super) fn step(&mut self, steps: i8, size: Vec2, largest: f32) {
        let from = self.goal.unwrap_or(self.zoom);
        let middle = pos2(0.5 * size.x, 0.5 * size.y);
        let goal = match steps {
            0 => Zoom::WHOLE,
            steps => from.about(middle, STEP.powi(steps.into()), largest, size),
        };
        self.goal = Some(goal);
    }

    /// Does what wheel, pointer and keys ask for; `inside` is where the network is on screen.
    pub(super) fn follow(&mut self, ui: &Ui, response: &Response, inside: Rect, largest: f32) {
        let size = inside.size();
        self.zoom = self.zoom.about(pos2(0.0, 0.0), 1.0, largest, size);
        self.keys(ui, size, largest);
        if let Some(at) = response.hover_pos().filter(|at| inside.contains(*at)) {
            let by = ui.input(|input| (input.smooth_scroll_delta().y / SCROLL).exp() * input.zoom_delta());
            if (by - 1.0).abs() > 1e-6 {
                self.goal = None;
                self.zoom = self.zoom.about(at - inside.min.to_vec2(), by, largest, size);
            }
        }
        if response.dragged() {
            self.goal = None;
            self.zoom = self.zoom.moved(response.drag_delta(), size);
        }
        if response.double_clicked() {
            self.goal = Some(Zoom::WHOLE);
        }
        if let Some(goal) = self.goal {
            let seconds = ui.input(|input| input.stable_dt).min(0.05);
            self.zoom = self.zoom.towards(goal.within(size), 1.0 - (-SPEED * seconds).exp());
            if self.zoom == goal.within(size) {
                self.goal = None;
            }
            ui.ctx().request_repaint();
        }
    }

    /// + and − zoom, 0 shows the whole. While something is being typed, keys belong to it.
    fn keys(&mut self, ui: &Ui, size: Vec2, largest: f32) {
        if ui.ctx().text_edit_focused() {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        for (keys, steps) in [(&[Key::Plus, Key::Equals][..], 1), (&[Key::Minus], -1), (&[Key::Num0], 0)] {
            if keys.iter().any(|&key| pressed(key)) {
                self.step(steps, size, largest);
            }
        }
    }
}
