//! What a step of a lesson can show, point at and do: closed lists of words.

use super::suggest::suggestion;

/// Declares controls with the word that a lesson has for each.
macro_rules! controls {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        /// A control or page of the window that a step can show or point at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Control {
            $($(#[$doc])* $variant,)*
        }

        impl Control {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word in a lesson.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

controls! {
    /// Play and pause.
    Play = "play",
    /// One batch, one epoch, to the next topology update.
    Step = "step",
    /// How fast.
    Speed = "speed",
    /// The seed of the runs that are watched.
    Seed = "seed",
    /// Going back.
    Timeline = "timeline",
    /// All arms over all seeds.
    Compare = "compare",
    /// The names of the arms, and which of them is on the canvas.
    Arms = "arms",
    /// The network in the centre.
    Canvas = "canvas",
    /// Which data.
    Data = "data",
    /// How many training samples.
    Train = "train",
    /// How many inputs say nothing, and their spread.
    Noise = "noise",
    /// Widths of the hidden layers.
    Hidden = "hidden",
    /// What neurons apply.
    Activation = "activation",
    /// Which method.
    Method = "method",
    /// Share of the places that have a connection.
    Density = "density",
    /// ε of the Erdős–Rényi allocation.
    Epsilon = "epsilon",
    /// How connections are shared out among layers.
    Allocation = "allocation",
    /// ζ.
    DropFraction = "drop_fraction",
    /// How ζ changes.
    DropSchedule = "drop_schedule",
    /// ΔT.
    UpdateEvery = "update_every",
    /// When evolution ends.
    StopAt = "stop_at",
    /// How many connections there are over the run: those that prune, and those that grow in between.
    DensitySchedule = "density_schedule",
    /// What weights do after an update that prunes, and what the last round of a lottery ticket begins from.
    Rewind = "rewind",
    /// What is cut.
    Drop = "drop",
    /// Where connections grow.
    Grow = "grow",
    /// The value of a regrown weight.
    NewWeights = "new_weights",
    /// The spread of the first weights.
    WeightInit = "weight_init",
    /// Which optimiser.
    Optimizer = "optimizer",
    /// η.
    LearningRate = "learning_rate",
    /// μ.
    Momentum = "momentum",
    /// λ.
    WeightDecay = "weight_decay",
    /// How many epochs.
    Epochs = "epochs",
    /// Samples a batch.
    Batch = "batch",
    /// The page with everything at a glance.
    Overview = "overview",
    /// The page of curves.
    Curves = "curves",
    /// The page of answers: decision boundary, confusion.
    Answers = "answers",
    /// The page of topology.
    Topology = "topology",
    /// The page of cost.
    Cost = "cost",
    /// The page of seeds.
    Seeds = "seeds",
}

impl Control {
    /// The control of a word.
    ///
    /// # Errors
    /// Where there is none.
    pub fn parse(word: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|control| control.word() == word);
        found.copied().ok_or_else(|| {
            let known = Self::ALL.iter().map(|control| control.word());
            format!("“{word}” is no control. {}", suggestion(word, known))
        })
    }
}

/// The controls with which a student sets a key of the experiment, such as `sparsity.density`; none where only the whole set-up
/// has one.
pub(super) fn controls_of_key(key: &str) -> &'static [Control] {
    match key {
        "data.train" => &[Control::Train],
        "data.noise_features" | "data.noise_std" => &[Control::Noise],
        _ if key.starts_with("data.") => &[Control::Data],
        "network.hidden" | "network.layer" | "network.dropout" => &[Control::Hidden],
        "network.activation" => &[Control::Activation, Control::Hidden],
        "sparsity.method" => &[Control::Method],
        // One control has whichever of the two is set.
        "sparsity.density" => &[Control::Density, Control::Epsilon],
        "sparsity.epsilon" => &[Control::Epsilon, Control::Density],
        "sparsity.allocation" => &[Control::Allocation],
        "sparsity.drop_fraction" => &[Control::DropFraction],
        "sparsity.drop_schedule" => &[Control::DropSchedule],
        "sparsity.update_every" => &[Control::UpdateEvery],
        "sparsity.stop_at" => &[Control::StopAt],
        "sparsity.density_schedule" => &[Control::DensitySchedule],
        "sparsity.rewind" | "sparsity.ticket" => &[Control::Rewind],
        "sparsity.drop" => &[Control::Drop],
        "sparsity.grow" => &[Control::Grow],
        "sparsity.new_weights" => &[Control::NewWeights],
        "sparsity.weight_init" => &[Control::WeightInit],
        "optimizer.name" => &[Control::Optimizer],
        "optimizer.learning_rate" | "optimizer.schedule" => &[Control::LearningRate],
        "optimizer.momentum" => &[Control::Momentum],
        "optimizer.weight_decay" => &[Control::WeightDecay],
        "training.epochs" => &[Control::Epochs],
        "training.batch" => &[Control::Batch],
        "operation" => &[Control::Canvas],
        _ => &[],
    }
}

/// What a step points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Highlight {
    /// A control or page.
    Control(Control),
    /// A layer of connections on the canvas, from 1.
    Layer(usize),
    /// An input neuron, from 1.
    Input(usize),
    /// An output neuron, from 1.
    Output(usize),
}

