//! The keys, and what is what.

use egui::{Context, Grid, Id, Modal, RichText, ScrollArea, Ui};

use super::comfort;
use super::theme::{Palette, semibold};

const KEYS: [(&str, &str); 27] = [
    ("Space", "play, pause"),
    (".", "one batch"),
    ("→", "one epoch"),
    ("Shift + →", "to the next topology update"),
    ("←, Shift + ←", "look back one epoch, one topology update"),
    ("Shift + Space", "play the recording backwards; in the past, Space plays it on"),
    ("Home, End", "look at the start; return to live, or train to the end"),
    ("M", "bookmark this moment"),
    ("Timeline", "drag to look back; Fork here goes on from there"),
    ("[ ]", "slower, faster"),
    ("R, Shift + R", "reset with the same, with a new seed"),
    ("C", "compare all arms over all seeds"),
    ("1 – 7", "overview, curves, answers, topology, cost, seeds, sweep"),
    ("L", "lessons"),
    ("PgDn, PgUp", "in a lesson: next step, step before"),
    ("F", "present; Esc leaves"),
    ("PgDn, PgUp", "presenting: next bookmark, bookmark before"),
    ("B, S, G, N, 1 – 9", "presenting: blank, spot, guess, notes, an arm"),
    ("Ctrl with +, −, 0", "larger, smaller, usual size"),
    ("+, −, 0", "zoom the network in, out, show all of it; so do wheel and double click; drag to move it"),
    ("D", "the network of the next arm beside the one shown, or no longer"),
    ("H, Delete", "by hand: cut, add and change connections; cut what is pinned"),
    ("Tab", "from control to control"),
    ("Ctrl + O, Ctrl + S", "open, save the experiment"),
    ("Ctrl + C, Ctrl + V", "copy the experiment as text, paste one"),
    ("Ctrl + Z, Ctrl + Y", "undo, do again what changed the experiment"),
    ("?", "this list"),
];

const NOTES: [&str; 4] = [
    "Blue is positive, orange negative; width is |weight|. Regrown connections glow and end in a dot, pruned ones are \
     dashed with a cross; both fade over three topology updates. View ▾ gives colours and widths other meanings, filters and sorts.",
    "Squares show a neuron's activation over the input plane, or its receptive field on images; the bar below is its \
     bias. Hatched neurons lack inputs or outputs.",
    "Point at a connection or neuron to see its numbers; click to keep them.",
    "regrow run FILE.toml runs an experiment without this window.",
];

/// Shows the help while it is open.
pub(super) fn show(context: &Context, open: &mut bool) {
    if !*open {
        return;
    }
    let modal = Modal::new(Id::unique("help")).show(context, |ui| {
        ui.set_width(440.0);
        let height = ui.ctx().content_rect().height() - 90.0;
        ScrollArea::vertical().max_height(height).show(ui, contents);
        ui.add_space(8.0);
        ui.button("Close").clicked()
    });
    if modal.inner || modal.should_close() {
        *open = false;
    }
}

fn contents(ui: &mut Ui) {
    ui.set_width(428.0);
    let palette = Palette::of(ui);
    comfort::settings(ui);
    ui.add_space(6.0);
    ui.label(RichText::new("Keys").font(semibold(15.0)));
    Grid::new("keys").num_columns(2).spacing([18.0, 4.0]).show(ui, |ui| {
        for (key, meaning) in KEYS {
            ui.label(RichText::new(key).font(semibold(12.5)));
            ui.label(meaning);
            ui.end_row();
        }
    });
    ui.add_space(8.0);
    for note in NOTES {
        ui.label(RichText::new(note).size(12.0).color(palette.weak));
    }
}
