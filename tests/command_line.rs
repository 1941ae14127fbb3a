//! The command line itself: what is said of words that it does not know.

use crate::harness::Case;

#[test]
fn the_version_is_the_packages() {
    Case::new().run(&["--version"]).exit(0).stdout(concat!("cutover ", env!("CARGO_PKG_VERSION"), "\n")).stderr("");
}
