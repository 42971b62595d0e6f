//! Whether a student can do in the window what the solution of a step does.

use super::content::{Lesson, Step};
use super::controls::{Control, controls_of_key};
use super::fault::Fault;
use super::pack::Pack;
use crate::storage::{OverlayKey, overlay_keys};

/// Every key that a solution sets and no control of its step does, in the lessons and their translations.
#[must_use]
pub fn out_of_reach(pack: &Pack) -> Vec<Fault> {
    let lessons = pack.lessons.iter().chain(pack.translations.values().flatten());
    let mut faults: Vec<Fault> =
        lessons.flat_map(|lesson| lesson.steps.iter().flat_map(|step| faults(lesson, step))).collect();
    faults.sort();
    faults
}

fn faults(lesson: &Lesson, step: &Step) -> Vec<Fault> {
    let Some(solution) = step.solution() else { return Vec::new() };
    let fault = |own: OverlayKey| {
        let text = match &own.arm {
            Some(arm) => fault_of_arm(lesson, step, arm, &own.key),
            None => fault(lesson, step, &own.key),
        };
        Some(Fault::new(&lesson.file, solution.line + own.line - 1, text?))
    };
    overlay_keys(&solution.toml).into_iter().filter_map(fault).collect()
}

/// Why this key is out of reach in the step, if so.
fn fault(lesson: &Lesson, step: &Step, key: &str) -> Option<String> {
    match key {
        // Looked at, never run: a moment with a name decides no check.
        "bookmark" => None,
        "sparsity.epsilon" if lesson.experiment.spec().sparsity.epsilon.is_none() => Some(
            "The solution sets sparsity.epsilon, and the window has ε only where the experiment begins with it. \
             Set sparsity.density here, or begin with an ε."
                .to_owned(),
        ),
        "later" => Some(
            "The solution changes settings in the middle of a run, and such a run is judged by no check. \
             Set them from the start."
                .to_owned(),
        ),
        _ if step.show.is_empty() => None,
        _ => is_not_shown(step, key, controls_of_key(key)),
    }
}

fn is_not_shown(step: &Step, key: &str, controls: &[Control]) -> Option<String> {
    if controls.iter().any(|control| step.show.contains(control)) {
        return None;
    }
    let mend = match controls.first() {
        Some(control) => {
            let words: Vec<&str> = step.show.iter().chain([control]).map(|control| control.word()).collect();
            format!("Write show=\"{}\" in the heading in line {}", words.join(" "), step.line)
        }
        None => format!("Only the whole set-up has one: take show out of the heading in line {}", step.line),
    };
    Some(format!("The solution sets {key}, which no control of this step shows. {mend}, or do without it."))
}

