//! What the experiment is compared with.

use egui::{Align, Button, DragValue, Layout, RichText, Ui};

use crate::session::Session;
use crate::topology::Method;
use crate::training::{ArmSpec, ExperimentSpec, SparsitySpec};
use crate::ui::controls::{dot, faults, number_row, section};
use crate::ui::theme::Palette;

pub(super) fn show(ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec) {
    section(ui, "Compared with");
    let palette = Palette::of(ui);
    let mut removed = None;
    for (index, arm) in spec.arms.iter().enumerate() {
        ui.horizontal(|ui| {
            dot(ui, palette.arm(index + 1));
            let response = ui.label(&arm.name);
            if let Some(method) = arm.sparsity.method {
                response.on_hover_text(method.page().idea);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let button = ui.add(Button::new(RichText::new("✕").size(11.0).color(palette.weak)).frame(false));
                let label = format!("remove {}", arm.name);
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
                if button.on_hover_text("Removes this arm").clicked() {
                    removed = Some(index);
                }
            });
        });
        faults(ui, session.faults(), &format!("arm.{index}.name"));
    }
    if let Some(index) = removed {
        spec.arms.remove(index);
    }
    ui.menu_button("+ arm", |ui| {
        for method in Method::all() {
            let page = method.page();
            if ui.button(page.name).on_hover_text(page.idea).clicked() {
                spec.arms.push(new_arm(spec, method));
                ui.close();
            }
        }
    });
    let mut count = spec.training.seeds.len();
    let help = "Seeds of the comparison: one run of each arm for each. One seed alone is no evidence.";
    if number_row(ui, "Seeds", "", help, DragValue::new(&mut count).speed(0.1).range(1..=1000)).changed() {
        let others: Vec<u64> = (1..).filter(|seed| !spec.training.seeds.contains(seed)).take(count).collect();
        spec.training.seeds.extend(others);
        spec.training.seeds.truncate(count);
    }
    faults(ui, session.faults(), "training.seeds");
}

/// An arm of a method, with a name that no other arm has.
pub(super) fn new_arm(spec: &ExperimentSpec, method: Method) -> ArmSpec {
    let base = method.page().name.to_owned();
    let own = spec.sparsity.method.unwrap_or_default().page().name;
    let is_taken = |name: &str| name == own || spec.arms.iter().any(|arm| arm.name == name);
    let name = (1..=spec.arms.len() + 2)
        .map(|number| if number == 1 { base.clone() } else { format!("{base} {number}") })
        .find(|name| !is_taken(name))
        .unwrap_or_default();
    ArmSpec { name, sparsity: SparsitySpec { method: Some(method), ..Default::default() }, ..Default::default() }
}
