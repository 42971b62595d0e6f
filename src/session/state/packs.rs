//! Looking for packs of lessons in the background, and what is told of what was found.

use std::path::PathBuf;

use super::Session;

impl Session {
    /// Has packs looked for, one that is opened among them; the list of lessons, which opens now, shows what is found.
    pub(super) fn look_for_packs(&mut self, asked: Option<PathBuf>) {
        self.lessons.search(self.data_folder().as_deref(), asked, &self.wake);
        self.lessons.ask_for_list();
    }

    /// Takes in what a search has found.
    pub(super) fn take_found_packs(&mut self) {
        let Some((asked, problems)) = self.lessons.found(self.data_folder().as_deref()) else { return };
        self.tell_problems(&problems);
        // The list of lessons tells its faults in full.
        if let Some(path) = asked.filter(|path| self.lessons.fault_of(path).is_some()) {
            self.tell_fault(format!("{} could not be opened as a pack of lessons.", path.display()));
        }
    }
}
