//! Somebody who clicks, drags and types at random: nothing of it may crash the window.
//!
//! How long, and from which seed on: `REGROW_CLUMSY=10000 REGROW_CLUMSY_SEED=7 cargo test --test clumsy -- --nocapture`.

mod windows;

use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use rand::RngExt;
use regrow::random::{Generator, Stream, generator};
use regrow::ui::{RegrowApp, Startup};
use windows::{experiment, window};

/// Things done where nothing else is asked for, of which each takes some frames.
const ACTIONS: usize = 250;
/// A frame that takes so long has hung.
const HUNG: Duration = Duration::from_secs(20);

/// Small, so that training goes on beside the clicks.
const IMAGES: &str = r#"
format = 1
name = "images"
data = { source = "digits", train = 300 }
network = { hidden = [40, 30], activation = "relu" }
sparsity = { method = "rigl", density = 0.2, update_every = { steps = 10 } }
training = { epochs = 20, batch = 50, seeds = [1, 2] }
[[arm]]
name = "static"
sparsity.method = "static"
"#;

const KEYS: [Key; 46] = [
    Key::Space,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::ArrowUp,
    Key::ArrowDown,
    Key::Home,
    Key::End,
    Key::PageUp,
    Key::PageDown,
    Key::Enter,
    Key::Tab,
    Key::Escape,
    Key::Backspace,
    Key::Delete,
    Key::Period,
    Key::Plus,
    Key::Minus,
    Key::Num0,
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::OpenBracket,
    Key::CloseBracket,
    Key::Questionmark,
    Key::R,
    Key::M,
    Key::L,
    Key::C,
    Key::F,
    Key::D,
    Key::H,
    Key::B,
    Key::N,
    Key::P,
    Key::S,
    Key::A,
    Key::Z,
    Key::Y,
    Key::V,
    Key::G,
    Key::T,
    Key::X,
];
const TEXTS: [&str; 12] = [
    "1",
    "0",
    "-3",
    "0.5",
    "12",
    "1e9",
    "abs(w)",
    "€ µ\u{202e}",
    "",
    "w/0 + g",
    "NaN",
    "a long name with many words in it",
];

struct Clumsy {
    harness: Harness<'static, RegrowApp>,
    random: Generator,
    at: Pos2,
}

impl Clumsy {
    fn below(&mut self, most: usize) -> usize {
        self.random.random_range(0..most)
    }

    fn anywhere(&mut self) -> Pos2 {
        #[expect(clippy::cast_precision_loss, reason = "a place on screen")]
        pos2(self.below(1280) as f32, self.below(800) as f32)
    }

    /// Something that can be operated, by its place.
    fn something(&mut self) -> Pos2 {
        let places: Vec<Pos2> = self
            .harness
            .query_all_by_label_contains("")
            .filter(|node| !node.accesskit_node().is_disabled())
            .map(|node| node.rect().center())
            .filter(|at| at.x.is_finite() && at.y.is_finite())
            .collect();
        if places.is_empty() { self.anywhere() } else { places[self.below(places.len())] }
    }

    fn point(&mut self, at: Pos2) {
        self.at = at;
        self.harness.event(Event::PointerMoved(at));
        self.frame();
    }

    fn button(&mut self, button: PointerButton, pressed: bool) {
        let modifiers = if self.below(8) == 0 { Modifiers::SHIFT } else { Modifiers::NONE };
        self.harness.event(Event::PointerButton { pos: self.at, button, pressed, modifiers });
        self.frame();
    }

    fn frame(&mut self) {
        let start = Instant::now();
        self.harness.run_steps(1);
        assert!(start.elapsed() < HUNG, "a frame took {:?}", start.elapsed());
    }

    /// Does something; what, in words.
    fn act(&mut self) -> String {
        match self.below(20) {
            0..=8 => {
                let at = if self.below(4) == 0 { self.anywhere() } else { self.something() };
                let button = if self.below(12) == 0 { PointerButton::Secondary } else { PointerButton::Primary };
                self.point(at);
                self.button(button, true);
                self.button(button, false);
                format!("click {at:?}")
            }
            9 | 10 => {
                let (from, to) = (self.something(), self.anywhere());
                self.point(from);
                self.button(PointerButton::Primary, true);
                self.point(from.lerp(to, 0.3));
                self.point(to);
                self.button(PointerButton::Primary, false);
                format!("drag {from:?} {to:?}")
            }
            11..=14 => {
                let key = KEYS[self.below(KEYS.len())];
                let modifiers = match self.below(8) {
                    0 => Modifiers::SHIFT,
                    1 => Modifiers::COMMAND,
                    _ => Modifiers::NONE,
                };
                // Of files other tests know; here nothing is to be written.
                if (modifiers, key) != (Modifiers::COMMAND, Key::S) {
                    self.harness.key_press_modifiers(modifiers, key);
                }
                self.frame();
                format!("press {modifiers:?} {key:?}")
            }
            15 | 16 => {
                let text = TEXTS[self.below(TEXTS.len())];
                self.harness.event(Event::Text(text.to_owned()));
                self.frame();
                self.harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
                self.frame();
                format!("type {text}")
            }
            17 => {
                let at = self.anywhere();
                self.point(at);
                #[expect(clippy::cast_precision_loss, reason = "a few lines")]
                let delta = vec2(0.0, self.below(600) as f32 - 300.0);
                let modifiers = if self.below(3) == 0 { Modifiers::COMMAND } else { Modifiers::NONE };
                let wheel = Event::MouseWheel {
                    unit: MouseWheelUnit::Point,
                    delta,
                    phase: TouchPhase::Move,
                    modifiers,
                    source: MouseWheelSource::Unknown,
                };
                self.harness.event(wheel);
                self.frame();
                format!("wheel {delta:?}")
            }
            18 => {
                #[expect(clippy::cast_precision_loss, reason = "a size on screen")]
                let size = vec2(300.0 + self.below(1200) as f32, 200.0 + self.below(800) as f32);
                self.harness.set_size(size);
                self.frame();
                format!("resize {size:?}")
            }
            _ => {
                let at = self.anywhere();
                self.point(at);
                for _ in 0..10 {
                    self.frame();
                    std::thread::sleep(Duration::from_millis(5));
                }
                format!("wait at {at:?}")
            }
        }
    }
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// Panics of any thread: one that draws or trains would only stand still.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            before(info);
        }));
    });
}

fn clumsy(startup: impl Fn() -> Startup) {
    count_panics();
    let (actions, first) =
        (number("REGROW_CLUMSY").unwrap_or(ACTIONS).max(1), number("REGROW_CLUMSY_SEED").unwrap_or(1));
    let at_once = actions.min(2 * ACTIONS);
    for seed in first..first + actions.div_ceil(at_once) {
        let random = generator(seed as u64, Stream::Data);
        let mut somebody = Clumsy { harness: window(startup()), random, at: Pos2::ZERO };
        for action in 0..at_once {
            let done = somebody.act();
            if number("REGROW_CLUMSY").is_some() {
                println!("seed {seed}, {action}: {done}");
            }
            assert_eq!(PANICS.load(Ordering::SeqCst), 0, "a thread panicked: {done}");
        }
    }
}

#[test]
fn the_launch_experiment_survives_whatever_is_done_to_it() {
    clumsy(Startup::default);
}

#[test]
fn an_experiment_with_images_survives_whatever_is_done_to_it() {
    clumsy(|| experiment(IMAGES));
}
