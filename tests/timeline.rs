//! The past of a run: looked at, continued as another arm, and kept within its budget.

mod runs;
mod sessions;

use std::path::Path;

use regrow::session::{Command, Direction, Fork, Session};
use regrow::storage::{load_experiment, parse_experiment};
use regrow::training::{ArmSpec, Moment, OptimizerSpec, SparsitySpec, Trainer, ValidExperiment};
use runs::{advance_to, bits, network_bits, trainer, unwatched};
use sessions::{do_it, session};

const SEED: u64 = 1;

/// Methods that keep more than connections and weights from one update to the next: running means of gradients, a
/// threshold, parameters in reserve, early weights.
const METHODS: &str = r#"
format = 1
name = "methods"
data = { source = "circle", train = 64, test = 100, noise_features = 4 }
network = { hidden = [14, 9], activation = "tanh" }
sparsity = { method = "set", density = 0.3, drop_fraction = 0.4, drop_schedule = "cosine" }
optimizer = { learning_rate = 0.1, momentum = 0.9, weight_decay = 0.001, schedule = "cosine" }
training = { epochs = 8, batch = 12, seeds = [1] }

[[arm]]
name = "RigL"
sparsity = { method = "rigl", update_every = { steps = 3 } }

[[arm]]
name = "SNFS"
sparsity.method = "snfs"

[[arm]]
name = "DSR"
sparsity.method = "dsr"

[[arm]]
name = "Top-KAST"
sparsity = { method = "top-kast", update_every = { steps = 4 } }

[[arm]]
name = "IMP"
sparsity = { method = "imp", update_every = { epochs = 1 } }
"#;

fn fork(name: &str) -> Command {
    Command::Fork(Box::new(Fork { name: name.to_owned(), ..Fork::default() }))
}

fn saved(session: &mut Session, folder: &Path) -> ValidExperiment {
    let path = folder.join("fork.toml");
    do_it(session, Command::Save(path.clone()));
    load_experiment(&path).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_fork_without_changes_ends_on_the_bits_of_its_parent_also_when_it_is_saved_loaded_and_run_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = session(METHODS);
    do_it(&mut session, Command::Play);
    let methods = session.arms().len();
    for (arm, update) in [(0, 3), (1, 5), (2, 2), (3, 4), (4, 6), (5, 2)] {
        do_it(&mut session, Command::SelectArm(arm));
        let position = session.history(arm).updates()[update - 1].position;
        do_it(&mut session, Command::LookAt(position));
        assert_eq!(session.past(), Some(position));
        do_it(&mut session, fork(&format!("fork of {arm}")));
    }
    for arm in 0..methods {
        let own = &session.arms()[methods + arm];
        assert_eq!(own.name, format!("fork of {arm}"));
        assert_eq!(bits(&session, methods + arm), bits(&session, arm), "{}", session.arms()[arm].name);
        let (parent, fork) = (session.history(arm), session.history(methods + arm));
        assert_eq!(fork.updates().len(), parent.updates().len());
        let records = |history: &regrow::session::History| {
            history.epochs().iter().map(|record| runs::record_bits(record)).collect::<Vec<_>>()
        };
        assert_eq!(records(fork), records(parent));
    }
    let loaded = saved(&mut session, folder.path());
    for arm in 0..methods {
        assert!(!loaded.arms()[methods + arm].later.is_empty());
        assert_eq!(unwatched(&loaded, methods + arm, SEED), bits(&session, arm), "{}", session.arms()[arm].name);
    }
}

#[test]
fn a_fork_with_changes_is_what_a_run_comes_to_whose_settings_are_changed_there() {
    let mut session = session(METHODS);
    do_it(&mut session, Command::Play);
    let update = session.history(0).updates()[3].position;
    do_it(&mut session, Command::LookAt(update));
    let sparsity = SparsitySpec { drop_fraction: Some(0.1), ..SparsitySpec::default() };
    let optimizer = OptimizerSpec { learning_rate: Some(0.02), ..OptimizerSpec::default() };
    do_it(&mut session, Command::Fork(Box::new(Fork { name: "slower".to_owned(), sparsity, optimizer })));
    assert_eq!((session.selected(), session.past()), (6, None), "the new arm is shown, where the others are");
    assert_eq!(session.draft().arms[5].later[0].after, Moment::Updates(4));

    let mut by_hand = trainer(session.experiment(), 0, SEED);
    advance_to(&mut by_hand, update);
    let mut tuning = by_hand.tuning().clone();
    tuning.learning_rate = 0.02;
    tuning.recipe.as_mut().expect("SET evolves").drop_fraction = 0.1;
    by_hand.follow(&tuning.into());
    advance_to(&mut by_hand, u64::MAX);
    assert_eq!(bits(&session, 6), network_bits(by_hand.network()));
    assert_ne!(bits(&session, 6), bits(&session, 0));

    do_it(&mut session, Command::Undo);
    assert_eq!((session.arms().len(), session.history(0).epochs().len()), (6, 9), "the others stay where they are");
    do_it(&mut session, Command::Redo);
    assert_eq!(bits(&session, 6), network_bits(by_hand.network()), "from its beginning it comes to the same");
}

