//! The network in the centre: what is drawn, what lies under the pointer, and what is said about it.

mod acts;
mod band;
mod band_text;
mod bundles;
mod card;
mod change;
mod column;
mod connection_card;
mod curve;
mod figures;
mod format;
mod ink;
mod layout;
mod legend;
mod lesson;
mod lines;
mod look;
mod look_menu;
mod navigation;
mod neuron_card;
mod neurons;
mod order;
mod painter;
mod pane;
mod pinning;
mod pointing;
mod portrait;
mod print;
mod raster;
mod reel;
#[cfg(test)]
mod samples;
mod scene;
mod surface;
mod surgeon;
mod toolbar;
mod walk;
mod zoom;

use egui::{Align2, Color32, Context, FontId, Key, Modifiers, Pos2, Rect, Response, Sense, Ui, Vec2, vec2};

use self::band::Band;
use self::card::Pointed;
use self::format::Format;
use self::layout::Layout;
use self::look::Look;
use self::navigation::Navigation;
use self::pane::Pane;
pub(super) use self::print::picture;
pub(super) use self::reel::{Reel, Shown};
use self::scene::Scene;
use self::surgeon::Surgeon;
use super::film::FilmDialog;
use super::pictures::Saver;
use super::theme::{Palette, semibold};
use crate::session::{Command, Session, WeightTrace};
use crate::training::Snapshot;

/// Room between two networks.
const GAP: f32 = 6.0;

/// The network view: the selected arm, and beside it another one if asked for.
pub(super) struct Canvas {
    panes: [Pane; 2],
    /// The name of the arm that is shown beside the selected one.
    beside: Option<String>,
    pinned: Option<Pointed>,
    /// The past of the connection that is pinned, in the selected arm.
    trace: WeightTrace,
    /// The neuron under the pointer or pinned, as column and number.
    focus: Option<(usize, usize)>,
    look: Look,
    navigation: Navigation,
    saver: Saver,
    film: FilmDialog,
    surgeon: Surgeon,
}

/// A network that is being shown.
struct Stand {
    /// Which of the panes.
    pane: usize,
    arm: usize,
    response: Response,
    scene: Scene,
}

impl Stand {
    fn rect(&self) -> Rect {
        self.response.rect
    }

    /// The part of the screen where the network is.
    fn network(&self) -> Rect {
        let (format, rect) = (&self.scene.layout.format, self.rect());
        let start = rect.min + vec2(0.0, format.top);
        let end = rect.min + self.scene.area - vec2(0.0, format.bottom);
        // A window may be too low for any of it.
        Rect::from_min_max(start, end.max(start))
    }
}

impl Canvas {
    pub(super) fn new(context: &Context) -> Self {
        Self {
            panes: [Pane::new(context), Pane::new(context)],
            beside: None,
            pinned: None,
            trace: WeightTrace::default(),
            focus: None,
            look: Look::default(),
            navigation: Navigation::default(),
            saver: Saver::default(),
            film: FilmDialog::default(),
            surgeon: Surgeon::default(),
        }
    }

    /// Whether a picture is being drawn that is not on screen yet.
    pub(super) fn is_busy(&self) -> bool {
        self.navigation.is_moving() || !self.trace.is_complete() || self.panes.iter().any(Pane::is_busy)
    }

