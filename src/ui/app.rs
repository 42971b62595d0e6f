//! The program's window, put together.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::{CentralPanel, Context, Frame, Margin, Panel, ThemePreference, Ui};

use super::announce::Announcer;
use super::canvas::Canvas;
use super::evidence::Evidence;
use super::files::Files;
use super::fork::ForkDialog;
use super::lesson::{self, Browser, Desk, LessonPanel};
use super::memory::Memory;
use super::presenter::Presenter;
use super::setup::Setup;
use super::theme::{self, Palette};
use super::{arm_tabs, comfort, help, notice, past_bar, shortcuts, timeline, top_bar};
use crate::session::{Command, EXAMPLES, Session, Wake};
use crate::training::ValidExperiment;

/// Views come from several runs; drawing waits so long for the others.
const GATHER: Duration = Duration::from_millis(25);
/// How often a recording that plays is looked after.
const REPLAY: Duration = Duration::from_millis(20);
/// A window narrower than this hides the set-up unless asked for.
const NARROW: f32 = 1150.0;
/// A window narrower than this shows set-up or evidence, not both.
const TINY: f32 = 880.0;
/// A window wider than this has larger panels.
const WIDE: f32 = 1700.0;

/// What the window starts with.
#[derive(Debug, Default)]
pub struct Startup {
    /// The experiment; that of the last time, or the launch experiment, if not said.
    pub experiment: Option<ValidExperiment>,
    /// Light or dark; as last time, or as the system, if not said.
    pub theme: Option<egui::Theme>,
    /// Where the experiment was read from.
    pub path: Option<PathBuf>,
    /// A run file to open and train again.
    pub run: Option<PathBuf>,
    /// The folder in which the open experiment is kept for the next start; it is not kept if not said.
    pub keep_in: Option<PathBuf>,
}

/// The program's window.
pub struct RegrowApp {
    session: Session,
    canvas: Canvas,
    setup: Setup,
    evidence: Evidence,
    files: Files,
    fork: ForkDialog,
    presenter: Presenter,
    lesson: LessonPanel,
    browser: Browser,
    /// Whether a lesson was open when the window was drawn last.
    had_lesson: bool,
    announcer: Announcer,
    memory: Memory,
    /// Whether the set-up is shown; by the window's width if not said.
    setup_open: Option<bool>,
    help_open: bool,
}

impl RegrowApp {
    /// Opens the experiment that `startup` says, paused.
    #[must_use]
    pub fn new(context: &Context, storage: Option<&dyn eframe::Storage>, startup: Startup) -> Self {
        theme::install(context);
        comfort::install(context);
        if let Some(theme) = startup.theme {
            context.set_theme(theme);
        } else if storage.is_none() {
            context.set_theme(ThemePreference::System);
        }
        let opened = startup.experiment.is_some() || startup.run.is_some();
        let experiment = startup.experiment.unwrap_or_else(|| EXAMPLES[0].experiment());
        let mut session = Session::new(experiment, wake(context));
        session.set_path(startup.path);
        if let Some(folder) = startup.keep_in {
            session.keep_in(&folder, opened);
        }
        if let Some(run) = startup.run {
            session.execute(Command::Open(run));
        }
        Self {
            session,
            canvas: Canvas::new(context),
            setup: Setup::default(),
            evidence: Evidence::default(),
            files: Files::default(),
            fork: ForkDialog::default(),
            presenter: Presenter::default(),
            lesson: LessonPanel::default(),
            browser: Browser::default(),
            had_lesson: false,
            announcer: Announcer::default(),
            memory: Memory::default(),
            setup_open: None,
            help_open: false,
        }
    }

    /// What is open.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Does something as if the user had.
    pub fn execute(&mut self, command: Command) {
        self.session.execute(command);
    }

