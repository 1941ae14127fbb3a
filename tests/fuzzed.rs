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

/// A target that refuses what is sound would find nothing.
#[test]
fn the_samples_and_seeds_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = |path: &str| fs::read(root.join(path)).expect("a file");
    let chosen = |choice: u8, path: &str| [[choice].as_slice(), &file(path)].concat();
    let row = |text: &str| {
        format!("<table:table-row><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row>")
    };
    let samples = [
        ("csv", chosen(0, "samples/activities.csv")),
        ("excel", file("samples/customers.xlsx")),
        ("dbf", file("samples/CONTACT1.DBF")),
        ("vcard", file("samples/rolodex/nokia-2003.vcf")),
        ("cardfile", chosen(0, "tests/cases/address-books/old/clients.crd")),
        ("cards", chosen(0, "tests/cases/address-books/old/cards.txt")),
        ("palm", file("tests/cases/address-books/old/AddressDB.pdb")),
        ("ldif", file("tests/cases/address-books/old/people.ldif")),
        ("dump", b"\0insert into t values (1);".to_vec()),
        ("fixed", b"1  Ann\n".to_vec()),
        ("json", b"\0[{\"id\": 1}]".to_vec()),
        ("xml", b"<a><b>1</b></a>".to_vec()),
        ("ods", format!("<table:table table:name=\"a\">{}{}</table:table>", row("id"), row("1")).into_bytes()),
    ];
    for (target, data) in samples {
        assert!(targets::run(target, &data), "{target}");
    }
    for target in fs::read_dir(root.join("fuzz/seeds")).expect("a folder").map(|entry| entry.expect("an entry").path())
    {
        let name = target.file_name().expect("a name").to_string_lossy().into_owned();
        for seed in fs::read_dir(&target).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            assert!(targets::run(&name, &fs::read(&seed).expect("a readable file")), "{}", seed.display());
        }
    }
}
