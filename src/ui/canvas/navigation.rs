//! Zooming and panning by wheel, pinch, drag and keys.

use egui::{Key, Modifiers, Rect, Response, Ui, Vec2, pos2};

use super::keys_are_free;
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
    /// Of the area in which a network is seen, and the largest zoom; as they were last.
    size: Vec2,
    largest: f32,
}

impl Default for Navigation {
    fn default() -> Self {
        Self { zoom: Zoom::WHOLE, goal: None, size: Vec2::ZERO, largest: 1.0 }
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

    /// Shows the whole at once, if columns are to move apart otherwise than before: neurons stand elsewhere.
    pub(super) fn set_apart(&mut self, apart: f32) {
        if self.zoom.apart() != apart {
            (self.zoom, self.goal) = (Zoom::whole(apart), None);
        }
    }

    /// Goes so many steps in or out about the middle, or with 0 back to the whole.
    pub(super) fn step(&mut self, steps: i8) {
        let from = self.goal.unwrap_or(self.zoom);
        let middle = (0.5 * self.size).to_pos2();
        let goal = match steps {
            0 => Zoom::whole(from.apart()),
            steps => from.about(middle, STEP.powi(steps.into()), self.largest, self.size),
        };
        self.goal = Some(goal);
    }

    /// Does what wheel, pointer and keys ask for. Each network is on screen in a rectangle; all have the same size and are
    /// seen under the same zoom, which can become `largest`.
    pub(super) fn follow<'a>(
        &mut self,
        ui: &Ui,
        networks: impl Iterator<Item = (&'a Response, Rect)>,
        (size, largest): (Vec2, f32),
    ) {
        (self.size, self.largest) = (size, largest);
        self.zoom = self.zoom.about(pos2(0.0, 0.0), 1.0, largest, size);
        self.keys(ui);
        for (response, inside) in networks {
            self.point(ui, response, inside);
        }
        if let Some(goal) = self.goal.map(|goal| goal.about(pos2(0.0, 0.0), 1.0, largest, size)) {
            let seconds = ui.input(|input| input.stable_dt).min(0.05);
            self.zoom = self.zoom.towards(goal, 1.0 - (-SPEED * seconds).exp());
            self.goal = (self.zoom != goal).then_some(goal);
            ui.ctx().request_repaint();
        }
    }

    fn point(&mut self, ui: &Ui, response: &Response, inside: Rect) {
        if let Some(at) = response.hover_pos().filter(|at| inside.contains(*at)) {
            let by = ui.input(|input| (input.smooth_scroll_delta().y / SCROLL).exp() * input.zoom_delta());
            if (by - 1.0).abs() > 1e-6 {
                self.goal = None;
                self.zoom = self.zoom.about(at - inside.min.to_vec2(), by, self.largest, self.size);
            }
        }
        if response.dragged() {
            self.goal = None;
            self.zoom = self.zoom.moved(response.drag_delta(), self.size);
        }
        if response.double_clicked() {
            self.goal = Some(Zoom::whole(self.zoom.apart()));
        }
    }

    /// + and − zoom, 0 shows the whole. While something is being typed, keys belong to it.
    fn keys(&mut self, ui: &Ui) {
        if !keys_are_free(ui) {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        for (keys, steps) in [(&[Key::Plus, Key::Equals][..], 1), (&[Key::Minus], -1), (&[Key::Num0], 0)] {
            if keys.iter().any(|&key| pressed(key)) {
                self.step(steps);
            }
        }
    }
}
