//! Small controls that every panel uses.

use egui::{Align, Color32, DragValue, FontId, Layout, Response, RichText, Slider, Ui, WidgetText, vec2};

use super::theme::{Palette, semibold};
use crate::training::Fault;

/// A heading of a section.
pub(super) fn section(ui: &mut Ui, text: &str) {
    let color = Palette::of(ui).weak;
    ui.add_space(6.0);
    ui.label(RichText::new(text.to_uppercase()).font(semibold(10.5)).color(color));
}

/// Weak text.
pub(super) fn weak(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = Palette::of(ui).weak;
    ui.label(RichText::new(text).color(color))
}

/// A value's name with the symbol of the literature, and what it means on hover; the value's control at the right.
pub(super) fn row<R>(ui: &mut Ui, name: &str, symbol: &str, help: &str, control: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        let label = ui.label(name);
        if !symbol.is_empty() {
            ui.label(RichText::new(symbol).color(palette.weak)).on_hover_text(help);
        }
        let id = label.id;
        label.on_hover_text(help);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label_inputs_by(id, control)).inner
    })
    .inner
}

/// A row with a number to drag or type.
pub(super) fn number_row(ui: &mut Ui, name: &str, symbol: &str, help: &str, value: DragValue<'_>) -> Response {
    row(ui, name, symbol, help, |ui| {
        let response = ui.add(value);
        // Else a unit behind the number would be its name, and not what the row says.
        ui.ctx().accesskit_node_builder(response.id, egui::accesskit::Node::clear_label);
        response
    })
}

/// A row with a value, and a slider over the full width under it.
pub(super) fn slider_row(
    ui: &mut Ui,
    name: &str,
    symbol: &str,
    help: &str,
    value: impl Into<WidgetText>,
    slider: Slider<'_>,
) -> Response {
    let value = value.into();
    row(ui, name, symbol, help, |ui| ui.label(value));
    wide_slider(ui, name, help, slider)
}

/// A slider over the full width.
pub(super) fn wide_slider(ui: &mut Ui, name: &str, help: &str, slider: Slider<'_>) -> Response {
    let width = ui.available_width();
    ui.scope(|ui| {
        ui.spacing_mut().slider_width = width;
        ui.spacing_mut().interact_size.y = 14.0;
        let response = ui.add(slider.show_value(false));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Slider, true, name));
        response.on_hover_text(help)
    })
    .inner
}

/// Every fault of a key, under the control that it belongs to.
pub(super) fn faults(ui: &mut Ui, faults: &[Fault], key: &str) {
    for fault in faults.iter().filter(|fault| fault.key == key || fault.key.ends_with(&format!(".{key}"))) {
        fault_text(ui, fault);
    }
}

/// What is wrong, and how to mend it.
pub(super) fn fault_text(ui: &mut Ui, fault: &Fault) {
    let warning = Palette::of(ui).warning;
    ui.label(RichText::new(fault.text()).size(12.0).color(warning));
}

/// A card with some room inside.
pub(super) fn card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = Palette::of(ui);
    let frame = egui::Frame::new()
        .fill(palette.card)
        .stroke(egui::Stroke::new(1.0, palette.border))
        .corner_radius(6)
        .inner_margin(egui::Margin::symmetric(10, 8));
    frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}

/// A filled circle in the colour of an arm, as wide as a letter.
pub(super) fn dot(ui: &mut Ui, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), egui::Sense::hover());
    ui.painter().circle_filled(rect.center(), 4.5, color);
}

/// Shows that a large thing has the focus.
pub(super) fn focus_frame(ui: &Ui, rect: egui::Rect) {
    let stroke = egui::Stroke::new(2.0, Palette::of(ui).accent);
    ui.painter().rect_stroke(rect.shrink(1.0), egui::CornerRadius::same(4), stroke, egui::StrokeKind::Inside);
}

/// How wide a text is in one line.
pub(super) fn text_width(ui: &Ui, text: &str, font: &FontId) -> f32 {
    ui.painter().layout_no_wrap(text.to_owned(), font.clone(), Color32::WHITE).size().x
}

/// A text, shortened to a width.
pub(super) fn elided(ui: &Ui, text: &str, font: &FontId, width: f32) -> String {
    let fits = |text: &str| text_width(ui, text, font) <= width;
    if fits(text) {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let shortened = |length: usize| letters[..length].iter().collect::<String>().trim_end().to_owned() + "…";
    (0..letters.len()).rev().map(shortened).find(|text| fits(text)).unwrap_or_default()
}

/// A text, shortened to a width by letters of its middle: names of arms often differ at their ends.
pub(super) fn elided_in_the_middle(ui: &Ui, text: &str, font: &FontId, width: f32) -> String {
    let fits = |text: &str| text_width(ui, text, font) <= width;
    if fits(text) {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let shortened = |kept: usize| {
        let (head, tail) = (kept.div_ceil(2), kept / 2);
        let [head, tail] =
            [&letters[..head], &letters[letters.len() - tail..]].map(|part| part.iter().collect::<String>());
        format!("{}…{}", head.trim_end(), tail.trim_start())
    };
    (0..letters.len()).rev().map(shortened).find(|text| fits(text)).unwrap_or_default()
}

/// A whole number with commas between thousands.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A large number in short: 882, 4.1 k, 3.2 M.
pub(super) fn short(number: f64) -> String {
    match number {
        n if n < 1e3 => format!("{n:.0}"),
        n if n < 1e6 => format!("{:.1} k", n / 1e3),
        n if n < 1e9 => format!("{:.1} M", n / 1e6),
        n => format!("{:.1} G", n / 1e9),
    }
}

/// A step of 1, 2 or 5 times a power of ten that gives four to ten marks.
pub(super) fn nice_step(range: f64) -> f64 {
    let rough = range / 6.0;
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(84_480), "84,480");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(short(882.0), "882");
        assert_eq!(short(4104.0), "4.1 k");
        assert!((nice_step(120.0) - 20.0).abs() < 1e-12);
        assert!((nice_step(0.7) - 0.2).abs() < 1e-12);
    }
}
