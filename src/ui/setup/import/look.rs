//! What data hold, in numbers and in pictures.

use std::fmt::Write;

use egui::{ColorImage, RichText, TextureHandle, TextureOptions, Ui, load::SizedTexture, vec2};

use crate::data::{DataError, DataFacts, DataSource, DataSpec, Dataset, InputShape, PictureColour, Split};
use crate::ui::controls::grouped;
use crate::ui::theme::Palette;

/// Pictures that are shown at most, and side of each on screen.
const SHOWN: usize = 12;
const SIDE: f32 = 52.0;
/// Classes whose sizes are told at most.
const CLASSES: usize = 12;

/// What data come to.
pub(super) struct Look {
    pub facts: DataFacts,
    /// Samples of each class, by name.
    counts: Vec<(String, usize)>,
    /// A sample or more of each class in turn, with its name.
    pictures: Vec<(String, ColorImage)>,
    textures: Vec<TextureHandle>,
}

impl std::fmt::Debug for Look {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Look").field("facts", &self.facts).field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl Look {
    /// Reads data, and looks at them.
    pub(super) fn at(spec: &DataSpec) -> Result<Self, DataError> {
        let facts = spec.check()?;
        // Some seed's split: together its parts are all samples.
        let Split { train, test } = spec.generate(0)?;
        let mut counts: Vec<_> = (0..facts.classes).map(|class| (train.class_name(class), 0)).collect();
        for &label in train.labels().iter().chain(test.labels()) {
            counts[label as usize].1 += 1;
        }
        Ok(Self { facts, counts, pictures: pictures(spec, &train, facts.classes), textures: Vec::new() })
    }

    pub(super) fn show(&mut self, ui: &mut Ui) {
        if !self.pictures.is_empty() {
            self.show_pictures(ui);
        }
        let mut text = String::new();
        for (name, count) in self.counts.iter().take(CLASSES) {
            let separator = if text.is_empty() { "" } else { " · " };
            // Writing to a text cannot fail.
            let _ = write!(text, "{separator}{name}: {}", grouped(*count));
        }
        if self.counts.len() > CLASSES {
            text.push_str(" · …");
        }
        ui.label(RichText::new(text).size(12.0).color(Palette::of(ui).weak));
    }

    fn show_pictures(&mut self, ui: &mut Ui) {
        if self.textures.is_empty() {
            let load = |(name, image): &(String, ColorImage)| {
                ui.ctx().load_texture(format!("sample of {name}"), image.clone(), TextureOptions::NEAREST)
            };
            self.textures = self.pictures.iter().map(load).collect();
        }
        ui.horizontal_wrapped(|ui| {
            for ((name, image), texture) in self.pictures.iter().zip(&self.textures) {
                #[expect(clippy::cast_precision_loss, reason = "a number of pixels")]
                let [width, height] = image.size.map(|pixels| pixels as f32);
                let scale = SIDE / width.max(height);
                let size = vec2(width, height) * scale;
                let shown = ui.add(egui::Image::from_texture(SizedTexture::new(texture, size)).corner_radius(3));
                shown.on_hover_text(name);
            }
        });
    }
}

/// Some samples of images, of each class in turn; nothing of other data.
fn pictures(spec: &DataSpec, samples: &Dataset, classes: usize) -> Vec<(String, ColorImage)> {
    let of_colours = spec.source == DataSource::Folder && spec.colour == PictureColour::Rgb;
    let size = match samples.shape() {
        InputShape::Image { width, height } => [width, height],
        _ if of_colours => [(samples.features() / 3).isqrt(); 2],
        _ => return Vec::new(),
    };
    let each = SHOWN.div_ceil(classes.max(1));
    let of_class = |class: usize| {
        let own = (0..samples.samples()).filter(move |&index| samples.labels()[index] as usize == class);
        own.take(each).map(move |index| (samples.class_name(class), picture(&samples.sample(index), size)))
    };
    (0..classes).flat_map(of_class).take(SHOWN).collect()
}

/// A sample as it looks, from its darkest value to its lightest; three planes are red, green and blue.
fn picture(values: &[f32], size: [usize; 2]) -> ColorImage {
    let lowest = values.iter().copied().fold(f32::INFINITY, f32::min);
    let range = values.iter().copied().fold(f32::NEG_INFINITY, f32::max) - lowest;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
    let byte = |value: f32| if range > 0.0 { ((value - lowest) / range * 255.0).round() as u8 } else { 0 };
    let pixels = size[0] * size[1];
    let rgb: Vec<u8> = (0..pixels)
        .flat_map(|pixel| {
            let plane = |channel: usize| byte(*values.get(channel * pixels + pixel).unwrap_or(&values[pixel]));
            [plane(0), plane(1), plane(2)]
        })
        .collect();
    ColorImage::from_rgb(size, &rgb)
}
