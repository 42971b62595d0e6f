//! Below a network that is too large for single lines: each sparse layer as a raster with the degrees of its neurons beside
//! it, and how the pixels of images are connected.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::bundles::Blocks;
use super::change::Changes;
use super::figures::{Bars, Figures, InputMap, LayerFigures};
use super::format::Format;
use super::lines::BUNDLED_FROM;
use super::scene::Scene;
use super::surface::Surface;
use crate::data::InputShape;
use crate::nn::Network;
use crate::ui::theme::Palette;

/// Canvases lower than this have no room for it.
const LOWEST: f32 = 400.0;
/// Height for rasters, and with histograms below them.
const HEIGHT: f32 = 184.0;
const HEIGHT_OF_LARGE: f32 = 268.0;
/// On stage there are no histograms: nobody could read them.
const HEIGHT_ON_STAGE: f32 = 220.0;
/// Room for degrees beside a raster.
const STRIP: f32 = 16.0;
/// Room for histograms and what is said about them.
const HISTOGRAMS: f32 = 84.0;
const WIDEST_HISTOGRAMS: f32 = 280.0;
/// Tiles are so wide at least; more do not fit.
const NARROWEST: f32 = 96.0;
/// Cells along a side of a raster at most.
const MOST_CELLS: usize = 256;
/// The z-score that is shown in full colour.
pub(super) const FULL_SCORE: f32 = 4.0;

/// Where everything below the network stands, in points from the upper left corner of the canvas.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Band {
    /// Its upper edge.
    pub top: f32,
    pub tiles: Vec<Tile>,
    /// How large its words are.
    pub format: Format,
    /// Sparse layers that there is no room for.
    pub left_out: usize,
}

/// One of the pictures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tile {
    pub content: Content,
    /// All of it, the text included.
    pub rect: Rect,
    pub picture: Rect,
    /// In-degrees and out-degrees in bars.
    pub histograms: Option<[Rect; 2]>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content {
    /// Out-degrees of pixels against chance.
    InputMap,
    /// A layer's adjacency matrix: a column a source, a row a target.
    Raster { layer: usize },
}

impl Band {
    /// Whether a network has adjacency matrices, where there is room for them.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn suits(network: &Network) -> Result<(), &'static str> {
        if network.connections() <= Format::DESK.most_curves {
            return Err("each connection of this network is drawn by itself");
        }
        let is_sparse = network.layers().iter().any(|layer| layer.weights.connectivity().is_some());
        if is_sparse { Ok(()) } else { Err("no layer of this network is sparse") }
    }

    /// Nothing where lines say it all, where no layer is sparse and where there is no room.
    pub(super) fn new(network: &Network, shape: InputShape, canvas: Vec2, format: &Format) -> Option<Self> {
        let sparse: Vec<usize> = (0..network.layers().len())
            .filter(|&layer| network.layers()[layer].weights.connectivity().is_some())
            .collect();
        if Self::suits(network).is_err() || canvas.y < LOWEST {
            return None;
        }
        let is_large = network.connections() > BUNDLED_FROM;
        let (height, has_histograms) = match format.is_for_stage() {
            true => (HEIGHT_ON_STAGE, false),
            false if is_large => (HEIGHT_OF_LARGE, true),
            false => (HEIGHT, false),
        };
        let has_map = matches!(shape, InputShape::Image { .. }) && sparse[0] == 0;
        let map = has_map.then_some(Content::InputMap);
        let contents: Vec<Content> =
            map.into_iter().chain(sparse.iter().map(|&layer| Content::Raster { layer })).collect();
        let room = canvas.x - 24.0;
        let fitting = (1..=contents.len()).rev().find(|&tiles| room / count(tiles) >= NARROWEST).unwrap_or(1);
        let top = canvas.y - height;
        let width = room / count(fitting);
        let tiles = contents[..fitting].iter().enumerate().map(|(index, &content)| {
            let corner = pos2(12.0 + width * count(index), top);
            Tile::new(
                content,
                Rect::from_min_size(corner, vec2(width - 12.0, height - 4.0)),
                (has_histograms, shape),
                format,
            )
        });
        Some(Self { top, tiles: tiles.collect(), format: *format, left_out: contents.len() - fitting })
    }

    /// Whether it shows how many connections each input has.
    pub(super) fn has_input_map(&self) -> bool {
        self.tiles.iter().any(|tile| tile.content == Content::InputMap)
    }

    /// Draws it without its text; what has come and gone, where that is what is shown.
    pub(super) fn draw(&self, surface: &mut impl Surface, scene: &Scene, figures: &Figures) -> Vec<Changes> {
        let mut changes = Vec::new();
        for tile in &self.tiles {
            match tile.content {
                Content::InputMap => {
                    if let Some(map) = &figures.input_map {
                        draw_map(surface, scene, tile, map);
                    }
                }
                Content::Raster { layer } => {
                    if let Some(figures) = &figures.layers[layer] {
                        changes.extend(draw_raster(surface, scene, tile, layer, figures));
                    }
                }
            }
        }
        changes
    }
}

