//! Draws pictures of networks on a thread of its own, always the newest.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use egui::Context;

use super::figures::Figures;
use super::look::ColorBy;
use super::scene::{Drawing, Scene};
use crate::training::{View, give_way};

/// Pictures drawn in less time take little from the training, however many.
const CHEAP: Duration = Duration::from_millis(8);
/// However long a picture took, whoever points at something does not wait longer than that.
const LONGEST_REST: Duration = Duration::from_millis(50);

/// Draws one scene at a time; a scene that comes while another is drawn takes the place of any that waits.
pub(super) struct Painter {
    shared: Arc<Shared>,
}

struct Shared {
    slots: Mutex<Slots>,
    changed: Condvar,
}

#[derive(Default)]
struct Slots {
    wanted: Option<Scene>,
    done: Option<Drawing>,
    drawing: bool,
    closed: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Painter {
    /// Starts the thread.
    pub(super) fn start(context: &Context) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { slots: Mutex::default(), changed: Condvar::new() });
        let (worker, context) = (Arc::clone(&shared), context.clone());
        thread::Builder::new().name("network painter".to_owned()).spawn(move || work(&worker, &context))?;
        Ok(Self { shared })
    }

    /// Asks for a picture; an older wish that has not been started is dropped.
    pub(super) fn request(&self, scene: Scene) {
        self.shared.lock().wanted = Some(scene);
        self.shared.changed.notify_one();
    }

    /// The newest picture, if there is one that was not taken yet.
    pub(super) fn take(&self) -> Option<Drawing> {
        self.shared.lock().done.take()
    }

    /// Whether a picture is wished for or being drawn.
    pub(super) fn is_busy(&self) -> bool {
        let slots = self.shared.lock();
        slots.wanted.is_some() || slots.drawing || slots.done.is_some()
    }
}

impl Drop for Painter {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
    }
}

/// The figures of the last view, which is often drawn again: zoomed, or with another neuron pointed at.
#[derive(Default)]
struct LastFigures(Option<(Weak<View>, [bool; 3], Arc<Figures>)>);

impl LastFigures {
    /// Whether the last picture was of the same view.
    fn are_of(&self, scene: &Scene) -> bool {
        self.0.as_ref().is_some_and(|(view, ..)| view.ptr_eq(&Arc::downgrade(&scene.view)))
    }

    fn of(&mut self, scene: &Scene) -> Arc<Figures> {
        let view = Arc::downgrade(&scene.view);
        let with = [scene.band.is_some(), scene.look.color == ColorBy::Score, scene.inputs.is_some()];
        match &self.0 {
            Some((last, same, figures)) if last.ptr_eq(&view) && *same == with => Arc::clone(figures),
            _ => {
                let figures = Arc::new(scene.figures());
                self.0 = Some((view, with, Arc::clone(&figures)));
                figures
            }
        }
    }
}

fn work(shared: &Shared, context: &Context) {
    give_way();
    let mut figures = LastFigures::default();
    let mut slots = shared.lock();
    while !slots.closed {
        let Some(scene) = slots.wanted.take() else {
            slots = shared.changed.wait(slots).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        slots.drawing = true;
        drop(slots);
        let (is_known, start) = (figures.are_of(&scene), Instant::now());
        let drawing = scene.draw(figures.of(&scene));
        let taken = start.elapsed();
        slots = shared.lock();
        slots.drawing = false;
        slots.done = Some(drawing);
        context.request_repaint();
        // A network that trains is drawn again and again: half of the time is left to its training.
        if !is_known && taken > CHEAP {
            drop(slots);
            thread::sleep(taken.min(LONGEST_REST));
            slots = shared.lock();
        }
    }
}