/// The same of an arm: arms are added and worked on by hand in the window; what one of them sets for itself stays.
fn fault_of_arm(lesson: &Lesson, step: &Step, arm: &str, key: &str) -> Option<String> {
    let is_known = lesson.experiment.spec().arms.iter().any(|other| other.name == arm);
    let is_whole = step.show.is_empty();
    match (is_known, key) {
        (_, "name") => None,
        (true, "operation") if is_whole => None,
        (true, "operation") => is_not_shown(step, key, controls_of_key(key)),
        (true, _) => Some(format!(
            "The solution sets {key} of the arm “{arm}”, and no control of the window changes an arm that is there. \
             Let the exercise be about the experiment itself, which is its first arm."
        )),
        // A new arm of a method is added in the whole set-up, and a fork at the timeline.
        (false, _) if is_whole || step.show.contains(&Control::Timeline) => None,
        (false, _) => Some(format!(
            "The solution adds the arm “{arm}”, which no control of this step does. Take show out of the heading in line {}: \
             the whole set-up adds arms.",
            step.line
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{PackFiles, bundled_pack};

    /// The faults of the bundled course with one text of a lesson changed, as `line: text`, and the lesson as it is then.
    fn changed(file: &str, old: &str, new: &str) -> (Vec<String>, String) {
        let course = &bundled_pack().files;
        let text = course.text(file).expect("a lesson");
        assert_eq!(text.matches(old).count(), 1, "{old}");
        let text = text.replacen(old, new, 1);
        let other = |name| (name, if name == file { text.as_str() } else { course.text(name).expect("a text") });
        let files: Vec<(&str, &str)> = course.names().map(other).collect();
        let pack = Pack::read(PackFiles::bundled(&files)).unwrap_or_else(|error| panic!("{error}"));
        let faults = out_of_reach(&pack);
        assert!(faults.iter().all(|fault| fault.file == file), "{faults:?}");
        (faults.iter().map(|fault| format!("{}: {}", fault.line, fault.text)).collect(), text)
    }

    fn line_of(text: &str, line: &str) -> usize {
        1 + text.lines().position(|other| other == line).expect("a line")
    }

    #[test]
    fn the_bundled_course_can_be_done_in_the_window() {
        assert_eq!(out_of_reach(bundled_pack()), []);
    }

    /// As it once was: the schedule of the third lesson was not among the controls, and no student could pass.
    #[test]
    fn a_key_that_no_control_shows_is_told_with_its_line_and_the_heading_that_mends_it() {
        let (old, new) = ("update_every stop_at density_schedule curves", "update_every stop_at curves");
        let (faults, text) = changed("03-pruning.md", old, new);
        let key = line_of(&text, "sparsity.density_schedule = { cubic = { initial = 1.0, end = 0.5 } }");
        let heading = 1 + text.lines().position(|line| line.starts_with("## Gradually")).expect("a step");
        let wanted = format!(
            "{key}: The solution sets sparsity.density_schedule, which no control of this step shows. Write \
             show=\"play compare update_every stop_at curves seeds density_schedule\" in the heading in line {heading}, or do \
             without it."
        );
        assert_eq!(faults, [wanted]);
        let (faults, _) = changed("03-pruning.md", "play compare update_every stop_at density_schedule curves", "play");
        assert_eq!(faults.len(), 3, "{faults:?}");
    }

    #[test]
    fn keys_are_found_however_they_are_written_and_what_is_done_by_hand_needs_the_network() {
        let (old, new) =
            ("sparsity.epsilon = 3.85", "[sparsity]\nepsilon = 3.85\ndrop_fraction = 0.1\n[training]\nbatch = 16");
        let (faults, text) = changed("02-density.md", old, new);
        let lines = ["drop_fraction = 0.1", "batch = 16"].map(|line| line_of(&text, line));
        let told: Vec<&str> = faults.iter().map(|fault| fault.split(',').next().expect("text")).collect();
        assert_eq!(
            told,
            [
                format!("{}: The solution sets sparsity.drop_fraction", lines[0]),
                format!("{}: The solution sets training.batch", lines[1])
            ]
        );
        let (faults, _) = changed("01-first-connections.md", "curves seeds canvas\"", "curves seeds\"");
        assert!(faults.len() == 1 && faults[0].contains("sets operation"), "{faults:?}");
    }

    #[test]
    fn what_only_the_whole_set_up_has_or_the_window_not_at_all_is_told_apart() {
        let (file, old) = ("04-cliff.md", "sparsity.allocation = \"er\"\n");
        for (new, wanted) in [
            ("sparsity.allocation = \"er\"\noptimizer.clip_norm = 1.0\n", "take show out of the heading"),
            (
                "sparsity.allocation = \"er\"\n[[arm]]\nname = \"dense\"\noptimizer.momentum = 0.5\n",
                "changes an arm that is there",
            ),
            (
                "sparsity.allocation = \"er\"\n[[arm]]\nname = \"RigL\"\nsparsity.method = \"rigl\"\n",
                "adds the arm “RigL”",
            ),
        ] {
            let (faults, _) = changed(file, old, new);
            assert!(faults.len() == 1 && faults[0].contains(wanted), "{new}: {faults:?}");
        }
        let (faults, _) = changed("05-set-live.md", "sparsity.drop_fraction = 0.3\n", "sparsity.epsilon = 1.5\n");
        assert!(faults.len() == 1 && faults[0].contains("begin with an ε"), "{faults:?}");
        let course = &bundled_pack().files;
        let heading =
            course.text(file).expect("a lesson").lines().find(|line| line.starts_with("## Share out")).expect("a step");
        let whole = course.text(file).expect("a lesson").replacen(heading, "## Share out", 1);
        let added = "optimizer.clip_norm = 1.0\n[[arm]]\nname = \"RigL\"\nsparsity.method = \"rigl\"\n";
        let whole = whole.replacen(old, added, 1);
        let texts: Vec<(&str, &str)> = course
            .names()
            .map(|name| (name, if name == file { whole.as_str() } else { course.text(name).expect("a text") }))
            .collect();
        let pack = Pack::read(PackFiles::bundled(&texts)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(out_of_reach(&pack), []);
    }
}
