//! What watching costs: processor time of the interface a frame at three sizes, speed lost by runs that are recorded and
//! watched, and how long it takes to look back.
//!
//! `cargo bench --bench window`, or a part of it: `-- frames`, `-- watching`, `-- recording`, `-- looking-back`. Nothing is
//! rendered: a frame is layout and tessellation. Ratios of one run of this program are comparable, times are not comparable
//! between machines.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use egui::{Context, Event, Pos2, RawInput, Rect, pos2, vec2};
use regrow::session::{Command, Session, Speed};
use regrow::storage::parse_experiment;
use regrow::training::{Ensemble, Goal, Pace, ValidExperiment, train};
use regrow::ui::{RegrowApp, Startup};

const FRAMES: usize = 300;
const ROUNDS: usize = 7;

fn main() {
    // A part may be asked for by its name.
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let parts: [(&str, fn()); 4] = [
        ("frames", frame_times),
        ("watching", watching_costs),
        ("recording", recording_costs),
        ("looking-back", looking_back),
    ];
    for (name, measure) in parts {
        if asked.is_empty() || asked.iter().any(|part| part == name) {
            measure();
        }
    }
}

/// An arm of 684 connections beside a sparse one, long enough to stay at full speed.
fn experiment(epochs: u32) -> ValidExperiment {
    let text = include_str!("../assets/experiments/launch.toml").replace("epochs = 120", &format!("epochs = {epochs}"));
    parse_experiment(&text).expect("the launch experiment")
}

fn frame(context: &Context, app: &mut RegrowApp, time: f64, pointer: Option<Pos2>) -> Duration {
    let input = RawInput {
        events: pointer.map(Event::PointerMoved).into_iter().collect(),
        screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1280.0, 800.0))),
        time: Some(time),
        ..RawInput::default()
    };
    let start = processor_time();
    let mut output = context.run_ui(input, |ui| app.show(ui));
    let meshes = context.tessellate(output.shapes, output.pixels_per_point);
    let taken = processor_time().saturating_sub(start);
    drop(meshes);
    output.textures_delta.clear();
    taken
}

/// Processor time of this thread, so that training threads are not counted.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the standard library does not know processor times")]
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: it writes into what is given, which lives until it returns.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) } != 0;
    assert!(!failed, "this system has no clock of a thread");
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).expect("below a second"))
}

/// Time as such, elsewhere.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn processor_time() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed()
}

/// Connections shown, and processor time a frame may take.
const SIZES: [(&str, &str, f64); 3] = [
    ("2,000", "hidden = [64, 48]\n[sparsity]\ndensity = 0.2765", 2.0),
    ("100,000", "hidden = [1000, 1000]\n[sparsity]\ndensity = 0.056", 4.0),
    ("1,000,000", "hidden = [2000, 2000]\n[sparsity]\ndensity = 0.1795", 6.0),
];

/// A sparse arm of some size beside a static one, long enough to stay at full speed.
fn sized(network: &str) -> ValidExperiment {
    let inputs = if network.contains("64") { 62 } else { 782 };
    let text = format!(
        "format = 1\nname = \"sized\"\n[data]\nsource = \"circle\"\ntrain = 1000\ntest = 100\nnoise_features = {inputs}\n\
         [network]\n{network}\nupdate_every = {{ steps = 10 }}\n[training]\nepochs = 100000\nbatch = 100\nseeds = [1]\n\
         [[arm]]\nname = \"static\"\nsparsity.method = \"static\"\n"
    );
    parse_experiment(&text).expect("valid")
}