impl Tile {
    fn new(content: Content, rect: Rect, (has_histograms, shape): (bool, InputShape), format: &Format) -> Self {
        let line = format.line();
        let (strip, below) = match content {
            Content::InputMap if format.is_for_stage() => (0.0, 0.0),
            Content::InputMap => (0.0, 2.0 * line + 6.0),
            Content::Raster { .. } => (STRIP, 0.0),
        };
        let below = if has_histograms { HISTOGRAMS } else { below };
        let longest = (rect.width() - strip).min(rect.height() - line - 4.0 - strip - below).max(8.0);
        let corner = rect.min + vec2(0.0, line + 4.0 + strip);
        let size = match (content, shape) {
            #[expect(clippy::cast_precision_loss, reason = "pixels of an image")]
            (Content::InputMap, InputShape::Image { width, height }) => {
                let (width, height) = (width as f32, height as f32);
                vec2(width, height) * (longest / width.max(height))
            }
            _ => Vec2::splat(longest),
        };
        let picture = Rect::from_min_size(corner, size);
        let histograms = (has_histograms && content != Content::InputMap).then(|| {
            let width = (longest + strip).max(rect.width().min(WIDEST_HISTOGRAMS));
            let size = vec2(0.5 * width - 4.0, HISTOGRAMS - 2.0 * line - 12.0);
            let corner = pos2(rect.min.x, picture.max.y + 8.0);
            [corner, corner + vec2(size.x + 8.0, 0.0)].map(|corner| Rect::from_min_size(corner, size))
        });
        Self { content, rect, picture, histograms }
    }

    /// Cells along a side of its picture, at so many pixels a point.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels on screen")]
    pub(super) fn cells(&self, scale: f32) -> usize {
        ((self.picture.width() * scale) as usize).clamp(1, MOST_CELLS)
    }
}

