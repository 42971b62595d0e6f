//! Asking how an arm is to go on from a moment.

use egui::{Button, Context, DragValue, Id, Modal, RichText, TextEdit};

use super::controls::{number_row, row, weak};
use super::theme::{Palette, semibold};
use crate::session::{Command, Fork, Session};
use crate::topology::recipe::Stretch;
use crate::training::{OptimizerSpec, SparsitySpec, Tuning};

/// The dialog, while it is open.
#[derive(Default)]
pub(super) struct ForkDialog {
    asked: Option<Asked>,
}

/// What has been entered so far.
struct Asked {
    title: String,
    name: String,
    before: Tuning,
    after: Tuning,
}

impl ForkDialog {
    /// Asks about the moment that is shown.
    pub(super) fn open(&mut self, session: &Session) {
        let arm = session.selected();
        let Some(view) = session.history(arm).view() else { return };
        let moment = session.moment_at(arm, session.shown_position());
        let tuning = view.snapshot.tuning.clone();
        let own = &session.arms()[arm].name;
        let base = format!("{own} from {moment}");
        let is_taken = |name: &str| session.arms().iter().any(|arm| arm.name == name);
        let numbered = (2..).map(|number| format!("{base} ({number})"));
        let name = std::iter::once(base.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default();
        let title = format!("Fork “{own}” at {moment}");
        self.asked = Some(Asked { title, name, before: tuning.clone(), after: tuning });
    }

    pub(super) fn is_open(&self) -> bool {
        self.asked.is_some()
    }

    /// Shows it while it is open.
    pub(super) fn show(&mut self, context: &Context, commands: &mut Vec<Command>) {
        let Some(asked) = &mut self.asked else { return };
        let modal = Modal::new(Id::unique("fork")).show(context, |ui| {
            ui.set_width(330.0);
            ui.label(RichText::new(&asked.title).font(semibold(15.0)));
            weak(ui, "The new arm has the same past, down to the last bit, and goes on with these settings.");
            ui.add_space(4.0);
            row(ui, "Name", "", "What the new arm is called", |ui| {
                ui.add(TextEdit::singleline(&mut asked.name).desired_width(200.0))
            });
            asked.settings(ui);
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let palette = Palette::of(ui);
                let label = RichText::new("Fork").color(palette.on_accent);
                let named = !asked.name.trim().is_empty();
                let fork = ui.add_enabled(named, Button::new(label).fill(palette.accent)).clicked();
                (fork, ui.button("Cancel").clicked())
            })
            .inner
        });
        let (fork, cancel) = modal.inner;
        if fork {
            commands.push(Command::Fork(Box::new(asked.fork())));
        }
        if fork || cancel || modal.should_close() {
            self.asked = None;
        }
    }
}

impl Asked {
    fn settings(&mut self, ui: &mut egui::Ui) {
        let after = &mut self.after;
        let help = "Learning rate from there on";
        let rate = DragValue::new(&mut after.learning_rate).speed(0.001).range(1e-6..=1000.0).max_decimals(6);
        number_row(ui, "Learning rate", "η", help, rate);
        let momentum = DragValue::new(&mut after.momentum).speed(0.005).range(0.0..=0.999).max_decimals(4);
        number_row(ui, "Momentum", "μ", "How much of the last step is kept", momentum);
        let decay = DragValue::new(&mut after.weight_decay).speed(0.0001).range(0.0..=1.0).max_decimals(6);
        number_row(ui, "Weight decay", "λ", "Pulls weights towards 0", decay);
        let Some(recipe) = &mut after.recipe else {
            weak(ui, "This arm does not evolve: its connections never change.");
            return;
        };
        let fraction = DragValue::new(&mut recipe.drop_fraction).speed(0.005).range(0.0..=1.0).max_decimals(3);
        number_row(ui, "Drop fraction", "ζ", "Share of the connections that an update replaces", fraction);
        let (number, unit) = match &mut recipe.update_every {
            Stretch::Epochs(number) => (number, " epochs"),
            Stretch::Steps(number) => (number, " steps"),
        };
        let every = DragValue::new(number).speed(0.1).range(1..=1_000_000).suffix(unit);
        number_row(ui, "Update every", "ΔT", "Time between topology updates", every);
        let stop = DragValue::new(&mut recipe.stop_at).speed(0.005).range(0.0..=1.0).max_decimals(3);
        number_row(
            ui,
            "Evolution ends at",
            "",
            "Share of the run after which connections stay; 0 ends it at once",
            stop,
        );
    }

    /// What is not as it was.
    fn fork(&self) -> Fork {
        fn new<T: PartialEq>(before: &T, after: T) -> Option<T> {
            (*before != after).then_some(after)
        }
        let (before, after) = (&self.before, &self.after);
        let mut fork = Fork { name: self.name.trim().to_owned(), ..Fork::default() };
        fork.optimizer = OptimizerSpec {
            learning_rate: new(&before.learning_rate, after.learning_rate),
            momentum: new(&before.momentum, after.momentum),
            weight_decay: new(&before.weight_decay, after.weight_decay),
            ..OptimizerSpec::default()
        };
        if let (Some(before), Some(after)) = (&before.recipe, &after.recipe) {
            fork.sparsity = SparsitySpec {
                drop_fraction: new(&before.drop_fraction, after.drop_fraction),
                update_every: new(&before.update_every, after.update_every),
                stop_at: new(&before.stop_at, after.stop_at),
                ..SparsitySpec::default()
            };
        }
        fork
    }
}
