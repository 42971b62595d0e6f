//! Reading data in the background, so that a large file does not keep the window from drawing.

use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use egui::Context;

use super::look::Look;
use crate::data::{DataError, DataSpec};

type Outcome = Result<Look, DataError>;

/// The last data that were read, and those that are being read.
#[derive(Debug, Default)]
pub(super) struct Check {
    done: Option<(DataSpec, Outcome)>,
    under_way: Option<Receiver<(DataSpec, Outcome)>>,
}

impl Check {
    /// What data come to; nothing while they are being read.
    pub(super) fn result(&mut self, context: &Context, spec: &DataSpec) -> Option<&mut Outcome> {
        if let Some(answers) = &self.under_way {
            match answers.try_recv() {
                Ok(answer) => (self.done, self.under_way) = (Some(answer), None),
                Err(TryRecvError::Disconnected) => self.under_way = None,
                Err(TryRecvError::Empty) => {}
            }
        }
        if self.done.as_ref().is_none_or(|(done, _)| done != spec) && self.under_way.is_none() {
            self.start(context, spec);
        }
        self.done.as_mut().filter(|(done, _)| done == spec).map(|(_, outcome)| outcome)
    }

    fn start(&mut self, context: &Context, spec: &DataSpec) {
        let ((sender, answers), context, own) = (channel(), context.clone(), spec.clone());
        let read = move || {
            let outcome = Look::at(&own);
            // Nobody may wait for it any more.
            if sender.send((own, outcome)).is_ok() {
                context.request_repaint();
            }
        };
        if thread::Builder::new().name("read data".to_owned()).spawn(read).is_ok() {
            self.under_way = Some(answers);
        } else {
            // Without a thread the window has to wait.
            self.done = Some((spec.clone(), Look::at(spec)));
        }
    }
}
