//! Which data, with a picture of them.

use std::path::PathBuf;

use egui::{ComboBox, CornerRadius, DragValue, RichText, Sense, Ui, vec2};

use super::import::Import;
use super::{Setup, Shown, data_files};
use crate::data::{DataFacts, DataSource, DataSpec, FileKey};
use crate::lesson::Control;
use crate::session::Session;
use crate::training::ExperimentSpec;
use crate::ui::controls::{fault_text, grouped, number_row, row, section};
use crate::ui::dialogs::Dialogs;
use crate::ui::theme::{Palette, semibold};

/// Side of the picture.
const SIDE: f32 = 78.0;

impl Setup {
    pub(super) fn data(&mut self, ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec, shown: Shown) {
        if !shown.has_any(&[Control::Data, Control::Train, Control::Noise]) {
            return;
        }
        section(ui, "Data");
        shown.draw(ui, Control::Data, |ui| self.summary(ui, session, spec));
        let is_open = self.data_open && shown.has(Control::Data);
        if is_open && spec.data.source == DataSource::Painted {
            self.painting.show(ui, &mut spec.data.points);
        }
        if is_open {
            source(ui, &self.dialogs, &mut self.import, &mut spec.data);
        }
        // Where files cannot be read, nobody knows.
        let facts = spec.data.facts().ok();
        if shown.has_within(Control::Train, is_open) {
            shown.mark(ui, Control::Train, |ui| train_row(ui, &mut spec.data, facts.as_ref()));
        }
        if is_open {
            test_row(ui, &mut spec.data, facts.as_ref());
        }
        if shown.has_within(Control::Noise, is_open) {
            shown.mark(ui, Control::Noise, |ui| noise_rows(ui, &mut spec.data, facts.as_ref()));
        }
        if is_open {
            labels(ui, session, &mut spec.data, facts.as_ref());
        }
        for fault in session.faults().iter().filter(|fault| fault.key.starts_with("data.")) {
            fault_text(ui, fault);
        }
    }

    /// A picture of the data, and what they are.
    fn summary(&mut self, ui: &mut Ui, session: &Session, spec: &ExperimentSpec) {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(SIDE, SIDE), Sense::hover());
            let palette = Palette::of(ui);
            ui.painter().rect_filled(rect, CornerRadius::same(5), palette.canvas);
            if let Some(data) = session.data() {
                self.thumbnail.show(&ui.painter().with_clip_rect(rect), rect.shrink(4.0), &data, palette);
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 3.0;
                let data = &spec.data;
                ui.label(RichText::new(data.source.label()).font(semibold(13.0)));
                let small = |text: String| RichText::new(text).size(11.5).color(palette.weak);
                if let Ok(DataFacts { train, test, .. }) = data.facts() {
                    ui.label(small(format!("{} train · {} test", grouped(train), grouped(test))));
                }
                if data.noise_features > 0 {
                    ui.label(small(format!("+ {} noise inputs", grouped(data.noise_features))));
                }
                let text = if self.data_open { "Done" } else { "Change…" };
                if ui.link(text).clicked() {
                    self.data_open = !self.data_open;
                }
            });
        });
    }
}

/// Which data, and where they are read from.
fn source(ui: &mut Ui, dialogs: &Dialogs<(FileKey, PathBuf)>, import: &mut Import, data: &mut DataSpec) {
    row(
        ui,
        "Data set",
        "",
        "What is to be learnt. Sets without files have two classes in the plane, but for the digits.",
        |ui| {
            ComboBox::from_id_salt("data source").height(300.0).selected_text(data.source.label()).show_ui(ui, |ui| {
                for source in DataSource::ALL {
                    if ui.selectable_label(data.source == source, source.label()).clicked() && data.source != source {
                        *data = DataSpec { noise_features: data.noise_features, ..DataSpec::new(source) };
                    }
                }
            });
        },
    );
    data_files::show(ui, dialogs, data);
    if let Some(path) = data.path(FileKey::File).filter(|_| ui.link("Look at the table…").clicked()) {
        import.open(&[path.to_owned()]);
    }
}

fn train_row(ui: &mut Ui, data: &mut DataSpec, facts: Option<&DataFacts>) {
    if let Some(mut train) = data.train.or(facts.map(|facts| facts.train)) {
        let help = "Samples to learn from. With few of them a network may learn their noise by heart.";
        if number_row(ui, "Training samples", "", help, DragValue::new(&mut train).speed(5)).changed() {
            data.train = Some(train);
        }
    }
}

fn test_row(ui: &mut Ui, data: &mut DataSpec, facts: Option<&DataFacts>) {
    let has_own_tests = data.source.synthetic_kind().is_some()
        || [FileKey::TestImages, FileKey::TestFile, FileKey::TestFolder]
            .into_iter()
            .any(|key| data.path(key).is_some());
    if let Some(mut test) = data.test.or(facts.map(|facts| facts.test)).filter(|_| has_own_tests) {
        let help = "Samples that the network never learns from: they judge it.";
        if number_row(ui, "Test samples", "", help, DragValue::new(&mut test).speed(5)).changed() {
            data.test = Some(test);
        }
    }
}

/// How many inputs say nothing, and how far they spread.
fn noise_rows(ui: &mut Ui, data: &mut DataSpec, facts: Option<&DataFacts>) {
    let help = "Inputs that say nothing about the class: normally distributed noise.";
    number_row(ui, "Noise inputs", "", help, DragValue::new(&mut data.noise_features).speed(0.2));
    noise_std_row(ui, data, facts);
}

/// Which classes, how many of them false, and whether all seeds have the same data.
fn labels(ui: &mut Ui, session: &Session, data: &mut DataSpec, facts: Option<&DataFacts>) {
    label_noise_row(ui, data);
    if facts.is_some() && data.source.synthetic_kind().is_none() {
        data_files::classes_row(ui, data);
    }
    let mut fixed = data.seed.is_some();
    let help = "By default each seed draws its own data and its own split. Tick to give all seeds the same.";
    if row(ui, "Same data for all seeds", "", help, |ui| ui.checkbox(&mut fixed, "")).changed() {
        data.seed = fixed.then(|| session.seed());
    }
}

fn label_noise_row(ui: &mut Ui, data: &mut DataSpec) {
    let mut percent = 100.0 * data.label_noise;
    let help = "Share of the training samples that get a wrong class. Test samples keep theirs: does the network learn \
                the wrong ones by heart?";
    let value = DragValue::new(&mut percent).speed(0.5).range(0.0..=100.0).max_decimals(1).suffix(" %");
    if number_row(ui, "False labels", "", help, value).changed() {
        data.label_noise = percent / 100.0;
    }
}

fn noise_std_row(ui: &mut Ui, data: &mut DataSpec, facts: Option<&DataFacts>) {
    let Some(mut deviation) = data.noise_std.or(facts.map(|facts| facts.noise_std)) else { return };
    let help = "Standard deviation of the noise inputs.";
    if number_row(ui, "Their spread", "σ", help, DragValue::new(&mut deviation).speed(0.01)).changed() {
        data.noise_std = Some(deviation);
    }
}
