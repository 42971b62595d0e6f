//! The words of checks: what can be asked of runs, of settings, and what can be done with numbers.

/// What a number measures, which says how it is written and what it can be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number as it is.
    Plain,
    /// A share of something, from 0 to 1, written in percent.
    Share,
    /// The difference of two shares, written in points.
    Points,
}

/// Declares words with their units.
macro_rules! words {
    ($(#[$top:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal, $($detail:expr),+;)* }) => {
        $(#[$top])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word in a check.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The one with this word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }

        words!(@details $name $($variant, $($detail),+;)*);
    };
    (@details $name:ident $($variant:ident, $unit:expr, $source:expr, $index:expr;)*) => {
        impl $name {
            /// How it is written.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self {
                    $(Self::$variant => $unit,)*
                }
            }

            /// Where it comes from.
            #[must_use]
            pub fn source(self) -> Source {
                match self {
                    $(Self::$variant => $source,)*
                }
            }

            /// What a number in brackets after it says.
            #[must_use]
            pub fn index(self) -> Index {
                match self {
                    $(Self::$variant => $index,)*
                }
            }
        }
    };
    (@details $name:ident $($variant:ident, $kind:expr;)*) => {
        impl $name {
            /// Whether it is a number, and how it is written, or a text.
            #[must_use]
            pub fn kind(self) -> SettingKind {
                match self {
                    $(Self::$variant => $kind,)*
                }
            }
        }
    };
}

/// What a number in brackets after a quantity says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// There can be none.
    None,
    /// The epoch, from 1; the last if not said.
    Epoch,
    /// The layer, from 1; it has to be said.
    Layer,
}

/// Where a quantity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Every run has it.
    Epochs,
    /// Only runs that were measured.
    Measures,
}

words! {
    /// A figure of a run; in a check one for each seed.
    Quantity {
        /// After the last epoch, or the one in brackets.
        TestAccuracy = "test_accuracy", Unit::Share, Source::Epochs, Index::Epoch;
        /// The best of all epochs.
        BestTestAccuracy = "best_test_accuracy", Unit::Share, Source::Epochs, Index::None;
        /// On training samples.
        TrainAccuracy = "train_accuracy", Unit::Share, Source::Epochs, Index::Epoch;
        /// On test samples.
        TestLoss = "test_loss", Unit::Plain, Source::Epochs, Index::Epoch;
        /// On training samples.
        TrainLoss = "train_loss", Unit::Plain, Source::Epochs, Index::Epoch;
        /// Connections that exist.
        Connections = "connections", Unit::Plain, Source::Epochs, Index::Epoch;
        /// Share of the places that have a connection.
        Density = "density", Unit::Share, Source::Epochs, Index::Epoch;
        /// Operations that kernels computed in training.
        Flops = "flops", Unit::Plain, Source::Measures, Index::None;
        /// Operations of training by the formula of the literature.
        FlopsByFormula = "flops_by_formula", Unit::Plain, Source::Measures, Index::None;
        /// Operations of training a dense network of the same shape, by formula.
        FlopsOfDense = "flops_of_dense", Unit::Plain, Source::Measures, Index::None;
        /// Operations that chose the first connections.
        FlopsBeforeTraining = "flops_before_training", Unit::Plain, Source::Measures, Index::None;
        /// Bytes that training keeps.
        TrainingBytes = "training_bytes", Unit::Plain, Source::Measures, Index::None;
        /// Bytes that training a dense network of the same shape keeps.
        TrainingBytesOfDense = "training_bytes_of_dense", Unit::Plain, Source::Measures, Index::None;
        /// `R_s`: share of the places that ever had a connection.
        Exploration = "exploration", Unit::Share, Source::Measures, Index::None;
        /// Share of the connections that have been there from the start.
        FromTheStart = "from_the_start", Unit::Share, Source::Measures, Index::None;
        /// Share of the connections from the inputs that come from inputs that are no noise.
        FromInformativeInputs = "from_informative_inputs", Unit::Share, Source::Measures, Index::None;
        /// Mean number of topology updates since the connections grew.
        MeanAge = "mean_age", Unit::Plain, Source::Measures, Index::None;
        /// Jaccard distance between the first and the last places.
        PlainDistance = "plain_distance", Unit::Plain, Source::Measures, Index::None;
        /// The same after matching neurons (NNSTD).
        TopologyDistance = "topology_distance", Unit::Plain, Source::Measures, Index::None;
        /// Hidden neurons without inputs or outputs.
        DeadNeurons = "dead_neurons", Unit::Plain, Source::Measures, Index::None;
        /// Density of a sparse layer at the end.
        LayerDensity = "layer_density", Unit::Share, Source::Measures, Index::Layer;
        /// Spread of the in-degrees of a layer against the binomial one.
        InDegreeSpread = "in_degree_spread", Unit::Plain, Source::Measures, Index::Layer;
        /// Spread of the out-degrees of a layer against the binomial one.
        OutDegreeSpread = "out_degree_spread", Unit::Plain, Source::Measures, Index::Layer;
    }
}

/// What a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// A number.
    Number(Unit),
    /// A text.
    Text,
}

