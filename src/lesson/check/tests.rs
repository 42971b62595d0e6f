use super::*;
use crate::lesson::evidence::{Event, RunEvidence};
use crate::lesson::fault::Fault;
use crate::storage::EpochPoint;
use crate::storage::parse_experiment;
use crate::training::{Diverged, Outcome, ValidExperiment};

/// 2-4-1: 12 places, of which SET and static take half; two epochs, four seeds.
const EXPERIMENT: &str = "format = 1\nname = \"x\"\n[data]\nsource = \"circle\"\ntrain = 50\nnoise_features = 0\n\
    [network]\nhidden = [4]\nactivation = \"tanh\"\n[sparsity]\ndensity = 0.5\nallocation = \"uniform\"\n\
    update_every = { steps = 3 }\n[training]\nepochs = 2\nseeds = [1, 2, 3, 4]\n\
    [[arm]]\nname = \"static\"\nsparsity.method = \"static\"\n[[arm]]\nname = \"small dense\"\nsparsity.method = \"small-dense\"\n";

/// Test accuracies after the last epoch, by seed; paired differences +0.10, +0.02, +0.06, +0.06.
const SET: [f64; 4] = [0.90, 0.92, 0.96, 0.94];
const STATIC: [f64; 4] = [0.80, 0.90, 0.90, 0.88];

fn experiment() -> ValidExperiment {
    parse_experiment(EXPERIMENT).expect("valid")
}

fn run(arm: usize, seed: u64, accuracy: f64) -> RunEvidence {
    let epoch = |test_accuracy: f64, connections: usize| EpochPoint {
        train_accuracy: 1.0,
        test_accuracy,
        train_loss: 0.1,
        test_loss: 0.5,
        connections,
        seconds: 1.0,
        ..EpochPoint::default()
    };
    RunEvidence {
        arm,
        seed,
        outcome: Some(Outcome::Finished),
        epochs: vec![epoch(0.5, 6), epoch(accuracy, 6)],
        measures: None,
        cost: None,
    }
}

fn runs() -> Vec<RunEvidence> {
    let of =
        |arm: usize, accuracies: [f64; 4]| (1..).zip(accuracies).map(move |(seed, accuracy)| run(arm, seed, accuracy));
    of(0, SET).chain(of(1, STATIC)).collect()
}

fn context() -> Context {
    Context {
        arms: Some(["SET", "static", "small dense"].map(str::to_owned).to_vec()),
        answers: vec!["p1".to_owned()],
        checks: vec!["a".to_owned(), "b".to_owned()],
        layers: 2,
    }
}

fn read(points: u32, body: &str) -> Result<Check, Vec<Fault>> {
    let mut list = Vec::new();
    let check = read_check(("a".to_owned(), points, 10), (body, 11), &context(), &mut Faults::of("l.md", &mut list));
    if list.is_empty() { Ok(check.expect("no fault, so a check")) } else { Err(list) }
}

fn judged(body: &str, runs: &[RunEvidence], events: &[Event]) -> Judgement {
    let check = read(1, body).unwrap_or_else(|faults| panic!("{body}: {faults:?}"));
    check.judge(&Evidence { experiment: &experiment(), runs, events })
}

#[track_caller]
fn value_is(rule: &str, verdict: Verdict, value: &str) {
    let judgement = judged(rule, &runs(), &[]);
    assert_eq!((judgement.verdict, judgement.rules[0].value.as_deref()), (verdict, Some(value)), "{rule}");
}

