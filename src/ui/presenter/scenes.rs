//! Scenes: the bookmarks of the experiment, in the order of their moments.

use crate::session::{Command, Session};
use crate::training::BookmarkSpec;

/// Where in the scenes one is.
#[derive(Default)]
pub(super) struct Scenes {
    /// The bookmark that training is on its way to.
    heading_for: Option<usize>,
    /// Whether training was seen to be on its way: what was asked for in a frame begins after it.
    has_set_out: bool,
}

impl Scenes {
    /// Bookmarks with the positions of their moments, in this order; those that will never come are left out.
    fn in_order(session: &Session) -> Vec<(u64, usize)> {
        let bookmarks = session.draft().bookmarks.iter().enumerate();
        let placed = bookmarks.filter_map(|(index, own)| Some((session.foreseen_position(own.at)?, index)));
        let mut scenes: Vec<(u64, usize)> = placed.collect();
        scenes.sort_unstable();
        scenes
    }

    /// Which scene it is, from 0: the one that training is on its way to, or else the last one up to what is shown.
    fn place(&self, session: &Session) -> Option<usize> {
        let scenes = Self::in_order(session);
        let target = self.heading_for.and_then(|index| scenes.iter().position(|scene| scene.1 == index));
        target.or_else(|| scenes.partition_point(|scene| scene.0 <= session.shown_position()).checked_sub(1))
    }

    /// The scene that is shown, or trained up to.
    pub(super) fn current<'a>(&self, session: &'a Session) -> Option<&'a BookmarkSpec> {
        Self::bookmark(session, self.place(session)?)
    }

    /// The scene whose moment is exactly what is shown.
    pub(super) fn at_hand(session: &Session) -> Option<&BookmarkSpec> {
        let here = Self::in_order(session).into_iter().rfind(|scene| scene.0 == session.shown_position())?;
        session.draft().bookmarks.get(here.1)
    }

    /// The one after it.
    pub(super) fn next<'a>(&self, session: &'a Session) -> Option<&'a BookmarkSpec> {
        Self::bookmark(session, self.place(session).map_or(0, |place| place + 1))
    }

    fn bookmark(session: &Session, place: usize) -> Option<&BookmarkSpec> {
        session.draft().bookmarks.get(Self::in_order(session).get(place)?.1)
    }

    /// Once training has arrived, one may go anywhere from there.
    pub(super) fn follow(&mut self, session: &Session) {
        self.has_set_out |= !session.is_at_rest();
        let has_stopped = self.has_set_out && session.is_at_rest();
        let reached = |index: usize| {
            let scene = session.draft().bookmarks.get(index);
            // What is recorded may not be shown yet, and the place is that of what is shown.
            let is_shown = |own: &BookmarkSpec| {
                session.foreseen_position(own.at).is_none_or(|position| position <= session.shown_position())
            };
            scene.is_none_or(|own| is_shown(own) || has_stopped)
        };
        self.heading_for = self.heading_for.filter(|&index| !reached(index));
    }

    /// Goes a scene on or back, and says its name. Without any, it goes from topology update to topology update.
    pub(super) fn step(&mut self, session: &Session, on: bool, commands: &mut Vec<Command>) -> Option<String> {
        let scenes = Self::in_order(session);
        if scenes.is_empty() {
            commands.push(if on { Command::StepUpdate } else { Command::BackUpdate });
            return None;
        }
        let place = self.place(session);
        let place = if on { place.map_or(0, |place| place + 1) } else { self.before(session, place, &scenes)? };
        let Some(&(_, index)) = scenes.get(place) else {
            return Some("That was the last scene.".to_owned());
        };
        let bookmark = &session.draft().bookmarks[index];
        if !on {
            commands.push(Command::Pause);
        }
        commands.push(Command::GoToBookmark(index));
        self.heading_for = session.reached_position(bookmark.at).is_none().then_some(index);
        self.has_set_out = false;
        Some(bookmark.name.clone())
    }

    /// The scene before; the start of this one, if it was some time ago.
    fn before(&self, session: &Session, place: Option<usize>, scenes: &[(u64, usize)]) -> Option<usize> {
        let place = place?;
        let is_later = self.heading_for.is_none() && scenes[place].0 < session.shown_position();
        Some(if is_later { place } else { place.saturating_sub(1) })
    }
}
