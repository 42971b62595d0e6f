//! From the description of an experiment to trained networks.
//!
//! [`ExperimentSpec`] is plain data; [`check`] turns it into a [`ValidExperiment`] or names every fault in the user's
//! terms. A [`Trainer`] is one run: a pure state machine without threads, clocks or channels, a function of arm and
//! seed alone. [`compare`] runs all arms and seeds on a pool; [`Ensemble`] trains the arms of one seed in step, each on
//! a thread of its own, for a window to watch. [`check_sweep`] and [`run_sweep`] do an experiment at many values of one or
//! two of its keys.

mod arm;
mod batch;
mod check;
mod comparison;
mod cost;
mod ensemble;
mod evaluation;
mod fault;
mod foretelling;
mod give_way;
mod mailbox;
mod measures;
mod moment;
mod operation;
mod pace;
mod pool;
mod records;
mod run;
mod runner;
mod snapshot;
mod spec;
mod sweep;
mod timeline;
mod trainer;
mod wanted;

pub use arm::{Arm, HiddenLayer, Tuning};
pub use batch::{BatchRun, run_batch};
pub use check::{ValidExperiment, check};
pub use comparison::{compare, compare_each, compare_measuring, compare_some};
pub use cost::{RunCost, sparse_training_bytes, training_flops};
pub use ensemble::Ensemble;
pub use fault::{Fault, Note};
pub use foretelling::{Foresight, NextCut};
pub(crate) use give_way::give_way;
pub(crate) use mailbox::panic_message;
pub use mailbox::{Contents, Failure, Mailbox, Past, View};
pub use measures::{
    Against, Answer, DegreeHistogram, DegreeMeasures, GRADIENT_SAMPLES, GradientMeasures, LayerClustering,
    LayerDensity, LayerGradientMeasures, LayerMeasures, Question, Topology, TopologyMeasures, TopologyState,
    UpdateMeasures, earlier_connectivity, topology,
};
pub use moment::{Moment, Plan};
pub use operation::{ImpossibleOperation, LayerRules, Operation, OperationFault, OperationSpec, PlaceSpec, WeightSpec};
pub use pace::{Goal, Pace};
pub use records::{Diverged, EpochRecord, HeldOut, Outcome, Stop, UpdateRecord};
pub use run::{RunRecord, TrainedRun, train};
pub use snapshot::Snapshot;
pub use spec::{
    AllocationSpec, ArmSpec, BookmarkSpec, ExperimentSpec, FORMAT, LaterSpec, LayerSpec, NetworkSpec, OptimizerSpec,
    SparsitySpec, TrainingSpec,
};
pub use sweep::{Axis, AxisScale, AxisSpec, RunKey, SweepPoint, ValidSweep, check_sweep, estimate_seconds, run_sweep};
pub use timeline::{TIMELINE_BUDGET, Timeline};
pub use trainer::{Progress, Trainer};
pub use wanted::Wanted;
