//! Sweeps: an experiment at every combination of the values of one or two of its keys.
//!
//! A value is put in its place in the tree of keys, and what comes of it is read and checked as if it stood in a file:
//! whatever a file can say can be swept, and what is wrong is said in the same words. An arm that names the key itself keeps its
//! own value.
//!
//! Points at which an arm comes to the same run (a dense arm at every density) share it: a run is a function of arm, data,
//! length and seed alone, so it is done once, at the first of these points.

mod axis;
mod estimate;
mod point;
mod runs;

use std::fmt::Write;

use toml::Table;

pub use self::axis::{Axis, AxisScale, AxisSpec};
pub use self::estimate::estimate_seconds;
pub use self::runs::{RunKey, run_sweep};
use super::check::{ValidExperiment, check};
use super::fault::{Fault, Note};
use super::spec::ExperimentSpec;

/// Most axes of a sweep: more than a table or a map can show.
const MOST_AXES: usize = 2;
/// Most points of a sweep.
const MOST_POINTS: usize = 2_500;
/// Faults after which no further point is checked.
const ENOUGH_FAULTS: usize = 10;

/// A sweep of which every point can run. Only [`check_sweep`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidSweep {
    spec: ExperimentSpec,
    axes: Vec<Axis>,
    points: Vec<SweepPoint>,
    /// By point and arm, the first point at which the arm comes to the same run.
    sources: Vec<Vec<usize>>,
    notes: Vec<Note>,
}

/// One combination of values.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepPoint {
    /// By axis, which of its values.
    pub values: Vec<usize>,
    /// The experiment with these values.
    pub experiment: ValidExperiment,
}

impl ValidSweep {
    /// The experiment, with the values of its axes worked out.
    #[must_use]
    pub fn spec(&self) -> &ExperimentSpec {
        &self.spec
    }

    /// What varies: one or two axes.
    #[must_use]
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Every combination of values; those of the last axis change first.
    #[must_use]
    pub fn points(&self) -> &[SweepPoint] {
        &self.points
    }

    /// What may not run as meant.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Seeds of every arm at every point.
    #[must_use]
    pub fn seeds(&self) -> &[u64] {
        &self.spec.training.seeds
    }

    /// Number of arms, the same at every point.
    #[must_use]
    pub fn arm_count(&self) -> usize {
        1 + self.spec.arms.len()
    }

    /// What an arm is called at all points; the experiment's own is named after its method, which may vary.
    #[must_use]
    pub fn arm_name(&self, arm: usize) -> &str {
        let name = |point: &SweepPoint| point.experiment.arms()[arm].name.clone();
        let first = &self.points[0];
        let is_fixed = self.points.iter().all(|point| name(point) == name(first));
        if is_fixed { &first.experiment.arms()[arm].name } else { "the experiment" }
    }

    /// The run that stands for this arm and seed at a point: of those that are the same, the one at the first point.
    #[must_use]
    pub fn source(&self, run: RunKey) -> RunKey {
        RunKey { point: self.sources[run.point][run.arm], ..run }
    }

    /// Every run that is to be done, each once; seed by seed, so that a sweep that is stopped knows something of every
    /// point.
    #[must_use]
    pub fn runs(&self) -> Vec<RunKey> {
        let points = || (0..self.points.len()).flat_map(|point| (0..self.arm_count()).map(move |arm| (point, arm)));
        let at = |seed| points().map(move |(point, arm)| RunKey { point, arm, seed });
        self.seeds().iter().flat_map(|&seed| at(seed)).filter(|&run| self.source(run) == run).collect()
    }

    /// What is set at a point, such as `sparsity.density = 0.1, training.batch = 10`.
    #[must_use]
    pub fn settings(&self, point: usize) -> String {
        settings(&self.axes, &self.points[point].values)
    }
}

fn settings(axes: &[Axis], values: &[usize]) -> String {
    axes.iter().zip(values).map(|(axis, &value)| axis.setting(value)).collect::<Vec<_>>().join(", ")
}

