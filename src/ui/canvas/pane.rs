//! One arm's network on the canvas: the picture of it that is on screen, and the one that is being drawn.

use std::sync::{Arc, Weak};

use egui::{Align2, Color32, Context, Pos2, Rect, TextureHandle, TextureOptions, Ui, pos2, vec2};

use super::acts::Acts;
use super::band::Band;
use super::figures::Figures;
use super::format::Format;
use super::layout::Layout;
use super::lines::Line;
use super::look::Look;
use super::order::{self, Columns, Order};
use super::painter::Painter;
use super::scene::{Scene, Shows};
use super::zoom::Zoom;
use super::{band_text, caption, legend, sizes};
use crate::session::{InputDegrees, Life, Session};
use crate::training::{Snapshot, View};
use crate::ui::theme::Palette;

/// In less width than that the words about an update take the legend's place on stage.
const LEGEND_WITH_WORDS: f32 = 640.0;

/// What is shown of one arm.
pub(super) struct Pane {
    painter: Option<Painter>,
    texture: Option<TextureHandle>,
    asked: Option<Asked>,
    drawn: Option<Drawn>,
    sorted: Option<Sorted>,
    /// Times that neurons were sorted.
    sortings: u32,
    acts: Acts,
    life: Life,
    inputs: InputDegrees,
    /// Whether a topology update is being told.
    is_moving: bool,
}

/// What the newest picture asked for shows.
struct Asked {
    view: Weak<View>,
    size: [usize; 2],
    dark: bool,
    look: Look,
    format: Format,
    zoom: Zoom,
    told: Option<u32>,
    focus: Option<(usize, usize)>,
    /// Times that neurons had been sorted.
    sortings: u32,
    /// Whether the mean degrees of the inputs were there.
    has_inputs: bool,
}

/// What the picture on screen shows.
struct Drawn {
    zoom: Zoom,
    figures: Arc<Figures>,
    shows: Shows,
}

/// Neurons as they were sorted last.
struct Sorted {
    order: Order,
    arm: usize,
    sizes: Vec<usize>,
    columns: Columns,
}

impl Asked {
    fn is(&self, other: &Self) -> bool {
        self.view.ptr_eq(&other.view)
            && (self.size, self.dark, self.look) == (other.size, other.dark, other.look)
            && (self.zoom, self.focus, self.sortings) == (other.zoom, other.focus, other.sortings)
            && (self.format, self.told, self.has_inputs) == (other.format, other.told, other.has_inputs)
    }
}

impl Pane {
    pub(super) fn new(context: &Context) -> Self {
        // Without a thread there is no picture, but everything else works.
        let painter = Painter::start(context).ok();
        Self {
            painter,
            texture: None,
            asked: None,
            drawn: None,
            sorted: None,
            sortings: 0,
            acts: Acts::default(),
            life: Life::default(),
            inputs: InputDegrees::default(),
            is_moving: false,
        }
    }

    /// Whether something moves, or a picture is being drawn that is not on screen yet.
    pub(super) fn is_busy(&self) -> bool {
        self.is_moving || self.painter.as_ref().is_some_and(Painter::is_busy)
    }

    /// Notices when a topology update is to be told; the update that is.
    pub(super) fn follow(
        &mut self,
        ui: &Ui,
        session: &Session,
        shown: (usize, &Arc<View>),
        placed: (&Layout, Option<&Band>),
    ) -> Option<u32> {
        self.acts.follow(ui, session, shown, placed);
        let told = self.acts.told(ui.input(|input| input.time));
        self.is_moving = told.is_some();
        told
    }

    /// What the picture on screen shows, and the life of the connection that was pointed at last.
    pub(super) fn card(&mut self) -> (Option<&Shows>, &mut Life) {
        (self.drawn.as_ref().map(|drawn| &drawn.shows), &mut self.life)
    }

    /// The connections that the picture on screen has as lines.
    pub(super) fn lines(&self) -> &[Line] {
        self.drawn.as_ref().map_or(&[], |drawn| &drawn.shows.lines)
    }

    /// How the neurons of each layer are sorted.
    pub(super) fn columns(&self) -> &Columns {
        const BY_NUMBER: &Columns = &Vec::new();
        self.sorted.as_ref().map_or(BY_NUMBER, |sorted| &sorted.columns)
    }

    /// Has the neurons sorted anew.
    pub(super) fn sort_again(&mut self) {
        self.sorted = None;
    }

    /// Sorts the neurons, if asked to or where another network is shown than was sorted.
    pub(super) fn sort(&mut self, arm: usize, snapshot: &Snapshot, order: Order) {
        let sizes = sizes(snapshot);
        let same = |sorted: &Sorted| sorted.arm == arm && sorted.sizes == sizes && sorted.order == order;
        if self.sorted.as_ref().is_some_and(same) {
            return;
        }
        let columns = order::sorted(&snapshot.network, order);
        self.sorted = Some(Sorted { order, arm, sizes, columns });
        self.sortings = self.sortings.wrapping_add(1);
    }

