//! What a link in a lesson does when it is followed.

use egui::{OpenUrl, Ui};

use crate::lesson::{LessonCommand, Link};
use crate::session::{Command, LessonWish};

/// A link that was followed.
pub(super) struct Followed(Option<Link>);

impl Followed {
    /// What was written as its target. Lessons are read before they are shown, so it leads somewhere.
    pub fn read(target: &str) -> Self {
        Self(Link::parse(target).ok())
    }

    /// Does it, in this pack.
    pub fn act(self, ui: &Ui, pack: &str, commands: &mut Vec<Command>) {
        match self.0 {
            Some(Link::Command(command)) => commands.push(asked(command)),
            Some(Link::Lesson(lesson)) => {
                commands.push(Command::Lesson(LessonWish::Open { pack: pack.to_owned(), lesson }));
            }
            Some(Link::Web(address)) => ui.ctx().open_url(OpenUrl::new_tab(address)),
            Some(Link::File(name)) => {
                let text = format!("“{name}” is a file of the pack, beside the lesson.");
                commands.push(Command::Tell { text, is_fault: false });
            }
            None => {}
        }
    }
}

fn asked(command: LessonCommand) -> Command {
    match command {
        LessonCommand::Start => Command::Lesson(LessonWish::Start),
        LessonCommand::Play => Command::Play,
        LessonCommand::Pause => Command::Pause,
        LessonCommand::StepBatch => Command::StepBatch,
        LessonCommand::StepEpoch => Command::StepEpoch,
        LessonCommand::StepUpdate => Command::StepUpdate,
        LessonCommand::BackEpoch => Command::BackEpoch,
        LessonCommand::Reset => Command::Reset,
        LessonCommand::Compare => Command::Compare,
        LessonCommand::StopComparison => Command::CancelComparison,
    }
}
