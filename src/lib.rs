//! Regrow: teaching and understanding sparse training of neural networks.
//!
//! The house, floor by floor; each uses only those under it (`tests/floors.rs` checks it):
//!
//! | floor | what is there |
//! | --- | --- |
//! | `ui`, `cli` | the two faces: a window, a command line. Only `ui` and `main.rs` may name egui |
//! | `report` | what a student hands in, as a page to print |
//! | `session` | what is open in the window: experiment, runs, the moment that is shown, selection, undo; commands in, view state out |
//! | `lesson` | lesson packs: reading them with the line of every fault, checks on records of runs, answers, progress, submissions and the judging of a class |
//! | `storage` | experiment files, what is kept between starts, results as JSON, sweeps in folders, trained networks as NPZ; files are written whole or not at all |
//! | `training` | experiment → checked experiment → trainer (pure) → runner (thread) → views and timeline; comparison over arms and seeds, sweeps over values |
//! | `topology` | allocation, initial connectivity, drop, grow, schedules; the named methods as combinations of them |
//! | `metrics` | confusion, cost, statistics over seeds, what neurons respond to, topology of networks |
//! | `nn` | layers, activations, losses, optimisers, initialisation |
//! | `sparse` | connectivity (by source, and its transpose), activations, kernels, threads within a layer, edits that carry the state of connections that stay |
//! | `data` | synthetic sets, bundled digits, IDX and CSV files, noise, splits, batches |
//! | `random` | one pinned generator, a stream for each purpose |

pub mod cli;
pub mod data;
pub mod lesson;
pub mod metrics;
pub mod nn;
pub mod random;
pub mod report;
pub mod session;
pub mod sparse;
pub mod storage;
pub mod topology;
pub mod training;
pub mod ui;
