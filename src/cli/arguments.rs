//! What can be said on the command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::training::AxisSpec;

/// Teaching and understanding sparse training of neural networks.
///
/// Without a command, opens the window: watch connections being pruned and regrown live.
#[derive(Debug, Parser)]
#[command(name = "regrow", version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// Experiment file to open in the window
    pub file: Option<PathBuf>,

    /// How the window is drawn; tried in turn if not said
    #[arg(long, value_enum)]
    pub renderer: Option<Renderer>,

    /// What to do instead of opening the window
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do instead of opening the window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run an experiment without a window: all arms, all seeds
    Run(RunArguments),
    /// Run an experiment at many values of one or two of its keys, all arms, all seeds. To go on after a stop, give the same
    /// command again
    Sweep(SweepArguments),
    /// Train one arm from one seed and write its network as NPZ, for NumPy, SciPy and PyTorch
    Export(ExportArguments),
    /// Run what a run file has recorded again, and compare every epoch bit by bit
    Verify(VerifyArguments),
    /// Train an experiment from its first seed and write a plot or the network as a picture in print quality, SVG or PNG
    Picture(PictureArguments),
    /// Check a lesson pack, or begin one
    Lesson(LessonArguments),
    /// Train an experiment from its first seed and write an animated GIF of a network: every epoch and every topology update
    /// is a frame
    Record(RecordArguments),
    /// Take one picture of the real window and exit
    Screenshot(ScreenshotArguments),
}

/// Arguments of `regrow lesson`.
#[derive(Debug, Args)]
pub struct LessonArguments {
    /// What to do with lessons
    #[command(subcommand)]
    pub command: LessonCommand,
}

/// What to do with lessons.
#[derive(Debug, Subcommand)]
pub enum LessonCommand {
    /// Does a pack hold? Reads all of it, then runs every start, which has to fail its checks, and every solution, which has to
    /// pass them. Exit status: 0 it holds, 1 a lesson does not, 2 the pack has faults
    Check(LessonCheckArguments),
    /// Write a pack to begin with, with one lesson that holds
    New(LessonNewArguments),
    /// Judge a class: run every submission below a folder again, compare it bit by bit with what it says, and write a table. To go
    /// on after a stop, give the same command again. Exit status: 0 all came again, 1 some did not, 2 bad input
    Grade(LessonGradeArguments),
    /// Write a submission as a page to read and print (HTML). Nothing is run again: what the file says is not checked
    Report(LessonReportArguments),
}

/// Arguments of `regrow lesson grade`.
#[derive(Debug, Args)]
pub struct LessonGradeArguments {
    /// The folder of the submissions (.regrowlab), which may lie in folders of their own
    pub folder: PathBuf,

    /// Folder or zip archive of a pack, besides the bundled course. May be given more than once
    #[arg(long, value_name = "PACK")]
    pub pack: Vec<PathBuf>,

    /// The table to write; class.csv in the folder if not said. Runs are kept in a folder beside it
    #[arg(long, value_name = "CLASS.csv")]
    pub out: Option<PathBuf>,

    /// Threads that compute. As many as there are processors if not said. Changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,

    /// Print the grades as a JSON array on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `regrow lesson report`.
#[derive(Debug, Args)]
pub struct LessonReportArguments {
    /// The submission (.regrowlab)
    pub file: PathBuf,

    /// Folder or zip archive of a pack, besides the bundled course. May be given more than once
    #[arg(long, value_name = "PACK")]
    pub pack: Vec<PathBuf>,

    /// The page to write (HTML)
    #[arg(long, value_name = "PAGE.html")]
    pub out: PathBuf,
}

/// Arguments of `regrow lesson check`.
#[derive(Debug, Args)]
pub struct LessonCheckArguments {
    /// Folder or zip archive of the pack; the bundled course if not said
    pub path: Option<PathBuf>,

    /// Judge every start and solution so many times from fresh seeds, besides once from those that experiments declare
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    pub seeds: u16,

    /// The first of the fresh seeds
    #[arg(long, value_name = "SEED", default_value_t = 1001)]
    pub first_seed: u64,