fn frame_times() {
    println!("interface, 1280x800, processor time a frame, nothing rendered (median, 95 % below):");
    for (connections, network, allowed) in SIZES {
        let context = Context::default();
        let startup = Startup { experiment: Some(sized(network)), ..Startup::default() };
        let mut app = RegrowApp::new(&context, None, startup);
        app.execute(Command::SetSpeed(Speed::FULL));
        let mut time = 0.0;
        while !(app.is_settled() && time > 1.0) {
            frame(&context, &mut app, time, None);
            time += 0.03;
            std::thread::sleep(Duration::from_millis(5));
        }
        let count = app.session().connections(0);
        let updates = |app: &RegrowApp| app.session().history(0).updates().len();
        let mut measured = |app: &mut RegrowApp, moves: bool| {
            let mut times: Vec<Duration> = (0..FRAMES)
                .map(|index| {
                    std::thread::sleep(Duration::from_millis(30));
                    time += 0.03;
                    frame(&context, app, time, moves.then(|| pointer(index)))
                })
                .collect();
            times.sort();
            [times[FRAMES / 2], times[FRAMES * 95 / 100]].map(milliseconds)
        };
        let paused = measured(&mut app, true);
        app.execute(Command::SetSpeed(Speed::default()));
        app.execute(Command::Play);
        let usual = measured(&mut app, true);
        app.execute(Command::SetSpeed(Speed::FULL));
        let training = measured(&mut app, false);
        let both = measured(&mut app, true);
        app.execute(Command::Pause);
        let says = |[median, most]: [f64; 2]| format!("{median:.2} ({most:.2}) ms");
        println!(
            "  {connections} connections ({count}), pointer over the network: paused {}, training at the usual speed {}, at full \
             speed {}, the pointer at rest {}, after {} updates; {allowed} ms are allowed",
            says(paused),
            says(usual),
            says(both),
            says(training),
            updates(&app)
        );
    }
}

/// A place over the network, another one each time.
#[expect(clippy::cast_precision_loss)]
fn pointer(index: usize) -> Pos2 {
    pos2(300.0 + (index * 37 % 600) as f32, 130.0 + (index * 23 % 480) as f32)
}

/// The same run at full speed without a window, with its past recorded, and watched at 30 frames a second, in turn.
fn watching_costs() {
    const EPOCHS: u32 = 1500;
    let experiment = Arc::new(experiment(EPOCHS));
    let mut taken: [Vec<Duration>; 3] = Default::default();
    for _ in 0..ROUNDS {
        taken[0].push(run_without_a_past(&experiment));
        taken[1].push(run_alone(&experiment));
        taken[2].push(run_watched(&experiment));
    }
    let [bare, alone, watched] = taken.map(|mut times| {
        times.sort();
        milliseconds(times[ROUNDS / 2])
    });
    println!("four arms, {EPOCHS} epochs at full speed, median of {ROUNDS} in turn:");
    println!(
        "  trained alone {bare:.0} ms, with the past recorded {alone:.0} ms ({:+.1} %), watched {watched:.0} ms ({:+.1} %)",
        100.0 * (alone / bare - 1.0),
        100.0 * (watched / bare - 1.0)
    );
}

/// The same with a hundred thousand connections, not watched.
fn recording_costs() {
    const EPOCHS: usize = 40;
    let mut spec = sized(SIZES[1].1).spec().clone();
    spec.training.epochs = u32::try_from(EPOCHS).expect("few");
    let experiment = Arc::new(regrow::training::check(&spec).expect("valid"));
    let mut taken: [Vec<Duration>; 2] = Default::default();
    for _ in 0..ROUNDS {
        taken[0].push(run_without_a_past(&experiment));
        taken[1].push(run_alone(&experiment));
    }
    let [bare, alone] = taken.map(|mut times| {
        times.sort();
        milliseconds(times[ROUNDS / 2])
    });
    println!("two arms of {} connections, {EPOCHS} epochs, median of {ROUNDS} in turn:", SIZES[1].0);
    println!(
        "  trained alone {bare:.0} ms, with the past recorded {alone:.0} ms ({:+.1} %)",
        100.0 * (alone / bare - 1.0)
    );
}

/// As `regrow run` does it, an arm a thread.
fn run_without_a_past(experiment: &ValidExperiment) -> Duration {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for arm in 0..experiment.arms().len() {
            scope.spawn(move || {
                let run = train(experiment, arm, 1, 1, &AtomicBool::new(false), &|_| {}).expect("threads");
                assert!(run.trained.is_some(), "it ends");
            });
        }
    });
    start.elapsed()
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
        frame(&context, &mut app, time, None);
        time += 0.03;
    }
    let start = Instant::now();
    app.execute(Command::Play);
    loop {
        frame(&context, &mut app, time, None);
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
