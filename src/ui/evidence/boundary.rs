//! Decision boundaries on the input plane.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use egui::{
    Align2, Color32, ColorImage, Context, CornerRadius, Rect, Sense, TextureHandle, TextureOptions, Ui, pos2, vec2,
};

use crate::metrics::{Boundary, PlaneGrid};
use crate::session::{Newest, Session};
use crate::training::View;
use crate::ui::pictures::is_printed;
use crate::ui::setup::data_points;
use crate::ui::theme::{Palette, semibold};

/// The thread that computes them rests so many times as long as they took.
const REST: u32 = 4;
/// Between two pictures it waits so long at least: one more for each frame would be seen by nobody.
const PAUSE: Duration = Duration::from_millis(25);

/// Pictures of the arms' decision boundaries, kept until they change.
#[derive(Default)]
pub(super) struct Boundaries {
    pictures: Vec<Option<Picture>>,
    /// None as long as nothing has been asked for, or where the system has no thread to give.
    worker: Option<Newest<Views, Found>>,
    /// By arm, what was asked for last.
    asked: Vec<Weak<View>>,
}

/// By arm, what is shown of it.
type Views = Vec<Option<Arc<View>>>;
/// By arm, the boundary of what is shown of it.
type Found = Vec<Option<(Weak<View>, Boundary)>>;

/// The boundary of one arm.
struct Picture {
    texture: TextureHandle,
    view: Weak<View>,
    boundary: Boundary,
    is_dark: bool,
}

impl Boundaries {
    /// All arms side by side.
    pub(super) fn row(&mut self, ui: &mut Ui, session: &Session) {
        self.follow(ui, session);
        self.tiles(ui, session);
    }

    fn tiles(&mut self, ui: &mut Ui, session: &Session) {
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
        self.follow(ui, session);
        self.picture(ui, session, session.selected(), ui.available_width(), true);
        ui.add_space(8.0);
        self.tiles(ui, session);
    }

    fn picture(&mut self, ui: &mut Ui, session: &Session, arm: usize, side: f32, with_points: bool) {
        let palette = Palette::of(ui);
        let (outer, response) = ui.allocate_exact_size(vec2(side, side + 16.0), Sense::hover());
        let rect = Rect::from_min_size(outer.min, vec2(side, side));
        let name = &session.arms()[arm].name;
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, format!("decision boundary of {name}")));
        if session.history(arm).view().is_some()
            && let Some(Some(picture)) = self.pictures.get_mut(arm)
        {
            picture.follow(palette);
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(picture.texture.id(), rect, whole, Color32::WHITE);
        }
        if let Some(data) = session.data().filter(|_| with_points) {
            ui.painter().with_clip_rect(rect).extend(data_points(rect, &data.train, palette, 3.0));
        }
        let stroke = egui::Stroke::new(1.0, palette.border);
        ui.painter().rect_stroke(rect, CornerRadius::ZERO, stroke, egui::StrokeKind::Inside);
        let at = pos2(rect.center().x, outer.max.y - 6.0);
        ui.painter().with_clip_rect(outer).text(at, Align2::CENTER_CENTER, name, semibold(10.0), palette.arm(arm));
    }

    /// Takes what has been computed, and asks for the boundaries of what is shown now.
    fn follow(&mut self, ui: &Ui, session: &Session) {
        if let Some(found) = self.worker.as_ref().and_then(Newest::take) {
            self.take(ui, found);
        }
        let views: Views = (0..session.arms().len()).map(|arm| session.history(arm).view().cloned()).collect();
        let shown: Vec<Weak<View>> =
            views.iter().map(|view| view.as_ref().map_or_else(Weak::new, Arc::downgrade)).collect();
        if shown.len() == self.asked.len() && shown.iter().zip(&self.asked).all(|(shown, asked)| shown.ptr_eq(asked)) {
            return;
        }
        self.asked = shown;
        if is_printed(ui) {
            // What is printed waits for it.
            return self.take(ui, find(views).0);
        }
        if self.worker.is_none() {
            self.worker = start(ui.ctx());
        }
        if let Some(worker) = &self.worker {
            worker.ask(views);
        }
    }

    fn take(&mut self, ui: &Ui, found: Found) {
        self.pictures.resize_with(found.len(), || None);
        for (picture, found) in self.pictures.iter_mut().zip(found) {
            let Some((view, boundary)) = found else {
                *picture = None;
                continue;
            };
            match picture {
                Some(picture) if picture.view.ptr_eq(&view) => {}
                Some(picture) => picture.show(view, boundary, Palette::of(ui)),
                None => *picture = Some(Picture::new(ui, view, boundary)),
            }
        }
    }

    /// Whether what is shown is not of the newest views yet.
    pub(super) fn is_busy(&self) -> bool {
        self.worker.as_ref().is_some_and(Newest::is_busy)
    }
}

fn start(context: &Context) -> Option<Newest<Views, Found>> {
    let context = context.clone();
    Newest::start("decision boundaries", Arc::new(move || context.request_repaint()), find).ok()
}

fn find(views: Views) -> (Found, Duration) {
    let start = Instant::now();
    let of_view = |view: Arc<View>| (Arc::downgrade(&view), Boundary::of(&view.snapshot.network, PlaneGrid::SHOWN));
    let found = views.into_iter().map(|view| view.map(of_view)).collect();
    (found, (REST * start.elapsed()).max(PAUSE))
}

impl Picture {
    fn new(ui: &Ui, view: Weak<View>, boundary: Boundary) -> Self {
        let palette = Palette::of(ui);
        let image = image(&boundary, palette);
        let texture = ui.ctx().load_texture("decision boundary", image, TextureOptions::LINEAR);
        Self { texture, view, boundary, is_dark: palette.dark }
    }

    fn show(&mut self, view: Weak<View>, boundary: Boundary, palette: &Palette) {
        (self.view, self.boundary, self.is_dark) = (view, boundary, palette.dark);
        self.texture.set(image(&self.boundary, palette), TextureOptions::LINEAR);
    }

    /// Follows a change of the theme.
    fn follow(&mut self, palette: &Palette) {
        if self.is_dark != palette.dark {
            self.is_dark = palette.dark;
            self.texture.set(image(&self.boundary, palette), TextureOptions::LINEAR);
        }
    }
}

fn image(boundary: &Boundary, palette: &Palette) -> ColorImage {
    let pixels = match &boundary.predicted {
        Some(predicted) => {
            let color = |&class: &usize| palette.canvas.lerp_to_gamma(palette.class(class), 0.45);
            predicted.iter().map(color).collect()
        }
        None => boundary.probability.iter().map(|p| palette.diverging(2.0 * p - 1.0)).collect(),
    };
    ColorImage::new([PlaneGrid::SHOWN.side; 2], pixels)
}
