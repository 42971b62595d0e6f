//! Experiments, runs, results, sweeps and trained networks on disk. Files are written whole or not at all.

mod autosave;
mod change;
mod experiment_file;
mod folder_lock;
mod markup;
mod measures_table;
mod network_file;
mod npz;
mod overlay;
mod results;
mod run_file;
mod sealed;
mod seed_run;
mod sweep;
mod write;

pub use autosave::{Autosave, Kept};
pub use change::{Change, change, changes};
pub use experiment_file::{
    ExperimentFileError, LineFault, change_data_paths, experiment_to_text, load_experiment, load_sweep,
    parse_experiment, parse_experiment_in, write_experiment,
};
pub use folder_lock::FolderLock;
pub use markup::escaped;
pub use measures_table::updates_to_csv;
pub use network_file::write_network;
pub use overlay::{OverlayKey, overlay_experiment, overlay_keys};
pub use results::{ArmResults, EpochResults, Results, RunResults, epochs_to_csv, quoted};
pub use run_file::{
    ArmRecords, Compared, ComparedRun, Difference, DoneAgain, RecordedEpoch, RecordedUpdate, RunFileError, RunRecords,
    is_run_file, load_run, write_run,
};
pub use sealed::{Unsealed, sealed, unsealed, unsealed_after_travel};
pub use seed_run::{EpochPoint, SeedRun};
pub use sweep::{
    StoredRuns, SweepArmResults, SweepAxisResults, SweepFolder, SweepFolderError, SweepPointResults, SweepResults,
    SweepRunResults,
};
pub use write::write_whole;
