//! Keys while presenting, among them those that clickers send.

use egui::{Context, Event, Key, Modifiers, Ui};

use super::{Presenter, SCENE_SECONDS, guess};
use crate::session::{Command, Session, Speed};
use crate::ui::shortcuts;

/// What is asked of the presenter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Leave,
    Blank,
    Spot,
    Guess,
    Notes,
    NextScene,
    SceneBefore,
}

/// How far a key moves the speed.
const SPEED_STEP: f32 = 0.05;

impl Presenter {
    /// Reads the keys of a window: of the one for the audience or of the one with the notes.
    pub(super) fn read_keys(&mut self, context: &Context, session: &Session, commands: &mut Vec<Command>) -> Vec<Wish> {
        if self.is_blank {
            let is_pressed = |event: &Event| matches!(event, Event::Key { pressed: true, .. });
            if context.input(|input| input.events.iter().any(is_pressed)) {
                self.is_blank = false;
                context.input_mut(|input| input.events.retain(|event| !is_pressed(event)));
                context.request_repaint();
            }
            return Vec::new();
        }
        if context.text_edit_focused() {
            return Vec::new();
        }
        let pressed = |modifiers, key| context.input_mut(|input| input.consume_key(modifiers, key));
        if self.guess.is_open {
            self.guess.read_keys(context, session);
        } else {
            for (arm, key) in guess::NUMBERS.into_iter().enumerate().take(session.arms().len()) {
                if pressed(Modifiers::NONE, key) {
                    commands.push(Command::SelectArm(arm));
                }
            }
        }
        let mut wishes = Vec::new();
        for (key, wish) in [
            (Key::Escape, Wish::Leave),
            (Key::F, Wish::Leave),
            (Key::B, Wish::Blank),
            (Key::Period, Wish::Blank),
            (Key::S, Wish::Spot),
            (Key::G, Wish::Guess),
            (Key::N, Wish::Notes),
            (Key::PageDown, Wish::NextScene),
            (Key::PageUp, Wish::SceneBefore),
        ] {
            if pressed(Modifiers::NONE, key) {
                wishes.push(wish);
            }
        }
        for (key, step) in [(Key::OpenBracket, -SPEED_STEP), (Key::CloseBracket, SPEED_STEP)] {
            if pressed(Modifiers::NONE, key) {
                commands.push(Command::SetSpeed(Speed::at(session.speed().position() + step)));
            }
        }
        shortcuts::time(context, session, commands);
        wishes
    }

    /// Does what was asked for.
    pub(super) fn do_all(&mut self, ui: &Ui, session: &Session, wishes: Vec<Wish>, commands: &mut Vec<Command>) {
        self.scenes.follow(session);
        for wish in wishes {
            match wish {
                Wish::Leave if self.guess.is_open => self.guess.is_open = false,
                Wish::Leave => self.stop(ui, session, commands),
                Wish::Blank => self.is_blank = true,
                Wish::Spot => self.has_spot = !self.has_spot,
                Wish::Guess => self.guess.is_open = !self.guess.is_open,
                Wish::Notes => self.has_notes = !self.has_notes,
                Wish::NextScene | Wish::SceneBefore => {
                    let said = self.scenes.step(session, wish == Wish::NextScene, commands);
                    let until = ui.input(|input| input.time) + SCENE_SECONDS;
                    self.banner = said.map(|text| (text, until));
                }
            }
            ui.ctx().request_repaint();
        }
    }
}