/// Worked by hand. Mean of SET: 3.72 / 4 = 0.93; of the differences 0.24 / 4 = 0.06, with deviations +0.04, −0.04, 0, 0:
/// sd = √(0.0032 / 3) = 0.03266, standard error 0.01633, half an interval 3.182 · 0.01633 = 0.05196.
#[test]
fn figures_over_seeds_are_those_worked_by_hand() {
    use Verdict::{Fail, Pass};
    value_is("mean(arms.SET.test_accuracy) >= 93 %", Pass, "93.0\u{a0}%");
    value_is("mean(arms.SET.test_accuracy) > 93.1 %", Fail, "93.0\u{a0}%");
    value_is("median(arms.SET.test_accuracy) >= 0.93", Pass, "93.0\u{a0}%");
    value_is("median(arms.static.test_accuracy) == 0.89", Pass, "89.0\u{a0}%");
    value_is("min(arms.static.test_accuracy) >= 80 %", Pass, "80.0\u{a0}%");
    value_is("max(arms.static.test_accuracy) < 90 %", Fail, "90.0\u{a0}%");
    value_is("count(experiment.test_accuracy) == 4", Pass, "4");
    let difference = "arms.SET.test_accuracy - arms.static.test_accuracy";
    value_is(&format!("mean({difference}) >= 5.9 points"), Pass, "+6.0 points");
    value_is(&format!("sd({difference}) <= 3.27 points"), Pass, "+3.3 points");
    value_is(&format!("low({difference}) >= 0.80 points"), Pass, "+0.8 points");
    value_is(&format!("low({difference}) <= 0.81 points"), Pass, "+0.8 points");
    value_is(&format!("high({difference}) >= 11.19 points"), Pass, "+11.2 points");
    value_is(&format!("high({difference}) <= 11.20 points"), Pass, "+11.2 points");
    value_is("mean(arms.SET.test_accuracy) > 93 %", Fail, "93.0\u{a0}%");
    value_is("mean(arms.SET.test_accuracy) >= 93.04 %", Fail, "93.00\u{a0}%");
    // Without the sign of 0.80 − 0.88: 0.08, 0.02, 0.02 and 0.
    value_is("mean(abs(arms.static.test_accuracy - 0.88)) <= 3.1 %", Pass, "3.0\u{a0}%");
}

#[test]
fn a_comparison_of_every_seed_shows_the_one_furthest_from_holding() {
    use Verdict::{Fail, Pass};
    value_is("arms.SET.test_accuracy >= 91 %", Fail, "90.0\u{a0}%");
    value_is("arms.SET.test_accuracy <= 95 %", Fail, "96.0\u{a0}%");
    value_is("arms.SET.test_accuracy > arms.static.test_accuracy", Pass, "92.0\u{a0}%");
    value_is("arms.SET.connections == 6", Pass, "6");
    value_is("arms.SET.density <= 50 %", Pass, "50.0\u{a0}%");
    value_is("arms.SET.test_accuracy[1] == 0.5", Pass, "50.0\u{a0}%");
}

#[test]
fn settings_have_their_defaults_and_texts_are_compared_as_texts() {
    use Verdict::{Fail, Pass};
    value_is("settings.sparsity.density == 50 %", Pass, "50.0\u{a0}%");
    // 47 % of 8 and of 4 places are 3.76 and 1.88, so 4 and 2 connections, as of 50 %; 40 % are 3 and 2.
    value_is("settings.sparsity.density == 47 %", Pass, "47.0\u{a0}%");
    value_is("settings.sparsity.density <= 47 %", Pass, "47.0\u{a0}%");
    value_is("settings.sparsity.density == 40 %", Fail, "50.0\u{a0}%");
    value_is("settings.data.train <= 49", Fail, "50");
    value_is("settings.sparsity.drop_fraction == 30 %", Pass, "30.0\u{a0}%");
    value_is("arms.static.settings.sparsity.drop_fraction == 0", Pass, "0.0\u{a0}%");
    value_is("settings.sparsity.update_every_steps == 3", Pass, "3");
    value_is("settings.network.hidden_neurons == 2 + 2", Pass, "4");
    value_is("settings.sparsity.method == \"rigl\"", Fail, "set");
    value_is("arms.\"small dense\".settings.sparsity.method == \"small-dense\"", Pass, "small-dense");
    value_is("settings.network.activation != \"relu\"", Pass, "tanh");
    // Static has no ΔT and will never have one.
    let judgement = judged("arms.static.settings.sparsity.update_every_steps <= 3", &runs(), &[]);
    assert_eq!(judgement.verdict, Fail);
    assert!(judgement.message().expect("said").contains("never change"));
}

