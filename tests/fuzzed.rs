//! What fuzzing once found, and the sample files, read as the fuzz targets read
//! them: a reader may refuse, but not panic, nor give other records in other batches.

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/read.rs"]
mod read;
#[path = "../fuzz/src/targets.rs"]
mod targets;

#[test]
fn what_was_found_is_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in fs::read_dir(root.join("fuzz/found")).expect("a folder").map(|entry| entry.expect("an entry").path())
    {
        let name = target.file_name().expect("a name").to_string_lossy().into_owned();
        for file in fs::read_dir(&target).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            targets::run(&name, &fs::read(&file).expect("a readable file"));
        }
    }
}

#[test]
fn the_samples_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let sample = |path: &str| fs::read(root.join(path)).expect("a sample");
    targets::run("csv", &[b"\0".as_slice(), &sample("activities.csv")].concat());
    targets::run("excel", &sample("customers.xlsx"));
    targets::run("dbf", &sample("CONTACT1.DBF"));
}