/// Cells as dark as they are full, or what has come and gone in them; and the mean degrees of their columns above and of their rows at the right.
fn draw_raster(
    surface: &mut impl Surface,
    scene: &Scene,
    tile: &Tile,
    layer: usize,
    figures: &LayerFigures,
) -> Option<Changes> {
    let palette = scene.palette;
    let weights = &scene.snapshot().network.layers()[layer].weights;
    let place = |side: usize, neuron: usize| scene.layout.columns[layer + side].place(neuron);
    let blocks = Blocks::of(weights, tile.cells(scene.scale), place);
    let [columns, rows] = blocks.groups;
    let fullest = blocks.density.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let rect = scene.pixels(tile.picture);
    let changes = Changes::of(scene, layer, tile.cells(scene.scale));
    if let Some(changes) = &changes {
        let [columns, rows] = changes.groups;
        surface.picture(rect, columns, rows, false, |cell| changes.color(cell, palette));
    } else {
        surface.picture(rect, columns, rows, false, |cell| {
            let density = blocks.density[cell % columns * rows + cell / columns];
            palette.canvas.lerp_to_gamma(palette.text, density / fullest)
        });
    }
    surface.frame(rect.expand(scene.scale), scene.scale, palette.border);
    let means = |side: usize, degrees: &[usize]| means(degrees, blocks.groups[side], |neuron| place(side, neuron));
    let strip = (STRIP - 3.0) * scene.scale;
    let outgoing = means(0, figures.outgoing.by_neuron());
    for (index, share) in shares(&outgoing).enumerate() {
        let (left, right) = part(rect.min.x, rect.width(), index, columns);
        let base = rect.min.y - 2.0 * scene.scale;
        // On whole pixels, so that no seams show between bars.
        let bar = Rect::from_min_max(pos2(left.round(), base - strip * share), pos2(right.round(), base));
        surface.fill(bar, palette.weak, 0.9);
    }
    let incoming = means(1, figures.incoming.by_neuron());
    for (index, share) in shares(&incoming).enumerate() {
        let (top, bottom) = part(rect.min.y, rect.height(), index, rows);
        let base = rect.max.x + 2.0 * scene.scale;
        let bar = Rect::from_min_max(pos2(base, top.round()), pos2(base + strip * share, bottom.round()));
        surface.fill(bar, palette.weak, 0.9);
    }
    if let Some(histograms) = tile.histograms {
        for (rect, bars) in histograms.into_iter().zip(&figures.histograms) {
            draw_bars(surface, scene.pixels(rect), bars, palette, scene.scale);
        }
    }
    changes
}

/// Neurons by degree as bars, and a line for what chance gives.
fn draw_bars(surface: &mut impl Surface, rect: Rect, bars: &Bars, palette: &Palette, scale: f32) {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "numbers of neurons, to be drawn")]
    let heights: Vec<(f32, f32)> =
        bars.counts.iter().zip(&bars.expected).map(|(&count, &expected)| (count as f32, expected as f32)).collect();
    let highest = heights.iter().fold(1.0_f32, |highest, (count, expected)| highest.max(*count).max(*expected));
    let mut before: Option<Pos2> = None;
    for (index, (count, expected)) in heights.iter().enumerate() {
        let (left, right) = part(rect.min.x, rect.width(), index, heights.len());
        let top = rect.max.y - rect.height() * count / highest;
        surface.fill(Rect::from_min_max(pos2(left, top), pos2(right, rect.max.y)), palette.weak, 0.55);
        let at = pos2(0.5 * (left + right), rect.max.y - rect.height() * expected / highest);
        if let Some(before) = before {
            surface.segment(before, at, 1.4 * scale, palette.text, 1.0);
        }
        before = Some(at);
    }
    surface.fill(Rect::from_min_max(pos2(rect.min.x, rect.max.y), rect.max + vec2(0.0, scale)), palette.border, 1.0);
}

fn draw_map(surface: &mut impl Surface, scene: &Scene, tile: &Tile, map: &InputMap) {
    let rect = scene.pixels(tile.picture);
    let color = |pixel: usize| scene.palette.diverging(map.shown().by_pixel[pixel] / FULL_SCORE);
    surface.picture(rect, map.width, map.height, false, color);
    surface.frame(rect.expand(scene.scale), scene.scale, scene.palette.border);
}

/// Mean degrees of groups of neurons that stand beside one another.
#[expect(clippy::cast_precision_loss, reason = "sums of degrees")]
fn means(degrees: &[usize], groups: usize, place: impl Fn(usize) -> usize) -> Vec<f32> {
    let mut sums = vec![(0_usize, 0_usize); groups];
    for (neuron, &degree) in degrees.iter().enumerate() {
        let (sum, members) = &mut sums[place(neuron) * groups / degrees.len()];
        (*sum, *members) = (*sum + degree, *members + 1);
    }
    sums.iter().map(|&(sum, members)| sum as f32 / members.max(1) as f32).collect()
}

