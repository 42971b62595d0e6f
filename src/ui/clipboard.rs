//! The experiment as text, over the clipboard.

use egui::text_selection::LabelSelectionState;
use egui::{Context, Event, ViewportCommand};

use crate::session::{Command, Session};

/// Copies the experiment when nothing else is selected, and opens what is pasted where no field takes it.
pub(super) fn read(context: &Context, session: &Session, commands: &mut Vec<Command>) {
    let is_label_selected =
        context.plugin_opt::<LabelSelectionState>().is_some_and(|state| state.lock().has_selection());
    let (copies, pasted) = context.input(|input| {
        let pasted = input.events.iter().find_map(|event| match event {
            Event::Paste(text) if !text.trim().is_empty() => Some(text.clone()),
            _ => None,
        });
        (input.events.contains(&Event::Copy), pasted)
    });
    if copies && !is_label_selected {
        copy(context, session, commands);
    }
    commands.extend(pasted.map(Command::Paste));
}

/// Puts the experiment on the clipboard, as it stands in the set-up.
pub(super) fn copy(context: &Context, session: &Session, commands: &mut Vec<Command>) {
    commands.push(match session.as_text() {
        Ok(text) => {
            context.copy_text(text);
            let text = format!("“{}” is on the clipboard as text. Paste it anywhere.", session.draft().name);
            Command::Tell { text, is_fault: false }
        }
        Err(fault) => Command::Tell { text: format!("Not copied: {fault}."), is_fault: true },
    });
}

/// Asks for what is on the clipboard, which comes with a later picture.
pub(super) fn paste(context: &Context) {
    context.send_viewport_cmd(ViewportCommand::RequestPaste);
}