    /// Asks for a picture of the scene of an arm in a rectangle, if the newest that was asked for is another.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels on screen")]
    pub(super) fn request(&mut self, ui: &Ui, (session, arm): (&Session, usize), scene: Scene, rect: Rect) {
        let Some(painter) = &self.painter else { return };
        let has_map = scene.band.as_ref().is_some_and(Band::has_input_map);
        let scale = ui.ctx().pixels_per_point();
        let pixels = rect.size() * scale;
        let wanted = Asked {
            view: Arc::downgrade(&scene.view),
            size: [(pixels.x as usize).max(1), (pixels.y as usize).max(1)],
            dark: scene.palette.dark,
            look: scene.look,
            format: scene.layout.format,
            zoom: scene.zoom,
            told: scene.told,
            focus: scene.focus,
            sortings: self.sortings,
            has_inputs: has_map && self.inputs.follow(session, arm),
        };
        if self.asked.as_ref().is_some_and(|asked| asked.is(&wanted)) {
            return;
        }
        let inputs = if wanted.has_inputs { self.inputs.mean(scene.snapshot()) } else { None };
        painter.request(Scene { size: wanted.size, scale, inputs, ..scene });
        self.asked = Some(wanted);
    }

    /// Shows the newest picture there is.
    pub(super) fn paint(&mut self, ui: &Ui, rect: Rect, scene: &Scene) {
        let (area, zoom, format) = (scene.area, scene.zoom, &scene.layout.format);
        if let Some(drawing) = self.painter.as_ref().and_then(Painter::take) {
            match &mut self.texture {
                Some(texture) => texture.set(drawing.image, TextureOptions::LINEAR),
                None => self.texture = Some(ui.ctx().load_texture("network", drawing.image, TextureOptions::LINEAR)),
            }
            self.drawn = Some(Drawn { zoom: drawing.zoom, figures: drawing.figures, shows: drawing.shows });
        }
        let (Some(texture), Some(drawn)) = (&self.texture, &self.drawn) else { return };
        // While the window is resized the last picture keeps its size; it is soon replaced.
        let size = texture.size_vec2() / ui.ctx().pixels_per_point();
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        if drawn.zoom == zoom {
            let painter = ui.painter().with_clip_rect(rect);
            painter.image(texture.id(), Rect::from_min_size(rect.min, size), whole, Color32::WHITE);
            return;
        }
        // Until the picture of this zoom is there, the last one is enlarged: only the network, not what stands around it.
        let inner = Rect::from_min_max(pos2(0.0, format.top), pos2(area.x, area.y - format.bottom));
        let moved = zoom.place_of(drawn.zoom, size).translate(rect.min.to_vec2());
        let painter = ui.painter().with_clip_rect(inner.translate(rect.min.to_vec2()));
        painter.image(texture.id(), moved, whole, Color32::WHITE);
        let below = Rect::from_min_max(pos2(0.0, area.y), size.to_pos2());
        let part = Rect::from_min_max(pos2(0.0, area.y / size.y), pos2(1.0, 1.0));
        let painter = ui.painter().with_clip_rect(rect);
        painter.image(texture.id(), below.translate(rect.min.to_vec2()), part, Color32::WHITE);
    }

    /// Names of layers and inputs, and what is said of rasters; `name` is the arm's, where there are two.
    pub(super) fn tell(&self, ui: &Ui, session: &Session, scene: &Scene, rect: Rect, name: Option<(&str, Color32)>) {
        let (layout, snapshot) = (&scene.layout, scene.snapshot());
        let inside = Rect::from_min_size(rect.min, scene.area);
        legend::columns(ui, inside, layout);
        legend::input_names(ui, inside, layout, session.data().as_deref().map(|data| &data.train));
        if let (Some(band), Some(drawn)) = (&scene.band, &self.drawn) {
            let drawn = (drawn.figures.as_ref(), &drawn.shows);
            band_text::show(ui, rect.min.to_vec2(), band, drawn, &scene.look, &snapshot.network);
        }
        if let Some(drawn) = &self.drawn {
            self.acts.show(ui, scene, &drawn.figures, rect);
        }
        let mut at = rect.min + vec2(14.0, 12.0);
        if let Some((name, color)) = name {
            at.x = caption(ui, at, Align2::LEFT_CENTER, name, color, (layout.format.text + 1.0, true)).max.x + 10.0;
        }
        let zoom = scene.zoom.is_enlarged().then(|| format!("× {:.1} · 0 shows the whole", scene.zoom.factor()));
        let told = self.acts.words(ui.input(|input| input.time));
        let (at, align) = match told {
            // Above the network stand the names of layers and of the scene.
            Some(_) if layout.format.is_for_stage() => (legend::corner(inside, &layout.format), Align2::RIGHT_CENTER),
            _ => (at, Align2::LEFT_CENTER),
        };
        if let Some(text) = told.or(zoom) {
            caption(ui, at, align, &text, Palette::of(ui).weak, (layout.format.text, false));
        }
    }

    /// What colours and strokes mean.
    pub(super) fn explain(&self, ui: &Ui, scene: &Scene, rect: Rect) {
        let inside = Rect::from_min_size(rect.min, scene.area);
        let shown = self.drawn.as_ref().map(|drawn| (drawn.figures.as_ref(), &drawn.shows));
        let format = &scene.layout.format;
        let is_told = format.is_for_stage() && self.acts.words(ui.input(|input| input.time)).is_some();
        // Beside one another there is no room for both.
        if is_told && inside.width() < LEGEND_WITH_WORDS {
            return;
        }
        legend::lines(ui, inside, &scene.layout, &scene.look, scene.snapshot(), shown, !is_told);
    }
}
