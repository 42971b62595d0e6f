//! Working by hand on a live run: done at once, undone, done again, kept, and the same bits however one comes there.

mod runs;
mod sessions;

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use regrow::session::{Budget, Command, Fork, Session};
use regrow::sparse::Place;
use regrow::storage::load_experiment;
use regrow::topology::{DensitySchedule, Method};
use regrow::training::{Moment, Operation, ValidExperiment};
use runs::{advance_to, bits, network_bits, trainer, unwatched};
use sessions::{attempt, do_it, notice, rest, session};

const EXPERIMENT: &str = r#"
format = 1
name = "by hand"
data = { source = "circle", train = 64, test = 100, noise_features = 4 }
network = { hidden = [14, 9], activation = "tanh" }
sparsity = { method = "set", density = 0.3, drop_fraction = 0.4 }
optimizer = { learning_rate = 0.1, momentum = 0.9, weight_decay = 0.001, schedule = "cosine" }
training = { epochs = 8, batch = 12, seeds = [1] }

[[arm]]
name = "RigL"
sparsity = { method = "rigl", update_every = { steps = 3 } }

[[arm]]
name = "Top-KAST"
sparsity = { method = "top-kast", update_every = { steps = 4 } }

[[arm]]
name = "GMP"
sparsity = { method = "gmp", update_every = { steps = 4 } }

[[arm]]
name = "dense"
sparsity.method = "dense"
"#;

fn saved(session: &mut Session, folder: &Path) -> ValidExperiment {
    let path = folder.join("by hand.toml");
    do_it(session, Command::Save(path.clone()));
    load_experiment(&path).unwrap_or_else(|error| panic!("{error}"))
}

/// Connections and empty places of a layer of the arm that is shown.
fn places(session: &Session, layer: usize) -> (Vec<Place>, Vec<Place>) {
    let view = session.history(session.selected()).view().expect("a view");
    let weights = &view.snapshot.network.layers()[layer].weights;
    let (sources, targets) = (weights.n_in(), weights.n_out());
    let narrow = |neuron: usize| u32::try_from(neuron).expect("small");
    let place = |source, target| Place { source: narrow(source), target: narrow(target) };
    let all = (0..sources).flat_map(|source| (0..targets).map(move |target| place(source, target)));
    all.partition(|place| weights.find(*place).is_some())
}

/// Exchanges one connection of the first layer for another, and sets the weight of a third.
fn rewire(session: &mut Session) {
    let (taken, empty) = places(session, 0);
    let operation = Operation {
        cut: vec![taken[1]],
        add: vec![(empty[2], 0.5)],
        set: vec![(taken[3], -0.25)],
        ..Operation::default()
    };
    do_it(session, Command::Operate(operation));
    let (after, _) = places(session, 0);
    assert!(!after.contains(&taken[1]) && after.contains(&empty[2]), "{}", notice(session));
}

fn freeze(layer: usize) -> Command {
    Command::Operate(Operation { layer, freeze: true, ..Operation::default() })
}

/// Works on the runs at a middle of an epoch, just after an update, and at the end of an epoch with one due.
fn worked_on() -> Session {
    let mut session = session(EXPERIMENT);
    for _ in 0..7 {
        do_it(&mut session, Command::StepBatch);
    }
    rewire(&mut session);
    rewire(&mut session);
    do_it(&mut session, Command::SelectArm(1));
    do_it(&mut session, Command::StepUpdate);
    rewire(&mut session);
    do_it(&mut session, Command::SelectArm(2));
    do_it(&mut session, Command::GoToEpoch(3));
    rewire(&mut session);
    do_it(&mut session, freeze(1));
    do_it(&mut session, Command::SelectArm(3));
    rewire(&mut session);
    do_it(&mut session, Command::SelectArm(0));
    rewire(&mut session);
    session
}

