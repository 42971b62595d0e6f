//! A network at one moment, drawn into a picture.

use std::sync::Arc;

use egui::{ColorImage, Pos2, Rect, Vec2, pos2};

use super::band::Band;
use super::bundles;
use super::change::Changes;
use super::curve::Curve;
use super::figures::Figures;
use super::ink::{Ink, opacity, thickness};
use super::layout::Layout;
use super::lines::{Connections, Line};
use super::look::{ColorBy, Look};
use super::portrait::Portrait;
use super::raster::Raster;
use super::surface::Surface;
use super::zoom::Zoom;
use crate::data::{InputShape, Split};
use crate::session::{Cut, MeanDegrees, Session};
use crate::training::{Snapshot, Topology, UpdateRecord, View};
use crate::ui::theme::Palette;

/// Lines that are not of the neuron that is pointed at have this share of their opacity, where there are many.
const BEHIND: f32 = 0.3;

/// Of the curves that are drawn one by one at most, one in so many may be a cut.
const CUTS_SHARE: usize = 3;

/// All that a picture of a network shows.
pub(super) struct Scene {
    pub view: Arc<View>,
    /// The last topology updates, for what they cut.
    pub updates: Vec<Arc<UpdateRecord>>,
    /// The connectivities at the start.
    pub first: Topology,
    /// Mean degrees of the inputs until then, where they are shown.
    pub inputs: Option<MeanDegrees>,
    /// Where neurons are seen.
    pub layout: Layout,
    /// The zoom that the layout is under.
    pub zoom: Zoom,
    pub look: Look,
    /// The topology update that is being told: what it cut and grew is drawn elsewhere.
    pub told: Option<u32>,
    /// The neuron that is pointed at, as column and number.
    pub focus: Option<(usize, usize)>,
    /// What stands below the network.
    pub band: Option<Band>,
    /// Size of the part of the canvas where the network is, in points.
    pub area: Vec2,
    pub palette: &'static Palette,
    pub shape: InputShape,
    pub data: Option<Arc<Split>>,
    pub size: [usize; 2],
    /// Pixels a point.
    pub scale: f32,
}

/// What a picture shows, for whoever points at it.
#[derive(Debug, Default)]
pub(super) struct Shows {
    /// Connections drawn as lines.
    pub lines: Vec<Line>,
    /// Connections in view that are not filtered out.
    pub candidates: usize,
    /// Whether bundles stand for them.
    pub is_bundled: bool,
    /// Of the neuron pointed at.
    pub portrait: Option<Portrait>,
    /// By layer whose adjacency matrix shows them, what has come and gone.
    pub changes: Vec<Changes>,
}

/// A finished picture.
pub(super) struct Drawing {
    pub image: ColorImage,
    pub zoom: Zoom,
    pub figures: Arc<Figures>,
    pub shows: Shows,
}

impl Scene {
    /// All of an arm's network with nothing below it, a pixel a point.
    pub(super) fn new(
        session: &Session,
        arm: usize,
        view: Arc<View>,
        layout: Layout,
        area: Vec2,
        palette: &'static Palette,
    ) -> Self {
        Self {
            view,
            updates: session.history(arm).recent_updates(),
            first: session.history(arm).first().clone(),
            inputs: None,
            layout,
            zoom: Zoom::WHOLE,
            look: Look::default(),
            told: None,
            focus: None,
            band: None,
            area,
            palette,
            shape: session.experiment().facts().shape,
            data: session.data(),
            size: [0, 0],
            scale: 1.0,
        }
    }

    /// Draws everything but text.
    pub(super) fn draw(&self, figures: Arc<Figures>) -> Drawing {
        let mut raster = Raster::new(self.size, self.palette.canvas);
        let shows = self.draw_on(&mut raster, &figures);
        Drawing { image: raster.into_image(), zoom: self.zoom, figures, shows }
    }

    /// The numbers that the picture needs.
    pub(super) fn figures(&self) -> Figures {
        let asked = (self.band.is_some(), self.look.color == ColorBy::Score);
        Figures::of(self.snapshot(), self.shape, self.inputs.as_ref(), asked)
    }

