//! The window as it looks: rendered at both usual sizes, in both themes, at the start, in the middle and at the end.
//!
//! Rendering needs a Vulkan driver; a software one is enough. Without any these tests say that they were skipped, unless
//! `REGROW_REQUIRE_PICTURES=1`. The pictures are left in the target folder, to be looked at.

#![expect(clippy::unreadable_literal, reason = "colours as they are always written")]

use std::io::{Write, stderr};
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use egui::{Rect, Theme, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use image::{Rgba, RgbaImage};
use regrow::session::{Command, Speed};
use regrow::ui::{RegrowApp, Startup};

/// Colours of one theme as the design fixes them.
struct Colours {
    canvas: u32,
    positive: u32,
    negative: u32,
    regrown: u32,
    pruned: u32,
}

const LIGHT: Colours =
    Colours { canvas: 0xFAFAFA, positive: 0x0545A3, negative: 0xD85809, regrown: 0x3B9A87, pruned: 0x59052A };
const DARK: Colours =
    Colours { canvas: 0x15181D, positive: 0x2A82FA, negative: 0xEE9F26, regrown: 0xADFAE8, pruned: 0xA83E74 };

/// Whether anything at all can be rendered here; only that may be missing, everything else must not fail.
fn can_render() -> bool {
    static CAN_RENDER: OnceLock<bool> = OnceLock::new();
    *CAN_RENDER.get_or_init(|| {
        let attempt = catch_unwind(|| Harness::builder().wgpu().build_ui(|ui| _ = ui.separator()).render());
        let fault = match attempt {
            Ok(Ok(_)) => return true,
            Ok(Err(reason)) => reason,
            Err(_) => "no driver".to_owned(),
        };
        let required = std::env::var_os("REGROW_REQUIRE_PICTURES").is_some_and(|value| value == "1");
        assert!(!required, "pictures are required, but nothing can be rendered: {fault}");
        false
    })
}

/// The window after some epochs.
struct Rendered {
    picture: RgbaImage,
    /// Where the decision boundary of the static arm is, its name below it included.
    boundary: Rect,
}

impl Rendered {
    /// Whether the static arm's picture has about this colour near its middle, or near its corner at the top left.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places on screen")]
    fn is_of(&self, share: f32, colour: u32) -> bool {
        let at = self.boundary.min + Vec2::splat(share * self.boundary.width());
        is_about(*self.picture.get_pixel(at.x as u32, at.y as u32), colour)
    }
}

fn render(theme: Theme, size: [f32; 2], epoch: u32, name: &str) -> Rendered {
    let startup = Startup { theme: Some(theme), ..Startup::default() };
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .wgpu()
        .build_eframe(|creation| RegrowApp::new(&creation.egui_ctx, None, startup));
    settle(&mut harness);
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    harness.state_mut().execute(Command::GoToEpoch(epoch));
    settle(&mut harness);
    harness.run_steps(4);
    let picture = harness.render().expect("what could be rendered before can be rendered now");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).expect("a folder");
    picture.save(folder.join(format!("{name}.png"))).expect("saved");
    Rendered { boundary: harness.get_by_label("decision boundary of static").rect(), picture }
}

fn settle(harness: &mut Harness<'_, RegrowApp>) {
    let start = Instant::now();
    loop {
        harness.run_steps(1);
        if harness.state().is_settled() {
            return harness.run_steps(2);
        }
        assert!(start.elapsed() < Duration::from_mins(1), "the window did not come to rest");
        sleep(Duration::from_millis(5));
    }
}

/// How far a channel may be off: strokes of all but the very strongest weights let the ground shine through.
const OFF: u8 = 32;

fn is_about(pixel: Rgba<u8>, colour: u32) -> bool {
    let [_, red, green, blue] = colour.to_be_bytes();
    pixel.0.iter().zip([red, green, blue]).all(|(found, wanted)| found.abs_diff(wanted) <= OFF)
}

/// Pixels of about this colour (lines are a little transparent) in the network's part of the picture (the whole height, the middle of the width).
fn pixels(picture: &RgbaImage, colour: u32) -> usize {
    // Between the names of the inputs and the evidence, above the legend.
    let (left, right) = (picture.width() * 30 / 100, picture.width() * 66 / 100);
    let bottom = picture.height() - 170;
    picture
        .enumerate_pixels()
        .filter(|(x, y, _)| (left..right).contains(x) && (110..bottom).contains(y))
        .filter(|(_, _, pixel)| is_about(**pixel, colour))
        .count()
}

fn check(theme: Theme, size: [f32; 2], name: &str) {
    let colours = if theme == Theme::Light { LIGHT } else { DARK };
    if !can_render() {
        // Not by a macro, whose output the test runner would swallow.
        writeln!(stderr(), "SKIPPED pictures {name}: there is no Vulkan driver to render with").expect("written");
        return;
    }
    let start = render(theme, size, 0, &format!("{name}-start")).picture;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let expected = (size[0] as u32, size[1] as u32);
    assert_eq!(start.dimensions(), expected);
    assert!(pixels(&start, colours.canvas) > 50_000, "the ground of the network");
    assert!(pixels(&start, colours.positive) > 200 && pixels(&start, colours.negative) > 200, "weights of both signs");
    assert!(pixels(&start, colours.regrown) < 20, "nothing has regrown before the first update");
    // Epoch 35 comes one epoch after the seventeenth update.
    let middle = render(theme, size, 35, &format!("{name}-middle")).picture;
    assert!(pixels(&middle, colours.regrown) > 500, "regrown connections");
    assert!(pixels(&middle, colours.pruned) > 50, "pruned connections");
    let end = render(theme, size, 120, &format!("{name}-end"));
    assert!(end.is_of(0.5, colours.positive) && end.is_of(0.05, colours.negative), "a class within, a class around it");
    let end = end.picture;
    assert!(pixels(&end, colours.regrown) < 20, "what regrew has faded long after evolution has stopped");
    assert!(
        pixels(&end, colours.canvas) > pixels(&middle, colours.canvas),
        "fewer connections carry weight at the end"
    );
}

#[test]
fn light_on_a_laptop() {
    check(Theme::Light, [1280.0, 800.0], "light-1280x800");
}

#[test]
fn dark_on_a_laptop() {
    check(Theme::Dark, [1280.0, 800.0], "dark-1280x800");
}

#[test]
fn light_on_an_old_projector() {
    check(Theme::Light, [1024.0, 768.0], "light-1024x768");
}

#[test]
fn dark_on_an_old_projector() {
    check(Theme::Dark, [1024.0, 768.0], "dark-1024x768");
}