#[test]
fn what_is_done_on_a_live_run_comes_to_the_same_saved_loaded_rewound_forked_and_unwatched() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = worked_on();
    let moments: Vec<_> = session.draft().operations.iter().map(|own| own.after).collect();
    assert_eq!(moments, [Moment::Steps(7), Moment::Steps(7), Moment::Epochs(3)]);
    assert_eq!(session.draft().arms[0].operations[0].after, Moment::Updates(3));
    assert_eq!([1, 2, 3].map(|arm| session.arms()[arm].operations.len()), [1, 2, 1]);
    let here = session.live_position();
    let now: Vec<_> = (0..5).map(|arm| bits(&session, arm)).collect();
    do_it(&mut session, Command::Play);
    let ends: Vec<_> = (0..5).map(|arm| bits(&session, arm)).collect();
    for position in [here + 1, here, here - 2, 15, 14, 3, 0] {
        do_it(&mut session, Command::RewindTo(position));
        if position == here {
            assert_eq!((0..5).map(|arm| bits(&session, arm)).collect::<Vec<_>>(), now, "with all that was done there");
        }
        do_it(&mut session, Command::Play);
        for (arm, end) in ends.iter().enumerate() {
            assert_eq!(bits(&session, arm), *end, "{} from {position}", session.arms()[arm].name);
        }
    }
    let loaded = saved(&mut session, folder.path());
    for (arm, end) in ends.iter().enumerate() {
        assert_eq!(unwatched(&loaded, arm, 1), *end, "{}", session.arms()[arm].name);
    }
    for (arm, end) in ends.iter().enumerate().take(4) {
        do_it(&mut session, Command::SelectArm(arm));
        do_it(&mut session, Command::LookAt(here));
        do_it(&mut session, Command::Fork(Box::new(Fork { name: format!("fork of {arm}"), ..Fork::default() })));
        assert_eq!(bits(&session, 5 + arm), *end, "fork of {}", session.arms()[arm].name);
        let of = |arm: usize| session.history(arm).updates().iter().map(|record| record.position).collect::<Vec<_>>();
        assert_eq!(of(5 + arm), of(arm), "each is recorded once");
    }
    let forked = saved(&mut session, folder.path());
    for (arm, end) in ends.iter().enumerate().take(4) {
        assert_eq!(unwatched(&forked, 5 + arm, 1), *end);
    }
    let path = folder.path().join("run.regrow");
    do_it(&mut session, Command::SaveRun(path.clone()));
    do_it(&mut session, Command::Open(path));
    assert!(notice(&session).starts_with("Verified"), "{}", notice(&session));
}

#[test]
fn a_change_of_settings_and_work_by_hand_are_saved_together_and_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = worked_on();
    do_it(&mut session, Command::GoToEpoch(4));
    let mut spec = session.draft().clone();
    spec.optimizer.learning_rate = Some(0.02);
    do_it(&mut session, Command::Edit(Box::new(spec)));
    do_it(&mut session, Command::GoToEpoch(6));
    rewire(&mut session);
    do_it(&mut session, Command::GoToEpoch(7));
    let path = folder.path().join("run.regrow");
    let before: Vec<_> = (0..5).map(|arm| bits(&session, arm)).collect();
    do_it(&mut session, Command::SaveRun(path.clone()));
    do_it(&mut session, Command::Open(path));
    assert!(notice(&session).starts_with("Verified"), "{}", notice(&session));
    assert_eq!((0..5).map(|arm| bits(&session, arm)).collect::<Vec<_>>(), before);
}

