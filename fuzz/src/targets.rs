//! What each fuzz target reads, and with which options. Of some the first byte
//! chooses the options, which the seeds of `scripts/fuzz` know.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::read::{File, read};

/// Reads `data` as the target of that name does; whether it could be opened.
pub fn run(target: &str, data: &[u8]) -> bool {
    match target {
        "access" => access(data),
        "cardfile" => cardfile(data),
        "cards" => cards(data),
        "csv" => csv(data),
        "dialect" => dialect(data),
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
        "xlsx" => xlsx(data),
        "xml" => xml(data),
        other => panic!("there is no target {other}"),
    }
}

/// Access databases: records by code of our own, the rest by a library.
fn access(data: &[u8]) -> bool {
    read("access", "", &[File { name: "fuzz.mdb", bytes: data }])
}

/// Windows Cardfile. The first byte says whether cards are split at their tags.
fn cardfile(data: &[u8]) -> bool {
    let Some((&choice, bytes)) = data.split_first() else { return false };
    let options = if choice % 2 == 0 { "" } else { "tags = true" };
    read("cardfile", options, &[File { name: "fuzz.crd", bytes }])
}

/// Tagged text and the address books of older programs. The first byte chooses the program.
fn cards(data: &[u8]) -> bool {
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
    let Some((&choice, bytes)) = data.split_first() else { return false };
    let options = OPTIONS[usize::from(choice) % OPTIONS.len()];
    read("cards", options, &[File { name: "fuzz.cards", bytes }])
}

/// Delimited text: detection of encoding, dialect and headings, then the records. The first byte chooses what is declared.
fn csv(data: &[u8]) -> bool {
    const OPTIONS: &[&str] = &[
        "",
        "",
        "",
        "header = 0",
        "delimiter = 'tab'",
        "escape = 'backslash'",
        "encoding = 'cp850'",
        "ragged = 'keep'\nskip_empty = true",
        "table = 'all'\ncomment = '#'",
        "delimiter = '+|'\nquote = '«»'\nescape = 'mysql'",
        "record_delimiter = '&|'\nfooter = 1",
        "encoding = 'utf-16le'\nheader = [1, 2]",
        "encoding = 'shift_jis'\nheadings = 'outlook'",
    ];
    let Some((&choice, bytes)) = data.split_first() else { return false };
    let options = OPTIONS[usize::from(choice) % OPTIONS.len()];
    read("csv", options, &[File { name: "fuzz.csv", bytes }])
}

/// What is detected of a table: its encoding, dialect and layout, of which each
/// byte at the beginning says something; the cells come from what follows. So the
/// fuzzer finds tables of many kinds without having to write their bytes.
fn dialect(data: &[u8]) -> bool {
    let Some((choice, mut rest)) = data.split_at_checked(8) else { return false };
    let pick = |at: usize, all: &'static [&'static str]| all[usize::from(choice[at]) % all.len()];
    let delimiter =
        pick(0, &[",", ";", "\t", "|", "||", "::", "~", "^", "\u{1f}", "¦", "§", ":", " ", "+|", "@!", "|#"]);
    let quote = pick(1, &["\"\"", "''", "“”", "„“", "«»", "þþ", "``", "", "", ""]);
    let end = pick(2, &["\n", "\r\n", "\r", "&|\n", "|&", "~~\n", "<EOR>", "$$\r\n"]);
    let above = pick(3, &["", "", "Report of contacts", "sep=;", "\n", "title,date", "# a\n# b"]);
    let below = pick(4, &["", "", "Total", "3 rows", "\n\nid,name\n1,x", "(end)", "\u{1a}"]);
    let headings =
        pick(5, &["id name city", "Name Vorname Straße Ort", "", "a a a", "1 2 3", "naïve Ørsted Łódź", "Имя Город"]);
    let width = usize::from(choice[6] % 7) + 1;
    let mut quotes = quote.chars();
    let (open, close) = (quotes.next(), quotes.next());
    let mut text = String::new();
    text.push_str(above);
    if !above.is_empty() {
        text.push_str(end);
    }
    let mut row: Vec<String> = headings.split_whitespace().cycle().take(width).map(str::to_string).collect();
    while !row.is_empty() {
        let cells = row.drain(..).map(|cell| match (open, close) {
            (Some(open), Some(close)) if cell.contains([open, close, '\n']) || choice[7] & 4 > 0 => {
                format!("{open}{}{close}", cell.replace(close, &format!("{close}{close}")))
            }
            _ => cell,
        });
        text.push_str(&cells.collect::<Vec<_>>().join(delimiter));
        text.push_str(end);
        while row.len() < width && !rest.is_empty() {
            let length = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len()).min(40);
            row.push(String::from_utf8_lossy(&rest[..length]).into_owned());
            rest = rest.get(length + 1..).unwrap_or_default();
        }
    }
    text.push_str(below);
    let wide = |unit: u16| if choice[7] & 8 > 0 { unit.to_be_bytes() } else { unit.to_le_bytes() };
    let bytes = match choice[7] & 3 {
        0 | 1 => text.into_bytes(),
        2 => text.chars().map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?')).collect(),
        _ => text.encode_utf16().flat_map(wide).collect(),
    };
    read("csv", "", &[File { name: "fuzz.csv", bytes: &bytes }])
}

