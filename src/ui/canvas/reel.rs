//! The moments of a run, to be drawn one by one without the session.

use std::sync::Arc;

use egui::{ColorImage, RichText, Sense, TextureHandle, Ui, Vec2, vec2};

use super::format::Format;
use super::layout::Layout;
use super::legend;
use super::look::Look;
use super::order::Columns;
use super::scene::Scene;
use super::surface::Shapes;
use super::zoom::Zoom;
use crate::data::{InputShape, Split};
use crate::session::{Session, recent_updates};
use crate::training::{EpochRecord, Past, UpdateRecord, View};
use crate::ui::pictures;
use crate::ui::theme::{Palette, semibold};

/// Width of a frame in points: words are as large as while presenting.
const WIDTH: f32 = 960.0;
/// Height of the network by its width.
const PROPORTION: f32 = 0.6;

/// How networks are shown: their colours, widths, filters and layout, and how neurons are sorted. By default as at first.
#[derive(Clone, Default)]
pub(in crate::ui) struct Shown {
    pub(super) look: Look,
    pub(super) columns: Columns,
}

/// What is needed to draw an arm's network at moments of its past.
pub(in crate::ui) struct Reel {
    moments: Vec<Past>,
    arm: (String, usize),
    epochs: u32,
    records: Vec<Arc<EpochRecord>>,
    updates: Vec<Arc<UpdateRecord>>,
    shape: InputShape,
    data: Option<Arc<Split>>,
    shown: Shown,
    is_dark: bool,
    /// In pixels.
    width: u16,
}

impl Reel {
    /// The arm that is shown, from the end of one epoch to that of another; at most so many moments, `width` pixels wide.
    pub fn new(
        session: &Session,
        shown: Shown,
        (from, to): (u32, u32),
        most: usize,
        width: u16,
        is_dark: bool,
    ) -> Self {
        let arm = session.selected();
        let history = session.history(arm);
        Self {
            moments: session.recorded_between(arm, from, to, most),
            arm: (session.arms()[arm].name.clone(), arm),
            epochs: session.experiment().epochs(),
            records: history.epochs().to_vec(),
            updates: history.updates().to_vec(),
            shape: session.experiment().facts().shape,
            data: session.data(),
            shown,
            is_dark,
            width,
        }
    }

    /// Moments there are to draw.
    pub fn frames(&self) -> usize {
        self.moments.len()
    }

    /// Draws one of them; nothing once `go_on` says no.
    pub fn draw(&mut self, frame: usize, go_on: &dyn Fn() -> bool) -> Option<ColorImage> {
        let view = Arc::new(self.moments[frame].view(go_on)?);
        let mut textures = Vec::new();
        let scale = f32::from(self.width) / WIDTH;
        Some(pictures::pixels(WIDTH, self.is_dark, scale, |ui| self.print(ui, &view, &mut textures)))
    }

    fn print(&self, ui: &mut Ui, view: &Arc<View>, textures: &mut Vec<TextureHandle>) {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            ui.label(RichText::new(&self.arm.0).font(semibold(24.0)).color(palette.arm(self.arm.1)));
            ui.add_space(10.0);
            ui.label(RichText::new(self.title(view)).size(20.0).color(palette.text));
        });
        let width = ui.available_width();
        let (rect, _) = ui.allocate_exact_size(vec2(width, PROPORTION * width), Sense::hover());
        let scene = self.scene(view, rect.size());
        let figures = scene.figures();
        let shows = scene.draw_on(&mut Shapes::new(ui.painter().clone(), rect.min.to_vec2(), textures), &figures);
        legend::columns(ui, rect, &scene.layout);
        legend::input_names(ui, rect, &scene.layout, self.data.as_deref().map(|data| &data.train));
        legend::lines(ui, rect, &scene.layout, &scene.look, &view.snapshot, Some((&figures, &shows)), true);
    }

    fn scene(&self, view: &Arc<View>, area: Vec2) -> Scene {
        let placing = (self.shown.look.placement, self.shape);
        Scene {
            view: Arc::clone(view),
            updates: recent_updates(&self.updates, &view.snapshot),
            first: Vec::new(),
            inputs: None,
            layout: Layout::of(&view.snapshot, area, placing, self.data.is_some(), Format::STAGE)
                .sorted(&self.shown.columns),
            zoom: Zoom::WHOLE,
            look: self.shown.look,
            told: None,
            focus: None,
            band: None,
            area,
            palette: Palette::of_theme(self.is_dark),
            shape: self.shape,
            data: self.data.clone(),
            size: [0, 0],
            scale: 1.0,
        }
    }

    /// The moment, and how well the network does.
    fn title(&self, view: &View) -> String {
        let (epoch, updates) = (view.snapshot.epoch(), view.snapshot.updates);
        let after = self.records.partition_point(|record| u64::from(record.epoch) <= epoch);
        let accuracy = self.records[..after].last().map_or(f64::NAN, |record| 100.0 * record.test.accuracy());
        format!("epoch {epoch} of {}   update {updates}   test accuracy {accuracy:.1} %", self.epochs)
    }
}
