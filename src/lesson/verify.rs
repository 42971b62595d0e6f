//! Whether a lesson holds: every start fails its checks and every solution passes them, from the declared seeds and from
//! fresh ones.

use std::io;
use std::sync::atomic::AtomicBool;

use super::check::{Check, Judgement, Verdict};
use super::content::{Lesson, Part, Step};
use super::evidence::{Event, Evidence, RunEvidence};
use super::pack::Pack;
use crate::data::DataSpec;
use crate::training::{Arm, TrainingSpec, ValidExperiment, check, compare_measuring};

/// How a pack is checked.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Judgements from fresh seeds; none in the fast form, which has the declared seeds alone.
    pub fresh: usize,
    /// The first of them; those that the experiment declares are passed over.
    pub first_seed: u64,
    /// Threads that compute. They change no result.
    pub threads: usize,
}

/// What came of a check.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// Id of its lesson.
    pub lesson: String,
    /// The lesson's file.
    pub file: String,
    /// The line of the check.
    pub line: usize,
    /// Its id.
    pub check: String,
    /// What it is worth.
    pub points: u32,
    /// The share of judgements that may be wrong, by the lesson's own word.
    pub flips: f64,
    /// The start, from the declared seeds.
    pub start: Judgement,
    /// The solution, from the declared seeds.
    pub solution: Judgement,
    /// Judgements from fresh seeds; nothing in the fast form.
    pub fresh: Option<FreshJudgements>,
}

/// Judgements from fresh seeds. As many seeds are drawn as judgements are made, and each judgement looks at one of them and
/// those that follow it, in a ring, as many as the experiment declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreshJudgements {
    /// How many.
    pub count: usize,
    /// In how many the start did not pass.
    pub start_failed: usize,
    /// In how many the solution passed.
    pub solution_passed: usize,
}

impl CheckReport {
    /// What is wrong; nothing where the check holds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of judgements")]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.start.verdict == Verdict::Pass {
            faults.push("the start passes already".to_owned());
        }
        if self.solution.verdict != Verdict::Pass {
            let why = self.solution.message().unwrap_or("it does not say why");
            faults.push(format!("the solution does not pass: {why}"));
        }
        let Some(fresh) = self.fresh else { return faults };
        let few = |right: usize| (fresh.count - right) as f64 > self.flips * fresh.count as f64 + 1e-9;
        let allowed = 100.0 * self.flips;
        if few(fresh.start_failed) {
            let passed = fresh.count - fresh.start_failed;
            faults.push(format!(
                "from fresh seeds the start passes {passed} of {} times; {allowed:.0} % may",
                fresh.count
            ));
        }
        if few(fresh.solution_passed) {
            let (failed, count) = (fresh.count - fresh.solution_passed, fresh.count);
            faults.push(format!("from fresh seeds the solution fails {failed} of {count} times; {allowed:.0} % may"));
        }
        faults
    }
}

/// Number of times that [`verify`] calls `on_stage`.
#[must_use]
pub fn stages(pack: &Pack, plan: Plan) -> usize {
    let steps = pack.lessons.iter().flat_map(|lesson| &lesson.steps).filter(|step| step.solution().is_some());
    steps.count() * if plan.fresh > 0 { 4 } else { 2 }
}

/// Runs start and solution of every step with a check, and judges them. `on_stage` is called with what begins.
///
/// # Errors
/// If threads cannot be started.
pub fn verify(pack: &Pack, plan: Plan, on_stage: &dyn Fn(&str)) -> io::Result<Vec<CheckReport>> {
    let mut reports = Vec::new();
    for lesson in &pack.lessons {
        for (number, step) in lesson.steps.iter().enumerate() {
            if step.solution().is_some() {
                reports.extend(verify_step(lesson, number, step, plan, on_stage)?);
            }
        }
    }
    Ok(reports)
}

/// Start and solution of a step, and their runs.
struct Bench<'a> {
    checks: Vec<&'a Check>,
    /// What an ideal student has done before.
    events: Vec<Event>,
    threads: usize,
    done: Vec<Done>,
}

/// Runs that need not be made again: of an arm that start and solution share.
struct Done {
    data: DataSpec,
    training: TrainingSpec,
    arm: Arm,
    runs: Vec<RunEvidence>,
}