#[test]
fn what_may_still_come_is_not_yet_and_what_cannot_come_fails() {
    let rule = "mean(arms.SET.test_accuracy) >= 93 %";
    let mut some = runs();
    some[1].outcome = None;
    let judgement = judged(rule, &some, &[]);
    assert_eq!(judgement.verdict, Verdict::NotYet);
    assert_eq!(judgement.message(), Some("3 of 4 runs of SET have come so far."));
    assert_eq!(judged("arms.SET.test_accuracy[1] == 0.5", &some, &[]).verdict, Verdict::Pass, "that epoch is over");
    assert_eq!(judged(rule, &[], &[]).verdict, Verdict::NotYet);
    some[1].outcome = Some(Outcome::Diverged(Diverged { epoch: 2, learning_rate: 3.0 }));
    let judgement = judged(rule, &some, &[]);
    assert_eq!(judgement.verdict, Verdict::Fail);
    assert!(judgement.message().expect("said").contains("seed 2: weights overflowed in epoch 2"));
    assert_eq!(judged("arms.SET.test_accuracy[3] > 0", &runs(), &[]).verdict, Verdict::Fail, "there are two epochs");
    assert_eq!(judged("mean(experiment.flops) > 0", &runs(), &[]).verdict, Verdict::NotYet, "not measured");
    assert_eq!(judged("settings.data.train / settings.data.noise_features > 1", &[], &[]).verdict, Verdict::Fail);
}

#[test]
fn three_valued_logic_needs_no_more_than_decides() {
    use Verdict::{Fail, NotYet, Pass};
    let (yes, no, open) = ("settings.data.train == 50", "settings.data.train == 51", "mean(experiment.flops) > 0");
    for (left, word, right, expected) in [
        (yes, "and", yes, Pass),
        (yes, "and", no, Fail),
        (no, "and", open, Fail),
        (open, "and", no, Fail),
        (open, "and", yes, NotYet),
        (yes, "and", open, NotYet),
        (no, "or", no, Fail),
        (open, "or", yes, Pass),
        (yes, "or", open, Pass),
        (open, "or", no, NotYet),
        (no, "or", open, NotYet),
    ] {
        assert_eq!(judged(&format!("{left} {word} {right}"), &runs(), &[]).verdict, expected, "{left} {word} {right}");
    }
    // “and” binds tighter than “or”; brackets tighter still.
    assert_eq!(judged(&format!("{yes} or {no} and {no}"), &runs(), &[]).verdict, Pass);
    assert_eq!(judged(&format!("({yes} or {no}) and {no}"), &runs(), &[]).verdict, Fail);
    assert_eq!(judged(&format!("not {no} and not (not {yes})"), &runs(), &[]).verdict, Pass);
    value_is("(2 + 4) * 2 - 2 / 2 == 11", Pass, "11");
}

#[test]
fn the_order_of_events_counts() {
    let (answered, ran) = (Event::Answered("p1".into()), Event::Ran);
    let verdict = |events: &[Event]| judged("before(answered(\"p1\"), ran)", &[], events).verdict;
    assert_eq!(verdict(&[]), Verdict::NotYet);
    assert_eq!(verdict(std::slice::from_ref(&answered)), Verdict::NotYet);
    assert_eq!(verdict(std::slice::from_ref(&ran)), Verdict::Fail, "too late to predict");
    assert_eq!(verdict(&[answered.clone(), ran.clone()]), Verdict::Pass);
    assert_eq!(verdict(&[ran, answered.clone()]), Verdict::Fail);
    assert_eq!(judged("answered(\"p1\")", &[], &[answered]).verdict, Verdict::Pass);
    assert_eq!(judged("passed(\"b\")", &[], &[]).verdict, Verdict::NotYet);
}

#[test]
fn points_are_earned_rule_by_rule_once_the_conditions_hold() {
    let body = "settings.data.train == 50\n1 point: mean(arms.SET.test_accuracy) >= 90 %\nfail: You have {value}.\n\
                3 points: mean(arms.SET.test_accuracy) >= 95 %\nfail: Still {value}.";
    let check = read(4, body).expect("valid");
    let experiment = experiment();
    let judge = |check: &Check| check.judge(&Evidence { experiment: &experiment, runs: &runs(), events: &[] });
    let judgement = judge(&check);
    assert_eq!((judgement.verdict, judgement.points), (Verdict::Fail, 1));
    assert_eq!(judgement.message(), Some("Still 93.0\u{a0}%."));
    let unmet = read(4, &body.replace("== 50", "== 51")).expect("valid");
    assert_eq!(judge(&unmet).points, 0);
    let met = read(4, &body.replace("95 %", "92 %")).expect("valid");
    assert_eq!((judge(&met).verdict, judge(&met).points), (Verdict::Pass, 4));
    let plain = read(4, "settings.data.train == 50\nmean(arms.SET.test_accuracy) >= 95 %").expect("valid");
    assert_eq!(judge(&plain).points, 0, "all or nothing");
    assert_eq!(plain.arms(), ["SET"]);
    assert!(plain.needs_runs() && !plain.needs_measures());
}