#[test]
fn a_fork_of_a_run_that_was_changed_by_hand_is_saved_with_these_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = session(METHODS);
    do_it(&mut session, Command::GoToEpoch(3));
    let mut spec = session.draft().clone();
    spec.optimizer.learning_rate = Some(0.03);
    do_it(&mut session, Command::Edit(Box::new(spec)));
    do_it(&mut session, Command::Play);
    do_it(&mut session, Command::GoToEpoch(6));
    do_it(&mut session, fork("fork"));
    assert_eq!(bits(&session, 6), bits(&session, 0));
    let loaded = saved(&mut session, folder.path());
    assert_eq!(unwatched(&loaded, 6, SEED), bits(&session, 6));
    assert_ne!(unwatched(&loaded, 0, SEED), bits(&session, 0), "the arm itself begins with what holds now");
}

#[test]
fn every_moment_looks_as_it_was_also_when_little_of_it_is_kept() {
    for budget in [64 << 20, 60_000] {
        let mut session = session(METHODS);
        do_it(&mut session, Command::SetTimelineBudget(budget));
        do_it(&mut session, Command::Play);
        assert_eq!(session.is_past_thinned(0), budget < 1 << 20);
        let steps = session.steps_per_epoch();
        for arm in [0, 1, 4] {
            do_it(&mut session, Command::SelectArm(arm));
            let mut run = trainer(session.experiment(), arm, SEED);
            for moment in session.history(arm).moments(steps) {
                do_it(&mut session, Command::LookAt(moment));
                advance_to(&mut run, moment);
                let snapshot = &session.history(arm).view().expect("a view").snapshot;
                let expected = run.snapshot();
                assert_eq!((snapshot.position, snapshot.updates), (moment, expected.updates), "budget {budget}");
                assert_eq!(network_bits(&snapshot.network), network_bits(&expected.network), "at {moment}");
                assert_eq!((&snapshot.born, snapshot.next_update), (&expected.born, expected.next_update));
                let forgotten = snapshot.gradients.is_empty();
                assert!(forgotten && budget < 1 << 20 || snapshot.gradients == expected.gradients);
            }
        }
    }
}

#[test]
fn the_budget_holds_at_once_when_it_is_lowered_and_what_is_taken_back_takes_no_bytes() {
    // Long enough for its moments to take more than the untrained networks.
    let mut session = session(&METHODS.replace("epochs = 8", "epochs = 40"));
    let at_the_start = session.timeline_bytes().0;
    do_it(&mut session, Command::Play);
    let all = session.timeline_bytes().0;
    // A quarter is for checkpoints: as long as the untrained networks fit in there, nothing takes more than it may.
    let untrained: Vec<usize> = (0..6).map(|arm| trainer(session.experiment(), arm, SEED).bytes()).collect();
    let least = 4 * 6 * untrained.iter().max().expect("six");
    assert!(all > 2 * least, "{all} bytes, and {least} at least");
    for budget in [all, 3 * all / 4, 5 * least / 4] {
        do_it(&mut session, Command::SetTimelineBudget(budget));
        assert!(session.timeline_bytes().0 <= budget, "{:?}", session.timeline_bytes());
    }
    // Where they do not fit, nothing but them exceeds it.
    do_it(&mut session, Command::SetTimelineBudget(0));
    let rest = session.timeline_bytes().0;
    assert!(rest >= untrained.iter().sum() && rest <= at_the_start, "{rest}: {untrained:?}, {at_the_start}");
    let middle = 2 * (4 * session.steps_per_epoch() + 2);
    let end = bits(&session, 0);
    do_it(&mut session, Command::SetTimelineBudget(64 << 20));
    do_it(&mut session, Command::RewindTo(middle));
    assert_eq!(session.live_position(), middle);
    do_it(&mut session, Command::RewindTo(0));
    assert_eq!(session.timeline_bytes().0, rest, "of all that was kept the untrained networks are left");
    do_it(&mut session, Command::Play);
    assert_eq!(bits(&session, 0), end);
    do_it(&mut session, Command::Reset);
    assert_eq!(session.timeline_bytes().0, at_the_start);
    do_it(&mut session, Command::Play);
    assert_eq!(session.timeline_bytes().0, all);
    do_it(&mut session, Command::RewindTo(0));
    assert_eq!(session.timeline_bytes().0, at_the_start);
}

#[test]
fn the_recording_plays_both_ways_and_ends_at_its_ends() {
    let mut session = session(METHODS);
    do_it(&mut session, Command::GoToEpoch(2));
    session.execute(Command::Replay(Some(Direction::Back)));
    let mut shown = Vec::new();
    while session.replaying().is_some() {
        session.update();
        if session.is_past_settled() && shown.last() != Some(&session.shown_position()) {
            shown.push(session.shown_position());
        }
    }
    assert!(shown.is_sorted_by(|before, after| before > after) && shown.last() == Some(&0), "{shown:?}");
    session.execute(Command::Replay(Some(Direction::On)));
    while session.past().is_some() {
        session.update();
    }
    assert_eq!(session.shown_position(), session.live_position());
}

