//! Every table of every database, value by value as mdbtools reads it, where
//! that is installed.

use std::path::Path;
use std::process::Command;

use super::{data, files, open, records, tables};
use crate::sources::written;

const NULL: &str = "<null>";

/// Columns that mdbtools does not read, each looked at: it has no days before
/// 1900, writes the GUIDs of Access 97 in the hex of their text, and a question
/// mark for each byte that Windows-1252 leaves open.
const NOT_READ_THERE: [(&str, &str); 9] = [
    ("oldDatesV2007.accdb Table1", "DateField"),
    ("indexCodesV1997.mdb Table6", "data"),
    ("indexCodesV1997.mdb Table6_desc", "data"),
    ("indexCodesV1997.mdb Table13", "data"),
    ("indexCodesV1997.mdb Table13_desc", "data"),
    ("indexCodesV1997.mdb Table1", "data"),
    ("indexCodesV1997.mdb Table1_desc", "data"),
    ("indexCodesV1997.mdb Table14", "data"),
    ("indexCodesV1997.mdb Table14_desc", "data"),
];

/// What `mdb-export` writes of a table: the names of its columns and its rows.
fn exported(file: &Path, table: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let iso = "%Y-%m-%dT%H:%M:%S";
    let arguments = ["-0", NULL, "-D", iso, "-T", iso, "-b", "hex", "-B"];
    let output = Command::new("mdb-export").args(arguments).arg(file).arg(table).output().ok()?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(output.stdout.as_slice());
    let own = |record: &csv::StringRecord| record.iter().map(ToString::to_string).collect::<Vec<_>>();
    let names = own(reader.headers().expect("names"));
    let rows = reader.records().map(|record| own(&record.expect("a row"))).collect();
    Some((names, rows))
}

/// A value of `mdb-export` as we would write it.
fn as_ours(value: &str, declared: &str) -> Option<String> {
    if value == NULL {
        return None;
    }
    Some(match declared {
        "boolean" => value.to_lowercase(),
        "datetime" => value.strip_suffix("T00:00:00").unwrap_or(value).to_string(),
        "longbinary" => format!("0x{}", value.to_lowercase()),
        kind if kind.starts_with("binary") => format!("0x{}", value.to_lowercase()),
        "double" => written::real(value.parse().expect("a number")),
        "real" => value.parse::<f32>().expect("a number").to_string(),
        _ => value.to_string(),
    })
}

#[test]
fn reads_what_mdbtools_reads() {
    let Some(data) = data() else { return };
    if Command::new("mdb-export").arg("--version").output().is_err() {
        println!("skipped: mdbtools is not installed");
        return;
    }
    let (mut compared, mut differ) = (0, Vec::new());
    for file in files(&data) {
        for table in tables(&file) {
            let source = open(&file, Some(&table.name)).expect("opens");
            let ours = records(source.as_ref()).expect("reads");
            let declared = source.declared();
            let (names, theirs) = exported(&file, &table.name).expect("mdb-export");
            let at = format!("{} {}", file.file_name().expect("a name").display(), table.name);
            assert_eq!(
                names,
                source.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>(),
                "{at}"
            );
            assert_eq!(ours.len(), theirs.len(), "{at}");
            for (index, (name, declared)) in names.iter().zip(&declared).enumerate() {
                let Some(declared) = declared.as_deref() else { continue };
                if ["multivalue", "attachment", "version history"].contains(&declared) {
                    continue;
                }
                // A record that was moved to another page stands elsewhere there.
                let mut left: Vec<_> = ours.iter().map(|record| record.get(name).cloned()).collect();
                let mut right: Vec<_> = theirs.iter().map(|row| as_ours(&row[index], declared)).collect();
                left.sort();
                right.sort();
                if NOT_READ_THERE.contains(&(at.as_str(), name.as_str())) {
                    assert_ne!(left, right, "{at} {name}");
                    continue;
                }
                compared += left.len();
                if left != right {
                    let first = left.iter().zip(&right).find(|(a, b)| a != b);
                    differ.push(format!("{at} {name} {declared}: {first:?}"));
                }
            }
        }
    }
    println!("{compared} values");
    assert!(compared > 43_000, "{compared}");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