/// Checks an experiment at every point of what it sweeps.
///
/// # Errors
/// Every fault of the experiment itself, else of its axes, else those of its points until there are enough; the key of a
/// fault of a point is that of the value that causes it, such as `sweep.0.values.2`.
pub fn check_sweep(spec: &ExperimentSpec) -> Result<ValidSweep, Vec<Fault>> {
    check(spec)?;
    let axes = check_axes(spec)?;
    let tree = point::tree(spec).map_err(|problem| vec![fault("sweep", &problem, "")])?;
    let mut points = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    for values in combinations(&axes) {
        match check_point(&tree, &axes, &values) {
            Ok(experiment) => points.push(SweepPoint { values, experiment }),
            // A value at fault is named once, not again at every value of the other axis.
            Err(found) => found.into_iter().for_each(|fault| {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }),
        }
        if faults.len() >= ENOUGH_FAULTS {
            break;
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let sources = sources(&points);
    let mut notes = notes_of_points(&axes, &points);
    notes.extend(notes_of_shared_runs(spec, &axes, &points, &sources));
    let listed = axes.iter().map(|axis| AxisSpec::listed(&axis.key, axis.values.clone())).collect();
    Ok(ValidSweep { spec: ExperimentSpec { sweep: listed, ..spec.clone() }, axes, points, sources, notes })
}

fn fault(key: &str, problem: &str, remedy: &str) -> Fault {
    Fault { key: key.to_owned(), problem: problem.to_owned(), remedy: remedy.to_owned() }
}

fn check_axes(spec: &ExperimentSpec) -> Result<Vec<Axis>, Vec<Fault>> {
    let (mut axes, mut faults) = (Vec::new(), Vec::new());
    for (number, axis) in spec.sweep.iter().enumerate() {
        match axis.check(number) {
            Ok(checked) => axes.push(checked),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let count = axes.len();
    if count == 0 {
        let remedy = "Name a key and its values, in a table [[sweep]] of the file or by --vary KEY=V1,V2";
        return Err(vec![fault("sweep", "nothing varies", remedy)]);
    }
    if count > MOST_AXES {
        let problem = format!("{count} keys vary at once, which no table can show");
        return Err(vec![fault(&format!("sweep.{MOST_AXES}.key"), &problem, "Vary one or two")]);
    }
    if let [first, second] = axes.as_slice() {
        let (one, other) = (format!("{}.", first.key), format!("{}.", second.key));
        if one.starts_with(&other) || other.starts_with(&one) {
            let problem = format!("“{}” and “{}” set the same", first.key, second.key);
            return Err(vec![fault("sweep.1.key", &problem, "Vary two keys that do not depend on each other")]);
        }
    }
    let points = axes.iter().map(|axis| axis.values.len()).product::<usize>();
    if points > MOST_POINTS {
        let problem = format!("{points} combinations of values are too many");
        return Err(vec![fault("sweep.1.key", &problem, &format!("Give the two keys at most {MOST_POINTS} in all"))]);
    }
    Ok(axes)
}

fn combinations(axes: &[Axis]) -> Vec<Vec<usize>> {
    axes.iter().fold(vec![Vec::new()], |points, axis| {
        let extended = |point: Vec<usize>| (0..axis.values.len()).map(move |value| [&point[..], &[value]].concat());
        points.into_iter().flat_map(extended).collect()
    })
}

fn check_point(tree: &Table, axes: &[Axis], values: &[usize]) -> Result<ValidExperiment, Vec<Fault>> {
    let mut tree = tree.clone();
    for (number, (axis, &value)) in axes.iter().zip(values).enumerate() {
        // Each by itself first, so that the right one is blamed.
        point::set(&mut tree, &axis.key, &axis.values[value]).map_err(|problem| {
            vec![fault(&format!("sweep.{number}.key"), &format!("“{}” cannot vary: {problem}", axis.key), "")]
        })?;
        if let Err(problem) = point::experiment(tree.clone()) {
            let problem = format!("{}: {problem}", axis.setting(value));
            return Err(vec![fault(&format!("sweep.{number}.values.{value}"), &problem, "")]);
        }
    }
    let spec = point::experiment(tree).map_err(|problem| vec![fault("sweep", &problem, "")])?;
    check(&spec).map_err(|faults| faults.iter().map(|fault| blame(axes, values, fault)).collect())
}

/// A fault of a point as one of the value that causes it.
fn blame(axes: &[Axis], values: &[usize], found: &Fault) -> Fault {
    let own = axes.iter().position(|axis| axis.key == found.key);
    let problem = match own {
        Some(number) => format!("{}: {}", axes[number].setting(values[number]), found.problem),
        None => format!("{}: {}: {}", settings(axes, values), found.key, found.problem),
    };
    let number = own.unwrap_or(0);
    fault(&format!("sweep.{number}.values.{}", values[number]), &problem, &found.remedy)
}

/// By point and arm, the first point at which the arm comes to the same run.
fn sources(points: &[SweepPoint]) -> Vec<Vec<usize>> {
    let source = |index: usize, arm: usize| {
        let own = &points[index].experiment;
        let same = |other: &SweepPoint| {
            let other = &other.experiment;
            own.arms()[arm] == other.arms()[arm]
                && own.data() == other.data()
                && own.spec().training == other.spec().training
        };
        points[..index].iter().position(same).unwrap_or(index)
    };
    let arms = points.first().map_or(0, |point| point.experiment.arms().len());
    (0..points.len()).map(|index| (0..arms).map(|arm| source(index, arm)).collect()).collect()
}

/// Each note of an experiment once, with how many points it holds at unless it holds at all.
fn notes_of_points(axes: &[Axis], points: &[SweepPoint]) -> Vec<Note> {
    let mut notes: Vec<(Note, usize, usize)> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        for note in point.experiment.notes() {
            match notes.iter_mut().find(|(other, ..)| other == note) {
                Some((_, _, count)) => *count += 1,
                None => notes.push((note.clone(), index, 1)),
            }
        }
    }
    let placed = |(mut note, first, count): (Note, usize, usize)| {
        if count < points.len() {
            let at = settings(axes, &points[first].values);
            let others = if count > 1 { format!(" and {} other points", count - 1) } else { String::new() };
            // Writing to a text cannot fail.
            let _ = write!(note.text, " (At {at}{others}.)");
        }
        note
    };
    notes.into_iter().map(placed).collect()
}

/// Where an axis changes nothing in an arm.
fn notes_of_shared_runs(
    spec: &ExperimentSpec,
    axes: &[Axis],
    points: &[SweepPoint],
    sources: &[Vec<usize>],
) -> Vec<Note> {
    let mut notes = Vec::new();
    for (number, axis) in axes.iter().enumerate().filter(|(_, axis)| axis.values.len() > 1) {
        for (arm, own) in points[0].experiment.arms().iter().enumerate() {
            let changes_nothing = points.iter().zip(sources).all(|(point, source)| {
                let first = |other: &SweepPoint| {
                    other
                        .values
                        .iter()
                        .zip(&point.values)
                        .enumerate()
                        .all(|(at, (other, own))| if at == number { *other == 0 } else { other == own })
                };
                points.iter().position(first).is_some_and(|first| sources[first][arm] == source[arm])
            });
            if !changes_nothing {
                continue;
            }
            let key = &axis.key;
            let arm_spec = arm.checked_sub(1).and_then(|arm| Table::try_from(&spec.arms[arm]).ok());
            let reason = if arm_spec.is_some_and(|arm| point::names(&arm, key)) {
                format!("names {key} itself and keeps its own")
            } else {
                format!("is the same at every {key}")
            };
            let text = format!("“{}” {reason}, so one run serves for all values.", own.name);
            notes.push(Note { key: key.clone(), text });
        }
    }
    notes
}

#[cfg(test)]
mod tests;
