//! The bar at the top: experiment, transport, speed, counters.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Align, Button, Color32, DragValue, Layout, PopupCloseBehavior, RichText, Slider, Ui, vec2};

use super::comfort;
use super::controls::elided;
use super::files::Files;
use super::spots;
use super::theme::{Palette, semibold};
use crate::lesson::Control;
use crate::session::{Command, ComparisonJob, LessonWish, Session, Speed};

/// What was asked for of the window.
#[derive(Default)]
pub(super) struct Asked {
    /// To open or close the set-up.
    pub set_up: bool,
    /// To present.
    pub present: bool,
}

/// A window narrower than this has two rows.
const ONE_ROW: f32 = 980.0;
/// In one narrower than this they hold no more than what has no other place.
const SPARE: f32 = 636.0;

/// Height of the bar in a window so wide.
pub(super) fn height(width: f32) -> f32 {
    if width < ONE_ROW { 78.0 } else { 48.0 }
}

/// Shows the bar.
pub(super) fn show(
    ui: &mut Ui,
    session: &Session,
    setup_open: bool,
    files: &mut Files,
    help_open: &mut bool,
    commands: &mut Vec<Command>,
) -> Asked {
    let width = ui.available_width();
    let mut bar = Bar { session, setup_open, width, files, help_open, asked: Asked::default() };
    if width < ONE_ROW {
        ui.add_space(6.0);
        ui.horizontal(|ui| bar.left(ui, commands));
        let right = Layout::right_to_left(Align::Center);
        ui.allocate_ui_with_layout(vec2(width, 32.0), right, |ui| bar.right(ui, commands));
    } else {
        ui.horizontal_centered(|ui| {
            bar.left(ui, commands);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| bar.right(ui, commands));
        });
    }
    bar.asked
}

/// What the bar is about.
struct Bar<'a> {
    session: &'a Session,
    setup_open: bool,
    width: f32,
    files: &'a mut Files,
    help_open: &'a mut bool,
    asked: Asked,
}

impl Bar<'_> {
    fn is_wide(&self) -> bool {
        self.width > 1180.0
    }

    /// Experiment, transport, speed.
    fn left(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let text = if self.setup_open { "◂" } else { "▸" };
        self.asked.set_up =
            icon_button(ui, text, "Set-up", "Shows or hides what is at the left: the set-up, or the open lesson")
                .clicked();
        let room = match self.width {
            width if width < SPARE => (width - 414.0).max(60.0),
            width if width < ONE_ROW => (width - 526.0).clamp(110.0, 400.0),
            width if self.is_wide() => (width - 1063.0).clamp(200.0, 460.0),
            width => (width - 880.0).clamp(110.0, 300.0),
        };
        experiment_menu(ui, self.session, self.files, room, commands);
        let lessons = ui.add(Button::new(RichText::new("Lessons").size(12.0)).min_size(vec2(0.0, 28.0)));
        if lessons.on_hover_text("Predict, run, explain (L)").clicked() {
            commands.push(Command::Lesson(LessonWish::Find));
        }
        transport(ui, self.session, self.width < SPARE, commands);
        let length = if self.is_wide() { 96.0 } else { 70.0 };
        speed(ui, self.session, (length, self.is_wide()), commands);
    }

    /// Help, theme, presenting, seed, counters; from right to left.
    fn right(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        if icon_button(ui, "?", "Help", "Keys and colours (?)").clicked() {
            *self.help_open = !*self.help_open;
        }
        theme_switch(ui);
        let help = "For an audience: the network, large, and nothing else (F)";
        self.asked.present = icon_button(ui, "⧉", "Present", help).clicked();
        // Where there is no room, the evidence panel has the same button.
        if self.width > 1394.0 {
            compare(ui, self.session, commands);
        }
        seed(ui, self.session, commands);
        counters(ui, self.session, self.is_wide());
    }
}

fn compare(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let comparing = session.comparison().is_some_and(ComparisonJob::is_running);
    let several = session.experiment().seeds().len() > 1;
    let button = ui.add_enabled(!comparing && several, Button::new("Compare"));
    if button.on_hover_text("Runs all arms over all seeds in the background (C)").clicked() {
        commands.push(Command::Compare);
    }
}

fn icon_button(ui: &mut Ui, icon: &str, name: &str, help: &str) -> egui::Response {
    let response = ui.add(Button::new(RichText::new(icon).size(14.0)).min_size(vec2(28.0, 28.0)));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    response.on_hover_text(help)
}

fn experiment_menu(ui: &mut Ui, session: &Session, files: &mut Files, width: f32, commands: &mut Vec<Command>) {
    let name = &session.draft().name;
    let text = elided(ui, name, &semibold(14.0), width - 44.0);
    // A click into the menu's text field must not close it.
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let button = MenuButton::new(RichText::new(format!("{text} ▾")).font(semibold(14.0))).config(config);
    let (response, _) = button.ui(ui, |ui| files.menu(ui, session, commands));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("experiment: {name}")));
    response.on_hover_text(format!("{name}\n{}", session.draft().description));
}