#[test]
fn every_fault_of_a_rule_has_its_line_and_says_what_would_be_right() {
    for (body, line, wanted) in [
        ("mean(arms.SET.test_acuracy) >= 93 %", 11, "test_accuracy"),
        ("\n# words\nmeen(arms.SET.test_accuracy) >= 93 %", 13, "mean"),
        ("mean(arms.Set.test_accuracy) >= 93 %", 11, "SET"),
        ("arms.SET.test_accuracy", 11, "comparison"),
        ("arms.SET.test_accuracy >=", 11, "ends"),
        ("arms.SET.test_accuracy >= 93 % 4", 11, "the end"),
        ("arms.SET.test_accuracy = 0.9", 11, "=="),
        ("arms.SET.test_accuracy >= 6 points", 11, "points"),
        ("arms.SET.test_accuracy >= settings.data.train", 11, "share"),
        ("arms.SET.test_accuracy + settings.data.train >= 1", 11, "added"),
        ("mean(settings.data.train) >= 1", 11, "seed"),
        ("settings.sparsity.densty >= 1", 11, "sparsity.density"),
        ("settings.sparsity.method >= 1", 11, "=="),
        ("settings.sparsity.method == set", 11, "quotation"),
        ("settings.data.train == \"50\"", 11, "number"),
        ("experiment.layer_density >= 1 %", 11, "layer_density[1]"),
        ("experiment.layer_density[3] >= 1 %", 11, "has 2"),
        ("experiment.best_test_accuracy[1] >= 1 %", 11, "brackets"),
        ("answered(\"p2\")", 11, "p1"),
        ("passed(\"p1\")", 11, "no check"),
        ("before(ran)", 11, ","),
        ("(settings.data.train == 50", 11, ")"),
        ("arms.\"SET.connections == 1", 11, "quotation mark"),
        ("settings.data.train == 5x", 11, "runs into a word"),
        ("settings.data.train == 1e999", 11, "too large"),
        ("settings.data.train ~ 5", 11, "means nothing"),
        ("two points: ran", 11, "2 points"),
        ("fail: above nothing", 11, "above it there is none"),
        ("ran\nfail: one\nfail: two", 13, "above it there is none"),
        // What it explains is faulty, but there.
        ("arms.SET.test_accuracy >=\nfail: You have {value}.", 11, "ends"),
        ("ran\nfail:", 12, "says nothing"),
        ("ran\nfail: {mean}", 12, "{value}"),
        ("2 points: ran", 10, "points=2"),
        ("# nothing", 10, "no rule"),
    ] {
        let faults = read(1, body).expect_err(body);
        assert_eq!(faults.len(), 1, "{body}: {faults:?}");
        assert!(faults[0].line == line && faults[0].text.contains(wanted), "{body}: {faults:?}");
    }
    let deep = format!("{}1{} == 1", "(".repeat(100_000), ")".repeat(100_000));
    assert!(read(1, &deep).expect_err("too deep")[0].text.contains("brackets"));
    assert!(
        read(1, &format!("{}1 == 1", "not ".repeat(100_000))).is_err()
            && read(1, &format!("{}1 == 1", "-".repeat(100_000))).is_err()
    );
}

proptest::proptest! {
    /// Whatever somebody types is a check or a fault.
    #[test]
    fn any_text_is_a_check_or_a_fault(body in "([a-z.]{1,8}|arms|SET|\\.|mean\\(|\\)|[0-9]|%| |\n|fail:|[<>=]=|\"|-|[^a-z]){0,24}") {
        let _ = read(1, &body);
    }
}
