//! Mean degrees of inputs over time, against a count of every input's connections at every step.

mod sessions;

use std::collections::BTreeSet;

use regrow::session::{Command, InputDegrees, MeanDegrees, Session, Speed};
use regrow::sparse::Place;
use sessions::{EVOLVING, do_it, session};

/// Reads on to the moment that is shown.
fn read(degrees: &mut InputDegrees, session: &Session) -> MeanDegrees {
    assert!(degrees.follow(session, 0), "a small network at once");
    degrees.mean(&session.history(0).view().expect("a view").snapshot).expect("a sparse layer")
}

/// Step by step back to where so many were done, from the connections that there are and those that came and went.
fn counted(session: &Session, from: u64) -> Vec<f64> {
    let history = session.history(0);
    let snapshot = &history.view().expect("a view").snapshot;
    let layer = snapshot.network.layers()[0].weights.connectivity().expect("sparse");
    let mut there: BTreeSet<Place> = layer.iter().collect();
    let mut sums = vec![0_u32; layer.sources()];
    let mut updates = history.shown_updates().iter().rev().peekable();
    for step in (from..snapshot.step).rev() {
        while let Some(record) = updates.next_if(|record| record.step > step) {
            assert!(record.added[0].iter().all(|place| there.remove(place)));
            assert!(record.removed[0].iter().all(|(place, _)| there.insert(*place)));
        }
        for place in &there {
            sums[place.source as usize] += 1;
        }
    }
    let steps = u32::try_from(snapshot.step - from).expect("few");
    sums.iter().map(|&sum| f64::from(sum) / f64::from(steps)).collect()
}

fn assert_counted(found: &MeanDegrees, session: &Session, from: u64) {
    assert_eq!((found.from, found.to), (from, session.history(0).view().expect("a view").snapshot.step));
    for (found, expected) in found.by_input.iter().zip(counted(session, from)) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}

#[test]
fn means_are_those_of_a_count_step_by_step_on_and_back_and_after_a_rewind() {
    let mut session = session(EVOLVING);
    do_it(&mut session, Command::SetSpeed(Speed::FULL));
    let mut degrees = InputDegrees::default();
    let first = read(&mut degrees, &session);
    let mut at_start = vec![0.0; first.by_input.len()];
    for place in session.history(0).first()[0].as_ref().expect("sparse").iter() {
        at_start[place.source as usize] += 1.0;
    }
    assert_eq!((first.by_input, first.from, first.to), (at_start, 0, 0), "nothing trained");
    for epoch in [1, 5, 12] {
        do_it(&mut session, Command::GoToEpoch(epoch));
        assert_counted(&read(&mut degrees, &session), &session, 0);
    }
    assert!(session.history(0).updates().len() > 5);
    let moments = session.history(0).moments(session.steps_per_epoch());
    for &moment in [moments[7], moments[2], moments[9]].iter().chain(moments.last()) {
        do_it(&mut session, Command::LookAt(moment));
        if session.shown_position() > 0 {
            assert_counted(&read(&mut degrees, &session), &session, 0);
        }
    }
    let second_epoch = 2 * 2 * session.steps_per_epoch();
    do_it(&mut session, Command::RewindTo(second_epoch));
    assert_counted(&read(&mut degrees, &session), &session, 0);
    do_it(&mut session, Command::Reset);
    assert_eq!(read(&mut degrees, &session).to, 0);
}

#[test]
fn it_begins_where_what_changed_has_been_forgotten() {
    // Each update moves 0.9 of 120,000 connections, 20 bytes each: the 64 MB of a run hold fewer than 40 of them.
    let restless = EVOLVING
        .replace("noise_features = 6", "noise_features = 200")
        .replace("hidden = [10, 6]", "hidden = [6000]")
        .replace(
            "density = 0.3, drop_fraction = 0.4, update_every = { steps = 5 }",
            "density = 0.1, drop_fraction = 0.9, update_every = { steps = 1 }",
        );
    let mut session = session(&restless);
    let mut followed = InputDegrees::default();
    read(&mut followed, &session);
    do_it(&mut session, Command::SetSpeed(Speed::FULL));
    do_it(&mut session, Command::GoToEpoch(12));
    let forgotten =
        session.history(0).updates().iter().rfind(|record| record.has_forgotten()).expect("it forgets").step;
    while !followed.follow(&session, 0) {}
    let anew = InputDegrees::mean_of(&session, 0).expect("a sparse layer");
    for degrees in [read(&mut followed, &session), anew] {
        assert_counted(&degrees, &session, forgotten);
    }
}