/// dBase tables, and their memo files behind a mark.
fn dbf(data: &[u8]) -> bool {
    const MARK: &[u8] = b"-MEMO-";
    let cut = data.windows(MARK.len()).position(|window| window == MARK);
    match cut.and_then(|at| data.split_at_checked(at)) {
        Some((table, memo)) => {
            let memo =
                File { name: if memo.len() % 2 == 0 { "fuzz.dbt" } else { "fuzz.fpt" }, bytes: &memo[MARK.len()..] };
            read("dbf", "", &[File { name: "fuzz.dbf", bytes: table }, memo])
        }
        None => read("dbf", "", &[File { name: "fuzz.dbf", bytes: data }]),
    }
}

/// Dumps of databases. The first byte chooses whose SQL it is.
fn dump(data: &[u8]) -> bool {
    const OPTIONS: &[&str] =
        &["", "dialect = 'mysql'", "dialect = 'postgres'", "dialect = 'sqlite'", "dialect = 'tsql'"];
    let Some((&choice, bytes)) = data.split_first() else { return false };
    let options = OPTIONS[usize::from(choice) % OPTIONS.len()];
    read("dump", options, &[File { name: "fuzz.sql", bytes }])
}

/// Excel workbooks: what lies around the library that reads them.
fn excel(data: &[u8]) -> bool {
    let name = if data.starts_with(b"PK") { "fuzz.xlsx" } else { "fuzz.xls" };
    read("sheet", "", &[File { name, bytes: data }])
}

/// Text in columns of fixed width.
fn fixed(data: &[u8]) -> bool {
    const COLUMNS: &str = "columns = [{ name = 'a', start = 1, width = 3 }, { name = 'b', start = 4, width = 10 }]";
    read("fixed", COLUMNS, &[File { name: "fuzz.fixed", bytes: data }])
}

/// Address cards in JSON.
fn jcard(data: &[u8]) -> bool {
    read("vcard", "", &[File { name: "fuzz.jcard", bytes: data }])
}

/// JSON. The first byte says where the records are, and whether a line is one.
fn json(data: &[u8]) -> bool {
    let Some((&choice, bytes)) = data.split_first() else { return false };
    match choice % 3 {
        0 => read("json", "", &[File { name: "fuzz.json", bytes }]),
        1 => read("json", "records = 'records'", &[File { name: "fuzz.json", bytes }]),
        _ => read("ndjson", "", &[File { name: "fuzz.ndjson", bytes }]),
    }
}

/// Directory entries.
fn ldif(data: &[u8]) -> bool {
    read("ldif", "", &[File { name: "fuzz.ldif", bytes: data }])
}

/// OpenDocument spreadsheets, which a reader of our own reads: the XML inside, so that a change does not only break the archive around it.
fn ods(data: &[u8]) -> bool {
    let kind = b"application/vnd.oasis.opendocument.spreadsheet".as_slice();
    let bytes = archive(&[("mimetype", kind), ("content.xml", data)]);
    read("sheet", "", &[File { name: "fuzz.ods", bytes: &bytes }])
}

/// Workbooks of Excel, which a reader of our own reads as well: the parts inside, a mark between them.
fn xlsx(data: &[u8]) -> bool {
    const MARK: &[u8] = b"-PART-";
    const RELATIONS: &[u8] =
        br#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    const WORKBOOK: &[u8] = br#"<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>"#;
    let (mut parts, mut rest) = (Vec::new(), data);
    while let Some(at) = rest.windows(MARK.len()).position(|window| window == MARK) {
        parts.push(&rest[..at]);
        rest = &rest[at + MARK.len()..];
    }
    parts.push(rest);
    let part = |index: usize| parts.get(index).copied().unwrap_or_default();
    let or = |index: usize, usual: &'static [u8]| if part(index).is_empty() { usual } else { part(index) };
    let bytes = archive(&[
        ("[Content_Types].xml", b"<Types/>".as_slice()),
        ("xl/worksheets/sheet1.xml", part(0)),
        ("xl/sharedStrings.xml", or(1, b"<sst/>")),
        ("xl/styles.xml", or(2, b"<styleSheet/>")),
        ("xl/workbook.xml", or(3, WORKBOOK)),
        ("xl/_rels/workbook.xml.rels", or(4, RELATIONS)),
    ]);
    read("sheet", "", &[File { name: "fuzz.xlsx", bytes: &bytes }])
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, stored).expect("a new member");
        archive.write_all(bytes).expect("room in memory");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Address books of Palm OS.
fn palm(data: &[u8]) -> bool {
    read("palm", "deleted = 'read'", &[File { name: "fuzz.pdb", bytes: data }])
}

/// Address cards.
fn vcard(data: &[u8]) -> bool {
    read("vcard", "", &[File { name: "fuzz.vcf", bytes: data }])
}

/// Address cards in XML.
fn xcard(data: &[u8]) -> bool {
    read("vcard", "", &[File { name: "fuzz.xcard", bytes: data }])
}

/// XML with a record path.
fn xml(data: &[u8]) -> bool {
    read("xml", "records = 'a/b'", &[File { name: "fuzz.xml", bytes: data }])
}
