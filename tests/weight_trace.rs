//! The life of a connection over the recorded past, against the moments themselves as they are looked at one by one.

mod sessions;

use regrow::session::{Command, LifeEvent, Session, Speed, WeightTrace};
use regrow::sparse::Place;
use sessions::{do_it, session};

const EXPERIMENT: &str = r#"
format = 1
name = "trace"
data = { source = "circle", train = 64, test = 50, noise_features = 6 }
network = { hidden = [10, 6], activation = "tanh" }
sparsity = { method = "set", density = 0.3, drop_fraction = 0.4, update_every = { steps = 5 } }
optimizer = { learning_rate = 0.1, momentum = 0.9 }
training = { epochs = 12, batch = 16, seeds = [3] }
"#;

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
    let mut session = session(EXPERIMENT);
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
    let mut session = session(EXPERIMENT);
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
