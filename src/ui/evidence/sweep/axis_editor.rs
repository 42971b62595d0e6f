//! What varies: a key, and its values as a list or as a range.

use egui::{ComboBox, DragValue, RichText, TextEdit, Ui, WidgetInfo};
use toml::Value;

use super::keys::{OFFERS, Offer};
use crate::session::{Session, SweepPlan};
use crate::training::{AxisScale, AxisSpec, ExperimentSpec, Fault};
use crate::ui::controls::fault_text;
use crate::ui::theme::{Palette, semibold};

/// Values that are being typed.
#[derive(Debug, Default)]
pub(super) struct AxisEditor {
    text: String,
    /// The values that the text stands for.
    values: Vec<Value>,
    /// Whether a key is typed that is not on offer.
    types_key: bool,
}

/// An editor for each axis, and a button for one more.
pub(super) fn show_all(ui: &mut Ui, session: &Session, editors: &mut [AxisEditor; 2], spec: &mut ExperimentSpec) {
    let faults = faults(session);
    let mut removed = None;
    for (number, editor) in editors.iter_mut().enumerate().take(spec.sweep.len()) {
        ui.push_id(("axis", number), |ui| {
            if editor.show(ui, number, &mut spec.sweep[number]) {
                removed = Some(number);
            }
            let key = format!("sweep.{number}.");
            for fault in faults.iter().filter(|fault| fault.key.starts_with(&key)).take(3) {
                fault_text(ui, fault);
            }
        });
        ui.add_space(3.0);
    }
    for fault in faults.iter().filter(|fault| !fault.key.starts_with("sweep.")).take(3) {
        fault_text(ui, fault);
    }
    if let Some(number) = removed {
        spec.sweep.remove(number);
        editors[number..].iter_mut().for_each(|editor| editor.types_key = false);
    }
    let label = match spec.sweep.len() {
        0 => "Choose what varies",
        1 => "Vary a second setting too",
        _ => return,
    };
    let taken = |offer: &&Offer| spec.sweep.iter().all(|axis| axis.key != offer.key);
    if let Some(first) = OFFERS.iter().find(taken)
        && ui.button(label).clicked()
    {
        spec.sweep.push(AxisSpec::parsed(first.key, first.values));
    }
}

/// What is wrong with the sweep, as far as that is known of the set-up as it stands.
fn faults(session: &Session) -> Vec<Fault> {
    match session.sweep_plan().and_then(SweepPlan::checked) {
        Some(Err(faults)) => faults.to_vec(),
        _ => Vec::new(),
    }
}

impl AxisEditor {
    /// Whether the axis is to be taken away.
    fn show(&mut self, ui: &mut Ui, number: usize, axis: &mut AxisSpec) -> bool {
        let removed = self.key_row(ui, number, axis);
        let is_range = axis.values.is_none();
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (label, as_range) in [("list", false), ("range", true)] {
                let text = RichText::new(label).size(11.5);
                if ui.selectable_label(is_range == as_range, text).clicked() && is_range != as_range {
                    *axis = if as_range { as_a_range(axis) } else { as_a_list(axis) };
                }
            }
            if axis.values.is_some() {
                self.list(ui, number, axis);
            } else {
                scale(ui, axis);
            }
        });
        if axis.values.is_none() {
            range(ui, number, axis);
        }
        removed
    }

    fn key_row(&mut self, ui: &mut Ui, number: usize, axis: &mut AxisSpec) -> bool {
        ui.horizontal(|ui| {
            let known = OFFERS.iter().find(|offer| offer.key == axis.key);
            let which = if number == 0 { "first" } else { "second" };
            let width = ui.available_width() - 34.0;
            if known.is_none() || self.types_key {
                let field = ui.add(TextEdit::singleline(&mut axis.key).desired_width(width).hint_text("sparsity.drop"));
                let name = format!("{which} key");
                field.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, &name));
                self.types_key &= !(field.lost_focus() && known.is_some());
                field
                    .on_hover_text("The path of any key of data, network, sparsity, optimizer or training in the file");
            } else {
                let list = ComboBox::from_id_salt("key").selected_text(&axis.key).width(width - 8.0).truncate();
                let shown = list.show_ui(ui, |ui| {
                    for offer in &OFFERS {
                        let label = ui.selectable_label(axis.key == offer.key, offer.key).on_hover_text(offer.meaning);
                        if label.clicked() && axis.key != offer.key {
                            *axis = AxisSpec::parsed(offer.key, offer.values);
                        }
                    }
                    if ui.selectable_label(false, "another key …").clicked() {
                        self.types_key = true;
                    }
                });
                let name = format!("{which} key: {}", axis.key);
                shown.response.widget_info(|| WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
                if let Some(offer) = known {
                    shown.response.on_hover_text(offer.meaning);
                }
            }
            let button = ui.small_button(RichText::new("×").font(semibold(13.0)));
            let name = format!("no {which} key");
            button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
            button.on_hover_text("It does not vary").clicked()
        })
        .inner
    }

    fn list(&mut self, ui: &mut Ui, number: usize, axis: &mut AxisSpec) {
        let values = axis.values.get_or_insert_default();
        if *values != self.values || (self.text.is_empty() && !values.is_empty()) {
            self.text = text_of(values);
            self.values.clone_from(values);
        }
        let width = ui.available_width() - 4.0;
        let field = ui.add(TextEdit::singleline(&mut self.text).desired_width(width).hint_text("0.05, 0.1, 0.2"));
        let name = if number == 0 { "first values" } else { "second values" };
        field.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, name));
        if field.changed() {
            *values = AxisSpec::parsed(&axis.key, &self.text).values.unwrap_or_default();
            self.values.clone_from(values);
        }
        field.on_hover_text("Values between commas: numbers, words, [16, 8] or { epochs = 2 }, as in a file");
    }
}