    /// Draws it on anything, the ground excepted.
    pub(super) fn draw_on(&self, surface: &mut impl Surface, figures: &Figures) -> Shows {
        let snapshot = self.snapshot();
        let since = |update: u32| snapshot.updates_since(update);
        let most = self.layout.format.most_curves;
        let connections = Connections { network: &snapshot.network, born: &snapshot.born, since: &since, most };
        let seen = self.seen();
        let is_seen = |column: usize, neuron: usize| seen.as_ref().is_none_or(|seen| seen[column][neuron]);
        let chosen = connections.choose(&self.look, is_seen);
        let cuts = if chosen.is_bundled { Vec::new() } else { self.cuts(is_seen) };
        let is_told = |line: &Line| self.told.is_some_and(|told| snapshot.born[line.layer][line.connection] == told);
        let of_focus = match self.focus {
            Some((column, neuron)) if chosen.candidates > most => connections.touching(&self.look, column, neuron),
            _ => Vec::new(),
        };
        // Lines begin at pixels, in the midst of the image.
        if self.layout.is_image() {
            self.draw_pixels(surface);
        }
        if chosen.is_bundled {
            for (layer, own) in snapshot.network.layers().iter().enumerate() {
                bundles::draw(surface, &self.layout, layer, &own.weights, (self.palette.weak, self.scale));
            }
        }
        let presence = if of_focus.is_empty() { 1.0 } else { BEHIND };
        let told: Vec<Line> = chosen.lines.iter().filter(|line| !is_told(line)).copied().collect();
        self.draw_lines(surface, figures, &told, &cuts, presence);
        self.draw_lines(surface, figures, &of_focus, &[], 1.0);
        if self.layout.is_image() {
            self.draw_origins(surface);
        }
        self.draw_neurons(surface, figures);
        self.draw_margins(surface);
        let changes = self.band.as_ref().map_or_else(Vec::new, |band| band.draw(surface, self, figures));
        let mut lines = chosen.lines;
        lines.extend(of_focus);
        let (candidates, is_bundled) = (chosen.candidates, chosen.is_bundled);
        Shows { lines, candidates, is_bundled, portrait: Portrait::of(self, figures), changes }
    }

    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.view.snapshot
    }

    /// By column and neuron, whether it is in view; nothing where all are.
    fn seen(&self) -> Option<Vec<Vec<bool>>> {
        let view = Rect::from_min_size(Pos2::ZERO, self.area);
        let column = |column: usize| {
            let neurons = 0..self.layout.columns[column].neurons;
            neurons.map(|neuron| view.intersects(self.layout.neuron(column, neuron))).collect()
        };
        self.zoom.is_enlarged().then(|| (0..self.layout.columns.len()).map(column).collect())
    }

    /// What was cut of late and has an end in view.
    fn cuts(&self, is_seen: impl Fn(usize, usize) -> bool) -> Vec<Cut> {
        // Of what is gone there is no telling whether it would pass a filter.
        if self.look.is_filtered() {
            return Vec::new();
        }
        let updates: Vec<_> = self.updates.iter().filter(|record| Some(record.update) != self.told).cloned().collect();
        let mut cuts = Cut::by_updates(&updates, self.snapshot());
        cuts.retain(|cut| {
            is_seen(cut.layer, cut.place.source as usize) || is_seen(cut.layer + 1, cut.place.target as usize)
        });
        cuts
    }

    /// Draws lines, the new ones last, and below them what was cut.
    fn draw_lines(&self, surface: &mut impl Surface, figures: &Figures, lines: &[Line], cuts: &[Cut], presence: f32) {
        let ink = Ink {
            look: &self.look,
            palette: self.palette,
            figures,
            snapshot: self.snapshot(),
            scale: self.scale,
            format: &self.layout.format,
            thickness: thickness(lines.len()) * self.layout.format.times * self.scale,
            presence: presence * opacity(lines.len()),
        };
        for line in lines.iter().filter(|line| !line.is_new) {
            ink.draw_line(surface, &self.curve(line.layer, line.source, line.target), line);
        }
        for cut in cuts.iter().step_by(cuts.len().div_ceil(self.layout.format.most_curves / CUTS_SHARE).max(1)) {
            let curve = self.curve(cut.layer, cut.place.source as usize, cut.place.target as usize);
            ink.draw_cut(surface, &curve, cut);
        }
        for line in lines.iter().filter(|line| line.is_new) {
            ink.draw_line(surface, &self.curve(line.layer, line.source, line.target), line);
        }
    }

    /// Clears what an enlarged network leaves in the room for names and the legend.
    fn draw_margins(&self, surface: &mut impl Surface) {
        if !self.zoom.is_enlarged() {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "pixels on screen")]
        let (right, bottom) = (self.size[0] as f32, self.size[1] as f32);
        let below = (self.area.y - self.layout.format.bottom + 4.0) * self.scale;
        let ground = self.palette.canvas;
        surface.fill(Rect::from_min_max(Pos2::ZERO, pos2(right, self.layout.format.top * self.scale)), ground, 1.0);
        surface.fill(Rect::from_min_max(pos2(0.0, below), pos2(right, bottom)), ground, 1.0);
    }

    /// Leading inputs that are not noise.
    pub(super) fn informative(&self) -> usize {
        self.data.as_ref().map_or(0, |data| data.train.informative())
    }

    fn curve(&self, layer: usize, source: usize, target: usize) -> Curve {
        self.layout.curve(layer, source, target).scaled(self.scale)
    }

    /// A width in pixels, as far as the format allows it.
    pub(super) fn width(&self, width: f32) -> f32 {
        width.max(self.layout.format.least_width * self.scale)
    }

    pub(super) fn pixel(&self, point: Pos2) -> Pos2 {
        (point.to_vec2() * self.scale).to_pos2()
    }

    /// A rectangle in pixels.
    pub(super) fn pixels(&self, rect: Rect) -> Rect {
        Rect::from_min_max(self.pixel(rect.min), self.pixel(rect.max))
    }
}