/// Of the largest.
fn shares(values: &[f32]) -> impl Iterator<Item = f32> {
    let largest = values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    values.iter().map(move |value| value / largest)
}

/// Where one of several equal parts begins and ends.
fn part(start: f32, length: f32, index: usize, parts: usize) -> (f32, f32) {
    let at = |index: usize| start + length * count(index) / count(parts.max(1));
    (at(index), at(index + 1))
}

#[expect(clippy::cast_precision_loss, reason = "a small number")]
fn count(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::super::samples::network;
    use super::*;
    use crate::nn::{Activation, Layer, Loss, Weights};
    use crate::random::{Stream, generator};
    use crate::topology::connectivity::random_connectivity;

    fn sparse(sizes: &[usize], connections: usize) -> Network {
        let mut rng = generator(1, Stream::InitialTopology);
        let layers = sizes.windows(2).map(|pair| {
            let connectivity = random_connectivity(pair[0], pair[1], connections, &mut rng).expect("valid");
            let values = vec![1.0; connections];
            Layer::new(Weights::Sparse { connectivity: connectivity.into(), values }, Activation::Relu)
        });
        Network::new(layers.collect(), Loss::default())
    }

    #[test]
    fn tiles_stand_inside_the_canvas_and_apart() {
        let image = InputShape::Image { width: 28, height: 28 };
        let canvases = [(2000, vec2(700.0, 600.0)), (60_000, vec2(700.0, 600.0)), (60_000, vec2(420.0, 450.0))];
        let formats = [Format::DESK, Format::STAGE, Format::STAGE_PAIR];
        for ((connections, canvas), format) in canvases.into_iter().flat_map(|own| formats.map(|format| (own, format)))
        {
            let network = sparse(&[784, 300, 300, 300], connections);
            let band = Band::new(&network, image, canvas, &format).expect("a band");
            let has_histograms = band.tiles.iter().any(|tile| tile.histograms.is_some());
            assert_eq!(has_histograms, connections > 2000 && format == Format::DESK, "nobody could read them on stage");
            assert_eq!(band.tiles.len() + band.left_out, 4);
            for (index, tile) in band.tiles.iter().enumerate() {
                assert!(Rect::from_min_size(pos2(0.0, band.top), canvas).contains_rect(tile.rect));
                assert!(tile.rect.contains_rect(tile.picture), "{tile:?}");
                assert!(tile.histograms.iter().flatten().all(|rect| tile.rect.contains_rect(*rect)), "{tile:?}");
                assert!(band.tiles[..index].iter().all(|other| !other.rect.intersects(tile.rect)));
            }
        }
    }

    #[test]
    fn small_and_dense_networks_and_low_canvases_have_none() {
        let canvas = vec2(700.0, 600.0);
        assert_eq!(Band::new(&network(), InputShape::Table, canvas, &Format::DESK), None);
        let large = sparse(&[300, 300], 9000);
        assert!(Band::new(&large, InputShape::Table, canvas, &Format::DESK).is_some());
        assert_eq!(Band::new(&large, InputShape::Table, vec2(700.0, 300.0), &Format::STAGE), None);
        let weights = Weights::Dense { n_in: 100, n_out: 100, values: vec![1.0; 10_000] };
        let dense = Network::new(vec![Layer::new(weights, Activation::Relu)], Loss::default());
        assert_eq!(Band::new(&dense, InputShape::Table, canvas, &Format::DESK), None);
    }

    #[test]
    fn mean_degrees_of_groups_worked_by_hand() {
        assert_eq!(means(&[1, 3, 5, 0], 2, |neuron| neuron), [2.0, 2.5]);
        // Sorted downwards, 5 and 3 stand together.
        assert_eq!(means(&[1, 3, 5, 0], 2, |neuron| [2, 1, 0, 3][neuron]), [4.0, 0.5]);
    }
}
