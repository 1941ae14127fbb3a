//! Loads into real SQLite files and, with `CUTOVER_TEST_POSTGRES`, into a real
//! server; each test in a file or schema of its own.

mod fixture;
mod flow;
mod parity;
mod speed;
