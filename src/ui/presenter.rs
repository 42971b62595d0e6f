//! The window for an audience: the network as large as there is room, a curve, what matters in large text, the timeline.
//! Nothing else is shown, nothing pops up, and what went wrong waits until afterwards.

mod bar;
mod guess;
mod keys;
mod notes;
mod plot;
mod readings;
mod scenes;
mod spot;

use egui::{Align2, CentralPanel, Color32, Frame, Id, LayerId, Margin, Order, Panel, Sense, Ui, ViewportCommand, vec2};

use self::guess::Guess;
use self::scenes::Scenes;
use super::canvas::Canvas;
use super::theme::{Palette, semibold};
use super::timeline;
use crate::session::{Command, Notice, Session};

/// No text is smaller, in points.
const TEXT: f32 = 20.0;
/// No target is smaller, in points.
const TARGET: f32 = 44.0;
/// How long the name of a scene stays.
const SCENE_SECONDS: f64 = 4.0;

/// What is being presented, and how.
#[derive(Default)]
pub(super) struct Presenter {
    /// When it began, by the window's clock.
    since: Option<f64>,
    is_blank: bool,
    has_spot: bool,
    has_notes: bool,
    scenes: Scenes,
    guess: Guess,
    /// Said in large letters, and until when.
    banner: Option<(String, f64)>,
    /// A fault that must not be lost to what is said later.
    fault: Option<String>,
    /// Whether the window had the whole screen before.
    had_screen: Option<bool>,
    /// How large everything was before: on stage it has its own size.
    zoom: Option<f32>,
    /// What was told before it began.
    before: Option<Notice>,
}

impl Presenter {
    /// Whether something is being presented.
    pub fn is_on(&self) -> bool {
        self.since.is_some()
    }

    /// Begins, over the whole screen.
    pub fn start(&mut self, ui: &Ui, session: &Session) {
        let context = ui.ctx();
        let (time, fullscreen) = context.input(|input| (input.time, input.viewport().fullscreen));
        self.since = Some(time);
        self.had_screen = fullscreen;
        self.zoom = Some(context.zoom_factor());
        context.set_zoom_factor(1.0);
        (self.is_blank, self.has_spot) = (false, false);
        self.scenes = Scenes::default();
        self.guess.is_open = false;
        (self.fault, self.before) = (None, session.notice().cloned());
        self.banner = Scenes::at_hand(session).map(|scene| (scene.name.clone(), time + SCENE_SECONDS));
        context.send_viewport_cmd(ViewportCommand::Fullscreen(true));
    }

    /// Ends; what went wrong meanwhile is told now.
    fn stop(&mut self, ui: &Ui, session: &Session, commands: &mut Vec<Command>) {
        self.since = None;
        if let Some(zoom) = self.zoom.take() {
            ui.ctx().set_zoom_factor(zoom);
        }
        if self.had_screen != Some(true) {
            ui.ctx().send_viewport_cmd(ViewportCommand::Fullscreen(false));
        }
        let before = self.before.take();
        let is_fault = session.notice().is_some_and(|notice| notice.is_fault);
        match self.fault.take() {
            Some(text) if !is_fault => commands.push(Command::Tell { text, is_fault: true }),
            // What was done on stage needs no words afterwards.
            None if session.notice() != before.as_ref() => commands.push(Command::Dismiss),
            _ => {}
        }
    }

    /// Draws the window while something is presented.
    pub fn show(&mut self, ui: &mut Ui, session: &Session, canvas: &mut Canvas, commands: &mut Vec<Command>) {
        if let Some(notice) = session.notice().filter(|notice| notice.is_fault) {
            self.fault = Some(notice.text.clone());
        }
        let asked = self.read_keys(ui.ctx(), session, commands);
        self.do_all(ui, session, asked, commands);
        if self.is_blank {
            self.blank(ui);
            return self.notes_window(ui, session, commands);
        }
        set_style(ui);
        let palette = Palette::of(ui);
        let frame = |margin: Margin| Frame::new().fill(palette.panel).inner_margin(margin);
        let strip = Panel::bottom("presented timeline").exact_size(112.0).frame(frame(Margin::symmetric(12, 6)));
        strip.show(ui, |ui| timeline::present(ui, session, commands));
        let keys = Panel::bottom("presenting").exact_size(TARGET + 12.0).frame(frame(Margin::symmetric(12, 6)));
        let asked = keys.show(ui, |ui| self.bar(ui, session, commands)).inner;
        let width = (0.31 * ui.available_width()).clamp(300.0, 560.0);
        let side = Panel::right("readings").exact_size(width).frame(Frame::new().fill(palette.canvas).inner_margin(14));
        side.show(ui, |ui| {
            readings::show(ui, session);
            plot::show(ui, session);
        });
        let center = CentralPanel::default().frame(Frame::new().fill(palette.canvas));
        center.show(ui, |ui| {
            canvas.present(ui, session);
            self.say(ui);
            self.guess.show(ui, session);
        });
        if self.has_spot {
            spot::show(ui);
        }
        self.do_all(ui, session, asked, commands);
        if self.is_on() {
            self.notes_window(ui, session, commands);
        }
    }

    /// Nothing to see; whatever is pressed or clicked ends it.
    fn blank(&mut self, ui: &mut Ui) {
        CentralPanel::default().frame(Frame::new().fill(Color32::BLACK)).show(ui, |ui| {
            let (_, response) = ui.allocate_exact_size(ui.available_size(), Sense::click());
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Show the window again"));
            if response.clicked() {
                self.is_blank = false;
                ui.ctx().request_repaint();
            }
        });
    }

    /// The name of a scene, over the names of all layers: a part of one would be left beside a narrower banner.
    fn say(&mut self, ui: &Ui) {
        let Some((text, until)) = &self.banner else { return };
        let left = until - ui.input(|input| input.time);
        if left <= 0.0 {
            self.banner = None;
            return;
        }
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(left));
        let palette = Palette::of(ui);
        let painter = ui.ctx().layer_painter(LayerId::new(Order::Middle, Id::unique("scene")));
        let at = ui.max_rect().center_top() + vec2(0.0, 8.0);
        let galley = painter.layout(text.clone(), semibold(24.0), palette.text, ui.max_rect().width() - 60.0);
        let rect = Align2::CENTER_TOP.anchor_size(at, galley.size());
        let (rounding, line) = (egui::CornerRadius::same(8), egui::Stroke::new(2.0, palette.accent));
        let banner =
            rect.expand2(vec2(16.0, 6.0)).with_min_x(ui.max_rect().min.x + 4.0).with_max_x(ui.max_rect().max.x - 4.0);
        painter.rect(banner, rounding, palette.card, line, egui::StrokeKind::Inside);
        painter.galley(rect.min, galley, palette.text);
    }
}

/// Large text, thick lines, large targets.
fn set_style(ui: &mut Ui) {
    let style = ui.style_mut();
    for (name, font) in &mut style.text_styles {
        *font = if *name == egui::TextStyle::Heading { semibold(28.0) } else { egui::FontId::proportional(TEXT) };
    }
    style.spacing.interact_size = vec2(TARGET, TARGET);
    style.spacing.button_padding = vec2(12.0, 6.0);
    style.spacing.slider_rail_height = 8.0;
    let widgets = &mut style.visuals.widgets;
    for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active, &mut widgets.open] {
        state.bg_stroke.width = 2.0;
    }
}
