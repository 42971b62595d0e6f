//! Painting points on the input plane.

use egui::{CornerRadius, PointerButton, Pos2, Rect, RichText, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::points::{place, point};
use crate::data::{MAX_PAINTED, PAINTED_CLASSES, PLANE, PaintedPoint};
use crate::ui::controls::grouped;
use crate::ui::theme::Palette;

/// A stroke leaves a point each time the brush has moved so far.
const SPACING: f32 = 6.0;
/// How far the eraser reaches.
const ERASER: f32 = 9.0;

/// What the brush does, and the stroke under way.
#[derive(Debug, Default)]
pub(super) struct Painting {
    /// The class that is painted.
    class: u8,
    erases: bool,
    /// All points as the stroke under way leaves them; they become the experiment's when it ends, as one change.
    stroke: Option<Vec<PaintedPoint>>,
    stroke_erases: bool,
    /// Where the stroke left its last point.
    last: Option<Pos2>,
}

impl Painting {
    /// The plane to paint on, and the brushes.
    pub(super) fn show(&mut self, ui: &mut Ui, points: &mut Vec<PaintedPoint>) {
        self.brushes(ui);
        let palette = Palette::of(ui);
        let side = ui.available_width();
        let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, "plane to paint on"));
        if let Some(at) = response.interact_pointer_pos() {
            if self.stroke.is_none() {
                // As it began: the button may be up again while the stroke ends.
                self.stroke_erases =
                    self.erases || ui.input(|input| input.pointer.button_down(PointerButton::Secondary));
            }
            self.stroke_to(at, rect, points);
        }
        if response.drag_stopped() || response.clicked() || response.secondary_clicked() {
            self.last = None;
            if let Some(stroke) = self.stroke.take() {
                *points = stroke;
            }
        }
        let painter = ui.painter().with_clip_rect(rect);
        painter.rect(rect, CornerRadius::same(4), palette.canvas, Stroke::new(1.0, palette.border), StrokeKind::Inside);
        let axes = Stroke::new(1.0, palette.border);
        painter.hline(rect.x_range(), rect.center().y, axes);
        painter.vline(rect.center().x, rect.y_range(), axes);
        painter.extend(self.stroke.as_ref().unwrap_or(points).iter().map(|shown| {
            #[expect(clippy::cast_possible_truncation, reason = "places on the screen")]
            let at = place(rect, shown.x as f32, shown.y as f32);
            point(at, usize::from(shown.class), palette, 3.0)
        }));
        let count = self.stroke.as_ref().map_or(points.len(), Vec::len);
        let full = if count >= MAX_PAINTED { ": no more fit; erase some" } else { "" };
        let text = format!("{} of at most {} points{full}", grouped(count), grouped(MAX_PAINTED));
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(text).size(11.5).color(palette.weak));
            if ui.link("Clear").on_hover_text("Take all points away. Ctrl+Z brings them back.").clicked() {
                points.clear();
            }
        });
    }

    fn brushes(&mut self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 3.0;
            for class in 0..PAINTED_CLASSES {
                let (rect, response) = ui.allocate_exact_size(vec2(20.0, 20.0), Sense::click());
                let is_chosen = !self.erases && self.class == class;
                response.widget_info(|| {
                    WidgetInfo::selected(egui::Role::RadioButton, true, is_chosen, format!("class {class}"))
                });
                if is_chosen || response.hovered() || response.has_focus() {
                    let line = if is_chosen { palette.accent } else { palette.border };
                    ui.painter().rect_stroke(rect, CornerRadius::same(4), Stroke::new(1.5, line), StrokeKind::Inside);
                }
                ui.painter().add(point(rect.center(), usize::from(class), palette, 4.5));
                if response.on_hover_text(format!("Paint points of class {class}.")).clicked() {
                    (self.class, self.erases) = (class, false);
                }
            }
            let help = "Erase points; so does the right button of the mouse.";
            if ui.selectable_label(self.erases, "Erase").on_hover_text(help).clicked() {
                self.erases = !self.erases;
            }
        });
    }

    fn stroke_to(&mut self, at: Pos2, rect: Rect, points: &[PaintedPoint]) {
        let stroke = self.stroke.get_or_insert_with(|| points.to_vec());
        if self.stroke_erases {
            #[expect(clippy::cast_possible_truncation, reason = "places on the screen")]
            stroke.retain(|point| place(rect, point.x as f32, point.y as f32).distance(at) > ERASER);
            return;
        }
        let has_moved = self.last.is_none_or(|last| last.distance(at) >= SPACING);
        if has_moved && rect.contains(at) && stroke.len() < MAX_PAINTED {
            let offset = 2.0 * PLANE * (at - rect.center()) / rect.size();
            stroke.push(PaintedPoint::rounded(offset.x, -offset.y, self.class));
            self.last = Some(at);
        }
    }
}