words! {
    /// A setting of an arm, with every default filled in.
    Setting {
        /// Which data.
        Source = "data.source", SettingKind::Text;
        /// Training samples.
        Train = "data.train", SettingKind::Number(Unit::Plain);
        /// Test samples.
        Test = "data.test", SettingKind::Number(Unit::Plain);
        /// Inputs that say nothing.
        NoiseFeatures = "data.noise_features", SettingKind::Number(Unit::Plain);
        /// Their spread.
        NoiseStd = "data.noise_std", SettingKind::Number(Unit::Plain);
        /// Hidden layers.
        HiddenLayers = "network.hidden_layers", SettingKind::Number(Unit::Plain);
        /// Hidden neurons, in all layers.
        HiddenNeurons = "network.hidden_neurons", SettingKind::Number(Unit::Plain);
        /// What the first hidden layer applies.
        Activation = "network.activation", SettingKind::Text;
        /// Which method.
        Method = "sparsity.method", SettingKind::Text;
        /// Share of the places that the experiment asks for.
        Density = "sparsity.density", SettingKind::Number(Unit::Share);
        /// Share of the places of the densest layer.
        DensestLayer = "sparsity.densest_layer", SettingKind::Number(Unit::Share);
        /// Share of the places of the sparsest layer.
        SparsestLayer = "sparsity.sparsest_layer", SettingKind::Number(Unit::Share);
        /// ζ; 0 where connections never change.
        DropFraction = "sparsity.drop_fraction", SettingKind::Number(Unit::Share);
        /// How ζ changes.
        DropSchedule = "sparsity.drop_schedule", SettingKind::Text;
        /// Steps between topology updates.
        UpdateEverySteps = "sparsity.update_every_steps", SettingKind::Number(Unit::Plain);
        /// Share of the run after which evolution ends; 0 where connections never change.
        StopAt = "sparsity.stop_at", SettingKind::Number(Unit::Share);
        /// What is cut.
        Drop = "sparsity.drop", SettingKind::Text;
        /// Where connections grow.
        Grow = "sparsity.grow", SettingKind::Text;
        /// The value of a regrown weight.
        NewWeights = "sparsity.new_weights", SettingKind::Text;
        /// What the last round begins from, where weights are rewound.
        Ticket = "sparsity.ticket", SettingKind::Text;
        /// The spread of the first weights.
        WeightInit = "sparsity.weight_init", SettingKind::Text;
        /// Which optimiser.
        Optimizer = "optimizer.name", SettingKind::Text;
        /// η at the start.
        LearningRate = "optimizer.learning_rate", SettingKind::Number(Unit::Plain);
        /// How η changes.
        RateSchedule = "optimizer.schedule", SettingKind::Text;
        /// μ.
        Momentum = "optimizer.momentum", SettingKind::Number(Unit::Plain);
        /// λ.
        WeightDecay = "optimizer.weight_decay", SettingKind::Number(Unit::Plain);
        /// Epochs of a run.
        Epochs = "training.epochs", SettingKind::Number(Unit::Plain);
        /// Samples a step.
        Batch = "training.batch", SettingKind::Number(Unit::Plain);
    }
}

/// What is done with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Arithmetic mean over seeds.
    Mean,
    /// The middle one over seeds, or the mean of the two in the middle.
    Median,
    /// The least over seeds.
    Min,
    /// The greatest over seeds.
    Max,
    /// Sample standard deviation over seeds.
    Sd,
    /// Lower end of the 95 % interval of the mean over seeds (Student's t).
    Low,
    /// Its upper end.
    High,
    /// Number of seeds.
    Count,
    /// Without its sign.
    Abs,
}

impl Function {
    /// Every one with its word.
    pub const ALL: [(&'static str, Self); 9] = [
        ("mean", Self::Mean),
        ("median", Self::Median),
        ("min", Self::Min),
        ("max", Self::Max),
        ("sd", Self::Sd),
        ("low", Self::Low),
        ("high", Self::High),
        ("count", Self::Count),
        ("abs", Self::Abs),
    ];

    /// The function of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == word).map(|&(_, function)| function)
    }

    /// Whether it makes one number of many.
    #[must_use]
    pub fn is_over_seeds(self) -> bool {
        self != Self::Abs
    }
}

/// A number as people read it.
#[must_use]
pub fn written(value: f64, unit: Unit) -> String {
    written_to(value, unit, 1)
}

/// A number with as many decimals as it takes to tell it from another one.
pub(super) fn written_beside(value: f64, other: f64, unit: Unit) -> String {
    let texts = (1..4).map(|decimals| (written_to(value, unit, decimals), written_to(other, unit, decimals)));
    let told_apart = texts.into_iter().find(|(own, other)| own != other);
    told_apart.map_or_else(|| written(value, unit), |(own, _)| own)
}

/// Shares and points with so many decimals.
fn written_to(value: f64, unit: Unit, decimals: usize) -> String {
    let text = match unit {
        Unit::Share => format!("{:.decimals$}\u{a0}%", 100.0 * value),
        Unit::Points => format!("{:+.decimals$} points", 100.0 * value),
        Unit::Plain if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
        Unit::Plain if (1e-3..1e6).contains(&value.abs()) => {
            let text = format!("{value:.4}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        Unit::Plain => format!("{value:.3e}"),
    };
    text.replace('-', "−")
}
