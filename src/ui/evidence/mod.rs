//! The panel at the right: what the runs show, always beside the dense baselines.

mod boundary;
mod confusion;
mod cost;
mod curves;
mod plots;
mod print;
mod saving;
mod seeds;
mod table;
mod tables;
mod topology;
mod verdict;

use egui::{ScrollArea, Sense, Ui, vec2};

use self::boundary::Boundaries;
use self::curves::CurvesPage;
pub(super) use self::print::Subject;
use self::seeds::SeedsPage;
use self::topology::TopologyPage;
use super::controls::section;
use super::pictures::Saver;
use super::theme::{Palette, semibold};
use crate::data::InputShape;
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
}

impl Page {
    pub(super) const ALL: [Self; 6] =
        [Self::Overview, Self::Curves, Self::Answers, Self::Topology, Self::Cost, Self::Seeds];

    fn label(self, shape: InputShape) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Curves => "Curves",
            Self::Answers if shape == InputShape::Plane => "Boundary",
            Self::Answers => "Confusion",
            Self::Topology => "Topology",
            Self::Cost => "Cost",
            Self::Seeds => "Seeds",
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
        }
    }

    /// Whether something that is shown is still being computed.
    pub(super) fn is_busy(&self) -> bool {
        self.page == Page::Topology && self.topology.is_busy()
    }

    fn tabs(&mut self, ui: &mut Ui, shape: InputShape) {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            let (size, spacing) = tab_size(ui, shape);
            ui.spacing_mut().item_spacing.x = spacing;
            for page in Page::ALL {
                let selected = self.page == page;
                let text = page.label(shape);
                let font = if selected { semibold(size) } else { egui::FontId::proportional(size) };
                let color = if selected { palette.text } else { palette.weak };
                let galley = ui.painter().layout_no_wrap(text.to_owned(), font, color);
                let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(0.0, 8.0), Sense::click());
                response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Tab, true, selected, text));
                let color = if response.hovered() || response.has_focus() { palette.accent } else { color };
                ui.painter().galley_with_override_text_color(rect.min, galley, color);
                if selected {
                    let line = egui::Stroke::new(2.0, palette.accent);
                    ui.painter().hline(rect.x_range(), rect.max.y - 1.0, line);
                }
                if response.clicked() {
                    self.page = page;
                }
            }
        });
        ui.add_space(2.0);
    }
}

/// Size of the text of tabs, and the space between them, so that all find room.
fn tab_size(ui: &Ui, shape: InputShape) -> (f32, f32) {
    // A little less than there is: what is as wide as its panel pushes it wider.
    let room = ui.available_width() - 4.0;
    let space = |size: f32| {
        let width = |page: Page| {
            let text = page.label(shape).to_owned();
            ui.painter().layout_no_wrap(text, semibold(size), egui::Color32::WHITE).size().x
        };
        let gaps = Page::ALL.len() - 1;
        #[expect(clippy::cast_precision_loss, reason = "a number of pages")]
        let space = (room - Page::ALL.into_iter().map(width).sum::<f32>()) / gaps as f32;
        space.min(13.0)
    };
    let fits = [12.5, 12.0, 11.5].into_iter().find(|size| space(*size) >= 7.0).unwrap_or(11.0);
    (fits, space(fits).max(3.0))
}
