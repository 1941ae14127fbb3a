//! Reads made-up files as the program reads them.

mod read;
mod targets;

pub use targets::run;
