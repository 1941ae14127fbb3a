//! What each fuzz target reads, and with which options. Of some the first byte
//! chooses the options, which the seeds of `scripts/fuzz` know.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::read::{File, read};

/// Reads `data` as the target of that name does.
pub fn run(target: &str, data: &[u8]) {
    match target {
        "access" => access(data),
        "cardfile" => cardfile(data),
        "cards" => cards(data),
        "csv" => csv(data),
        "dbf" => dbf(data),
        "dump" => dump(data),
        "excel" => excel(data),
        "fixed" => fixed(data),
        "jcard" => jcard(data),
        "json" => json(data),
        "ldif" => ldif(data),
        "ods" => ods(data),
        "palm" => palm(data),
        "vcard" => vcard(data),
        "xcard" => xcard(data),
        "xml" => xml(data),
        other => panic!("there is no target {other}"),
    }
}

/// Access databases: records by code of our own, the rest by a library.
fn access(data: &[u8]) {
    read("access", "", &[File { name: "fuzz.mdb", bytes: data }]);
}

/// Windows Cardfile. The first byte says whether cards are split at their tags.
fn cardfile(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let options = if choice % 2 == 0 { "" } else { "tags = true" };
    read("cardfile", options, &[File { name: "fuzz.crd", bytes }]);
}

/// Tagged text and the address books of older programs. The first byte chooses the program.
fn cards(data: &[u8]) {
    const OPTIONS: &[&str] = &[
        "",
        "preset = 'tagged'\nseparator = '---'\ndelimiter = '='",
        "preset = 'tagged'\nfirst = 'Name'\nuntagged = 'continue'",
        "preset = 'abook'",
        "preset = 'bbdb'",
        "preset = 'pine'\ndeleted = 'read'",
        "preset = 'elm'",
        "preset = 'mutt'",
        "preset = 'palm'",
        "preset = 'mork'\ndeleted = 'read'",
        "preset = 'evolution'",
    ];
    let Some((&choice, bytes)) = data.split_first() else { return };
    let options = OPTIONS[usize::from(choice) % OPTIONS.len()];
    read("cards", options, &[File { name: "fuzz.cards", bytes }]);
}

/// Delimited text: detection of encoding, dialect and headings, then the records. The first byte chooses what is declared.
fn csv(data: &[u8]) {
    const OPTIONS: &[&str] =
        &["", "", "", "header = 0", "delimiter = \"tab\"", "escape = \"backslash\"", "encoding = \"cp850\""];
    let Some((&choice, bytes)) = data.split_first() else { return };
    let options = OPTIONS[usize::from(choice) % OPTIONS.len()];
    read("csv", options, &[File { name: "fuzz.csv", bytes }]);
}

/// dBase tables, and their memo files behind a mark.
fn dbf(data: &[u8]) {
    const MARK: &[u8] = b"-MEMO-";
    let cut = data.windows(MARK.len()).position(|window| window == MARK);
    match cut.and_then(|at| data.split_at_checked(at)) {
        Some((table, memo)) => {
            let memo =
                File { name: if memo.len() % 2 == 0 { "fuzz.dbt" } else { "fuzz.fpt" }, bytes: &memo[MARK.len()..] };
            read("dbf", "", &[File { name: "fuzz.dbf", bytes: table }, memo]);
        }
        None => read("dbf", "", &[File { name: "fuzz.dbf", bytes: data }]),
    }
}

/// Dumps of databases. The first byte chooses whose SQL it is.
fn dump(data: &[u8]) {
    const OPTIONS: &[&str] =
        &["", "dialect = 'mysql'", "dialect = 'postgres'", "dialect = 'sqlite'", "dialect = 'tsql'"];
    let Some((&choice, bytes)) = data.split_first() else { return };
    let options = OPTIONS[usize::from(choice) % OPTIONS.len()];
    read("dump", options, &[File { name: "fuzz.sql", bytes }]);
}

/// Excel workbooks: what lies around the library that reads them.
fn excel(data: &[u8]) {
    let name = if data.starts_with(b"PK") { "fuzz.xlsx" } else { "fuzz.xls" };
    read("sheet", "", &[File { name, bytes: data }]);
}

/// Text in columns of fixed width.
fn fixed(data: &[u8]) {
    const COLUMNS: &str = "columns = [{ name = 'a', start = 1, width = 3 }, { name = 'b', start = 4, width = 10 }]";
    read("fixed", COLUMNS, &[File { name: "fuzz.fixed", bytes: data }]);
}

/// Address cards in JSON.
fn jcard(data: &[u8]) {
    read("vcard", "", &[File { name: "fuzz.jcard", bytes: data }]);
}

/// JSON. The first byte says where the records are, and whether a line is one.
fn json(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    match choice % 3 {
        0 => read("json", "", &[File { name: "fuzz.json", bytes }]),
        1 => read("json", "records = 'records'", &[File { name: "fuzz.json", bytes }]),
        _ => read("ndjson", "", &[File { name: "fuzz.ndjson", bytes }]),
    }
}

/// Directory entries.
fn ldif(data: &[u8]) {
    read("ldif", "", &[File { name: "fuzz.ldif", bytes: data }]);
}

/// OpenDocument spreadsheets, which a reader of our own reads: the XML inside, so that a change does not only break the archive around it.
fn ods(data: &[u8]) {
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in
        [("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".as_slice()), ("content.xml", data)]
    {
        archive.start_file(name, stored).expect("a new member");
        archive.write_all(bytes).expect("room in memory");
    }
    let bytes = archive.finish().expect("an archive").into_inner();
    read("sheet", "", &[File { name: "fuzz.ods", bytes: &bytes }]);
}

/// Address books of Palm OS.
fn palm(data: &[u8]) {
    read("palm", "deleted = 'read'", &[File { name: "fuzz.pdb", bytes: data }]);
}

/// Address cards.
fn vcard(data: &[u8]) {
    read("vcard", "", &[File { name: "fuzz.vcf", bytes: data }]);
}

/// Address cards in XML.
fn xcard(data: &[u8]) {
    read("vcard", "", &[File { name: "fuzz.xcard", bytes: data }]);
}

/// XML with a record path.
fn xml(data: &[u8]) {
    read("xml", "records = 'a/b'", &[File { name: "fuzz.xml", bytes: data }]);
}
