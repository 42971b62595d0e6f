//! A page for each method: what it does, what it costs, what is contested.

use egui::{Context, Grid, Id, Modal, RichText, ScrollArea, Ui, vec2};

use super::arms::new_arm;
use crate::topology::Method;
use crate::training::ExperimentSpec;
use crate::ui::controls::{card, weak};
use crate::ui::theme::{Palette, semibold};

/// Room for the names of the methods.
const NAMES: f32 = 104.0;

/// Shows the page of the method that is open, if one is, and what the user makes of it.
pub(super) fn show(context: &Context, open: &mut Option<Method>, spec: &mut ExperimentSpec) {
    let Some(mut method) = *open else { return };
    let screen = context.content_rect().size();
    let size = vec2((screen.x - 80.0).min(700.0), (screen.y - 140.0).min(520.0));
    let modal = Modal::new(Id::unique("method pages")).show(context, |ui| {
        ui.set_width(size.x);
        ui.horizontal_top(|ui| {
            names(ui, &mut method, size.y);
            ui.add_space(10.0);
            ui.vertical(|ui| {
                // The page is as tall whatever it says, so that nothing jumps from one to the next.
                let scroll = ScrollArea::vertical().id_salt(method.key()).auto_shrink(false).max_height(size.y);
                scroll.show(ui, |ui| {
                    ui.set_max_width(ui.available_width() - 10.0);
                    page(ui, method);
                });
            });
        });
        ui.separator();
        buttons(ui, method, spec)
    });
    *open = if modal.inner || modal.should_close() { None } else { Some(method) };
}

fn names(ui: &mut Ui, chosen: &mut Method, height: f32) {
    let scroll = ScrollArea::vertical().id_salt("methods").auto_shrink(false).max_height(height).max_width(NAMES);
    scroll.show(ui, |ui| {
        ui.vertical(|ui| {
            ui.set_width(NAMES - 8.0);
            for method in Method::all() {
                if ui.selectable_label(*chosen == method, method.page().name).clicked() {
                    *chosen = method;
                }
            }
        });
    });
}

fn page(ui: &mut Ui, method: Method) {
    let page = method.page();
    let palette = Palette::of(ui);
    ui.label(RichText::new(page.name).font(semibold(17.0)).color(palette.text));
    weak(ui, page.long_name);
    ui.add_space(4.0);
    ui.label(page.idea);
    ui.add_space(6.0);
    card(ui, |ui| {
        for line in page.formula.lines() {
            ui.label(RichText::new(line).size(13.0));
        }
    });
    if !page.parameters.is_empty() {
        heading(ui, "Parameters");
        Grid::new("parameters").num_columns(2).spacing([14.0, 3.0]).show(ui, |ui| {
            for (symbol, meaning) in page.parameters {
                ui.label(RichText::new(*symbol).font(semibold(12.5)));
                ui.add(egui::Label::new(*meaning).wrap());
                ui.end_row();
            }
        });
    }
    for (title, text) in [("What it costs", page.cost), ("What is contested", page.contested)] {
        heading(ui, title);
        ui.label(text);
    }
    heading(ui, "Reference");
    weak(ui, page.reference);
}

fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(6.0);
    ui.label(RichText::new(text).font(semibold(12.5)));
}

/// What can be done with a method. Whether the pages are to be closed.
fn buttons(ui: &mut Ui, method: Method, spec: &mut ExperimentSpec) -> bool {
    let name = method.page().name;
    ui.horizontal(|ui| {
        let is_own = spec.sparsity.method.unwrap_or_default() == method;
        let uses = ui.add_enabled(!is_own, egui::Button::new(format!("Use {name}"))).clicked();
        let adds = ui.button("Add as an arm").on_hover_text("Compares the experiment with this method").clicked();
        if uses {
            spec.sparsity.method = Some(method);
        }
        if adds {
            spec.arms.push(new_arm(spec, method));
        }
        uses || adds || ui.button("Close").clicked()
    })
    .inner
}
