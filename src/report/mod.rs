//! A lab report as a page: what a student hands in, for people. One file of HTML that is well-formed XML too, to be read and printed:
//! plots are lines and text, nothing is fetched, nothing runs, and nothing that a student wrote is mark-up.

mod answers;
mod experiment;
mod page;
mod plot;
mod text;

pub use self::page::page;
