//! Draws pictures of networks on a thread of its own, always the newest.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use egui::Context;

use super::figures::Figures;
use super::look::ColorBy;
use super::scene::{Drawing, Scene};
use crate::session::Newest;
use crate::training::View;

/// Pictures drawn in less time take little from the training, however many.
const CHEAP: Duration = Duration::from_millis(8);
/// However long a picture took, whoever points at something does not wait longer than that.
const LONGEST_REST: Duration = Duration::from_millis(50);

/// Draws one scene at a time; a scene that comes while another is drawn takes the place of any that waits.
pub(super) struct Painter(Newest<Scene, Drawing>);

impl Painter {
    /// Starts the thread.
    pub(super) fn start(context: &Context) -> std::io::Result<Self> {
        let (context, mut figures) = (context.clone(), LastFigures::default());
        let wake = Arc::new(move || context.request_repaint());
        Newest::start("network painter", wake, move |scene| figures.draw(&scene)).map(Self)
    }

    /// Asks for a picture; an older wish that has not been started is dropped.
    pub(super) fn request(&self, scene: Scene) {
        self.0.ask(scene);
    }

    /// The newest picture, if there is one that was not taken yet.
    pub(super) fn take(&self) -> Option<Drawing> {
        self.0.take()
    }

    /// Whether a picture is wished for or being drawn.
    pub(super) fn is_busy(&self) -> bool {
        self.0.is_busy()
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

    /// A picture, and how long to rest after it.
    fn draw(&mut self, scene: &Scene) -> (Drawing, Duration) {
        let (is_known, start) = (self.are_of(scene), Instant::now());
        let drawing = scene.draw(self.of(scene));
        let taken = start.elapsed();
        // A network that trains is drawn again and again: half of the time is left to its training.
        let rest = if !is_known && taken > CHEAP { taken.min(LONGEST_REST) } else { Duration::ZERO };
        (drawing, rest)
    }
}
