//! The arms by name: pointing at one brings its curve out, a click hides it.

use egui::{Align2, FontId, Sense, Ui, pos2, vec2};

use super::options::Options;
use crate::session::Session;
use crate::ui::controls::{elided, text_width};
use crate::ui::evidence::plots::line_sample;
use crate::ui::theme::{Palette, semibold};

const SAMPLE: f32 = 31.0;
const LONGEST: f32 = 110.0;

/// One entry an arm.
pub(super) fn show(ui: &mut Ui, session: &Session, options: &mut Options) {
    options.lit = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(10.0, 1.0);
        for arm in 0..session.arms().len() {
            entry(ui, session, arm, options);
        }
    });
}

/// The arms that are shown, to be printed: a sample of the curve, and the name in full.
pub(super) fn print(ui: &mut Ui, session: &Session, options: &Options) {
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(12.0, 2.0);
        let arms = session.arms().iter().enumerate();
        for (arm, own) in arms.filter(|(_, own)| !options.hidden.contains(&own.name)) {
            let galley = ui.painter().layout_no_wrap(own.name.clone(), FontId::proportional(11.5), palette.text);
            let size = vec2(SAMPLE + 5.0 + galley.size().x, 18.0);
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let sample = egui::Rect::from_min_size(rect.min, vec2(SAMPLE, rect.height()));
            line_sample(ui.painter(), sample, arm, palette.arm(arm));
            let at = pos2(sample.max.x + 5.0, rect.center().y - 0.5 * galley.size().y);
            ui.painter().galley(at, galley, palette.text);
        }
    });
}

fn entry(ui: &mut Ui, session: &Session, arm: usize, options: &mut Options) {
    let palette = Palette::of(ui);
    let name = &session.arms()[arm].name;
    let shown = !options.hidden.contains(name);
    let font = FontId::proportional(11.5);
    let text = elided(ui, name, &font, LONGEST);
    let width = text_width(ui, &text, &font);
    let (rect, response) = ui.allocate_exact_size(vec2(SAMPLE + 5.0 + width, 18.0), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, shown, format!("curve of {name}")));
    let lit = response.hovered() || response.has_focus();
    if lit && shown {
        options.lit = Some(arm);
    }
    let faded = if shown { 1.0 } else { 0.3 };
    let sample = egui::Rect::from_min_size(rect.min, vec2(SAMPLE, rect.height()));
    line_sample(ui.painter(), sample, arm, palette.arm(arm).gamma_multiply(faded));
    let color = if lit { palette.accent } else { palette.text.gamma_multiply(faded.max(0.5)) };
    let at = pos2(sample.max.x + 5.0, rect.center().y);
    let font = if lit { semibold(11.5) } else { font };
    let written = ui.painter().text(at, Align2::LEFT_CENTER, text, font, color);
    if !shown {
        ui.painter().hline(written.x_range(), rect.center().y, egui::Stroke::new(1.0, palette.weak));
    }
    let act = if shown { "Click to hide its curve" } else { "Click to show its curve" };
    if response.on_hover_text(format!("{name}\n{act}")).clicked() && !options.hidden.remove(name) {
        options.hidden.insert(name.clone());
    }
}