    /// Judge from the declared seeds alone
    #[arg(long, conflicts_with_all = ["seeds", "first_seed"])]
    pub fast: bool,

    /// Threads that compute. As many as there are processors if not said. Changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,

    /// Print what came of it as one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `regrow lesson new`.
#[derive(Debug, Args)]
pub struct LessonNewArguments {
    /// The folder of the pack; it must not be there yet, or be empty
    pub folder: PathBuf,
}

/// How the window is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Renderer {
    /// OpenGL; runs everywhere, fastest without a GPU
    Glow,
    /// Vulkan, Metal, Direct3D
    Wgpu,
}

/// How much is trained, and on how many threads: arguments of commands that do many runs.
#[derive(Debug, Args)]
pub struct RunExtent {
    /// Run this many seeds: those of the file first, then the smallest others
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub seeds: Option<u16>,

    /// Train this many epochs instead of the file's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub epochs: Option<u32>,

    /// Threads that compute: as many runs at a time, several a run where there are fewer. As many as there are processors
    /// if not said. Changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

/// Arguments of `regrow run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Experiment file (TOML)
    pub file: PathBuf,

    /// How much is trained
    #[command(flatten)]
    pub extent: RunExtent,

    /// Folder for results.json, epochs.csv and experiment.toml (with --measures also updates.csv and measures.csv); made if it
    /// is not there
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Print the results as one JSON object on standard output
    #[arg(long)]
    pub json: bool,

    /// Measure the topology after each update and at the end of each run, for the JSON and, with --out, for updates.csv and
    /// measures.csv: exploration, distance from the start, degrees, clustering, ages, dead neurons, gradients. Takes time
    #[arg(long)]
    pub measures: bool,
}

/// Arguments of `regrow sweep`.
#[derive(Debug, Args)]
pub struct SweepArguments {
    /// Experiment file (TOML), which may say what varies in tables [[sweep]]
    pub file: PathBuf,

    /// What varies, instead of what the file says: a key of the experiment and its values, such as
    /// sparsity.density=0.02,0.05,0.1. May be given twice
    #[arg(long, value_name = "KEY=V1,V2,...")]
    pub vary: Vec<Axis>,

    /// How much is trained
    #[command(flatten)]
    pub extent: RunExtent,

    /// Folder for the runs, sweep.csv, sweep.json and experiment.toml; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,

    /// Print the results as one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `regrow export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Experiment file (TOML)
    pub file: PathBuf,

    /// Which arm, by name; the experiment itself if not said
    #[arg(long, value_name = "NAME")]
    pub arm: Option<String>,

    /// From which seed, of the file or any other; the file's first if not said
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Train this many epochs instead of the file's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub epochs: Option<u32>,

    /// Threads that divide the layers among them. As many as there are processors if not said. Changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,

    /// The file to write (NPZ)
    #[arg(long, value_name = "NET.npz")]
    pub out: PathBuf,

    /// Leave the test samples out of the file
    #[arg(long)]
    pub no_samples: bool,
}

/// Arguments of `regrow picture`.
#[derive(Debug, Args)]
pub struct PictureArguments {
    /// Experiment file (TOML)
    pub file: PathBuf,

    /// The picture to write: SVG or PNG, as its name ends
    pub out: PathBuf,

    /// What it shows; of the topology and the network, of one arm
    #[arg(long, value_enum, default_value_t = PageChoice::Curves)]
    pub page: PageChoice,

    /// Which arm, by name; the experiment itself if not said
    #[arg(long, value_name = "NAME")]
    pub arm: Option<String>,

    /// How it stands after this many epochs; after all of them if not said
    #[arg(long, value_name = "N")]
    pub epochs: Option<u32>,

    /// Light, on white, or dark
    #[arg(long, value_enum, default_value_t = ThemeChoice::Light)]
    pub theme: ThemeChoice,
}

/// Arguments of `regrow record`.
#[derive(Debug, Args)]
pub struct RecordArguments {
    /// Experiment file (TOML)
    pub file: PathBuf,

