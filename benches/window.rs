//! What watching costs: processor time of the interface a frame, speed lost by runs that are watched, and how long it takes
//! to look back.
//!
//! `cargo bench --bench window`. Nothing is rendered: a frame is layout and tessellation. Ratios of one run of this
//! program are comparable, times are not comparable between machines.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Context, RawInput, Rect, pos2, vec2};
use regrow::session::{Command, Session, Speed};
use regrow::storage::parse_experiment;
use regrow::training::{Ensemble, Goal, Pace, ValidExperiment};
use regrow::ui::{RegrowApp, Startup};

const FRAMES: usize = 300;
const ROUNDS: usize = 7;

fn main() {
    frame_times();
    watching_costs();
    looking_back();
}

/// An arm of 684 connections beside a sparse one, long enough to stay at full speed.
fn experiment(epochs: u32) -> ValidExperiment {
    let text = include_str!("../assets/experiments/launch.toml").replace("epochs = 120", &format!("epochs = {epochs}"));
    parse_experiment(&text).expect("the launch experiment")
}

fn frame(context: &Context, app: &mut RegrowApp, time: f64) -> Duration {
    let input = RawInput {
        screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1280.0, 800.0))),
        time: Some(time),
        ..RawInput::default()
    };
    let start = processor_time();
    let output = context.run_ui(input, |ui| app.show(ui));
    let meshes = context.tessellate(output.shapes, output.pixels_per_point);
    let taken = processor_time().saturating_sub(start);
    drop((meshes, output.textures_delta));
    taken
}

/// Processor time of this thread, so that training threads are not counted.
fn processor_time() -> Duration {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map_or_else(|| panic!("this benchmark needs /proc/thread-self/schedstat"), Duration::from_nanos)
}

fn frame_times() {
    let context = Context::default();
    let startup = Startup { experiment: Some(experiment(1_000_000)), ..Startup::default() };
    let mut app = RegrowApp::new(&context, None, startup);
    app.execute(Command::SetSpeed(Speed::FULL));
    app.execute(Command::SelectArm(1));
    for index in 0..30 {
        frame(&context, &mut app, f64::from(index) * 0.03);
        std::thread::sleep(Duration::from_millis(20));
    }
    app.execute(Command::Play);
    let mut times: Vec<Duration> = (0..FRAMES)
        .map(|index| {
            std::thread::sleep(Duration::from_millis(30));
            #[expect(clippy::cast_precision_loss)]
            let time = 1.0 + index as f64 * 0.03;
            frame(&context, &mut app, time)
        })
        .collect();
    app.execute(Command::Pause);
    let epochs = app.session().history(1).epochs().len();
    times.sort();
    println!("interface, 1280x800, dense arm of 684 connections shown, four arms at full speed ({epochs} epochs):");
    println!(
        "  processor time a frame, nothing rendered: median {:.2} ms, 95 % below {:.2} ms",
        milliseconds(times[FRAMES / 2]),
        milliseconds(times[FRAMES * 95 / 100])
    );
}

/// The same run at full speed, watched by a window at 30 frames a second and not watched at all, in turn.
fn watching_costs() {
    const EPOCHS: u32 = 1500;
    let experiment = Arc::new(experiment(EPOCHS));
    let (mut alone, mut watched) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(run_alone(&experiment));
        watched.push(run_watched(&experiment));
    }
    alone.sort();
    watched.sort();
    let (alone, watched) = (alone[ROUNDS / 2], watched[ROUNDS / 2]);
    println!("four arms, {EPOCHS} epochs at full speed, median of {ROUNDS} in turn:");
    println!(
        "  not watched {:.0} ms, watched {:.0} ms: {:+.1} %",
        milliseconds(alone),
        milliseconds(watched),
        100.0 * (watched.as_secs_f64() / alone.as_secs_f64() - 1.0)
    );
}

/// A run with 100,000 connections and 200 topology updates, looked at update by update.
fn looking_back() {
    const UPDATES: u32 = 200;
    let text = "format = 1\nname = \"large\"\n[data]\nsource = \"circle\"\ntrain = 1000\ntest = 100\nnoise_features = 782\n\
                [network]\nhidden = [1000, 1000]\n[sparsity]\ndensity = 0.056\nupdate_every = { steps = 1 }\n\
                [training]\nepochs = 21\nbatch = 100\nseeds = [1]";
    let mut session = Session::new(parse_experiment(text).expect("valid"), Arc::new(|| {}));
    let rest = |session: &mut Session| {
        while !(session.is_at_rest() && session.history(0).view().is_some() && session.is_past_settled()) {
            std::thread::sleep(Duration::from_micros(200));
            session.update();
        }
        session.update();
    };
    rest(&mut session);
    session.execute(Command::Play);
    rest(&mut session);
    let updates = session.history(0).updates();
    assert!(updates.len() >= UPDATES as usize, "{}", updates.len());
    let positions: Vec<u64> =
        updates[updates.len() - UPDATES as usize..].iter().map(|record| record.position).collect();
    let mut times: Vec<Duration> = positions[..positions.len() - 1]
        .iter()
        .rev()
        .map(|&position| {
            let start = Instant::now();
            session.execute(Command::LookAt(position));
            rest(&mut session);
            start.elapsed()
        })
        .collect();
    times.sort();
    let (bytes, most) = session.timeline_bytes();
    println!("looking back at {UPDATES} updates of a run with {} connections:", session.connections(0));
    println!(
        "  median {:.1} ms, slowest {:.1} ms; the past takes {} of {} MB",
        milliseconds(times[times.len() / 2]),
        milliseconds(times[times.len() - 1]),
        bytes >> 20,
        most >> 20
    );
}

fn run_alone(experiment: &Arc<ValidExperiment>) -> Duration {
    let ensemble =
        Ensemble::start(Arc::clone(experiment), 1, &(Arc::new(|| {}) as Arc<dyn Fn() + Send + Sync>)).expect("threads");
    ensemble.set_pace(Pace::Full);
    let start = Instant::now();
    ensemble.set_goal(Goal::Play);
    while !ensemble.is_at_rest() {
        std::thread::sleep(Duration::from_millis(1));
    }
    start.elapsed()
}

fn run_watched(experiment: &Arc<ValidExperiment>) -> Duration {
    let context = Context::default();
    let startup = Startup { experiment: Some(experiment.as_ref().clone()), ..Startup::default() };
    let mut app = RegrowApp::new(&context, None, startup);
    app.execute(Command::SetSpeed(Speed::FULL));
    let mut time = 0.0;
    while !app.is_settled() {
        frame(&context, &mut app, time);
        time += 0.03;
    }
    let start = Instant::now();
    app.execute(Command::Play);
    loop {
        frame(&context, &mut app, time);
        time += 0.03;
        if app.session().is_finished() {
            return start.elapsed();
        }
        std::thread::sleep(Duration::from_millis(30));
    }
}

fn milliseconds(duration: Duration) -> f64 {
    1000.0 * duration.as_secs_f64()
}
