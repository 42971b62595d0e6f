//! Decision boundaries on the input plane.

use std::sync::{Arc, Weak};

use egui::{Align2, Color32, ColorImage, CornerRadius, Rect, Sense, TextureHandle, TextureOptions, Ui, pos2, vec2};

use crate::metrics::PlaneResponse;
use crate::session::Session;
use crate::training::View;
use crate::ui::setup::data_points;
use crate::ui::theme::{Palette, semibold};

/// Pictures of the arms' decision boundaries, kept until they change.
#[derive(Default)]
pub(super) struct Boundaries {
    pictures: Vec<Picture>,
}

struct Picture {
    texture: TextureHandle,
    view: Weak<View>,
    dark: bool,
}

impl Boundaries {
    /// All arms side by side.
    pub(super) fn row(&mut self, ui: &mut Ui, session: &Session) {
        let arms = session.arms().len();
        // Rows of equal length, at most four in one.
        let across = arms.div_ceil(arms.div_ceil(4));
        #[expect(clippy::cast_precision_loss, reason = "a number of arms")]
        let side = ((ui.available_width() - 8.0 * (across as f32 - 1.0)) / across as f32).min(104.0).floor();
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
            for arm in 0..arms {
                self.picture(ui, session, arm, side, false);
            }
        });
    }

    /// The selected arm large with the training samples on it, the others below.
    pub(super) fn large(&mut self, ui: &mut Ui, session: &Session) {
        self.picture(ui, session, session.selected(), ui.available_width(), true);
        ui.add_space(8.0);
        self.row(ui, session);
    }

    fn picture(&mut self, ui: &mut Ui, session: &Session, arm: usize, side: f32, with_points: bool) {
        let palette = Palette::of(ui);
        let (outer, response) = ui.allocate_exact_size(vec2(side, side + 16.0), Sense::hover());
        let rect = Rect::from_min_size(outer.min, vec2(side, side));
        let name = &session.arms()[arm].name;
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, format!("decision boundary of {name}")));
        let response =
            session.history(arm).view().and_then(|view| Some((Arc::downgrade(view), view.response.as_ref()?)));
        if let Some((view, response)) = response {
            self.refresh(ui, arm, view, response, palette);
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(self.pictures[arm].texture.id(), rect, whole, Color32::WHITE);
        }
        if let Some(data) = session.data().filter(|_| with_points) {
            ui.painter().with_clip_rect(rect).extend(data_points(rect, &data.train, palette, 3.0));
        }
        let stroke = egui::Stroke::new(1.0, palette.border);
        ui.painter().rect_stroke(rect, CornerRadius::ZERO, stroke, egui::StrokeKind::Inside);
        let at = pos2(rect.center().x, outer.max.y - 6.0);
        ui.painter().with_clip_rect(outer).text(at, Align2::CENTER_CENTER, name, semibold(10.0), palette.arm(arm));
    }

    fn refresh(&mut self, ui: &Ui, arm: usize, view: Weak<View>, response: &PlaneResponse, palette: &Palette) {
        if self.pictures.get(arm).is_some_and(|picture| picture.view.ptr_eq(&view) && picture.dark == palette.dark) {
            return;
        }
        let pixels = match &response.predicted {
            Some(predicted) => {
                let color = |&class: &usize| palette.canvas.lerp_to_gamma(palette.class(class), 0.45);
                predicted.iter().map(color).collect()
            }
            None => response.probability.iter().map(|p| palette.diverging(2.0 * p - 1.0)).collect(),
        };
        let image = ColorImage::new([response.side, response.side], pixels);
        while self.pictures.len() <= arm {
            let empty = ColorImage::filled([1, 1], palette.canvas);
            let texture = ui.ctx().load_texture("decision boundary", empty, TextureOptions::LINEAR);
            self.pictures.push(Picture { texture, view: Weak::new(), dark: palette.dark });
        }
        let picture = &mut self.pictures[arm];
        picture.texture.set(image, TextureOptions::LINEAR);
        picture.view = view;
        picture.dark = palette.dark;
    }
}