#[test]
fn everything_done_by_hand_is_undone_one_by_one_to_the_bits_before_and_done_again() {
    let mut session = session(EXPERIMENT);
    do_it(&mut session, Command::GoToEpoch(2));
    let mut states = vec![bits(&session, 0)];
    for _ in 0..3 {
        rewire(&mut session);
        states.push(bits(&session, 0));
    }
    do_it(&mut session, Command::StepEpoch);
    do_it(&mut session, freeze(2));
    assert!(session.is_frozen(2) && !session.is_frozen(0));
    let frozen = bits(&session, 0);
    do_it(&mut session, Command::GoToEpoch(5));
    do_it(&mut session, Command::Undo);
    assert_eq!(notice(&session), "Undone: what was done by hand in layer 3 after epoch 3.");
    assert_eq!((bits(&session, 0), session.is_frozen(2)), (frozen.clone(), false));
    assert_eq!(session.live_position(), 2 * 3 * session.steps_per_epoch(), "all are back where it was done");
    for state in states.iter().rev().skip(1) {
        do_it(&mut session, Command::Undo);
        assert_eq!((bits(&session, 0), session.live_position()), (state.clone(), 4 * session.steps_per_epoch()));
        assert_eq!(session.history(0).updates().last().map(|record| record.update), Some(1), "{}", notice(&session));
    }
    assert!(session.draft().operations.is_empty());
    for state in &states[1..] {
        do_it(&mut session, Command::Redo);
        assert_eq!(bits(&session, 0), *state);
    }
    // Undone while the runs go on, and done again from further on: all go back for it.
    session.execute(Command::Play);
    do_it(&mut session, Command::Undo);
    assert_eq!(bits(&session, 0), states[2]);
    do_it(&mut session, Command::GoToEpoch(6));
    do_it(&mut session, Command::Redo);
    assert_eq!((bits(&session, 0), session.live_position()), (states[3].clone(), 4 * session.steps_per_epoch()));
    do_it(&mut session, Command::Play);
    assert_eq!(bits(&session, 0), unwatched(session.experiment(), 0, 1));
}

#[test]
fn while_it_trains_it_rests_for_what_is_done_and_what_comes_after_waits() {
    let text = EXPERIMENT.replace("epochs = 8", "epochs = 4000");
    let mut session = session(&text);
    session.execute(Command::Play);
    let start = Instant::now();
    while session.live_position() < 40 {
        session.update();
        assert!(start.elapsed() < Duration::from_mins(1));
        sleep(Duration::from_millis(1));
    }
    for layer in 0..3 {
        session.execute(freeze(layer));
    }
    session.execute(Command::SetSeed(1));
    assert!(!session.is_at_rest());
    rest(&mut session);
    assert!(!session.is_playing() && session.draft().operations.len() == 3, "{}", notice(&session));
    let at: Vec<_> = session.draft().operations.iter().map(|own| own.after).collect();
    assert!(at[0] == at[1] && at[1] == at[2], "{at:?}");
}

#[test]
fn what_cannot_be_done_is_said_and_nothing_changes() {
    let mut session = session(EXPERIMENT);
    do_it(&mut session, Command::GoToEpoch(2));
    let before = session.draft().clone();
    let (taken, empty) = places(&session, 0);
    let refused = |session: &mut Session, operation: Operation, wanted: &str| {
        attempt(session, Command::Operate(operation));
        assert!(notice(session).contains(wanted), "{wanted}: {}", notice(session));
        assert_eq!(*session.draft(), before);
    };
    let plain = Operation::default;
    refused(&mut session, Operation { cut: vec![empty[0]], ..plain() }, "there is no connection from neuron");
    refused(&mut session, Operation { add: vec![(taken[0], 0.1)], ..plain() }, "already");
    refused(&mut session, Operation { add: vec![(empty[0], f32::NAN)], ..plain() }, "would be NaN");
    let far = Place { source: u32::MAX, target: u32::MAX };
    refused(&mut session, Operation { add: vec![(far, 1.0)], ..plain() }, "lies outside");
    refused(&mut session, Operation { layer: 9, freeze: true, ..plain() }, "no layer 10");
    refused(&mut session, Operation { layer: usize::MAX, freeze: true, ..plain() }, "no layer");
    refused(&mut session, Operation { thaw: true, ..plain() }, "not frozen");
    refused(&mut session, plain(), "othing is cut");
    attempt(&mut session, Command::Dismiss);
    do_it(&mut session, Command::SelectArm(4));
    refused(&mut session, Operation { cut: vec![taken[0]], ..plain() }, "is dense");
    attempt(&mut session, Command::Dismiss);
    do_it(&mut session, Command::LookAt(3));
    assert_eq!(session.operable().unwrap_err(), "This is the past. Return to live, or fork here.");
    refused(&mut session, Operation { freeze: true, ..plain() }, "This is the past");
    do_it(&mut session, Command::Play);
    assert!(session.operable().unwrap_err().starts_with("All epochs are trained"));
}

