//! Which data, with a picture of them.

use egui::{
    Color32, ComboBox, CornerRadius, DragValue, Mesh, Painter, Rect, RichText, Sense, Stroke, StrokeKind, Ui, pos2,
    vec2,
};

use super::Setup;
use crate::data::{DataSource, DataSpec, Dataset, InputShape};
use crate::session::Session;
use crate::training::{EXTENT, ExperimentSpec};
use crate::ui::controls::{faults, grouped, number_row, row, section};
use crate::ui::theme::{Palette, semibold};

/// Side of the picture.
const SIDE: f32 = 78.0;
/// Points drawn at most.
const MOST_POINTS: usize = 400;

impl Setup {
    pub(super) fn data(&mut self, ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec) {
        section(ui, "Data");
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(SIDE, SIDE), Sense::hover());
            let palette = Palette::of(ui);
            ui.painter().rect_filled(rect, CornerRadius::same(5), palette.canvas);
            if let Some(data) = session.data() {
                thumbnail(&ui.painter().with_clip_rect(rect), rect.shrink(4.0), &data.train, palette);
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 3.0;
                let data = &spec.data;
                ui.label(RichText::new(data.source.label()).font(semibold(13.0)));
                let small = |text: String| RichText::new(text).size(11.5).color(palette.weak);
                ui.label(small(format!(
                    "{} train · {} test",
                    grouped(data.train_samples()),
                    grouped(data.test_samples())
                )));
                if data.noise_features > 0 {
                    ui.label(small(format!("+ {} noise inputs", grouped(data.noise_features))));
                }
                let text = if self.data_open { "Done" } else { "Change…" };
                if ui.link(text).clicked() {
                    self.data_open = !self.data_open;
                }
            });
        });
        if self.data_open {
            controls(ui, session, &mut spec.data);
        }
        for key in ["data.train", "data.test", "data.noise_features", "data.noise_std", "data.source"] {
            faults(ui, session.faults(), key);
        }
    }
}

fn controls(ui: &mut Ui, session: &Session, data: &mut DataSpec) {
    row(ui, "Data set", "", "What is to be learnt. All sets but the digits have two classes in the plane.", |ui| {
        ComboBox::from_id_salt("data source").selected_text(data.source.label()).show_ui(ui, |ui| {
            for source in DataSource::ALL {
                if ui.selectable_label(data.source == source, source.label()).clicked() && data.source != source {
                    *data = DataSpec { noise_features: data.noise_features, ..DataSpec::new(source) };
                }
            }
        });
    });
    let mut train = data.train_samples();
    let help = "Samples to learn from. With few of them a network may learn their noise by heart.";
    if number_row(ui, "Training samples", "", help, DragValue::new(&mut train).speed(5)).changed() {
        data.train = Some(train);
    }
    if data.source != DataSource::Digits {
        let mut test = data.test_samples();
        let help = "Samples that the network never learns from: they judge it.";
        if number_row(ui, "Test samples", "", help, DragValue::new(&mut test).speed(5)).changed() {
            data.test = Some(test);
        }
    }
    let help = "Inputs that say nothing about the class: normally distributed noise.";
    number_row(ui, "Noise inputs", "", help, DragValue::new(&mut data.noise_features).speed(0.2));
    let mut deviation = data.noise_std();
    let help = "Standard deviation of the noise inputs.";
    if number_row(ui, "Their spread", "σ", help, DragValue::new(&mut deviation).speed(0.01)).changed() {
        data.noise_std = Some(deviation);
    }
    let mut fixed = data.seed.is_some();
    let help = "By default each seed draws its own data and its own split. Tick to give all seeds the same.";
    if row(ui, "Same data for all seeds", "", help, |ui| ui.checkbox(&mut fixed, "")).changed() {
        data.seed = fixed.then(|| session.seed());
    }
}

/// A picture of a data set: its points, or some of its images.
fn thumbnail(painter: &Painter, rect: Rect, data: &Dataset, palette: &Palette) {
    match data.shape() {
        InputShape::Plane => points(painter, rect, data, palette, 1.6),
        InputShape::Image { width, height } => images(painter, rect, data, (width, height), palette),
        InputShape::Table => {}
    }
}

/// The points of a 2-D set: class 0 square, class 1 round.
pub(in crate::ui) fn points(painter: &Painter, rect: Rect, data: &Dataset, palette: &Palette, radius: f32) {
    // Large points lie on the decision boundary's colours, which are theirs too.
    let outline = if radius > 2.0 { Stroke::new(1.0, palette.zero) } else { Stroke::NONE };
    for sample in 0..data.samples().min(MOST_POINTS) {
        let [x, y, ..] = *data.sample(sample) else { return };
        let at =
            pos2(rect.center().x + 0.5 * rect.width() * x / EXTENT, rect.center().y - 0.5 * rect.height() * y / EXTENT);
        if data.labels()[sample] == 0 {
            let square = Rect::from_center_size(at, vec2(1.8 * radius, 1.8 * radius));
            painter.rect(square, CornerRadius::ZERO, palette.negative, outline, StrokeKind::Outside);
        } else {
            painter.circle(at, radius, palette.positive, outline);
        }
    }
}

/// The first sixteen images, four by four.
fn images(painter: &Painter, rect: Rect, data: &Dataset, (width, height): (usize, usize), palette: &Palette) {
    const ACROSS: usize = 4;
    let mut mesh = Mesh::default();
    #[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
    let cell = vec2(rect.width() / (ACROSS * (width + 1)) as f32, rect.height() / (ACROSS * (height + 1)) as f32);
    for image in 0..(ACROSS * ACROSS).min(data.samples()) {
        let (left, top) = (image % ACROSS * (width + 1), image / ACROSS * (height + 1));
        for (pixel, &value) in data.sample(image)[..width * height].iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
            let at = rect.min + vec2((left + pixel % width) as f32 * cell.x, (top + pixel / width) as f32 * cell.y);
            let color: Color32 = palette.canvas.lerp_to_gamma(palette.text, value.clamp(0.0, 1.0));
            mesh.add_colored_rect(Rect::from_min_size(at, cell), color);
        }
    }
    painter.add(mesh);
}
