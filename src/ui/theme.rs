//! All colours, fonts and measures of the window.
//!
//! The colours of weights and of the life cycle are colour-blind safe: under simulated protanopia, deuteranopia and
//! tritanopia their smallest pairwise ΔE2000 is 24 (light) and 26 (dark). Each has a second cue beside its hue.

use std::sync::Arc;

use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Stroke, Style, TextStyle, Theme, Ui,
    Visuals, vec2,
};

/// Colours of one theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Palette {
    pub dark: bool,
    /// Ground of the panels.
    pub panel: Color32,
    /// Ground of the network and of plots.
    pub canvas: Color32,
    /// Cards and buttons.
    pub card: Color32,
    /// Lines between things.
    pub border: Color32,
    pub text: Color32,
    /// Labels; contrast at least 4.5 on the panel.
    pub weak: Color32,
    pub accent: Color32,
    pub on_accent: Color32,
    pub positive: Color32,
    pub negative: Color32,
    pub regrown: Color32,
    pub pruned: Color32,
    /// Zero between negative and positive.
    pub zero: Color32,
    pub warning: Color32,
    pub good: Color32,
    /// Arms, in their order.
    pub arms: [Color32; 8],
}

const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const DARK: Palette = Palette {
    dark: true,
    panel: rgb(0x1B_1F26),
    canvas: rgb(0x15_181D),
    card: rgb(0x22_2730),
    border: rgb(0x38_3F4A),
    text: rgb(0xE8_EBF0),
    weak: rgb(0x9A_A3B0),
    accent: rgb(0x5A_A9FF),
    on_accent: rgb(0x0B_1521),
    positive: rgb(0x2A_82FA),
    negative: rgb(0xEE_9F26),
    regrown: rgb(0xAD_FAE8),
    pruned: rgb(0xA8_3E74),
    zero: rgb(0x15_181D),
    warning: rgb(0xFF_8A7A),
    good: rgb(0x6F_D88B),
    arms: [
        rgb(0xB7_94FF),
        rgb(0xC9_D1DC),
        rgb(0xE0_C860),
        rgb(0x7F_C8A9),
        rgb(0xF0_9BC0),
        rgb(0x8F_B8E8),
        rgb(0xB0_7888),
        rgb(0xF8_F0B8),
    ],
};

const LIGHT: Palette = Palette {
    dark: false,
    panel: rgb(0xF1_F3F6),
    canvas: rgb(0xFA_FAFA),
    card: rgb(0xFF_FFFF),
    border: rgb(0xCF_D5DD),
    text: rgb(0x1B_2430),
    weak: rgb(0x59_6475),
    accent: rgb(0x0B_63CE),
    on_accent: rgb(0xFF_FFFF),
    positive: rgb(0x05_45A3),
    negative: rgb(0xD8_5809),
    regrown: rgb(0x3B_9A87),
    pruned: rgb(0x59_052A),
    zero: rgb(0xFF_FFFF),
    warning: rgb(0xB3_261E),
    good: rgb(0x1B_7F3B),
    arms: [
        rgb(0x6D_3BD1),
        rgb(0x46_505F),
        rgb(0x8A_7400),
        rgb(0x1F_7A5C),
        rgb(0xB0_3A78),
        rgb(0x2F_62A8),
        rgb(0x10_1060),
        rgb(0x88_2830),
    ],
};

impl Palette {
    /// The colours of the theme in use.
    pub(super) fn of(ui: &Ui) -> &'static Self {
        Self::of_theme(ui.visuals().dark_mode)
    }

    pub(super) fn of_theme(dark: bool) -> &'static Self {
        if dark { &DARK } else { &LIGHT }
    }

    /// The colour of an arm.
    pub(super) fn arm(&self, index: usize) -> Color32 {
        self.arms[index % self.arms.len()]
    }

    /// The colour of a class of points; each has a shape of its own too.
    pub(super) fn class(&self, class: usize) -> Color32 {
        match class {
            0 => self.negative,
            1 => self.positive,
            class => self.arm(class + 1),
        }
    }

    /// From negative (−1) over zero to positive (1).
    pub(super) fn diverging(&self, value: f32) -> Color32 {
        let end = if value < 0.0 { self.negative } else { self.positive };
        self.zero.lerp_to_gamma(end, value.abs().min(1.0))
    }

    /// The colour of a weight by its sign.
    pub(super) fn sign(&self, weight: f32) -> Color32 {
        if weight < 0.0 { self.negative } else { self.positive }
    }
}

/// Cividis from 0 to 1: even steps of lightness, the same to eyes that cannot tell red from green (Nuñez et al. 2018).
pub(super) fn cividis(share: f32) -> Color32 {
    const STOPS: [Color32; 10] = [
        rgb(0x00_204D),
        rgb(0x00_336F),
        rgb(0x39_486B),
        rgb(0x57_5C6D),
        rgb(0x70_7173),
        rgb(0x8A_8779),
        rgb(0xA6_9D75),
        rgb(0xC4_B56C),
        rgb(0xE4_CF5B),
        rgb(0xFF_EA46),
    ];
    let place = share.clamp(0.0, 1.0) * 9.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 8")]
    let below = (place.floor() as usize).min(8);
    #[expect(clippy::cast_precision_loss, reason = "from 0 to 8")]
    STOPS[below].lerp_to_gamma(STOPS[below + 1], place - below as f32)
}