#[test]
fn the_past_shows_what_was_done_also_when_little_of_it_is_kept() {
    for budget in [64 << 20, 30_000] {
        let mut session = worked_on();
        do_it(&mut session, Command::SetTimelineBudget(budget));
        do_it(&mut session, Command::Play);
        for arm in [0, 1, 2] {
            do_it(&mut session, Command::SelectArm(arm));
            let by_hand = session.history(arm).updates().iter().filter(|record| record.by_hand.is_some()).count();
            assert_eq!(by_hand, session.arms()[arm].operations.len());
            for moment in session.history(arm).moments(session.steps_per_epoch()) {
                do_it(&mut session, Command::LookAt(moment));
                let mut run = trainer(session.experiment(), arm, 1);
                advance_to(&mut run, moment);
                let shown = &session.history(arm).view().expect("a view").snapshot;
                assert_eq!(network_bits(&shown.network), network_bits(run.network()), "arm {arm} at {moment}");
                let expected = run.snapshot();
                assert_eq!((shown.operations, &shown.frozen), (expected.operations, &expected.frozen));
                let seen = session.history(arm).shown_updates().iter().filter(|record| record.by_hand.is_some());
                assert_eq!(seen.count(), expected.operations as usize, "budget {budget}, arm {arm} at {moment}");
                do_it(&mut session, Command::ReturnToLive);
            }
        }
    }
}

#[test]
fn going_another_way_drops_what_was_to_come_and_undo_brings_it_back() {
    let mut session = worked_on();
    let all = session.draft().operations.clone();
    do_it(&mut session, Command::RewindTo(16));
    do_it(&mut session, freeze(0));
    assert!(
        notice(&session).starts_with("One thing that was to be done by hand later is dropped"),
        "{}",
        notice(&session)
    );
    assert_eq!(session.draft().operations.len(), 3);
    do_it(&mut session, Command::Play);
    assert_eq!(bits(&session, 0), unwatched(session.experiment(), 0, 1));
    do_it(&mut session, Command::Undo);
    assert_eq!(session.draft().operations, all);
    do_it(&mut session, Command::Play);
    for arm in 0..5 {
        assert_eq!(bits(&session, arm), unwatched(session.experiment(), arm, 1));
    }
}

#[test]
fn a_rival_begins_with_the_same_network_and_only_its_student_changes_it() {
    let mut session = session(EXPERIMENT);
    do_it(&mut session, Command::SelectArm(1));
    do_it(&mut session, Command::GoToEpoch(2));
    let start = bits(&session, 1);
    do_it(&mut session, Command::AddRival);
    assert_eq!((session.selected(), session.arms()[5].name.as_str()), (5, "by hand"));
    assert_eq!(bits(&session, 5), start);
    rewire(&mut session);
    let connections = session.connections(1);
    assert_eq!(session.budget(5), Budget { connections, allowed: session.arms()[1].total_connections() });
    do_it(&mut session, Command::Play);
    let after =
        |record: &&std::sync::Arc<regrow::training::UpdateRecord>| record.position > 2 * 2 * session.steps_per_epoch();
    assert_eq!(session.history(5).updates().iter().filter(after).count(), 0, "its evolution is off");
    assert_eq!(session.history(5).updates().iter().filter(|record| record.by_hand.is_some()).count(), 1);
    assert!(session.history(1).updates().iter().filter(after).count() > 3);
    assert_eq!(bits(&session, 5), unwatched(session.experiment(), 5, 1));
    assert_ne!(bits(&session, 5), bits(&session, 1));
    do_it(&mut session, Command::SelectArm(0));
    do_it(&mut session, Command::LookAt(0));
    do_it(&mut session, Command::AddRival);
    assert_eq!(session.arms()[6].name, "by hand 2");
    assert!(session.history(6).updates().is_empty());
    do_it(&mut session, Command::SelectArm(4));
    do_it(&mut session, Command::AddRival);
    assert!(notice(&session).starts_with("A dense network"), "{}", notice(&session));
    do_it(&mut session, Command::SelectArm(3));
    do_it(&mut session, Command::AddRival);
    assert!(notice(&session).starts_with("“GMP” has other numbers"), "{}", notice(&session));
    assert_eq!(session.arms().len(), 7);
}