    /// The animation to write (GIF)
    pub out: PathBuf,

    /// Which arm, by name; the experiment itself if not said
    #[arg(long, value_name = "NAME")]
    pub arm: Option<String>,

    /// Record so many epochs; all of them if not said
    #[arg(long, value_name = "N")]
    pub epochs: Option<u32>,

    /// How fast the animation plays
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub frames_per_second: u8,

    /// Width of each frame in pixels
    #[arg(long, value_name = "N", default_value_t = 960, value_parser = clap::value_parser!(u16).range(320..=3840))]
    pub width: u16,

    /// Light, on white, or dark
    #[arg(long, value_enum, default_value_t = ThemeChoice::Dark)]
    pub theme: ThemeChoice,
}

/// What `regrow picture` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageChoice {
    /// Accuracy and loss of all arms
    Curves,
    /// What networks answer: decision boundaries in a plane, else the confusion matrix
    #[value(aliases = ["boundary", "confusion"])]
    Answers,
    /// Exploration, churn, survival, densities, degrees
    Topology,
    /// Connections, operations, memory, time
    Cost,
    /// The network
    #[value(alias = "canvas")]
    Network,
}

/// What `--vary` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis(pub AxisSpec);

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, values)) if !values.trim().is_empty() => Ok(Self(AxisSpec::parsed(key.trim(), values))),
            _ => Err("write a key and its values, such as sparsity.density=0.02,0.05,0.1".to_owned()),
        }
    }
}

/// Arguments of `regrow screenshot`.
#[derive(Debug, Args)]
pub struct ScreenshotArguments {
    /// The picture to write (PNG)
    pub out: PathBuf,

    /// Experiment file; the launch experiment if not said
    #[arg(long, value_name = "FILE")]
    pub experiment: Option<PathBuf>,

    /// Train this many epochs first
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub epochs: u32,

    /// Size of the window in points
    #[arg(long, value_name = "WxH", default_value = "1280x800")]
    pub size: Size,

    /// Light or dark
    #[arg(long, value_enum, default_value_t = ThemeChoice::Dark)]
    pub theme: ThemeChoice,

    /// How the window is drawn; tried in turn if not said
    #[arg(long, value_enum)]
    pub renderer: Option<Renderer>,
}

/// Arguments of `regrow verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Run file (.regrow), as the window saves it
    pub file: PathBuf,

    /// Threads that compute. As many as there are processors if not said. Changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ThemeChoice {
    /// Dark text on a light ground
    Light,
    /// Light text on a dark ground
    Dark,
}

/// Size of a window in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
        match parsed {
            Some((width @ 640..=7680, height @ 480..=4320)) => Ok(Self { width, height }),
            _ => Err("write a size such as 1280x800, from 640x480 to 7680x4320".to_owned()),
        }
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}x{}", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_toml_or_plain_words() {
        let axis = |text: &str| text.parse::<Axis>().expect("an axis").0;
        let expected = |key: &str, values: &str| {
            let table: toml::Table = format!("key = \"{key}\"\nvalues = {values}").parse().expect("TOML");
            table.try_into::<AxisSpec>().expect("an axis")
        };
        for (text, key, values) in [
            ("sparsity.density=0.02,0.05", "sparsity.density", "[0.02, 0.05]"),
            ("sparsity.method = set, rigl", "sparsity.method", "[\"set\", \"rigl\"]"),
            ("network.hidden=[8],[24, 12]", "network.hidden", "[[8], [24, 12]]"),
            (
                "sparsity.update_every={ steps = 9 },{ epochs = 1 }",
                "sparsity.update_every",
                "[{ steps = 9 }, { epochs = 1 }]",
            ),
            ("network.activation=\"relu\",tanh", "network.activation", "[\"relu\", \"tanh\"]"),
            ("training.batch=8,x", "training.batch", "[8, \"x\"]"),
        ] {
            assert_eq!(axis(text), expected(key, values), "{text}");
        }
        for text in ["sparsity.density", "sparsity.density=", ""] {
            assert!(text.parse::<Axis>().is_err(), "{text}");
        }
    }
}
