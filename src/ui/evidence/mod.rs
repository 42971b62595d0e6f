//! The panel at the right: what the runs show, always beside the dense baselines.

mod boundary;
mod confusion;
mod cost;
mod curves;
pub(super) mod plots;
mod print;
mod saving;
mod seeds;
mod sweep;
mod table;
mod tables;
mod topology;
mod verdict;

use egui::{ScrollArea, Sense, Ui, vec2};

use self::boundary::Boundaries;
use self::curves::CurvesPage;
pub(super) use self::print::Subject;
use self::seeds::SeedsPage;
use self::sweep::SweepPage;
use self::topology::TopologyPage;
use super::controls::{section, text_width};
use super::pictures::Saver;
use super::spots;
use super::theme::{Palette, semibold};
use crate::data::InputShape;
use crate::lesson::Control;
use crate::session::{Command, Session};

/// A page of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Page {
    /// The main points of all pages.
    #[default]
    Overview,
    /// Accuracy and loss, on training and test samples.
    Curves,
    /// Decision boundary, or confusion matrix.
    Answers,
    /// Which connections there are, and how they come and go.
    Topology,
    /// Connections, operations, memory, time.
    Cost,
    /// The comparison, seed by seed.
    Seeds,
    /// Accuracy over settings that vary.
    Sweep,
}

impl Page {
    pub(super) const ALL: [Self; 7] =
        [Self::Overview, Self::Curves, Self::Answers, Self::Topology, Self::Cost, Self::Seeds, Self::Sweep];

    /// What lessons call it.
    fn control(self) -> Option<Control> {
        Some(match self {
            Self::Overview => Control::Overview,
            Self::Curves => Control::Curves,
            Self::Answers => Control::Answers,
            Self::Topology => Control::Topology,
            Self::Cost => Control::Cost,
            Self::Seeds => Control::Seeds,
            Self::Sweep => return None,
        })
    }

    /// The page that lessons call so.
    pub(super) fn of_control(control: Control) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.control() == Some(control))
    }

    pub(super) fn label(self, shape: InputShape) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Curves => "Curves",
            Self::Answers if shape == InputShape::Plane => "Boundary",
            Self::Answers => "Confusion",
            Self::Topology => "Topology",
            Self::Cost => "Cost",
            Self::Seeds => "Seeds",
            Self::Sweep => "Sweep",
        }
    }
}

/// Height of the row that saves what is shown.
const SAVE_ROW: f32 = 24.0;

/// What the panel shows.
#[derive(Default)]
pub(super) struct Evidence {
    pub page: Page,
    boundaries: Boundaries,
    curves: CurvesPage,
    topology: TopologyPage,
    seeds: SeedsPage,
    sweep: SweepPage,
    saver: Saver,
}

impl Evidence {
    /// Shows the panel.
    pub(super) fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let shape = session.experiment().facts().shape;
        self.tabs(ui, shape);
        let height = ui.available_height() - SAVE_ROW;
        ScrollArea::vertical().auto_shrink(false).max_height(height).id_salt(self.page as usize).show(ui, |ui| {
            // The bar of a page that scrolls lies over its right edge.
            ui.set_max_width(ui.available_width() - 8.0);
            self.page(ui, session, shape, commands);
        });
        self.save_row(ui, session, commands);
    }

    fn page(&mut self, ui: &mut Ui, session: &Session, shape: InputShape, commands: &mut Vec<Command>) {
        match self.page {
            Page::Overview => {
                curves::plot(ui, session, curves::Figure::TestAccuracy, 176.0);
                if let Some(job) = session.comparison() {
                    curves::say_what_is_watched(ui, session, job);
                }
                verdict::show(ui, session, commands);
                if session.comparison().is_some() && ui.link("Seed by seed, and a table (6)").clicked() {
                    self.page = Page::Seeds;
                }
                if shape == InputShape::Plane {
                    section(ui, "Decision boundary");
                    self.boundaries.row(ui, session);
                } else {
                    section(ui, "Confusion");
                    confusion::matrix(ui, session, 150.0);
                }
                section(ui, "Cost");
                cost::short_table(ui, session);
                ui.add_space(8.0);
            }
            Page::Curves => self.curves.show(ui, session),
            Page::Answers if shape == InputShape::Plane => self.boundaries.large(ui, session),
            Page::Answers => confusion::matrix(ui, session, ui.available_width()),
            Page::Topology => self.topology.show(ui, session, commands),
            Page::Cost => cost::full_table(ui, session),
            Page::Seeds => self.seeds.show(ui, session, commands),
            Page::Sweep => self.sweep.show(ui, session, commands),
        }
    }

    /// Whether something that is shown is still being computed.
    pub(super) fn is_busy(&self, session: &Session) -> bool {
        let is_plane = session.experiment().facts().shape == InputShape::Plane;
        match self.page {
            Page::Overview | Page::Answers => is_plane && self.boundaries.is_busy(),
            Page::Topology => self.topology.is_busy(),
            _ => false,
        }
    }

    fn tabs(&mut self, ui: &mut Ui, shape: InputShape) {
        let tabs = TabRow::new(ui, shape);
        for pages in Page::ALL.chunks(tabs.length) {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = tabs.spacing;
                for &page in pages {
                    if tab(ui, page, page.label(shape), tabs.size, self.page == page) {
                        self.page = page;
                    }
                }
            });
        }
        ui.add_space(2.0);
    }
}

/// Whether the tab is clicked.
fn tab(ui: &mut Ui, page: Page, text: &str, size: f32, selected: bool) -> bool {
    let palette = Palette::of(ui);
    let font = if selected { semibold(size) } else { egui::FontId::proportional(size) };
    let color = if selected { palette.text } else { palette.weak };
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, color);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(0.0, 8.0), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Tab, true, selected, text));
    let color = if response.hovered() || response.has_focus() { palette.accent } else { color };
    ui.painter().galley_with_override_text_color(rect.min, galley, color);
    if let Some(control) = page.control() {
        spots::mark(ui, control, rect);
    }
    if selected {
        let line = egui::Stroke::new(2.0, palette.accent);
        ui.painter().hline(rect.x_range(), rect.max.y - 1.0, line);
    }
    response.clicked()
}

/// How tabs are set, so that all find room.
struct TabRow {
    /// Tabs in a row.
    length: usize,
    /// Size of their text.
    size: f32,
    /// Space between them.
    spacing: f32,
}

impl TabRow {
    /// All in one row if they can be told apart there, else in two.
    fn new(ui: &Ui, shape: InputShape) -> Self {
        const WIDEST: f32 = 13.0;
        const NARROWEST: f32 = 7.0;
        // A little less than there is: what is as wide as its panel pushes it wider.
        let room = ui.available_width() - 4.0;
        let space = |pages: &[Page], size: f32| {
            let width = |page: &Page| text_width(ui, page.label(shape), &semibold(size));
            #[expect(clippy::cast_precision_loss, reason = "a number of pages")]
            let gaps = (pages.len() - 1) as f32;
            ((room - pages.iter().map(width).sum::<f32>()) / gaps).min(WIDEST)
        };
        let row = |length: usize, size: f32| {
            let spacing = Page::ALL.chunks(length).map(|pages| space(pages, size)).fold(WIDEST, f32::min);
            Self { length, size, spacing }
        };
        let all = Page::ALL.len();
        let in_one = [12.5, 12.0, 11.5].map(|size| row(all, size)).into_iter().find(|row| row.spacing >= NARROWEST);
        in_one.unwrap_or_else(|| row(all.div_ceil(2), 12.0))
    }
}