    /// Whether everything that has been computed is on screen.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let drawn = (0..self.session.arms().len()).all(|arm| self.session.history(arm).view().is_some());
        drawn
            && self.session.is_past_settled()
            && self.session.is_at_rest()
            && !self.canvas.is_busy()
            && !self.evidence.is_busy(&self.session)
            && !self.session.lessons().is_searching()
    }

    /// Draws the window and does what the user asked for.
    pub fn show(&mut self, ui: &mut Ui) {
        self.session.update();
        let mut commands = Vec::new();
        self.files.take(ui.ctx(), &mut commands);
        comfort::read_keys(ui.ctx());
        self.announcer.show(ui, &self.session);
        lesson::point_at(ui.ctx(), &self.session);
        if self.presenter.is_on() {
            self.presenter.show(ui, &self.session, &mut self.canvas, &mut commands);
        } else {
            self.edit(ui, &mut commands);
        }
        for command in commands {
            self.session.execute(command);
        }
        if self.session.replaying().is_some() {
            ui.ctx().request_repaint_after(REPLAY);
        }
        // So that it can be said why nothing moves.
        if !self.session.is_at_rest() {
            ui.ctx().request_repaint_after(Duration::from_millis(250));
        }
        // Comparisons and sweeps report their progress without waking anyone.
        if self.session.is_working_in_background() {
            ui.ctx().request_repaint_after(Duration::from_millis(100));
        }
    }

    /// The window at a desk, with all that can be set and asked.
    fn edit(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let has_lesson = self.session.lessons().open().is_some();
        let has_dialog = self.browser.is_open() || has_lesson && self.lesson.has_dialog();
        let is_quiet = !self.help_open && !self.fork.is_open() && !has_dialog && !ui.ctx().text_edit_focused();
        if is_quiet && shortcuts::wants_to_present(ui.ctx()) {
            self.presenter.start(ui, &self.session);
        }
        if is_quiet {
            LessonPanel::read_keys(ui.ctx(), &self.session, commands);
        }
        self.make_room_for_lesson();
        if !has_dialog {
            shortcuts::read(ui.ctx(), &self.session, &self.files, &mut self.evidence, &mut self.help_open, commands);
        }
        self.setup.import.open(&self.files.take_data());
        self.panels(ui, commands);
        self.setup.import.show(ui.ctx(), &self.session, commands);
        notice::show(ui, &self.session, commands);
        self.fork.show(ui.ctx(), commands);
        self.browser.show(ui.ctx(), &self.session, commands);
        help::show(ui.ctx(), &mut self.help_open);
    }

    /// A lesson that opens is to be seen, however narrow the window.
    fn make_room_for_lesson(&mut self) {
        let has_lesson = self.session.lessons().open().is_some();
        if has_lesson != self.had_lesson {
            self.had_lesson = has_lesson;
            self.setup_open = has_lesson.then_some(true);
        }
    }

    /// At the left: the open lesson, or else the set-up.
    fn left(&mut self, ui: &mut Ui, (narrow, wide): (bool, bool), commands: &mut Vec<Command>) {
        let fill = Palette::of(ui).panel;
        let frame = Frame::new().fill(fill).inner_margin(Margin::symmetric(14, 4));
        let Some(open) = self.session.lessons().open() else {
            let (size, range) = if wide { (290.0, 220.0..=420.0) } else { (250.0, 220.0..=360.0) };
            let left = Panel::left(("set-up", wide)).default_size(size).size_range(range).frame(frame);
            left.show(ui, |ui| self.setup.show(ui, &self.session, commands));
            return;
        };
        let size = if wide {
            440.0
        } else if narrow {
            320.0
        } else {
            352.0
        };
        let left = Panel::left(("lesson", narrow, wide)).default_size(size).size_range(280.0..=560.0).frame(frame);
        let desk = &mut Desk { setup: &mut self.setup, page: &mut self.evidence.page };
        left.show(ui, |ui| self.lesson.show(ui, &self.session, open, desk, commands));
    }

    fn panels(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let palette = Palette::of(ui);
        let width = ui.available_width();
        // Panels keep the size they are dragged to, one for each class of windows.
        let (narrow, wide) = (width < NARROW, width > WIDE);
        let setup_open = self.setup_open.unwrap_or(!narrow);
        let frame = |margin: Margin| Frame::new().fill(palette.panel).inner_margin(margin);
        let bar = Panel::top("top bar").exact_size(top_bar::height(width)).frame(frame(Margin::symmetric(12, 0)));
        bar.show(ui, |ui| {
            let asked = top_bar::show(ui, &self.session, setup_open, &mut self.files, &mut self.help_open, commands);
            if asked.set_up {
                self.setup_open = Some(!setup_open);
            }
            if asked.present {
                self.presenter.start(ui, &self.session);
            }
        });
        let bottom = Panel::bottom(("timeline", wide))
            .exact_size(if wide { 136.0 } else { 112.0 })
            .frame(frame(Margin::symmetric(12, 6)));
        bottom.show(ui, |ui| timeline::show(ui, &self.session, commands));
        if setup_open {
            self.left(ui, (narrow, wide), commands);
        }
        let size = if wide {
            440.0
        } else if narrow {
            290.0
        } else {
            330.0
        };
        // Where there is room for one of them, it is the set-up if that was asked for.
        if width >= TINY || !setup_open {
            let most = (0.6 * width).min(640.0);
            let right = Panel::right(("evidence", narrow, wide)).default_size(size).size_range(260.0..=most);
            right.frame(frame(Margin::symmetric(14, 8))).show(ui, |ui| self.evidence.show(ui, &self.session, commands));
        }
        let center = CentralPanel::default().frame(Frame::new().fill(palette.canvas));
        center.show(ui, |ui| {
            arm_tabs::show(ui, &self.session, commands);
            self.canvas.show(ui, &self.session, commands);
            past_bar::show(ui, &self.session, &mut self.fork, commands);
        });
    }
}

/// Drawing is asked for a moment later, so that the views of all runs are drawn at once.
fn wake(context: &Context) -> Wake {
    let context = context.clone();
    Arc::new(move || context.request_repaint_after(GATHER))
}

impl eframe::App for RegrowApp {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
        self.memory.tend(!self.session.is_at_rest() || self.session.is_working_in_background());
    }
}
