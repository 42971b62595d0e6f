//! The network in the centre: what is drawn, what lies under the pointer, and what is said about it.

mod band;
mod band_text;
mod bundles;
mod card;
mod figures;
mod ink;
mod layout;
mod legend;
mod lines;
mod look;
mod navigation;
mod neurons;
mod order;
mod painter;
mod pointing;
mod print;
mod raster;
#[cfg(test)]
mod samples;
mod scene;
mod surface;
mod zoom;

use std::sync::{Arc, Weak};

use egui::{
    Align, Align2, Color32, Context, FontId, Pos2, Rect, Response, RichText, Sense, TextureHandle, TextureOptions, Ui,
    UiBuilder, Vec2, pos2, vec2,
};

use self::band::Band;
use self::card::Pointed;
use self::figures::Figures;
use self::layout::{BOTTOM, Layout, TOP};
use self::lines::MOST_CURVES;
use self::look::Look;
use self::navigation::Navigation;
use self::order::{Columns, Order};
use self::painter::Painter;
pub(super) use self::print::picture;
use self::raster::Curve;
use self::scene::{Scene, Shows};
use self::zoom::Zoom;
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
}

/// What the newest picture asked for shows.
#[derive(Clone)]
struct Asked {
    view: Weak<View>,
    arm: usize,
    size: [usize; 2],
    dark: bool,
    look: Look,
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
        }
    }

    /// Whether a picture is being drawn that is not on screen yet.
    pub(super) fn is_busy(&self) -> bool {
        self.navigation.is_moving() || self.painter.as_ref().is_some_and(Painter::is_busy)
    }

    /// Draws the selected arm's network in the space there is.
    pub(super) fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, description(session)));
        let Some(view) = session.history(session.selected()).view().cloned() else {
            let palette = Palette::of(ui);
            ui.painter().text(
                rect.center(),
                Align2::CENTER_CENTER,
                "Drawing the data …",
                FontId::default(),
                palette.weak,
            );
            return;
        };
        let network = &view.snapshot.network;
        let band = Band::new(network, session.experiment().facts().shape, rect.size());
        let area = vec2(rect.width(), band.as_ref().map_or(rect.height(), |band| band.top));
        self.sort(session, &view.snapshot);
        let whole = Layout::of(session, &view.snapshot, area).sorted(self.columns());
        let sortings = self.sortings;
        let inside = Rect::from_min_size(rect.min, area);
        self.navigation.follow(ui, &response, inside, whole.largest_zoom());
        let zoom = self.navigation.zoom();
        let scene = Scene { band, ..Scene::new(session, view, whole.zoomed(zoom), zoom, area, Palette::of(ui)) };
        self.paint(ui, rect, area, zoom);
        self.tell(ui, session, &scene, rect, inside);
        self.point(ui, session, &scene, rect, inside, &response);
        self.controls(ui, session, &scene, rect, commands);
        self.request(ui, session, scene, rect, sortings);
    }

    /// Names of layers and inputs, the legend, and what is said of rasters.
    fn tell(&self, ui: &Ui, session: &Session, scene: &Scene, rect: Rect, inside: Rect) {
        legend::columns(ui, inside, &scene.layout);
        legend::input_names(ui, inside, &scene.layout, session);
        let drawn = self.drawn.as_ref();
        let shown = drawn.map(|drawn| (drawn.figures.as_ref(), &drawn.shows));
        legend::lines(ui, inside, &self.look, scene.snapshot(), shown);
        if let (Some(band), Some(drawn)) = (&scene.band, drawn) {
            band_text::show(ui, rect.min.to_vec2(), band, &drawn.figures, &scene.snapshot().network);
        }
        if scene.zoom.is_enlarged() {
            let text = format!("× {:.1} · 0 shows the whole", scene.zoom.factor());
            caption(ui, rect.min + vec2(14.0, 12.0), Align2::LEFT_CENTER, &text, Palette::of(ui).weak, false);
        }
    }

    /// In the upper right corner: how the network is shown, and the button that saves a picture of it.
    fn controls(&mut self, ui: &mut Ui, session: &Session, scene: &Scene, rect: Rect, commands: &mut Vec<Command>) {
        self.saver.take(commands);
        let corner =
            Rect::from_min_max(pos2(rect.max.x - 140.0, rect.min.y + 2.0), pos2(rect.max.x - 3.0, rect.min.y + 22.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(corner).layout(egui::Layout::right_to_left(Align::Min)));
        let entries = ["Network as a picture (SVG, PNG) …".to_owned()];
        if self.saver.menu(&mut ui, RichText::new("↓").underline(), "Save a picture of the network", &entries).is_some()
        {
            let picture = print::picture_as(session, &self.look, self.columns(), false);
            let name = file_name(&format!("network of {}", session.arms()[session.selected()].name), "svg");
            self.saver.save(ui.ctx(), name, &["svg", "png"], move |path| picture.file(path), commands);
        }
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
    fn request(&mut self, ui: &Ui, session: &Session, scene: Scene, rect: Rect, sortings: u32) {
        let Some(painter) = &self.painter else { return };
        let scale = ui.ctx().pixels_per_point();
        let pixels = rect.size() * scale;
        // Where all lines are drawn and nothing has a receptive field, a picture is the same whatever is pointed at.
        let matters = scene.snapshot().network.connections() > MOST_CURVES
            || matches!(session.experiment().facts().shape, InputShape::Image { .. });
        let wanted = Asked {
            view: Arc::downgrade(&scene.view),
            arm: session.selected(),
            size: [(pixels.x as usize).max(1), (pixels.y as usize).max(1)],
            dark: scene.palette.dark,
            look: self.look,
            zoom: scene.zoom,
            focus: self.focus.filter(|_| matters),
            sortings,
        };
        if self.asked.as_ref().is_some_and(|asked| asked.is(&wanted)) {
            return;
        }
        painter.request(Scene { look: self.look, focus: wanted.focus, size: wanted.size, scale, ..scene });
        self.asked = Some(wanted);
    }

    fn paint(&mut self, ui: &Ui, rect: Rect, area: Vec2, zoom: Zoom) {
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
        let inner = Rect::from_min_max(pos2(0.0, TOP), pos2(area.x, area.y - BOTTOM));
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
        let network = Rect::from_min_max(inside.min + vec2(0.0, TOP), inside.max - vec2(0.0, BOTTOM));
        let at = response.hover_pos().filter(|at| network.contains(*at) && !response.dragged());
        let hovered = at.and_then(|at| pointing::find(&scene.layout, lines, at - rect.min.to_vec2()));
        if response.clicked() {
            self.pinned = hovered.filter(|hovered| self.pinned.as_ref() != Some(hovered));
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
fn caption(ui: &Ui, at: Pos2, align: Align2, text: &str, color: Color32, strong: bool) {
    let font = if strong { semibold(11.0) } else { FontId::proportional(11.0) };
    ui.painter().text(at, align, text, font, color);
}