/// The colour of text that is readable on this part of cividis.
pub(super) fn on_cividis(share: f32) -> Color32 {
    if share > 0.465 { Color32::BLACK } else { Color32::WHITE }
}

/// Heavier text, for what matters most.
pub(super) fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name("semibold".into()))
}

/// Installs fonts and both themes.
pub(super) fn install(context: &Context) {
    context.set_fonts(fonts());
    for (theme, palette) in [(Theme::Dark, &DARK), (Theme::Light, &LIGHT)] {
        context.set_style_of(theme, style(theme, palette));
    }
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let files: [(&str, &'static [u8]); 3] = [
        ("regular", include_bytes!("../../assets/fonts/Inter-Regular.ttf")),
        ("semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf")),
        ("symbols", include_bytes!("../../assets/fonts/Symbols.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let family = |name: &str| vec![name.to_owned(), "symbols".to_owned()];
    fonts.families.insert(FontFamily::Proportional, family("regular"));
    // Its figures are all of one width.
    fonts.families.insert(FontFamily::Monospace, family("regular"));
    fonts.families.insert(FontFamily::Name("semibold".into()), family("semibold"));
    fonts
}

fn style(theme: Theme, palette: &Palette) -> Style {
    let visuals = match theme {
        Theme::Dark => Visuals::dark(),
        Theme::Light => Visuals::light(),
    };
    let mut style = Style { visuals, ..Style::default() };
    set_text(&mut style);
    set_spacing(&mut style);
    set_visuals(&mut style.visuals, palette);
    style
}

fn set_text(style: &mut Style) {
    let font = |size: f32| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, font(11.0)),
        (TextStyle::Body, font(13.0)),
        (TextStyle::Button, font(13.0)),
        (TextStyle::Monospace, font(13.0)),
        (TextStyle::Heading, semibold(16.0)),
    ]
    .into();
}

fn set_spacing(style: &mut Style) {
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(6.0, 4.0);
    spacing.button_padding = vec2(8.0, 3.0);
    spacing.interact_size = vec2(30.0, 20.0);
    spacing.slider_rail_height = 4.0;
    spacing.tooltip_width = 300.0;
    spacing.icon_width = 15.0;
    style.interaction.tooltip_delay = 0.35;
    style.animation_time = 0.08;
}

fn set_visuals(visuals: &mut Visuals, palette: &Palette) {
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(palette.weak);
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.card;
    visuals.window_stroke = Stroke::new(1.0, palette.border);
    visuals.extreme_bg_color = palette.canvas;
    visuals.faint_bg_color = palette.card;
    visuals.hyperlink_color = palette.accent;
    visuals.warn_fg_color = palette.warning;
    visuals.error_fg_color = palette.warning;
    visuals.selection.bg_fill = palette.accent.gamma_multiply(0.45);
    visuals.selection.stroke = Stroke::new(1.5, palette.accent);
    visuals.slider_trailing_fill = true;
    visuals.button_frame = true;
    let rounding = CornerRadius::same(6);
    visuals.window_corner_radius = rounding;
    visuals.menu_corner_radius = rounding;
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, palette.border);
    widgets.noninteractive.fg_stroke = Stroke::new(1.0, palette.text);
    widgets.noninteractive.bg_fill = palette.panel;
    let states = [
        (&mut widgets.inactive, palette.card, palette.border),
        (&mut widgets.hovered, palette.card.lerp_to_gamma(palette.accent, 0.12), palette.accent),
        (&mut widgets.active, palette.card.lerp_to_gamma(palette.accent, 0.25), palette.accent),
        (&mut widgets.open, palette.card, palette.accent),
    ];
    for (state, fill, line) in states {
        state.weak_bg_fill = fill;
        state.bg_fill = fill;
        state.bg_stroke = Stroke::new(1.0, line);
        state.fg_stroke = Stroke::new(1.0, palette.text);
        state.corner_radius = rounding;
        state.expansion = 0.0;
    }
    // What has the focus is drawn as if it were pressed.
    widgets.active.bg_stroke.width = 2.0;
    // The rail of a slider and the ground of a checkbox must show on the panel.
    widgets.inactive.bg_fill = palette.border;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours as WCAG 2.2 defines it, from 1 to 21.
    fn contrast(one: Color32, other: Color32) -> f64 {
        let luminance = |color: Color32| {
            let linear = |byte: u8| {
                let share = f64::from(byte) / 255.0;
                if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_on_cividis_is_readable_and_its_lightness_only_rises() {
        let colors: Vec<(f32, Color32)> =
            (0..=100_u8).map(|step| f32::from(step) / 100.0).map(|share| (share, cividis(share))).collect();
        for &(share, color) in &colors {
            assert!(contrast(color, on_cividis(share)) >= 4.5, "{share}: {}", contrast(color, on_cividis(share)));
        }
        for pair in colors.windows(2) {
            assert!(contrast(pair[0].1, Color32::BLACK) <= contrast(pair[1].1, Color32::BLACK), "{pair:?}");
        }
        assert_eq!((cividis(-1.0), cividis(2.0)), (rgb(0x00_204D), rgb(0xFF_EA46)));
    }
}
