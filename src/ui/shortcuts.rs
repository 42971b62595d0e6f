//! Keys.

use egui::{Context, Key, Modifiers};

use super::clipboard;
use super::evidence::{Evidence, Page};
use super::files::Files;
use crate::session::{Command, Direction, LessonWish, Session, Speed};

/// How far a key moves the speed.
const SPEED_STEP: f32 = 0.05;

/// Turns keys into commands. While something is being typed, keys belong to it; so does Space to a focused control.
pub(super) fn read(
    context: &Context,
    session: &Session,
    files: &Files,
    evidence: &mut Evidence,
    help_open: &mut bool,
    commands: &mut Vec<Command>,
) {
    let pressed = |modifiers, key| context.input_mut(|input| input.consume_key(modifiers, key));
    if pressed(Modifiers::COMMAND, Key::O) {
        files.ask_to_open(context);
    }
    if pressed(Modifiers::COMMAND, Key::S) {
        files.ask_to_save(context, session);
    }
    if context.text_edit_focused() || *help_open {
        return;
    }
    clipboard::read(context, session, commands);
    time(context, session, commands);
    let pressed = |modifiers, key| context.input_mut(|input| input.consume_key(modifiers, key));
    // The longer one first: the shorter is part of it.
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) || pressed(Modifiers::COMMAND, Key::Y) {
        commands.push(Command::Redo);
    } else if pressed(Modifiers::COMMAND, Key::Z) {
        commands.push(Command::Undo);
    }
    if pressed(Modifiers::SHIFT, Key::R) {
        commands.push(Command::SetSeed(session.seed().wrapping_add(1)));
    } else if pressed(Modifiers::NONE, Key::R) {
        commands.push(Command::Reset);
    }
    if pressed(Modifiers::NONE, Key::Period) {
        commands.push(Command::StepBatch);
    }
    if pressed(Modifiers::NONE, Key::M) {
        commands.push(Command::AddBookmark);
    }
    if pressed(Modifiers::NONE, Key::L) {
        commands.push(Command::Lesson(LessonWish::Find));
    }
    if pressed(Modifiers::NONE, Key::C) && session.experiment().seeds().len() > 1 {
        commands.push(Command::Compare);
    }
    for (key, step) in [(Key::OpenBracket, -SPEED_STEP), (Key::CloseBracket, SPEED_STEP)] {
        if pressed(Modifiers::NONE, key) {
            commands.push(Command::SetSpeed(Speed::at(session.speed().position() + step)));
        }
    }
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7];
    for (key, page) in keys.into_iter().zip(Page::ALL) {
        if pressed(Modifiers::NONE, key) {
            evidence.page = page;
        }
    }
    if pressed(Modifiers::NONE, Key::Questionmark) || pressed(Modifiers::SHIFT, Key::Questionmark) {
        *help_open = true;
    }
}

/// Whether a key for presenting was pressed; clickers send F5.
pub(super) fn wants_to_present(context: &Context) -> bool {
    [Key::F, Key::F5].into_iter().any(|key| context.input_mut(|input| input.consume_key(Modifiers::NONE, key)))
}

/// Goes through time by keys that a focused control would take for itself.
pub(super) fn time(context: &Context, session: &Session, commands: &mut Vec<Command>) {
    if context.memory(|memory| memory.focused().is_none()) {
        unfocused(context, session, commands);
    }
}

fn unfocused(context: &Context, session: &Session, commands: &mut Vec<Command>) {
    let pressed = |modifiers, key| context.input_mut(|input| input.consume_key(modifiers, key));
    // The longer one first: the shorter is part of it.
    if pressed(Modifiers::SHIFT, Key::Space) {
        commands.push(replay(session, Direction::Back));
    } else if pressed(Modifiers::NONE, Key::Space) {
        commands.push(match (session.is_playing(), session.past()) {
            (true, None) => Command::Pause,
            (false, None) => Command::Play,
            (_, Some(_)) => replay(session, Direction::On),
        });
    }
    if pressed(Modifiers::SHIFT, Key::ArrowRight) {
        commands.push(Command::StepUpdate);
    } else if pressed(Modifiers::NONE, Key::ArrowRight) {
        commands.push(Command::StepEpoch);
    }
    if pressed(Modifiers::SHIFT, Key::ArrowLeft) {
        commands.push(Command::BackUpdate);
    } else if pressed(Modifiers::NONE, Key::ArrowLeft) {
        commands.push(Command::BackEpoch);
    }
    if pressed(Modifiers::NONE, Key::Home) {
        commands.push(Command::GoToEpoch(0));
    }
    if pressed(Modifiers::NONE, Key::End) {
        let last = session.experiment().epochs();
        commands.push(if session.past().is_some() { Command::ReturnToLive } else { Command::GoToEpoch(last) });
    }
}

/// Plays the recording, or stops it.
fn replay(session: &Session, direction: Direction) -> Command {
    Command::Replay((session.replaying() != Some(direction)).then_some(direction))
}