impl Highlight {
    /// What `layer 1`, `input 2` or the word of a control points at.
    ///
    /// # Errors
    /// Where it is none of these.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (word, number) = text.split_once(' ').map_or((text, None), |(word, number)| (word, Some(number.trim())));
        let on_canvas: fn(usize) -> Self = match word {
            "layer" => Self::Layer,
            "input" => Self::Input,
            "output" => Self::Output,
            _ if number.is_none() => return Control::parse(word).map(Self::Control),
            _ => {
                return Err(format!("“{text}” is nothing to point at. Write layer 1, input 2, output 1 or a control."));
            }
        };
        let number = number.and_then(|number| number.parse().ok()).filter(|&number| number > 0);
        number.map(on_canvas).ok_or_else(|| format!("“{text}” lacks a number from 1: write {word} 1."))
    }
}

/// What a link in a lesson does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LessonCommand {
    /// Opens the experiment of the lesson as it was at the start.
    Start,
    /// Trains until the end, or until paused.
    Play,
    /// Stops training.
    Pause,
    /// Trains one batch.
    StepBatch,
    /// Trains to the end of the epoch.
    StepEpoch,
    /// Trains until the next topology update has happened.
    StepUpdate,
    /// Looks back at the end of the epoch before.
    BackEpoch,
    /// Starts anew from the same seed.
    Reset,
    /// Runs all arms over all seeds.
    Compare,
    /// Ends that.
    StopComparison,
}

/// Commands that links can name.
const COMMANDS: [(&str, LessonCommand); 10] = [
    ("start", LessonCommand::Start),
    ("play", LessonCommand::Play),
    ("pause", LessonCommand::Pause),
    ("step-batch", LessonCommand::StepBatch),
    ("step-epoch", LessonCommand::StepEpoch),
    ("step-update", LessonCommand::StepUpdate),
    ("back-epoch", LessonCommand::BackEpoch),
    ("reset", LessonCommand::Reset),
    ("compare", LessonCommand::Compare),
    ("stop-comparison", LessonCommand::StopComparison),
];

impl LessonCommand {
    /// The command of a word.
    ///
    /// # Errors
    /// Where there is none.
    pub fn parse(word: &str) -> Result<Self, String> {
        let found = COMMANDS.into_iter().find(|(name, _)| *name == word);
        found.map(|(_, command)| command).ok_or_else(|| {
            let known = COMMANDS.iter().map(|(name, _)| *name);
            format!("“{word}” is no command. {}", suggestion(word, known.collect::<Vec<_>>()))
        })
    }
}