fn verify_step(
    lesson: &Lesson,
    number: usize,
    step: &Step,
    plan: Plan,
    on_stage: &dyn Fn(&str),
) -> io::Result<Vec<CheckReport>> {
    let Some(solution) = step.solution() else { return Ok(Vec::new()) };
    let checks: Vec<&Check> = step.checks().collect();
    let mut bench =
        Bench { checks: checks.clone(), events: events(lesson, number), threads: plan.threads, done: Vec::new() };
    let both = [("start", &lesson.experiment), ("solution", solution.experiment.as_ref())];
    let declared = lesson.experiment.seeds();
    let fresh: Vec<u64> =
        (plan.first_seed..).filter(|seed| !declared.contains(seed)).take(plan.fresh.max(declared.len())).collect();
    let mut judgements = Vec::new();
    for (name, experiment) in both {
        on_stage(&format!("{}, {}: {name}", lesson.id, step.title));
        let experiment = bench.reduced(experiment, declared);
        let runs = bench.runs(&experiment)?;
        judgements.push(bench.judge(&experiment, &runs));
    }
    let mut from_fresh = Vec::new();
    for (name, experiment) in both.into_iter().filter(|_| plan.fresh > 0) {
        on_stage(&format!("{}, {}: {name}, {} fresh seeds", lesson.id, step.title, fresh.len()));
        let all = bench.reduced(experiment, &fresh);
        let runs = bench.runs(&all)?;
        let windows = (0..plan.fresh).map(|first| {
            let seeds: Vec<u64> = (0..declared.len()).map(|next| fresh[(first + next) % fresh.len()]).collect();
            bench.judge(&bench.reduced(experiment, &seeds), &runs)
        });
        from_fresh.push(windows.collect::<Vec<_>>());
    }
    let (solutions, starts) = (judgements.pop().unwrap_or_default(), judgements.pop().unwrap_or_default());
    let report = |(index, (start, solution)): (usize, (Judgement, Judgement))| CheckReport {
        lesson: lesson.id.clone(),
        file: lesson.file.clone(),
        line: checks[index].line,
        check: checks[index].id.clone(),
        points: checks[index].points,
        flips: lesson.flips,
        start,
        solution,
        fresh: (plan.fresh > 0).then(|| {
            let passed =
                |which: usize| from_fresh[which].iter().filter(|all| all[index].verdict == Verdict::Pass).count();
            FreshJudgements { count: plan.fresh, start_failed: plan.fresh - passed(0), solution_passed: passed(1) }
        }),
    };
    Ok(starts.into_iter().zip(solutions).enumerate().map(report).collect())
}

/// What has been done when the checks of a step are judged: all questions answered, all runs made, all checks before it passed.
fn events(lesson: &Lesson, number: usize) -> Vec<Event> {
    let mut events = Vec::new();
    for part in lesson.steps[..=number].iter().flat_map(|step| &step.parts) {
        match part {
            Part::Predict(prediction) => events.push(Event::Answered(prediction.id.clone())),
            Part::Quiz(quiz) => events.push(Event::Answered(quiz.id.clone())),
            _ => {}
        }
    }
    events.push(Event::Ran);
    events.extend(lesson.steps[..number].iter().flat_map(Step::checks).map(|check| Event::Passed(check.id.clone())));
    events
}

impl Bench<'_> {
    /// The experiment with the arms that the checks look at alone, from these seeds.
    fn reduced(&self, experiment: &ValidExperiment, seeds: &[u64]) -> ValidExperiment {
        let mut spec = experiment.spec().clone();
        let needed: Vec<String> = self.checks.iter().flat_map(|check| check.arms()).collect();
        spec.arms.retain(|arm| needed.contains(&arm.name));
        spec.training.seeds = seeds.to_vec();
        check(&spec).expect("fewer arms of an experiment that can run")
    }

    fn runs(&mut self, experiment: &ValidExperiment) -> io::Result<Vec<RunEvidence>> {
        if !self.checks.iter().any(|check| check.needs_runs()) {
            return Ok(Vec::new());
        }
        let (data, training) = (experiment.data(), &experiment.spec().training);
        let is_done = |done: &Done, arm: &Arm| (&done.data, &done.training, &done.arm) == (data, training, arm);
        let known: Vec<Option<usize>> =
            experiment.arms().iter().map(|arm| self.done.iter().position(|done| is_done(done, arm))).collect();
        // An arm has the number of its place in the experiment, wherever its runs come from.
        let renumbered = |runs: &[RunEvidence], arm: usize| {
            runs.iter().map(move |run| RunEvidence { arm, ..run.clone() }).collect::<Vec<_>>()
        };
        let mut runs = Vec::new();
        let mut spec = experiment.spec().clone();
        let mut left = vec![0];
        for (arm, known) in known.iter().enumerate() {
            match known {
                Some(done) if arm > 0 => {
                    runs.extend(renumbered(&self.done[*done].runs, arm));
                    spec.arms.retain(|other| other.name != experiment.arms()[arm].name);
                }
                _ if arm > 0 => left.push(arm),
                _ => {}
            }
        }
        let rest = check(&spec).expect("fewer arms of an experiment that can run");
        let measures = self.checks.iter().any(|check| check.needs_measures());
        let records = compare_measuring(&rest, self.threads, &AtomicBool::new(false), measures, &|_, _, _| {})?;
        for (number, &arm) in left.iter().enumerate() {
            let own: Vec<RunEvidence> = records.iter().filter(|run| run.arm == number).map(RunEvidence::from).collect();
            runs.extend(renumbered(&own, arm));
            let (data, training) = (data.clone(), training.clone());
            self.done.push(Done { data, training, arm: experiment.arms()[arm].clone(), runs: own });
        }
        Ok(runs)
    }

    fn judge(&self, experiment: &ValidExperiment, runs: &[RunEvidence]) -> Vec<Judgement> {
        let evidence = Evidence { experiment, runs, events: &self.events };
        self.checks.iter().map(|check| check.judge(&evidence)).collect()
    }
}
