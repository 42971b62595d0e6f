//! The network in the centre: what is drawn, what lies under the pointer, and what is said about it.

mod band;
mod band_text;
mod bundles;
mod card;
mod figures;
mod format;
mod ink;
mod layout;
mod legend;
mod lesson;
mod lines;
mod look;
mod navigation;
mod neurons;
mod order;
mod painter;
mod pointing;
mod print;
mod raster;
mod reel;
#[cfg(test)]
mod samples;
mod scene;
mod surface;
mod walk;
mod zoom;

use std::sync::{Arc, Weak};

use egui::{
    Align, Align2, Color32, Context, FontId, Pos2, Rect, Response, RichText, Sense, TextureHandle, TextureOptions, Ui,
    UiBuilder, Vec2, pos2, vec2,
};

use self::band::Band;
use self::card::Pointed;
use self::figures::Figures;
use self::format::Format;
use self::layout::Layout;
use self::look::Look;
use self::navigation::Navigation;
use self::order::{Columns, Order};
use self::painter::Painter;
pub(super) use self::print::picture;
use self::raster::Curve;
pub(super) use self::reel::Reel;
use self::scene::{Scene, Shows};
use self::zoom::Zoom;
use super::controls::focus_frame;
use super::film::FilmDialog;
use super::pictures::{Saver, file_name};
use super::theme::{Palette, semibold};
use crate::data::InputShape;
use crate::session::{Command, Session};
use crate::training::{Snapshot, View};

/// The network view.
pub(super) struct Canvas {
    painter: Option<Painter>,
    texture: Option<TextureHandle>,
    asked: Option<Asked>,
    drawn: Option<Drawn>,
    pinned: Option<Pointed>,
    /// The neuron under the pointer or pinned, as column and number.
    focus: Option<(usize, usize)>,
    look: Look,
    sorted: Option<Sorted>,
    /// Times that neurons were sorted.
    sortings: u32,
    navigation: Navigation,
    saver: Saver,
    film: FilmDialog,
}

/// What the newest picture asked for shows.
#[derive(Clone)]
struct Asked {
    view: Weak<View>,
    arm: usize,
    size: [usize; 2],
    dark: bool,
    look: Look,
    format: Format,
    zoom: Zoom,
    focus: Option<(usize, usize)>,
    /// Times that neurons had been sorted.
    sortings: u32,
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
            && (self.arm, self.size, self.dark, self.look) == (other.arm, other.size, other.dark, other.look)
            && (self.zoom, self.focus, self.sortings) == (other.zoom, other.focus, other.sortings)
            && self.format == other.format
    }
}

impl Canvas {
    pub(super) fn new(context: &Context) -> Self {
        // Without a thread there is no picture, but everything else works.
        Self {
            painter: Painter::start(context).ok(),
            texture: None,
            asked: None,
            drawn: None,
            pinned: None,
            focus: None,
            look: Look::default(),
            sorted: None,
            sortings: 0,
            navigation: Navigation::default(),
            saver: Saver::default(),
            film: FilmDialog::default(),
        }
    }

    /// Whether a picture is being drawn that is not on screen yet.
    pub(super) fn is_busy(&self) -> bool {
        self.navigation.is_moving() || self.painter.as_ref().is_some_and(Painter::is_busy)
    }