#[test]
fn every_method_that_keeps_its_number_of_connections_can_be_raced() {
    for method in Method::all() {
        let own = match method.key() {
            "imp" => ", update_every = { epochs = 1 }, density_schedule = { rounds = { initial = 1.0, share = 0.4 } }",
            _ if method.recipe().is_some() => ", update_every = { epochs = 1 }",
            _ => "",
        };
        let mut session = session(&format!(
            "format = 1\nname = \"race\"\ndata = {{ source = \"circle\", train = 64, test = 50, noise_features = 4 }}\n\
             network = {{ hidden = [12, 8], activation = \"tanh\" }}\nsparsity = {{ method = \"{}\", density = 0.4{own} }}\n\
             training = {{ epochs = 12, batch = 12, seeds = [1] }}",
            method.key()
        ));
        do_it(&mut session, Command::GoToEpoch(3));
        do_it(&mut session, Command::AddRival);
        let constant = method.recipe().is_none_or(|recipe| recipe.density == DensitySchedule::Constant);
        if method.is_dense() || !constant {
            assert_eq!(session.arms().len(), 1, "{}: {}", method.key(), notice(&session));
            assert!(session.notice().is_some(), "{}", method.key());
            continue;
        }
        assert_eq!((session.arms().len(), bits(&session, 1)), (2, bits(&session, 0)), "{}", method.key());
        let updates = session.history(1).updates().len();
        let (taken, empty) = places(&session, 0);
        let beside = |cut: &Place| empty.iter().find(|place| place.target == cut.target).map(|add| (*cut, *add));
        let (cut, add) = taken.iter().find_map(beside).expect("a neuron with an empty place");
        let rewire = Operation { cut: vec![cut], add: vec![(add, 0.3)], ..Operation::default() };
        do_it(&mut session, Command::Operate(rewire));
        do_it(&mut session, Command::Play);
        assert_eq!(session.history(1).updates().len(), updates + 1, "{}", method.key());
        assert_eq!(bits(&session, 1), unwatched(session.experiment(), 1, 1), "{}", method.key());
        assert_eq!(bits(&session, 0), unwatched(session.experiment(), 0, 1), "{}", method.key());
    }
}

#[test]
fn an_arm_that_could_not_do_it_goes_on_when_it_no_longer_has_to() {
    let plain = session(EXPERIMENT);
    let (_, empty) = places(&plain, 0);
    let (source, target) = (empty[0].source + 1, empty[0].target + 1);
    let text =
        format!("{EXPERIMENT}\n[[operation]]\nafter = {{ steps = 3 }}\nlayer = 1\ncut = [[{source}, {target}]]\n");
    let mut session = session(&text);
    attempt(&mut session, Command::Play);
    let text = notice(&session);
    assert!(text.starts_with("SET stopped: operation 1, by hand in layer 1 after step 3"), "{text}");
    assert!(text.ends_with("The other arms go on.") && session.operable().is_err(), "{text}");
    assert_eq!(bits(&session, 1), unwatched(session.experiment(), 1, 1));
    let mut spec = session.draft().clone();
    spec.operations.clear();
    do_it(&mut session, Command::Edit(Box::new(spec)));
    do_it(&mut session, Command::Play);
    for arm in 0..5 {
        assert_eq!(bits(&session, arm), unwatched(plain.experiment(), arm, 1), "{}", session.arms()[arm].name);
    }
}

#[test]
fn work_by_hand_is_kept_for_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = session(EXPERIMENT);
    session.keep_in(folder.path(), false);
    do_it(&mut session, Command::GoToEpoch(1));
    rewire(&mut session);
    let kept = session.draft().clone();
    do_it(&mut session, Command::GoToEpoch(3));
    let expected = bits(&session, 0);
    drop(session);
    let mut again = sessions::session("format = 1\nname = \"other\"\ndata.source = \"xor\"");
    again.keep_in(folder.path(), false);
    rest(&mut again);
    assert_eq!(*again.draft(), kept);
    do_it(&mut again, Command::GoToEpoch(3));
    assert_eq!(bits(&again, 0), expected);
}
