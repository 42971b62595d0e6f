//! What makes the window easier on the eyes: how large everything is, and whether anything moves by itself. Both are kept.

use egui::{Button, Context, Id, Key, Modifiers, Ui};

use super::controls::weak;

/// Sizes of the interface on offer, by the usual one.
const ZOOMS: [f32; 9] = [0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.6, 1.8, 2.0];
/// The usual one.
const USUAL: f32 = 1.0;

/// Called once: sizes are only those on offer, and what is kept holds.
pub(super) fn install(context: &Context) {
    context.options_mut(|options| options.zoom_with_keyboard = false);
    apply(context);
}

/// Whether nothing may pulse or slide.
pub(super) fn is_motion_reduced(context: &Context) -> bool {
    context.data_mut(|data| data.get_persisted(motion())).unwrap_or(false)
}

/// Ctrl with +, − and 0.
pub(super) fn read_keys(context: &Context) {
    let pressed = |key| context.input_mut(|input| input.consume_key(Modifiers::COMMAND, key));
    // On many keyboards + is Shift with =.
    let plus = [Key::Plus, Key::Equals].into_iter().any(pressed)
        || context.input_mut(|input| input.consume_key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Plus));
    if plus {
        zoom(context, true);
    }
    if pressed(Key::Minus) {
        zoom(context, false);
    }
    if pressed(Key::Num0) {
        context.set_zoom_factor(USUAL);
    }
}

/// The next larger or smaller size, if there is one.
fn zoom(context: &Context, larger: bool) {
    const NEARLY: f32 = 0.01;
    let now = context.zoom_factor();
    let next = if larger {
        ZOOMS.into_iter().find(|zoom| *zoom > now + NEARLY)
    } else {
        ZOOMS.into_iter().rev().find(|zoom| *zoom < now - NEARLY)
    };
    if let Some(next) = next {
        context.set_zoom_factor(next);
    }
}

/// Both, to be chosen.
pub(super) fn settings(ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.label("Size");
        for (text, name, larger) in [("−", "Smaller", false), ("+", "Larger", true)] {
            let response = ui.add(Button::new(text).min_size(egui::vec2(28.0, 24.0)));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
            if response.clicked() {
                zoom(ui.ctx(), larger);
            }
        }
        weak(ui, format!("{:.0} %  (Ctrl with +, −, 0)", 100.0 * ui.ctx().zoom_factor()));
    });
    let mut reduced = is_motion_reduced(ui.ctx());
    if ui.checkbox(&mut reduced, "Reduced motion: nothing pulses or slides").changed() {
        ui.data_mut(|data| data.insert_persisted(motion(), reduced));
        apply(ui.ctx());
    }
}

fn apply(context: &Context) {
    let seconds = if is_motion_reduced(context) { 0.0 } else { 0.08 };
    context.all_styles_mut(|style| {
        style.animation_time = seconds;
        if seconds == 0.0 {
            style.scroll_animation = egui::style::ScrollAnimation::none();
        }
    });
}

fn motion() -> Id {
    Id::unique("reduced motion")
}