#[test]
fn arms_come_and_go_while_the_others_stay_where_they_are() {
    let mut session = session(METHODS);
    do_it(&mut session, Command::GoToEpoch(4));
    let before = bits(&session, 0);
    let mut spec = session.draft().clone();
    spec.arms.remove(1);
    let dense: ArmSpec = toml::from_str("name = \"dense\"\nsparsity.method = \"dense\"").expect("an arm");
    spec.arms.push(dense);
    do_it(&mut session, Command::Edit(Box::new(spec)));
    assert_eq!(
        session.arms().iter().map(|arm| arm.name.as_str()).collect::<Vec<_>>(),
        ["SET", "RigL", "DSR", "Top-KAST", "IMP", "dense"]
    );
    assert_eq!(bits(&session, 0), before);
    for arm in 0..6 {
        let mut run: Trainer = trainer(session.experiment(), arm, SEED);
        advance_to(&mut run, session.history(arm).view().expect("a view").snapshot.position);
        assert_eq!(run.epochs_done(), 4, "the new arm has caught up");
        assert_eq!(bits(&session, arm), network_bits(run.network()));
    }
    do_it(&mut session, Command::Play);
    for arm in 0..6 {
        assert_eq!(bits(&session, arm), unwatched(session.experiment(), arm, SEED));
    }
    // Before the moment at which the arm came, and a second fork: neither says more than that it goes on.
    do_it(&mut session, Command::SelectArm(5));
    do_it(&mut session, Command::GoToEpoch(2));
    do_it(&mut session, fork("dense again"));
    do_it(&mut session, Command::GoToEpoch(3));
    do_it(&mut session, fork("and again"));
    for arm in [6, 7] {
        assert_eq!(bits(&session, arm), bits(&session, 5));
        assert_eq!(unwatched(session.experiment(), arm, SEED), bits(&session, 5));
    }
    let own = &session.draft().arms[5];
    assert_eq!((own.sparsity.method, own.later.len()), (session.draft().arms[4].sparsity.method, 1));
    assert_eq!(
        session.draft().arms[6].later.iter().map(|later| later.after).collect::<Vec<_>>(),
        [Moment::Epochs(2), Moment::Epochs(3)]
    );
}

#[test]
fn bookmarks_lead_back_and_are_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = session(METHODS);
    do_it(&mut session, Command::GoToEpoch(2));
    do_it(&mut session, Command::AddBookmark);
    do_it(&mut session, Command::StepUpdate);
    do_it(&mut session, Command::AddBookmark);
    do_it(&mut session, Command::RenameBookmark { index: 1, name: "now watch".to_owned() });
    do_it(&mut session, Command::GoToEpoch(5));
    do_it(&mut session, Command::GoToBookmark(1));
    assert_eq!(session.past(), Some(session.history(0).updates()[1].position));
    do_it(&mut session, Command::GoToBookmark(0));
    assert_eq!(session.past(), Some(2 * 2 * session.steps_per_epoch()));
    let marks = saved(&mut session, folder.path()).spec().bookmarks.clone();
    let marks: Vec<_> = marks.iter().map(|mark| (mark.name.as_str(), mark.at)).collect();
    assert_eq!(marks, [("Epoch 2", Moment::Epochs(2)), ("now watch", Moment::Updates(2))]);
    do_it(&mut session, Command::Reset);
    do_it(&mut session, Command::GoToBookmark(0));
    assert_eq!((session.past(), session.live_position()), (None, 4 * session.steps_per_epoch()), "trained up to it");
    do_it(&mut session, Command::RemoveBookmark(0));
    do_it(&mut session, Command::Undo);
    assert_eq!(session.draft().bookmarks.len(), 2);
}

#[test]
fn what_changes_later_is_checked() {
    let faults = |text: &str| {
        let faults = parse_experiment(&format!("{METHODS}\n{text}")).expect_err("a fault");
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let text = "[[arm]]\nname = \"a\"\n[[arm.later]]\nafter = { epochs = 2 }\n";
    let lines = METHODS.lines().count() + 1;
    let fault = faults(&format!("{text}sparsity.density = 0.5"));
    assert!(fault.contains("belongs to the start of a run"), "{fault}");
    let fault = faults(&format!("{text}sparsity.drop_fraction = 1.5"));
    assert!(fault.starts_with(&format!("line {}: arm.later.sparsity.drop_fraction", lines + 5)), "{fault}");
    let fault = faults(&format!("{text}optimizer.name = \"adam\""));
    assert!(fault.contains("cannot change on its way"), "{fault}");
    let fault = faults("[[later]]\nafter = { years = 2 }");
    assert!(fault.contains("years"), "{fault}");
    let fault = faults("[[bookmark]]\nname = \" \"\nat = { epochs = 2 }");
    assert!(fault.contains("no name that can be read"), "{fault}");
}
