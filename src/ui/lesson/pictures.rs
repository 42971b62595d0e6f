//! Pictures of a pack, read once.

use std::collections::HashMap;
use std::io::Cursor;

use egui::{ColorImage, TextureHandle, TextureOptions, Ui, vec2};
use image::{ImageFormat, ImageReader, Limits};

use crate::lesson::Pack;
use crate::ui::controls::weak;

/// Most pixels across or down.
const MOST_PIXELS: u32 = 8_192;
/// Most bytes while one is read.
const MOST_BYTES: u64 = 256 << 20;

/// Pictures that have been shown; nothing of those that cannot be.
#[derive(Default)]
pub(super) struct Pictures {
    read: HashMap<String, Option<TextureHandle>>,
    /// How often files had been taken in anew.
    reloads: u32,
}

impl Pictures {
    /// Shows a picture as wide as it is or as there is room; its words where it cannot be shown.
    pub fn show(&mut self, ui: &mut Ui, pack: Option<&Pack>, name: &str, words: &str) {
        let Some(pack) = pack else { return };
        let texture = self.read.entry(name.to_owned()).or_insert_with(|| {
            let image = pack.files.bytes(name).and_then(decoded)?;
            Some(ui.ctx().load_texture(format!("lesson picture {name}"), image, TextureOptions::LINEAR))
        });
        match texture {
            Some(texture) => {
                let size = texture.size_vec2();
                let width = size.x.min(ui.available_width());
                let image = egui::Image::new((texture.id(), vec2(width, width * size.y / size.x))).alt_text(words);
                ui.add(image).on_hover_text(words);
            }
            None => {
                weak(ui, format!("Picture {name}: {words} (only PNG files can be shown.)"));
            }
        }
    }

    /// Forgets what was read where files have changed.
    pub fn follow(&mut self, reloads: u32) {
        if reloads != self.reloads {
            *self = Self { reloads, ..Self::default() };
        }
    }
}

fn decoded(bytes: &[u8]) -> Option<ColorImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    reader.limits(limits);
    let image = reader.decode().ok()?.to_rgba8();
    let size = [image.width() as usize, image.height() as usize];
    (size[0] > 0 && size[1] > 0).then(|| ColorImage::from_rgba_unmultiplied(size, &image))
}
