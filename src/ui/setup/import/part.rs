//! How much of a table is read, and what that takes.

use egui::{Checkbox, DragValue, RichText, Ui};

use crate::data::Preview;
use crate::ui::controls::grouped;
use crate::ui::theme::Palette;

/// Rows of a part, if nobody says otherwise.
const USUAL: usize = 10_000;
const HELP: &str = "Keeps at most so many rows in memory, drawn at random, the same ones for every seed. The whole file is \
                    gone through once.";

/// Whether all rows are read or a part of them, with the memory that it takes.
pub(super) fn show(ui: &mut Ui, preview: &mut Preview) {
    ui.horizontal(|ui| {
        let mut is_part = preview.subsample.is_some();
        if ui.add(Checkbox::new(&mut is_part, "Read a part of the rows")).on_hover_text(HELP).changed() {
            preview.subsample = is_part.then_some(USUAL);
        }
        if let Some(most) = &mut preview.subsample {
            ui.add(DragValue::new(most).speed(20).range(1..=usize::MAX)).on_hover_text(HELP);
        }
        let text = match preview.bytes_in_memory() {
            Some(bytes) if bytes < 1_000_000 => "less than 1 MB of memory".to_owned(),
            Some(bytes) => format!("about {} MB of memory", about(bytes.div_ceil(1_000_000))),
            None => "packed: what it takes shows while it is read".to_owned(),
        };
        ui.label(RichText::new(text).size(12.0).color(Palette::of(ui).weak));
    });
}

/// A number that is not exact, to two digits.
pub(super) fn about(number: u64) -> String {
    let mut scale = 1;
    while number / scale >= 100 {
        scale *= 10;
    }
    let rounded = (number + scale / 2) / scale * scale;
    grouped(usize::try_from(rounded).unwrap_or(usize::MAX))
}
