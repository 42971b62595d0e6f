use super::*;
use std::sync::Arc;
use std::thread;

/// A run of 12 steps with a topology update at every fourth, in place of the step or before it.
fn run(pacer: &Pacer<()>, index: usize, replaces_step: bool) -> Vec<(u64, Instant)> {
    let (mut position, mut updates) = (0_u64, Vec::new());
    loop {
        let step = position / 2;
        let due = step > 0 && step.is_multiple_of(4) && position.is_multiple_of(2);
        let next = if due && !replaces_step { position + 1 } else { 2 * step + 2 };
        let ended = step >= 12;
        let station =
            Station { position, next: (!ended).then_some(next), before_update: due && !ended, published: true };
        match pacer.wait(index, station, None) {
            Order::Advance { target, .. } => {
                assert!(next <= target);
                if due {
                    updates.push((step, Instant::now()));
                }
                position = next;
            }
            Order::Close => return updates,
            Order::Special(()) | Order::Idle => {}
        }
    }
}

#[test]
fn in_slow_motion_every_update_is_held_before_and_after_whatever_it_replaces() {
    let pacer = Arc::new(Pacer::new(2));
    let threads = [true, false].map(|replaces_step| {
        let pacer = Arc::clone(&pacer);
        thread::spawn(move || run(&pacer, usize::from(replaces_step), replaces_step))
    });
    pacer.set_pace(Pace::Steps { per_second: 200.0, staged: true });
    let start = Instant::now();
    pacer.set_goal(Goal::Play);
    while !pacer.is_at_rest() {
        assert!(start.elapsed() < Duration::from_secs(30), "the runs must reach their end");
        thread::sleep(Duration::from_millis(5));
    }
    pacer.close();
    for thread in threads {
        let updates = thread.join().expect("no panic");
        assert_eq!(updates.iter().map(|update| update.0).collect::<Vec<_>>(), [4, 8]);
        assert!(updates[0].1 - start >= HOLD_BEFORE);
        assert!(updates[1].1 - updates[0].1 >= HOLD_BEFORE + HOLD_AFTER);
    }
}

#[test]
fn a_pause_cuts_a_far_target_short_and_leaves_all_runs_in_step() {
    let pacer = Arc::new(Pacer::<()>::new(2));
    let slow = |index: usize| {
        let pacer = Arc::clone(&pacer);
        thread::spawn(move || {
            let mut position = 0;
            loop {
                let next = Some(position + 2);
                let station = Station { position, next, before_update: false, published: true };
                match pacer.wait(index, station, None) {
                    Order::Advance { .. } => {
                        thread::sleep(Duration::from_millis(2));
                        position += 2;
                    }
                    Order::Close => return position,
                    Order::Special(()) | Order::Idle => {}
                }
            }
        })
    };
    let threads = [slow(0), slow(1)];
    pacer.set_goal(Goal::Reach(1_000_000));
    thread::sleep(Duration::from_millis(50));
    pacer.set_goal(Goal::Pause);
    let start = Instant::now();
    while !pacer.is_at_rest() {
        assert!(start.elapsed() < Duration::from_secs(10), "a pause must not wait for the target");
        thread::sleep(Duration::from_millis(1));
    }
    let headed = pacer.headed_for();
    pacer.close();
    let [first, second] = threads.map(|thread| thread.join().expect("no panic"));
    assert_eq!((first, second), (headed, headed));
    assert!(headed < 1_000_000);
}