fn scale(ui: &mut Ui, axis: &mut AxisSpec) {
    let mut scale = axis.scale.unwrap_or_default();
    ui.add_space(8.0);
    for (label, value, meaning) in [
        ("linear", AxisScale::Linear, "Neighbours have the same difference"),
        ("log", AxisScale::Log, "Neighbours have the same ratio; both ends above 0"),
    ] {
        ui.selectable_value(&mut scale, value, RichText::new(label).size(11.5)).on_hover_text(meaning);
    }
    if axis.scale.unwrap_or_default() != scale {
        axis.scale = Some(scale);
    }
}

fn range(ui: &mut Ui, number: usize, axis: &mut AxisSpec) {
    let weak = Palette::of(ui).weak;
    let which = if number == 0 { "first" } else { "second" };
    let small = |text: &str| RichText::new(text).size(11.5).color(weak);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (label, end) in [("from", &mut axis.from), ("to", &mut axis.to)] {
            ui.label(small(label));
            let value = end.get_or_insert(0.0);
            let speed = (0.01 * value.abs()).max(1e-4);
            let field = ui.add(DragValue::new(value).speed(speed).max_decimals(6));
            field.widget_info(|| WidgetInfo::labeled(egui::Role::SpinButton, true, format!("{which} {label}")));
        }
        ui.label(small("in"));
        let steps = axis.steps.get_or_insert(5);
        let field = ui.add(DragValue::new(steps).range(2..=1000).speed(0.1));
        field.widget_info(|| WidgetInfo::labeled(egui::Role::SpinButton, true, format!("{which} number of values")));
        ui.label(small("values"));
    });
    if let Some(values) = axis.listed_values() {
        let text = RichText::new(text_of(&values)).size(10.5).color(weak);
        ui.add(egui::Label::new(text).truncate());
    }
}

/// Values as a file would list them, words without quotes.
fn text_of(values: &[Value]) -> String {
    let is_plain = |value: &Value| {
        value
            .as_str()
            .is_some_and(|word| AxisSpec::parsed("", word).values.as_deref() == Some(std::slice::from_ref(value)))
    };
    // Words without quotes are understood only where all values are such words.
    let all_plain = values.iter().all(is_plain);
    let text = |value: &Value| value.as_str().filter(|_| all_plain).map_or_else(|| value.to_string(), str::to_owned);
    values.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn as_a_range(axis: &AxisSpec) -> AxisSpec {
    let values = axis.values.clone().unwrap_or_default();
    let number = |value: Option<&Value>| value.and_then(|value| value.as_float().or(value.as_integer().map(as_float)));
    let from = number(values.first()).unwrap_or(0.0);
    let to = number(values.last()).filter(|to| *to != from).unwrap_or(from + 1.0);
    let is_log = from > 0.0 && to / from >= 9.0;
    let scale = Some(if is_log { AxisScale::Log } else { AxisScale::Linear });
    let steps = Some(values.len().clamp(2, 1000));
    AxisSpec { key: axis.key.clone(), values: None, from: Some(from), to: Some(to), steps, scale }
}

#[expect(clippy::cast_precision_loss, reason = "a value that someone typed")]
fn as_float(value: i64) -> f64 {
    value as f64
}

fn as_a_list(axis: &AxisSpec) -> AxisSpec {
    AxisSpec::listed(&axis.key, axis.listed_values().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_so_that_they_are_read_again() {
        for text in ["0.02, 0.05", "set, rigl", "[8], [24, 12]", "{ epochs = 1 }, { steps = 9 }", "1, true"] {
            let values = AxisSpec::parsed("k", text).values.expect("values");
            assert_eq!(text_of(&values), text);
        }
        let mixed = vec![Value::from("relu"), Value::from(3)];
        assert_eq!(AxisSpec::parsed("k", &text_of(&mixed)).values, Some(mixed));
        let quoted = vec![Value::from("a, b"), Value::from("c")];
        assert_eq!(AxisSpec::parsed("k", &text_of(&quoted)).values, Some(quoted));
    }

    #[test]
    fn a_list_becomes_a_range_of_its_ends_and_a_range_its_values() {
        let range = as_a_range(&AxisSpec::parsed("k", "1, 3, 100"));
        assert_eq!(
            (range.from, range.to, range.steps, range.scale),
            (Some(1.0), Some(100.0), Some(3), Some(AxisScale::Log))
        );
        assert_eq!(as_a_list(&range).values, AxisSpec::parsed("k", "1, 10, 100").values);
        assert_eq!(as_a_range(&AxisSpec::parsed("k", "set")).from, Some(0.0));
    }
}