/// Where there is no room, without what the timeline does as well, and without single batches.
fn transport(ui: &mut Ui, session: &Session, is_spare: bool, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.x = 4.0;
    let mut button = |ui: &mut Ui, icon: &str, name: &str, help: &str, command: Command| {
        if icon_button(ui, icon, name, help).clicked() {
            commands.push(command);
        }
    };
    if !is_spare {
        button(ui, "⏮", "To the start", "Shows the untrained network (Home)", Command::GoToEpoch(0));
    }
    button(ui, "◂", "Epoch back", "Looks back at the end of the epoch before (←)", Command::BackEpoch);
    if play_button(ui, session) {
        commands.push(if session.is_playing() { Command::Pause } else { Command::Play });
    }
    for (text, name, help, command) in [
        ("batch", "Step one batch", "Trains one batch (.)", Command::StepBatch),
        ("epoch", "Step one epoch", "Trains to the end of the epoch (→)", Command::StepEpoch),
        (
            "update",
            "Step to the next topology update",
            "Trains until connections have been cut and grown (Shift+→)",
            Command::StepUpdate,
        ),
    ]
    .into_iter()
    .skip(usize::from(is_spare))
    {
        let label = RichText::new(format!("{text} ▸")).size(11.5);
        let response = ui.add(Button::new(label).min_size(vec2(0.0, 28.0)));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
        spots::mark(ui, Control::Step, response.rect);
        if response.on_hover_text(help).clicked() {
            commands.push(command);
        }
    }
}

/// The one button to press first: it pulses until it has been.
fn play_button(ui: &mut Ui, session: &Session) -> bool {
    let palette = Palette::of(ui);
    let is_still = comfort::is_motion_reduced(ui.ctx());
    let untouched = !is_still && !session.is_playing() && session.history(0).epochs().len() <= 1;
    let (icon, name) = if session.is_playing() { ("⏸", "Pause") } else { ("▶", "Play") };
    let text = RichText::new(icon).size(15.0).color(palette.on_accent);
    let response = ui.add(Button::new(text).fill(palette.accent).min_size(vec2(56.0, 30.0)));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    spots::mark(ui, Control::Play, response.rect);
    if untouched {
        let phase = ui.input(|input| input.time).rem_euclid(1.6) / 1.6;
        #[expect(clippy::cast_possible_truncation, reason = "a phase from 0 to 1")]
        let wave = (0.5 - 0.5 * (phase * std::f64::consts::TAU).cos()) as f32;
        let stroke = egui::Stroke::new(2.0, palette.accent.gamma_multiply(0.15 + 0.6 * wave));
        let rect = response.rect.expand(2.0 + 2.0 * wave);
        ui.painter().rect_stroke(rect, egui::CornerRadius::same(9), stroke, egui::StrokeKind::Middle);
        if ui.input(|input| input.time) < PULSE_SECONDS {
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(50));
        }
    }
    response.on_hover_text(format!("{name} (Space)")).clicked()
}

/// A window that nobody touches comes to rest after so long, and then costs nothing.
const PULSE_SECONDS: f64 = 20.0;

fn speed(ui: &mut Ui, session: &Session, (length, is_told): (f32, bool), commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.add_space(6.0);
    let mut position = session.speed().position();
    ui.spacing_mut().slider_width = length;
    let response = ui.add(Slider::new(&mut position, 0.0..=1.0).show_value(false));
    let text = session.speed().describe(session.steps_per_epoch());
    spots::mark(ui, Control::Speed, response.rect);
    response.widget_info(|| egui::WidgetInfo::slider(true, f64::from(position), format!("speed: {text}")));
    if response.on_hover_text(format!("Speed: {text} ( [ and ] )\nAt the left, topology updates are told in slow motion; at the right, as fast as the machine can.")).changed() {
        commands.push(Command::SetSpeed(Speed::at(position)));
    }
    if is_told {
        let size = vec2(78.0, 20.0);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(size.x);
            ui.label(RichText::new(text).size(11.0).color(palette.weak));
        });
    }
}

/// Epoch, batch and update; in fixed places, so that nothing jumps while they count.
fn counters(ui: &mut Ui, session: &Session, wide: bool) {
    let palette = Palette::of(ui);
    let history = session.history(session.selected());
    let (epoch, batch, update) = history
        .view()
        .map_or((0, 0, 0), |view| (view.snapshot.epoch(), view.snapshot.batch(), u64::from(view.snapshot.updates)));
    let mut items = vec![("Update", update), ("Batch", batch), ("Epoch", epoch)];
    if !wide {
        items.remove(1);
    }
    for (name, value) in items {
        let width = if name == "Update" { 68.0 } else { 62.0 };
        ui.allocate_ui_with_layout(vec2(width, 20.0), Layout::right_to_left(Align::Center), |ui| {
            ui.set_min_width(width);
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(RichText::new(value.to_string()).font(semibold(13.0)));
            ui.label(RichText::new(name).size(11.5).color(palette.weak));
        });
    }
}

fn seed(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    if icon_button(ui, "⟳", "New seed", "Starts anew from the next seed (Shift+R)").clicked() {
        commands.push(Command::SetSeed(session.seed().wrapping_add(1)));
    }
    if icon_button(ui, "↺", "Reset", "Starts anew from the same seed (R)").clicked() {
        commands.push(Command::Reset);
    }
    let mut seed = session.seed();
    let response = ui
        .add(DragValue::new(&mut seed).speed(0.1).range(0..=999_999_999_u64))
        .on_hover_text("Seed of the runs that are watched");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "seed"));
    spots::mark(ui, Control::Seed, response.rect);
    if response.changed() {
        commands.push(Command::SetSeed(seed));
    }
    let color: Color32 = Palette::of(ui).weak;
    ui.label(RichText::new("Seed").size(11.5).color(color));
    ui.add_space(8.0);
}

fn theme_switch(ui: &mut Ui) {
    let dark = ui.visuals().dark_mode;
    let (icon, name) = if dark { ("☀", "Light theme") } else { ("☾", "Dark theme") };
    if icon_button(ui, icon, name, name).clicked() {
        ui.ctx().set_theme(if dark { egui::Theme::Light } else { egui::Theme::Dark });
    }
}
