//! The network in the centre: what is drawn, what lies under the pointer, and what is said about it.

mod card;
mod layout;
mod legend;
mod look;
mod painter;
mod print;
mod raster;
mod reel;
mod scene;
mod surface;
mod walk;

use std::sync::{Arc, Weak};

use egui::{
    Align, Align2, Color32, Context, CornerRadius, FontId, Pos2, Rect, Response, RichText, Sense, TextureHandle,
    TextureOptions, Ui, UiBuilder, Vec2, pos2,
};

use self::card::Pointed;
use self::layout::Layout;
use self::look::Look;
use self::painter::Painter;
pub(super) use self::print::picture;
use self::raster::Curve;
pub(super) use self::reel::Reel;
use self::scene::Scene;
use super::controls::focus_frame;
use super::film::FilmDialog;
use super::pictures::{Saver, file_name};
use super::theme::{Palette, semibold};
use crate::session::{Command, Session};
use crate::sparse::Place;
use crate::training::{Snapshot, View};

/// How near the pointer must come to a connection, in points.
const REACH: f32 = 6.0;

/// The network view.
pub(super) struct Canvas {
    painter: Option<Painter>,
    texture: Option<TextureHandle>,
    shown: Option<Shown>,
    pinned: Option<Pointed>,
    saver: Saver,
    film: FilmDialog,
}

/// What the newest picture asked for shows.
#[derive(Clone)]
struct Shown {
    view: Weak<View>,
    arm: usize,
    size: [usize; 2],
    dark: bool,
    look: Look,
}

impl Shown {
    fn is(&self, other: &Self) -> bool {
        let same_view = self.view.ptr_eq(&other.view);
        same_view && (self.arm, self.size, self.dark, self.look) == (other.arm, other.size, other.dark, other.look)
    }
}

impl Canvas {
    pub(super) fn new(context: &Context) -> Self {
        // Without a thread there is no picture, but everything else works.
        Self {
            painter: Painter::start(context).ok(),
            texture: None,
            shown: None,
            pinned: None,
            saver: Saver::default(),
            film: FilmDialog::default(),
        }
    }

    /// Whether a picture is being drawn that is not on screen yet.
    pub(super) fn is_busy(&self) -> bool {
        self.painter.as_ref().is_some_and(Painter::is_busy)
    }