    /// Draws the selected arm's network in the space there is.
    pub(super) fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let (response, view) = self.place(ui, session, Sense::click_and_drag(), &Format::DESK);
        let (Some(view), rect) = (view, response.rect) else { return };
        let network = &view.snapshot.network;
        let band = Band::new(network, session.experiment().facts().shape, rect.size());
        let area = vec2(rect.width(), band.as_ref().map_or(rect.height(), |band| band.top));
        let whole = self.layout(session, &view.snapshot, area, Format::DESK);
        let inside = Rect::from_min_size(rect.min, area);
        self.navigation.follow(ui, &response, inside, whole.largest_zoom());
        let zoom = self.navigation.zoom();
        let scene = Scene { band, ..Scene::new(session, view, whole.zoomed(zoom), zoom, area, Palette::of(ui)) };
        self.paint(ui, rect, &scene);
        self.tell(ui, session, &scene, rect, inside);
        self.point(ui, session, &scene, rect, inside, &response);
        self.controls(ui, session, &scene, rect, commands);
        self.request(ui, session, scene, rect);
    }

    /// All of it to be seen from afar: larger, and nothing pops up or can be pressed.
    pub(super) fn present(&mut self, ui: &mut Ui, session: &Session) {
        let (response, view) = self.place(ui, session, Sense::click(), &Format::STAGE);
        let (Some(view), rect) = (view, response.rect) else { return };
        let layout = self.layout(session, &view.snapshot, rect.size(), Format::STAGE);
        let scene = Scene::new(session, view, layout, Zoom::WHOLE, rect.size(), Palette::of(ui));
        self.focus = None;
        self.paint(ui, rect, &scene);
        self.tell(ui, session, &scene, rect, rect);
        self.request(ui, session, scene, rect);
    }

    /// Takes the space there is, and says what is shown if there is a network yet.
    fn place(&self, ui: &mut Ui, session: &Session, sense: Sense, format: &Format) -> (Response, Option<Arc<View>>) {
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), sense);
        let view = session.history(session.selected()).view();
        response.widget_info(|| {
            let pinned = view.zip(self.pinned.as_ref()).filter(|(view, pinned)| pinned.exists(&view.snapshot));
            let pinned = pinned.map(|(view, pinned)| format!(". {}", walk::name(&view.snapshot, pinned)));
            let text = description(session) + &pinned.unwrap_or_default();
            egui::WidgetInfo::labeled(egui::Role::Image, true, text)
        });
        if view.is_none() {
            let (font, color) = (FontId::proportional(2.0 + format.text), Palette::of(ui).weak);
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, "Drawing the data …", font, color);
        }
        (response, view.cloned())
    }

    /// Where the whole network stands in an area of this size.
    fn layout(&mut self, session: &Session, snapshot: &Snapshot, area: Vec2, format: Format) -> Layout {
        self.sort(session, snapshot);
        Layout::of(snapshot, area, session.data().is_some(), format).sorted(self.columns())
    }

    /// Names of layers and inputs, the legend, and what is said of rasters.
    fn tell(&self, ui: &Ui, session: &Session, scene: &Scene, rect: Rect, inside: Rect) {
        let (layout, snapshot) = (&scene.layout, scene.snapshot());
        legend::columns(ui, inside, layout);
        legend::input_names(ui, inside, layout, session.data().as_deref().map(|data| &data.train));
        lesson::mark(ui, layout, rect.min.to_vec2(), inside);
        let drawn = self.drawn.as_ref();
        let shown = drawn.map(|drawn| (drawn.figures.as_ref(), &drawn.shows));
        legend::lines(ui, inside, &layout.format, &self.look, snapshot, shown);
        if let (Some(band), Some(drawn)) = (&scene.band, drawn) {
            band_text::show(ui, rect.min.to_vec2(), band, &drawn.figures, &snapshot.network);
        }
        if scene.zoom.is_enlarged() {
            let text = format!("× {:.1} · 0 shows the whole", scene.zoom.factor());
            let (at, font) = (rect.min + vec2(14.0, 12.0), (layout.format.text, false));
            caption(ui, at, Align2::LEFT_CENTER, &text, Palette::of(ui).weak, font);
        }
    }

    /// In the upper right corner: how the network is shown, and the button that saves a picture of it.
    fn controls(&mut self, ui: &mut Ui, session: &Session, scene: &Scene, rect: Rect, commands: &mut Vec<Command>) {
        self.saver.take(commands);
        let corner =
            Rect::from_min_max(pos2(rect.max.x - 140.0, rect.min.y + 2.0), pos2(rect.max.x - 3.0, rect.min.y + 22.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(corner).layout(egui::Layout::right_to_left(Align::Min)));
        let entries = ["Network as a picture (SVG, PNG) …", "Record the past (GIF, PNG series) …"].map(str::to_owned);
        match self.saver.menu(&mut ui, RichText::new("↓").underline(), "Save a picture of the network", &entries) {
            Some(0) => {
                let picture = print::picture_as(session, &self.look, self.columns(), false);
                let name = file_name(&format!("network of {}", session.arms()[session.selected()].name), "svg");
                self.saver.save(ui.ctx(), name, &["svg", "png"], move |path| picture.file(path), commands);
            }
            Some(_) => self.film.open(session, Palette::of(&ui).dark),
            None => {}
        }
        self.film.show(ui.ctx(), session, commands);
        let choice = self.look.menu(&mut ui);
        if choice.sorts {
            self.sorted = None;
        }
        if let Some(steps) = choice.zoom {
            self.navigation.step(steps, scene.area, scene.layout.largest_zoom() * scene.zoom.factor());
        }
    }

    /// Sorts the neurons, if asked to or where another network is shown than was sorted.
    fn sort(&mut self, session: &Session, snapshot: &Snapshot) {
        let (arm, sizes) = (session.selected(), sizes(snapshot));
        let same = |sorted: &Sorted| sorted.arm == arm && sorted.sizes == sizes && sorted.order == self.look.order;
        if self.sorted.as_ref().is_some_and(same) {
            return;
        }
        let columns = order::sorted(&snapshot.network, self.look.order);
        self.sorted = Some(Sorted { order: self.look.order, arm, sizes, columns });
        self.sortings = self.sortings.wrapping_add(1);
    }

    fn columns(&self) -> &Columns {
        const BY_NUMBER: &Columns = &Vec::new();
        self.sorted.as_ref().map_or(BY_NUMBER, |sorted| &sorted.columns)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels on screen")]
    fn request(&mut self, ui: &Ui, session: &Session, scene: Scene, rect: Rect) {
        let Some(painter) = &self.painter else { return };
        let scale = ui.ctx().pixels_per_point();
        let pixels = rect.size() * scale;
        // Where all lines are drawn and nothing has a receptive field, a picture is the same whatever is pointed at.
        let matters = scene.snapshot().network.connections() > scene.layout.format.most_curves
            || matches!(session.experiment().facts().shape, InputShape::Image { .. });
        let wanted = Asked {
            view: Arc::downgrade(&scene.view),
            arm: session.selected(),
            size: [(pixels.x as usize).max(1), (pixels.y as usize).max(1)],
            dark: scene.palette.dark,
            look: self.look,
            format: scene.layout.format,
            zoom: scene.zoom,
            focus: self.focus.filter(|_| matters),
            sortings: self.sortings,
        };
        if self.asked.as_ref().is_some_and(|asked| asked.is(&wanted)) {
            return;
        }
        painter.request(Scene { look: self.look, focus: wanted.focus, size: wanted.size, scale, ..scene });
        self.asked = Some(wanted);
    }

    fn paint(&mut self, ui: &Ui, rect: Rect, scene: &Scene) {
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
        if drawn.zoom == zoom {
            let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
            let painter = ui.painter().with_clip_rect(rect);
            painter.image(texture.id(), Rect::from_min_size(rect.min, size), whole, Color32::WHITE);
            return;
        }
        // Until the picture of this zoom is there, the last one is enlarged: only the network, not what stands around it.
        let inner = Rect::from_min_max(pos2(0.0, format.top), pos2(area.x, area.y - format.bottom));
        let moved = zoom.place_of(drawn.zoom, size).translate(rect.min.to_vec2());
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        let painter = ui.painter().with_clip_rect(inner.translate(rect.min.to_vec2()));
        painter.image(texture.id(), moved, whole, Color32::WHITE);
        let below = Rect::from_min_max(pos2(0.0, area.y), size.to_pos2());
        let part = Rect::from_min_max(pos2(0.0, area.y / size.y), pos2(1.0, 1.0));
        let painter = ui.painter().with_clip_rect(rect);
        painter.image(texture.id(), below.translate(rect.min.to_vec2()), part, Color32::WHITE);
    }

    /// Shows what lies under the pointer; a click pins it, another lets it go.
    fn point(&mut self, ui: &Ui, session: &Session, scene: &Scene, rect: Rect, inside: Rect, response: &Response) {
        let snapshot = scene.snapshot();
        let shows = self.drawn.as_ref().map(|drawn| &drawn.shows);
        let lines = shows.map_or(&[][..], |shows| shows.lines.as_slice());
        let format = &scene.layout.format;
        let network = Rect::from_min_max(inside.min + vec2(0.0, format.top), inside.max - vec2(0.0, format.bottom));
        let at = response.hover_pos().filter(|at| network.contains(*at) && !response.dragged());
        let hovered = at.and_then(|at| pointing::find(&scene.layout, lines, at - rect.min.to_vec2()));
        if response.clicked() {
            self.pinned = hovered.filter(|hovered| self.pinned.as_ref() != Some(hovered));
        }
        if let Some(walked) = walk::by_keyboard(ui, response, snapshot, self.pinned) {
            self.pinned = Some(walked);
        }
        lesson::tell_pinned(ui, self.pinned, snapshot);
        if response.has_focus() {
            focus_frame(ui, rect);
        }
        let pointed = hovered.or(self.pinned).filter(|pointed| pointed.exists(snapshot));
        self.focus = match pointed {
            Some(Pointed::Neuron { column, neuron }) => Some((column, neuron)),
            _ => None,
        };
        let Some(pointed) = pointed else { return };
        let anchor = pointing::highlight(ui, &pointed, &scene.layout, snapshot, rect.min.to_vec2(), network);
        let at = at.filter(|_| hovered.is_some()).unwrap_or(anchor);
        // What is pinned may have been moved out of view; its card stays.
        let field = shows.and_then(|shows| shows.field.as_ref());
        card::show(ui, session, &pointed, field, network.clamp(at), rect, hovered.is_none());
    }
}

fn description(session: &Session) -> String {
    let arm = &session.arms()[session.selected()];
    let history = session.history(session.selected());
    let accuracy = history.shown_record().map_or(0.0, |record| 100.0 * record.test.accuracy());
    let updates = history.shown_updates().len();
    format!(
        "Network of {}: {} connections, test accuracy {accuracy:.0} %, {updates} topology updates",
        arm.name,
        arm.total_connections()
    )
}

fn sizes(snapshot: &Snapshot) -> Vec<usize> {
    let layers = snapshot.network.layers();
    std::iter::once(snapshot.network.inputs()).chain(layers.iter().map(|layer| layer.weights.n_out())).collect()
}

fn polyline(curve: &Curve, offset: Vec2) -> Vec<Pos2> {
    (0..=24_u8)
        .map(|step| {
            let x = curve.from.x + (curve.to.x - curve.from.x) * f32::from(step) / 24.0;
            pos2(x, curve.at(x).0) + offset
        })
        .collect()
}

/// What a layer of neurons is called.
pub(super) fn column_name(column: usize, columns: usize) -> String {
    match column {
        0 => "inputs".to_owned(),
        _ if column + 1 == columns => "output".to_owned(),
        _ => format!("hidden {column}"),
    }
}

/// A small heading above or below something.
fn caption(ui: &Ui, at: Pos2, align: Align2, text: &str, color: Color32, font: (f32, bool)) {
    let (size, is_strong) = font;
    let font = if is_strong { semibold(size) } else { FontId::proportional(size) };
    ui.painter().text(at, align, text, font, color);
}
