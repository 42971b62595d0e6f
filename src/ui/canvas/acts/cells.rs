//! Where a topology update cut and grew connections, in cells of adjacency matrices.

use std::sync::OnceLock;

use egui::{Color32, ColorImage, Pos2, Rect, TextureHandle, TextureOptions, Ui, pos2};

use super::super::band::{Band, Content, Tile};
use super::super::change::Grid;
use super::super::layout::Layout;
use crate::nn::Network;
use crate::sparse::Place;
use crate::training::UpdateRecord;

/// A single connection is so solid at least.
const LEAST: f32 = 0.2;

/// Cells of a layer that lose and that gain connections.
pub(super) struct Cells {
    layer: usize,
    pub removed: Mask,
    pub added: Mask,
}

/// A picture in white, to be shown in any colour: the more connections, the less transparent a cell.
pub(super) struct Mask {
    image: ColorImage,
    /// Once it has been shown.
    texture: OnceLock<TextureHandle>,
}

/// The cells of all adjacency matrices that are shown.
pub(super) fn grids(band: &Band, layout: &Layout, network: &Network, scale: f32) -> Vec<(usize, Grid)> {
    let rasters = band.tiles.iter().filter_map(|tile| match tile.content {
        Content::Raster { layer } => Some((layer, tile)),
        Content::InputMap => None,
    });
    let grids = rasters.filter_map(|(layer, tile)| {
        let connectivity = network.layers()[layer].weights.connectivity()?;
        Some((
            layer,
            Grid::of(connectivity, [layer, layer + 1].map(|column| &layout.columns[column]), tile.cells(scale)),
        ))
    });
    grids.collect()
}

/// Those of a tile.
pub(super) fn of<'a>(tile: &Tile, cells: &'a [Cells]) -> Option<&'a Cells> {
    let Content::Raster { layer } = tile.content else { return None };
    cells.iter().find(|cells| cells.layer == layer)
}

impl Cells {
    pub(super) fn of((layer, grid): (usize, Grid), record: &UpdateRecord) -> Self {
        let removed = record.removed.get(layer).into_iter().flatten().map(|&(place, _)| place);
        let added = record.added.get(layer).into_iter().flatten().copied();
        Self { layer, removed: Mask::of(&grid, removed), added: Mask::of(&grid, added) }
    }
}

impl Mask {
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    fn of(grid: &Grid, places: impl Iterator<Item = Place>) -> Self {
        let mut counts = vec![0_u32; grid.groups[0] * grid.groups[1]];
        places.for_each(|place| counts[grid.cell(place)] += 1);
        let most = counts.iter().copied().max().unwrap_or(0).max(1) as f32;
        let solid = |count: u32| if count == 0 { 0.0 } else { (count as f32 / most).max(LEAST) };
        let pixels = counts.into_iter().map(|count| Color32::WHITE.gamma_multiply(solid(count))).collect();
        Self { image: ColorImage::new(grid.groups, pixels), texture: OnceLock::new() }
    }

    /// Shows it in a colour, unless that is transparent.
    pub(super) fn paint(&self, ui: &Ui, rect: Rect, color: Color32) {
        if color.a() == 0 {
            return;
        }
        let load = || ui.ctx().load_texture("cells", self.image.clone(), TextureOptions::NEAREST);
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        ui.painter().image(self.texture.get_or_init(load).id(), rect, whole, color);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::column::Column;
    use super::*;
    use crate::sparse::Connectivity;

    #[test]
    fn cells_are_as_solid_as_their_share_of_the_fullest_worked_by_hand() {
        let place = |source, target| Place { source, target };
        let connectivity = Connectivity::try_new(2, 2, &[place(0, 0)]).expect("ascending");
        let columns = [0.0, 90.0].map(|x| Column::down(x, 2, (0.0, 80.0), 10.0));
        let grid = Grid::of(&connectivity, [&columns[0], &columns[1]], 100);
        assert_eq!(grid.groups, [2, 2]);
        let record = UpdateRecord {
            update: 1,
            by_hand: None,
            step: 0,
            position: 0,
            fraction: 0.3,
            evolving: 4,
            removed_count: 1,
            added_count: 5,
            removed: vec![vec![(place(1, 0), 0.5)]],
            // Four of one cell could not be; the numbers are what counts here.
            added: vec![vec![place(0, 1), place(0, 1), place(0, 1), place(0, 1), place(1, 1)]],
        };
        let cells = Cells::of((0, grid), &record);
        let solid = |mask: &Mask| mask.image.pixels.iter().map(Color32::a).collect::<Vec<_>>();
        // Row by row, a row a target.
        assert_eq!(solid(&cells.removed), [0, 255, 0, 0]);
        let added = solid(&cells.added);
        assert_eq!((added[0], added[1], added[2]), (0, 0, 255));
        assert!((63..=64).contains(&added[3]), "a quarter of 255: {}", added[3]);
    }
}