    /// Draws the networks in the space there is.
    pub(super) fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        self.read_keys(ui, session);
        self.surgeon.read_keys(ui);
        self.surgeon.show(ui, session, self.pinned, commands);
        let format = if self.surgeon.is_on { Format::BY_HAND } else { Format::DESK };
        let mut stands = self.stands(ui, session, &format);
        self.navigate(ui, &mut stands);
        let hovered = stands.iter().find_map(|stand| Some((stand.pane, self.find(stand)?)));
        self.pin(ui, session, &stands, hovered.map(|(_, pointed)| pointed), commands);
        self.follow_pinned(ui, session);
        if let Some(first) = stands.first() {
            lesson::tell_pinned(ui, self.pinned, first.scene.snapshot());
        }
        let pointed = hovered.map(|(_, pointed)| pointed).or(self.pinned);
        self.focus = match pointed {
            Some(Pointed::Neuron { column, neuron }) => Some((column, neuron)),
            _ => None,
        };
        for stand in &stands {
            self.draw(ui, session, stand, stands.len() > 1);
            self.panes[stand.pane].explain(ui, &stand.scene, stand.rect());
            // What is pinned stays marked while one points at something else: it is what tools act on.
            if let Some(pinned) = self.pinned.filter(|pinned| pointed != Some(*pinned) && self.is_told(stand, *pinned))
            {
                let origin = stand.rect().min.to_vec2();
                pointing::highlight(ui, &pinned, &stand.scene.layout, stand.scene.snapshot(), origin, stand.network());
            }
            if let Some(pointed) = pointed.filter(|pointed| self.is_told(stand, *pointed)) {
                self.tell_of(ui, session, stand, pointed, hovered.map(|(pane, _)| pane));
            }
        }
        if let Some(last) = stands.last() {
            self.controls(ui, session, last.rect().right_top(), commands);
        }
        self.request(ui, session, stands);
    }

    /// All of it to be seen from afar: larger, and nothing pops up or can be pressed.
    pub(super) fn present(&mut self, ui: &mut Ui, session: &Session) {
        self.read_keys(ui, session);
        self.follow_pinned(ui, session);
        self.focus = None;
        let format = if self.beside(session).is_some() { Format::STAGE_PAIR } else { Format::STAGE };
        let stands = self.stands(ui, session, &format);
        for stand in &stands {
            self.draw(ui, session, stand, stands.len() > 1);
        }
        // In large letters there is only room for one legend, under both.
        if let Some(first) = stands.first() {
            self.panes[0].explain(ui, &first.scene, first.rect());
        }
        self.request(ui, session, stands);
    }

    /// D shows the next arm beside the selected one, or no longer.
    fn read_keys(&mut self, ui: &Ui, session: &Session) {
        if keys_are_free(ui) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::D)) {
            self.beside = match self.beside(session) {
                Some(_) => None,
                None => session.arms().get((session.selected() + 1) % session.arms().len()).map(|arm| arm.name.clone()),
            };
        }
    }

    /// The arm that is shown beside the selected one.
    fn beside(&self, session: &Session) -> Option<usize> {
        let name = self.beside.as_ref()?;
        let arm = session.arms().iter().position(|arm| arm.name == *name)?;
        (arm != session.selected()).then_some(arm)
    }

    /// Divides the space there is among the networks that are shown.
    fn stands(&mut self, ui: &mut Ui, session: &Session, format: &Format) -> Vec<Stand> {
        let arms: Vec<usize> = std::iter::once(session.selected()).chain(self.beside(session)).collect();
        let space = ui.available_size();
        let width = if arms.len() > 1 { 0.5 * (space.x - GAP) } else { space.x };
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            let size = vec2(width, space.y).max(Vec2::ZERO);
            arms.into_iter().enumerate().filter_map(|own| self.stand(ui, session, own, (size, format))).collect()
        })
        .inner
    }

    /// Takes the space of one arm; nothing as long as it has no network yet.
    fn stand(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        (pane, arm): (usize, usize),
        (size, format): (Vec2, &Format),
    ) -> Option<Stand> {
        let is_presented = format.is_for_stage();
        let sense = if is_presented { Sense::click() } else { Sense::click_and_drag() };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        let view = session.history(arm).view();
        response.widget_info(|| {
            let pinned = view.zip(self.pinned.as_ref()).filter(|(view, pinned)| pinned.has_place(&view.snapshot));
            let pinned = pinned.map(|(view, pinned)| format!(". {}", walk::name(&view.snapshot, pinned)));
            let text = description(session, arm) + &pinned.unwrap_or_default();
            egui::WidgetInfo::labeled(egui::Role::Image, true, text)
        });
        let Some(view) = view.cloned() else {
            let (font, color) = (FontId::proportional(2.0 + format.text), Palette::of(ui).weak);
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, "Drawing the data …", font, color);
            return None;
        };
        let (network, shape) = (&view.snapshot.network, session.experiment().facts().shape);
        let band = Band::new(network, shape, size, format);
        let area = vec2(size.x, band.as_ref().map_or(size.y, |band| band.top));
        self.panes[pane].sort(arm, &view.snapshot, self.look.order);
        let layout = Layout::of(&view.snapshot, area, (self.look.placement, shape), session.data().is_some(), *format);
        let layout = layout.sorted(self.panes[pane].columns());
        let told = self.panes[pane].follow(ui, session, (arm, &view), (&layout, band.as_ref()));
        let scene =
            Scene { band, told, look: self.look, ..Scene::new(session, arm, view, layout, area, Palette::of(ui)) };
        Some(Stand { pane, arm, response, scene })
    }

    /// Zooms and moves the networks as asked for, all alike.
    fn navigate(&mut self, ui: &Ui, stands: &mut [Stand]) {
        let size = stands.iter().map(|stand| stand.scene.area).reduce(Vec2::min).unwrap_or(Vec2::ZERO);
        let largest = stands.iter().map(|stand| stand.scene.layout.largest_zoom()).reduce(f32::min).unwrap_or(1.0);
        let inside = |stand: &Stand| Rect::from_min_size(stand.rect().min, size);
        if let Some(first) = stands.first() {
            self.navigation.set_apart(first.scene.layout.apart());
        }
        self.navigation.follow(ui, stands.iter().map(|stand| (&stand.response, inside(stand))), (size, largest));
        for Stand { scene, .. } in stands {
            scene.zoom = self.navigation.zoom();
            scene.layout.zoom(scene.zoom);
        }
    }

    /// The picture and the words around it.
    fn draw(&mut self, ui: &Ui, session: &Session, stand: &Stand, is_named: bool) {
        let pane = &mut self.panes[stand.pane];
        pane.paint(ui, stand.rect(), &stand.scene);
        let name = is_named.then(|| (session.arms()[stand.arm].name.as_str(), Palette::of(ui).arm(stand.arm)));
        pane.tell(ui, session, &stand.scene, stand.rect(), name);
        let inside = Rect::from_min_size(stand.rect().min, stand.scene.area);
        lesson::mark(ui, &stand.scene.layout, stand.rect().min.to_vec2(), inside);
    }

    fn request(&mut self, ui: &Ui, session: &Session, stands: Vec<Stand>) {
        for Stand { pane, arm, response, scene } in stands {
            // What is pointed at in one network another may not have.
            let is_there =
                |&(column, neuron): &(usize, usize)| Pointed::Neuron { column, neuron }.has_place(scene.snapshot());
            let scene = Scene { focus: self.focus.filter(is_there), look: self.look, ..scene };
            self.panes[pane].request(ui, (session, arm), scene, response.rect);
        }
    }
}

fn description(session: &Session, arm: usize) -> String {
    let history = session.history(arm);
    let arm = &session.arms()[arm];
    let accuracy = 100.0 * history.shown_accuracy().unwrap_or(0.0);
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

/// Whether keys belong to the canvas: neither to something that is being typed nor to a dialog.
fn keys_are_free(ui: &Ui) -> bool {
    !ui.ctx().text_edit_focused() && ui.memory(|memory| memory.top_modal_layer().is_none())
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
fn caption(ui: &Ui, at: Pos2, align: Align2, text: &str, color: Color32, font: (f32, bool)) -> Rect {
    let (size, is_strong) = font;
    let font = if is_strong { semibold(size) } else { FontId::proportional(size) };
    ui.painter().text(at, align, text, font, color)
}
