//! Which classes are taken for which.

use egui::{Align2, CornerRadius, FontId, Rect, RichText, Sense, Ui, pos2, vec2};

use crate::session::Session;
use crate::ui::theme::{Palette, semibold};

/// The selected arm's confusion matrix on the test samples, after the last epoch.
pub(super) fn matrix(ui: &mut Ui, session: &Session, largest: f32) {
    let palette = Palette::of(ui);
    let Some(record) = session.history(session.selected()).shown_record() else { return };
    let confusion = &record.confusion;
    let classes = confusion.classes();
    let side = largest.min(ui.available_width());
    #[expect(clippy::cast_precision_loss, reason = "a number of classes")]
    let cell = (side - 18.0) / classes as f32;
    let (outer, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let corner = outer.min + vec2(18.0, 0.0);
    let at = |row: usize, column: usize| {
        #[expect(clippy::cast_precision_loss, reason = "a number of classes")]
        let offset = vec2(column as f32 * cell, row as f32 * cell);
        Rect::from_min_size(corner + offset, vec2(cell, cell)).shrink(0.5)
    };
    for truth in 0..classes {
        let total = confusion.total(truth).max(1);
        for predicted in 0..classes {
            let count = confusion.count(truth, predicted);
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = count as f32 / total as f32;
            let hit = truth == predicted;
            let color = if hit { palette.positive } else { palette.negative };
            // Few mistakes are to be seen too.
            let strength = if hit { share } else { (4.0 * share).min(1.0) };
            let rect = at(truth, predicted);
            ui.painter().rect_filled(rect, CornerRadius::same(2), palette.card.lerp_to_gamma(color, strength));
            if cell >= 22.0 && count > 0 {
                let text = if strength > 0.5 && hit && !palette.dark { palette.on_accent } else { palette.text };
                ui.painter().text(rect.center(), Align2::CENTER_CENTER, count, FontId::proportional(11.0), text);
            }
        }
        let font = FontId::proportional(10.0);
        let label = at(truth, 0).left_center() - vec2(5.0, 0.0);
        ui.painter().text(label, Align2::RIGHT_CENTER, truth, font.clone(), palette.weak);
        let below = pos2(at(0, truth).center().x, outer.max.y - 7.0);
        ui.painter().text(below, Align2::CENTER_CENTER, truth, font, palette.weak);
    }
    if let Some(pointer) = response.hover_pos() {
        let hit = (0..classes).flat_map(|row| (0..classes).map(move |column| (row, column)));
        if let Some((truth, predicted)) = hit.into_iter().find(|&(row, column)| at(row, column).contains(pointer)) {
            let count = confusion.count(truth, predicted);
            let data = session.data();
            let name =
                |class: usize| data.as_ref().map_or_else(|| class.to_string(), |data| data.test.class_name(class));
            let (truth_name, predicted_name) = (name(truth), name(predicted));
            response.on_hover_text(format!(
                "class {truth_name} taken for class {predicted_name}: {count} of {}",
                confusion.total(truth)
            ));
        }
    }
    ui.label(
        RichText::new(&session.arms()[session.selected()].name)
            .font(semibold(11.0))
            .color(palette.arm(session.selected())),
    );
    let text = format!("row: true class, column: predicted · test samples after epoch {}", record.epoch);
    ui.label(RichText::new(text).size(11.0).color(palette.weak));
}
