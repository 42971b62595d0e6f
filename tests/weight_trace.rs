//! The life of a connection over the recorded past, against the moments themselves as they are looked at one by one.

mod sessions;

use regrow::session::{Command, Life, LifeEvent, Session, Speed, WeightTrace};
use regrow::sparse::Place;
use sessions::{EVOLVING, do_it, session};

/// Reads all that has been recorded.
fn read(trace: &mut WeightTrace, session: &Session, at: (usize, Place)) {
    for _ in 0..100_000 {
        trace.follow(session, 0, Some(at));
        if trace.is_complete() {
            return;
        }
    }
    panic!("it never ends");
}

fn weight(session: &Session, (layer, place): (usize, Place)) -> Option<f32> {
    let weights = &session.history(0).view().expect("a view").snapshot.network.layers()[layer].weights;
    weights.find(place).map(|connection| weights.values()[connection])
}

fn places(session: &Session) -> Vec<(usize, Place)> {
    let layers = session.history(0).first().iter().enumerate();
    layers
        .filter_map(|(layer, own)| Some((layer, own.as_ref()?)))
        .flat_map(|(layer, own)| {
            let targets = own.targets();
            (0..own.places()).map(move |index| {
                let number = |neuron: usize| u32::try_from(neuron).expect("small");
                (layer, Place { source: number(index / targets), target: number(index % targets) })
            })
        })
        .collect()
}

#[test]
fn every_place_has_the_weights_that_it_had_and_the_events_that_explain_them() {
    let mut session = session(EVOLVING);
    do_it(&mut session, Command::SetSpeed(Speed::FULL));
    do_it(&mut session, Command::GoToEpoch(12));
    let moments = session.history(0).moments(session.steps_per_epoch());
    assert!(moments.len() > 15, "{}", moments.len());
    let places = places(&session);
    let mut traces: Vec<WeightTrace> = places.iter().map(|_| WeightTrace::default()).collect();
    for (trace, &at) in traces.iter_mut().zip(&places) {
        read(trace, &session, at);
        assert_eq!(trace.points().iter().map(|point| point.0).collect::<Vec<_>>(), moments);
        assert!(!trace.is_thinned() && trace.moments() == moments.len());
    }
    for (index, &moment) in moments.iter().enumerate() {
        do_it(&mut session, Command::LookAt(moment));
        for (trace, &at) in traces.iter().zip(&places) {
            assert_eq!(trace.points()[index].1, weight(&session, at), "{at:?} at {moment}");
        }
    }
    let mut lives = 0;
    for (trace, at) in traces.iter().zip(&places) {
        let points = trace.points();
        assert_eq!(points[0].1.is_some(), trace.was_at_start(), "{at:?}");
        // Whatever changes from one moment to the next is an event at the later one, and nothing else is.
        let expected: Vec<(u64, bool)> = points
            .windows(2)
            .filter(|pair| pair[0].1.is_some() != pair[1].1.is_some())
            .map(|pair| (pair[1].0, pair[1].1.is_some()))
            .collect();
        let came = |event: &LifeEvent| matches!(event, LifeEvent::Grown(_));
        let found: Vec<(u64, bool)> = trace.events().iter().map(|(position, event)| (*position, came(event))).collect();
        assert_eq!(found, expected, "{at:?}");
        lives += usize::from(found.len() >= 3);
    }
    assert!(lives > 5, "some come back: {lives}");
}

#[test]
fn it_grows_with_the_recording_and_begins_anew_with_the_run() {
    let mut session = session(EVOLVING);
    let at = places(&session)[0];
    let mut trace = WeightTrace::default();
    read(&mut trace, &session, at);
    assert_eq!(trace.moments(), 1, "the start");
    for epoch in [2, 7] {
        do_it(&mut session, Command::GoToEpoch(epoch));
        read(&mut trace, &session, at);
        let moments = session.history(0).moments(session.steps_per_epoch());
        assert_eq!(trace.points().iter().map(|point| point.0).collect::<Vec<_>>(), moments);
        let last = trace.points().last().expect("moments").1;
        assert_eq!(last, weight(&session, at));
    }
    // Taken back to epoch 2, what came after it is gone.
    let back = 2 * 2 * session.steps_per_epoch();
    do_it(&mut session, Command::RewindTo(back));
    read(&mut trace, &session, at);
    let moments = session.history(0).moments(session.steps_per_epoch());
    assert!(moments.last() == Some(&back) && trace.moments() == moments.len(), "{moments:?}");
    do_it(&mut session, Command::Reset);
    read(&mut trace, &session, at);
    assert_eq!(trace.moments(), 1);
    trace.follow(&session, 0, None);
    assert!(trace.is_complete() && trace.points().is_empty());
}

/// What updates until the moment that is shown did at a place, of all records one by one.
fn life(session: &Session, (layer, place): (usize, Place)) -> Vec<LifeEvent> {
    let mut events = Vec::new();
    for record in session.history(0).shown_updates() {
        if record.removed[layer].iter().any(|entry| entry.0 == place) {
            events.push(LifeEvent::Cut(record.update));
        }
        if record.added[layer].contains(&place) {
            events.push(LifeEvent::Grown(record.update));
        }
    }
    events
}

#[test]
fn a_life_is_the_same_however_one_came_to_the_moment() {
    let mut session = session(EVOLVING);
    do_it(&mut session, Command::SetSpeed(Speed::FULL));
    let places = places(&session);
    let mut lives: Vec<Life> = places.iter().map(|_| Life::default()).collect();
    let steps = 2 * session.steps_per_epoch();
    let way = [
        Command::GoToEpoch(3),
        Command::GoToEpoch(12),
        Command::LookAt(5 * steps),
        Command::LookAt(9 * steps),
        Command::RewindTo(4 * steps),
        Command::GoToEpoch(8),
    ];
    let mut most = 0;
    for command in way {
        do_it(&mut session, command);
        for (own, &at) in lives.iter_mut().zip(&places) {
            own.follow(&session, 0, at);
            assert_eq!((own.events(), own.after()), (life(&session, at).as_slice(), 0), "{at:?}");
            most = most.max(own.events().len());
        }
    }
    assert!(most >= 3, "some come back: {most}");
    // One that looks at another place, or at another run, begins anew.
    for &at in &places[..20] {
        lives[0].follow(&session, 0, at);
        assert_eq!(lives[0].events(), life(&session, at));
    }
    do_it(&mut session, Command::Reset);
    lives[0].follow(&session, 0, places[0]);
    assert!(lives[0].events().is_empty());
}

#[test]
fn of_a_long_run_a_life_begins_some_hundred_updates_ago_and_grows() {
    let often = EVOLVING.replace("{ steps = 5 }", "{ steps = 1 }").replace("epochs = 12", "epochs = 200");
    let mut session = session(&often);
    do_it(&mut session, Command::SetSpeed(Speed::FULL));
    do_it(&mut session, Command::GoToEpoch(150));
    let at = places(&session)[0];
    let mut own = Life::default();
    own.follow(&session, 0, at);
    let seen = session.history(0).shown_updates().len();
    assert!(seen > 300, "{seen}");
    assert_eq!(own.after() as usize, seen - 300, "update n is the n-th");
    let later =
        |event: &LifeEvent| matches!(event, LifeEvent::Cut(at) | LifeEvent::Grown(at) if *at as usize > seen - 300);
    do_it(&mut session, Command::GoToEpoch(170));
    own.follow(&session, 0, at);
    let all: Vec<LifeEvent> = life(&session, at).into_iter().filter(later).collect();
    assert!(own.events() == all && !all.is_empty(), "{all:?}");
}
