//! What is measured: confusion, cost, statistics over seeds, what neurons respond to, the
//! topology of sparse networks, peak memory.

mod activity;
mod confusion;
mod cost;
pub mod graph;
mod memory;
mod response;
mod statistics;

pub use activity::{Activity, Liveliness};
pub use confusion::Confusion;
pub use cost::{InferenceCost, dense_training_bytes, forward_flops, training_bytes};
pub use memory::peak_memory_bytes;
pub use response::{Boundary, PlaneGrid, PlaneResponse, receptive_field};
pub use statistics::{Comparison, Summary, compare_paired};
