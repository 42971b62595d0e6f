//! Surgeon mode: connections of the shown arm are cut, added and given other weights by hand, and layers are frozen.
//!
//! What is done goes into the experiment, so it is undone like any other change and recorded on the timeline.

use egui::{Button, DragValue, FontId, Frame, Key, Margin, Modifiers, RichText, ScrollArea, Ui};

use super::card::{Pointed, neuron_name};
use super::keys_are_free;
use crate::session::{Command, Session};
use crate::sparse::Place;
use crate::training::{Operation, Snapshot};
use crate::ui::controls::grouped;
use crate::ui::theme::{Palette, semibold};

/// What the user is about to do.
#[derive(Default)]
pub(super) struct Surgeon {
    pub is_on: bool,
    /// The weight that is being set, and of which connection.
    edited: Option<(Pointed, f32)>,
    /// The weight of the next connection that is added.
    weight: f32,
    /// The neuron of the next layer that the pinned one is connected to, from 1.
    target: usize,
}

impl Surgeon {
    /// H begins and ends it.
    pub(super) fn read_keys(&mut self, ui: &Ui) {
        if keys_are_free(ui) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::H)) {
            self.is_on = !self.is_on;
        }
    }

    /// What can be done to what is pinned, above the network.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        pinned: Option<Pointed>,
        commands: &mut Vec<Command>,
    ) {
        if !self.is_on {
            return;
        }
        let view = session.history(session.selected()).view();
        let Some(snapshot) = view.map(|view| &view.snapshot) else { return };
        let pinned = pinned.filter(|pinned| pinned.exists(snapshot));
        // It scrolls where it is too narrow, so that the network keeps its place whatever is pinned.
        let scroll = ScrollArea::horizontal().id_salt("by hand").auto_shrink([false, true]);
        Frame::new().inner_margin(Margin { left: 12, right: 12, top: 8, bottom: 0 }).show(ui, |ui| {
            scroll.show(ui, |ui| {
                ui.style_mut().override_font_id = Some(FontId::proportional(12.0));
                ui.spacing_mut().item_spacing.x = 7.0;
                // The second row is there whatever is pinned.
                ui.horizontal(|ui| Self::general(ui, session, snapshot, pinned, commands));
                ui.horizontal(|ui| self.tools(ui, session, snapshot, pinned, commands));
            });
        });
    }

    /// What holds for the whole network, or for a layer.
    fn general(
        ui: &mut Ui,
        session: &Session,
        snapshot: &Snapshot,
        pinned: Option<Pointed>,
        commands: &mut Vec<Command>,
    ) {
        let palette = Palette::of(ui);
        ui.label(RichText::new("By hand").font(semibold(12.0)).color(palette.accent));
        let budget = session.budget(session.selected());
        let color = if budget.connections > budget.allowed { palette.warning } else { palette.weak };
        let text = format!("{} of {} connections", grouped(budget.connections), grouped(budget.allowed));
        ui.label(RichText::new(text).color(color))
            .on_hover_text("What there is now, of what the arm's density allows: the budget of a fair race");
        if session.operable().is_ok() {
            race(ui, commands);
            freeze(ui, session, snapshot, pinned, commands);
        }
    }

    /// What can be done to what is pinned.
    fn tools(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        snapshot: &Snapshot,
        pinned: Option<Pointed>,
        commands: &mut Vec<Command>,
    ) {
        if let Err(why) = session.operable() {
            ui.label(RichText::new(why).color(Palette::of(ui).weak));
            return;
        }
        match pinned {
            Some(Pointed::Connection { layer, place }) => {
                let [from, to] = [(layer, place.source), (layer + 1, place.target)]
                    .map(|(column, neuron)| neuron_name(session, &snapshot.network, column, neuron as usize));
                ui.label(format!("{from} → {to}"));
                self.connection(ui, snapshot, (layer, place), commands);
            }
            Some(Pointed::Neuron { column, neuron }) => self.neuron(ui, snapshot, (column, neuron), commands),
            None => _ = ui.label("Click a connection to cut or change it, a neuron to connect it."),
        }
    }

    fn connection(&mut self, ui: &mut Ui, snapshot: &Snapshot, at: (usize, Place), commands: &mut Vec<Command>) {
        let (layer, place) = at;
        let pointed = Pointed::Connection { layer, place };
        let weights = &snapshot.network.layers()[layer].weights;
        let Some(connection) = weights.find(place) else { return };
        let now = weights.values()[connection];
        let mut value = self.edited.filter(|edited| edited.0 == pointed).map_or(now, |edited| edited.1);
        let field = ui.add(DragValue::new(&mut value).speed(0.01).max_decimals(3).prefix("weight "));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "weight by hand"));
        if field.changed() {
            self.edited = Some((pointed, value));
        }
        if (field.drag_stopped() || field.lost_focus())
            && let Some((_, value)) = self.edited.take().filter(|(edited, value)| *edited == pointed && *value != now)
        {
            commands.push(operate(Operation { layer, set: vec![(place, value)], ..Operation::default() }));
        }
        let is_dense = weights.connectivity().is_none();
        let cut = ui.add_enabled(!is_dense, Button::new("Cut"));
        let cut = cut.on_hover_text("Cut this connection (Delete)");
        let cut = cut.on_disabled_hover_text("The layer is dense: it keeps all its connections");
        let pressed = keys_are_free(ui) && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Delete));
        if cut.clicked() || pressed && !is_dense {
            commands.push(operate(Operation { layer, cut: vec![place], ..Operation::default() }));
        }
    }

    fn neuron(&mut self, ui: &mut Ui, snapshot: &Snapshot, at: (usize, usize), commands: &mut Vec<Command>) {
        let (column, neuron) = at;
        let Some(next) = snapshot.network.layers().get(column) else {
            ui.label("Nothing follows the output. Click a neuron before it.");
            return;
        };
        let name = super::column_name(column + 1, snapshot.network.layers().len() + 1);
        ui.label(format!("connect to {name}"));
        self.target = self.target.clamp(1, next.weights.n_out());
        let field = ui.add(DragValue::new(&mut self.target).range(1..=next.weights.n_out()));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "neuron to connect to"));
        let field = ui.add(DragValue::new(&mut self.weight).speed(0.01).max_decimals(3).prefix("weight "));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "weight of the new connection"));
        let place = Place { source: super::pointing::number(neuron), target: super::pointing::number(self.target - 1) };
        let operation = Operation { layer: column, add: vec![(place, self.weight)], ..Operation::default() };
        let fault = operation.fits(&next.weights).err();
        let button = ui.add_enabled(fault.is_none(), Button::new("Connect"));
        let button = button.on_hover_text("Or click the other neuron");
        let why = fault.map(|fault| format!("Not possible: {fault}.")).unwrap_or_default();
        if button.on_disabled_hover_text(why).clicked() {
            commands.push(operate(operation));
        }
    }

    /// What a click on something does after something was pinned: two neurons of neighbouring layers are connected. What is
    /// pinned then.
    pub(super) fn join(
        &self,
        session: &Session,
        pinned: Option<Pointed>,
        clicked: Option<Pointed>,
        commands: &mut Vec<Command>,
    ) -> Option<Pointed> {
        let (Pointed::Neuron { column: a, neuron: from }, Pointed::Neuron { column: b, neuron: to }) =
            (pinned?, clicked?)
        else {
            return None;
        };
        let (layer, source, target) = match (a, b) {
            (a, b) if a + 1 == b => (a, from, to),
            (a, b) if b + 1 == a => (b, to, from),
            _ => return None,
        };
        let view = session.history(session.selected()).view()?;
        let weights = &view.snapshot.network.layers().get(layer)?.weights;
        if !self.is_on || session.operable().is_err() || source >= weights.n_in() || target >= weights.n_out() {
            return None;
        }
        let place = Place { source: super::pointing::number(source), target: super::pointing::number(target) };
        if weights.find(place).is_none() {
            commands.push(operate(Operation { layer, add: vec![(place, self.weight)], ..Operation::default() }));
        }
        Some(Pointed::Connection { layer, place })
    }
}

fn operate(operation: Operation) -> Command {
    Command::Operate(operation)
}

/// Whether the layer of what is pinned stays as it is.
fn freeze(ui: &mut Ui, session: &Session, snapshot: &Snapshot, pinned: Option<Pointed>, commands: &mut Vec<Command>) {
    let layer = match pinned {
        Some(Pointed::Connection { layer, .. }) => layer,
        Some(Pointed::Neuron { column, .. }) => column.min(snapshot.network.layers().len() - 1),
        None => return,
    };
    let mut frozen = session.is_frozen(layer);
    let text = format!("layer {} frozen", layer + 1);
    let meaning = "Weights, biases and connections of this layer stay as they are, until it is thawed";
    if ui.checkbox(&mut frozen, text).on_hover_text(meaning).changed() {
        commands.push(operate(Operation { layer, freeze: frozen, thaw: !frozen, ..Operation::default() }));
    }
}

fn race(ui: &mut Ui, commands: &mut Vec<Command>) {
    let meaning = "Adds an arm that goes on from this moment with these connections and nothing but your hand to change \
                   them, to race the method with the same budget";
    if ui.button("Race it").on_hover_text(meaning).clicked() {
        commands.push(Command::AddRival);
    }
}