    /// Draws the selected arm's network in the space there is.
    pub(super) fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some((view, layout, response)) = self.draw(ui, session, &Look::DESK) else { return };
        let rect = response.rect;
        self.point(ui, session, &view.snapshot, &layout, rect, &response);
        self.save_button(ui, session, rect, commands);
    }

    /// The same to be seen from afar: larger, and nothing pops up or can be pressed.
    pub(super) fn present(&mut self, ui: &mut Ui, session: &Session) {
        self.draw(ui, session, &Look::STAGE);
    }

    fn draw(&mut self, ui: &mut Ui, session: &Session, look: &Look) -> Option<(Arc<View>, Layout, Response)> {
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click());
        response.widget_info(|| {
            let pinned = session.history(session.selected()).view().zip(self.pinned.as_ref());
            let pinned = pinned.filter(|(view, pinned)| pinned.exists(&view.snapshot));
            let pinned = pinned.map(|(view, pinned)| format!(". {}", walk::name(&view.snapshot, pinned)));
            let text = description(session) + &pinned.unwrap_or_default();
            egui::WidgetInfo::labeled(egui::Role::Image, true, text)
        });
        let Some(view) = session.history(session.selected()).view().cloned() else {
            let palette = Palette::of(ui);
            ui.painter().text(
                rect.center(),
                Align2::CENTER_CENTER,
                "Drawing the data …",
                FontId::proportional(2.0 + look.text),
                palette.weak,
            );
            return None;
        };
        let sizes = sizes(&view.snapshot);
        let layout =
            Layout::new(&sizes, rect.size(), name_width(session.data().is_some(), sizes[0], rect.height(), look), look);
        self.request(ui, session, &view, &layout, look, rect);
        self.paint(ui, rect);
        legend::columns(ui, rect, &layout, look);
        legend::input_names(ui, rect, &layout, session.data().as_deref().map(|data| &data.train), look);
        legend::lines(ui, rect, view.snapshot.network.connections(), look);
        Some((view, layout, response))
    }

    /// In the upper right corner, beside the name of the last layer.
    fn save_button(&mut self, ui: &mut Ui, session: &Session, rect: Rect, commands: &mut Vec<Command>) {
        self.saver.take(commands);
        let corner =
            Rect::from_min_max(pos2(rect.max.x - 26.0, rect.min.y + 2.0), pos2(rect.max.x - 3.0, rect.min.y + 22.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(corner).layout(egui::Layout::right_to_left(Align::Min)));
        let entries = ["Network as a picture (SVG, PNG) …", "Record the past (GIF, PNG series) …"].map(str::to_owned);
        match self.saver.menu(&mut ui, RichText::new("↓").underline(), "Save a picture of the network", &entries) {
            Some(0) => {
                let picture = picture(session, false);
                let name = file_name(&format!("network of {}", session.arms()[session.selected()].name), "svg");
                self.saver.save(ui.ctx(), name, &["svg", "png"], move |path| picture.file(path), commands);
            }
            Some(_) => self.film.open(session, Palette::of(&ui).dark),
            None => {}
        }
        self.film.show(ui.ctx(), session, commands);
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels on screen")]
    fn request(&mut self, ui: &Ui, session: &Session, view: &Arc<View>, layout: &Layout, look: &Look, rect: Rect) {
        let Some(painter) = &self.painter else { return };
        let scale = ui.ctx().pixels_per_point();
        let pixels = rect.size() * scale;
        let palette = Palette::of(ui);
        let wanted = Shown {
            view: Arc::downgrade(view),
            arm: session.selected(),
            size: [(pixels.x as usize).max(1), (pixels.y as usize).max(1)],
            dark: palette.dark,
            look: *look,
        };
        if self.shown.as_ref().is_some_and(|shown| shown.is(&wanted)) {
            return;
        }
        painter.request(scene(session, view, layout, *look, palette, wanted.size, scale));
        self.shown = Some(wanted);
    }

    fn paint(&mut self, ui: &Ui, rect: Rect) {
        if let Some(image) = self.painter.as_ref().and_then(Painter::take) {
            match &mut self.texture {
                Some(texture) => texture.set(image, TextureOptions::LINEAR),
                None => self.texture = Some(ui.ctx().load_texture("network", image, TextureOptions::LINEAR)),
            }
        }
        if let Some(texture) = &self.texture {
            let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
            // While the window is resized the last picture keeps its size; it is soon replaced.
            let size = texture.size_vec2() / ui.ctx().pixels_per_point();
            let painter = ui.painter().with_clip_rect(rect);
            painter.image(texture.id(), Rect::from_min_size(rect.min, size), whole, Color32::WHITE);
        }
    }

    /// Shows what lies under the pointer; a click pins it, another lets it go.
    fn point(
        &mut self,
        ui: &Ui,
        session: &Session,
        snapshot: &Snapshot,
        layout: &Layout,
        rect: Rect,
        response: &Response,
    ) {
        let hovered = response.hover_pos().and_then(|at| find(layout, snapshot, at - rect.min.to_vec2()));
        if response.clicked() {
            self.pinned = hovered.filter(|hovered| self.pinned.as_ref() != Some(hovered));
        }
        if let Some(walked) = walk::by_keyboard(ui, response, snapshot, self.pinned) {
            self.pinned = Some(walked);
        }
        if response.has_focus() {
            focus_frame(ui, rect);
        }
        let Some(pointed) = hovered.or(self.pinned) else { return };
        if !pointed.exists(snapshot) {
            return;
        }
        let anchor = highlight(ui, &pointed, layout, snapshot, rect);
        let at = response.hover_pos().filter(|_| hovered.is_some()).unwrap_or(anchor);
        card::show(ui, session, &pointed, at, rect, hovered.is_none());
    }
}

/// The selected arm's network, `scale` pixels a point.
fn scene(
    session: &Session,
    view: &Arc<View>,
    layout: &Layout,
    look: Look,
    palette: &'static Palette,
    size: [usize; 2],
    scale: f32,
) -> Scene {
    Scene {
        view: Arc::clone(view),
        cuts: session.history(session.selected()).recent_cuts(),
        layout: layout.clone(),
        look,
        palette,
        shape: session.experiment().facts().shape,
        informative: session.data().map_or(0, |data| data.train.informative()),
        size,
        scale,
    }
}

/// Outlines what is pointed at, and says where it is.
fn highlight(ui: &Ui, pointed: &Pointed, layout: &Layout, snapshot: &Snapshot, rect: Rect) -> Pos2 {
    let palette = Palette::of(ui);
    let painter = ui.painter().with_clip_rect(rect);
    match *pointed {
        Pointed::Neuron { column, neuron } => {
            let square = layout.neuron(column, neuron).translate(rect.min.to_vec2());
            let stroke = egui::Stroke::new(2.0, palette.text);
            painter.rect_stroke(square.expand(1.0), CornerRadius::same(2), stroke, egui::StrokeKind::Outside);
            square.right_center()
        }
        Pointed::Connection { layer, place } => {
            let curve = curve(layout, layer, place);
            let weight = snapshot.network.layers()[layer].weights.find(place);
            let color = weight.map_or(palette.text, |connection| {
                palette.sign(snapshot.network.layers()[layer].weights.values()[connection])
            });
            let points = polyline(&curve, rect.min.to_vec2());
            painter.line(points.clone(), egui::Stroke::new(5.0, palette.text));
            painter.line(points, egui::Stroke::new(2.5, color));
            curve.middle() + rect.min.to_vec2()
        }
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

/// Room for the names of the inputs, if there is height enough to show them.
fn name_width(has_names: bool, inputs: usize, height: f32, look: &Look) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a number of inputs")]
    let fits = (height - look.top - look.bottom) / inputs as f32 >= look.name_height;
    if has_names && fits { look.name_width } else { 18.0 }
}

fn curve(layout: &Layout, layer: usize, place: Place) -> Curve {
    let (from, to) = layout.ends(layer, place.source as usize, place.target as usize);
    Curve { from, to }
}

fn polyline(curve: &Curve, offset: Vec2) -> Vec<Pos2> {
    (0..=24_u8)
        .map(|step| {
            let x = curve.from.x + (curve.to.x - curve.from.x) * f32::from(step) / 24.0;
            pos2(x, curve.at(x).0) + offset
        })
        .collect()
}

/// What lies at a point of the canvas: a neuron, else the nearest connection within reach.
fn find(layout: &Layout, snapshot: &Snapshot, at: Pos2) -> Option<Pointed> {
    if let Some((column, neuron)) = layout.neuron_at(at) {
        return Some(Pointed::Neuron { column, neuron });
    }
    let layer = layout.columns.windows(2).position(|pair| (pair[0].x..=pair[1].x).contains(&at.x))?;
    let weights = &snapshot.network.layers()[layer].weights;
    if weights.connections() > Look::DESK.most_curves {
        // They are not all drawn, so the nearest may be an invisible one.
        return None;
    }
    let mut nearest = (REACH, None);
    for target in 0..weights.n_out() {
        for (source, _) in weights.incoming(target) {
            let place = Place { source: number(source), target: number(target) };
            if let Some(distance) = curve(layout, layer, place).distance(at)
                && distance < nearest.0
            {
                nearest = (distance, Some(Pointed::Connection { layer, place }));
            }
        }
    }
    nearest.1
}

/// A neuron's number as places store it.
fn number(neuron: usize) -> u32 {
    u32::try_from(neuron).unwrap_or(u32::MAX)
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
