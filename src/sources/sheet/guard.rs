//! Looks at a file before it is parsed: what it is, and whether it may unpack
//! into more than the memory that a reader is allowed.
//!
//! Sizes in a zip's directory can lie, so they are counted where the packed size
//! leaves room for a lie (deflate packs at most about 1:1032).

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use crate::sources::{ReadError, open_file};

use super::xls;

/// The kinds that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

/// Parts that are held in memory as a whole (shared strings, styles), together.
const HELD: u64 = 128 << 20;
/// A sheet is streamed, so it may be large; but not by packing alone.
const SHEET: u64 = 512 << 20;
const SHEET_RATIO: u64 = 100;
/// No cell of a sheet is longer than this between two tags: 32,767 characters at
/// most, each an entity at worst.
const LONGEST: u64 = 4 << 20;
const DEFLATE_RATIO: u64 = 1040;

/// What the file is, or why it is not read.
pub(super) fn inspect(path: &Path) -> Result<Kind, ReadError> {
    let mut file = open_file(path)?;
    let mut head = Vec::new();
    file.by_ref().take(512).read_to_end(&mut head).map_err(|error| ReadError::io(path, &error))?;
    file.seek(SeekFrom::Start(0)).map_err(|error| ReadError::io(path, &error))?;
    match head.as_slice() {
        [] => Err(ReadError::new(path.display().to_string(), "is empty")),
        [b'P', b'K', 3 | 5 | 7, ..] => zipped(path, file),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => xls::inspect(path, file).map(|()| Kind::Xls),
        [0x09, version @ (0x00 | 0x02 | 0x04 | 0x08), ..] => {
            let version = match version {
                0x00 => "2",
                0x02 => "3",
                0x04 => "4",
                _ => "5 (a bare worksheet)",
            };
            let what = format!("is a workbook of Excel {version}, which is not read");
            Err(ReadError::new(path.display().to_string(), what)
                .help("open it in Excel or LibreOffice and save it as .xlsx"))
        }
        _ => Err(foreign(path, &head)),
    }
}

fn foreign(path: &Path, head: &[u8]) -> ReadError {
    let start = String::from_utf8_lossy(head).trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']).to_lowercase();
    let place = path.display().to_string();
    let ask = "open it in Excel or LibreOffice and save it as .xlsx";
    if start.starts_with("id;") {
        return ReadError::new(place, "is a SYLK file (.slk), which is not read").help(ask);
    }
    if start.contains("urn:schemas-microsoft-com:office:spreadsheet") || start.contains("mso-application") {
        return ReadError::new(place, "is an Excel 2003 XML workbook, which is not read").help(ask);
    }
    if start.contains("opendocument") && start.starts_with('<') {
        return ReadError::new(place, "is a flat OpenDocument file (.fods), which is not read").help(ask);
    }
    if start.starts_with('<') {
        let what = if start.contains("<html") || start.contains("<table") || start.contains("<!doctype") {
            "is a web page that is named as a workbook"
        } else {
            "is an XML file, not a workbook"
        };
        return ReadError::new(place, what).help(ask);
    }
    ReadError::new(place, "is not a workbook").help("known are .xlsx, .xlsm, .xlsb, .xls and .ods; text goes by .csv")
}

pub(super) fn damaged(path: &Path, what: &str) -> ReadError {
    ReadError::new(path.display().to_string(), format!("is damaged: {what}"))
        .help("open it in Excel or LibreOffice, which may repair it, and save it again")
}

pub(super) fn locked(path: &Path) -> ReadError {
    ReadError::new(path.display().to_string(), "is password-protected")
        .help("open it with its password and save a copy without one")
}

pub(super) fn too_large(path: &Path, part: &str, what: &str) -> ReadError {
    ReadError::new(path.display().to_string(), format!("its part `{part}` {what}"))
        .help("if the file is to be trusted, save the sheet as .csv and read that")
}

fn zipped(path: &Path, file: File) -> Result<Kind, ReadError> {
    let mut zip =
        ZipArchive::new(BufReader::new(file)).map_err(|_| damaged(path, "its zip container cannot be read"))?;
    let names: Vec<String> = zip.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
    let has = |wanted: &str| names.iter().any(|name| name.replace('\\', "/").eq_ignore_ascii_case(wanted));
    let ends = |wanted: &str| names.iter().any(|name| name.replace('\\', "/").to_lowercase().ends_with(wanted));
    let kind = if ends("workbook.bin") {
        Kind::Xlsb
    } else if has("content.xml") {
        Kind::Ods
    } else if has("[Content_Types].xml") && ends(".xml") && names.iter().any(|name| name.contains("heet")) {
        Kind::Xlsx
    } else if has("encrypted-package") {
        return Err(locked(path));
    } else {
        return Err(ReadError::new(path.display().to_string(), "is a zip file, but not a workbook")
            .help("known are .xlsx, .xlsm, .xlsb, .xls and .ods"));
    };
    if kind == Kind::Ods && is_encrypted(&mut zip) {
        return Err(locked(path));
    }
    if kind == Kind::Xlsx {
        // Its reader counts what it unpacks.
        return unlocked(path, &mut zip).map(|()| kind);
    }
    let mut held = 0;
    for index in 0..zip.len() {
        held += part(path, &mut zip, index, kind)?;
        if held > HELD {
            return Err(too_large(path, "xl", "unpacks to more than 128 MB that must be held in memory"));
        }
    }
    Ok(kind)
}

fn unlocked(path: &Path, zip: &mut ZipArchive<BufReader<File>>) -> Result<(), ReadError> {
    for index in 0..zip.len() {
        let broken = |_| damaged(path, "its zip container cannot be read");
        if zip.by_index_raw(index).map_err(broken)?.encrypted() {
            return Err(locked(path));
        }
    }
    Ok(())
}

/// An encrypted .ods keeps its parts, and says in its manifest that they are not
/// to be read as they are.
fn is_encrypted(zip: &mut ZipArchive<BufReader<File>>) -> bool {
    let Ok(part) = zip.by_name("META-INF/manifest.xml") else { return false };
    let mut manifest = Vec::new();
    // One that cannot be read says nothing; the parts themselves will.
    let _ = part.take(1 << 20).read_to_end(&mut manifest);
    String::from_utf8_lossy(&manifest).contains("encryption-data")
}

/// Checks one entry; the bytes of it that a reader holds in memory.
fn part(path: &Path, zip: &mut ZipArchive<BufReader<File>>, index: usize, kind: Kind) -> Result<u64, ReadError> {
    let broken = |_| damaged(path, "its zip container cannot be read");
    let (name, size, packed, encrypted) = {
        let entry = zip.by_index_raw(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        (name, entry.size(), entry.compressed_size(), entry.encrypted())
    };
    if encrypted {
        return Err(locked(path));
    }
    let lower = name.replace('\\', "/").to_lowercase();
    let is_sheet = lower.contains("sheets/") && !lower.contains("_rels/") || lower == "content.xml";
    if !(is_sheet || lower.ends_with(".xml") || lower.ends_with(".rels") || lower.ends_with(".bin"))
        || lower.contains("media/")
        || lower.contains("vbaproject")
    {
        return Ok(0);
    }
    let suspect = packed.saturating_mul(DEFLATE_RATIO) > LONGEST;
    if !suspect {
        return Ok(if is_sheet { 0 } else { size.min(packed.saturating_mul(DEFLATE_RATIO)) });
    }
    if !is_sheet && size > HELD {
        return Err(too_large(path, &name, "unpacks to more than 128 MB that must be held in memory"));
    }
    if is_sheet && size > SHEET && size / SHEET_RATIO > packed {
        return Err(too_large(path, &name, "unpacks to over 100 times its size, as no honest sheet does"));
    }
    let entry = zip.by_index(index).map_err(broken)?;
    let scan = Scan::over(entry, if is_sheet { u64::MAX } else { HELD + 1 })
        .map_err(|_| damaged(path, &format!("its part `{name}` cannot be unpacked")))?;
    if is_sheet && scan.bytes > SHEET && scan.bytes / SHEET_RATIO > packed {
        return Err(too_large(path, &name, "unpacks to over 100 times its size, as no honest sheet does"));
    }
    if scan.longest > LONGEST && kind != Kind::Xlsb && !lower.ends_with(".bin") {
        return Err(too_large(path, &name, "has a cell of over 4 MB, which no sheet can hold"));
    }
    Ok(if is_sheet { 0 } else { scan.bytes })
}

/// What one pass over a part finds.
struct Scan {
    bytes: u64,
    /// The most bytes between two `<`.
    longest: u64,
}

impl Scan {
    fn over(mut part: impl Read, most: u64) -> std::io::Result<Self> {
        let mut scan = Self { bytes: 0, longest: 0 };
        let mut buffer = vec![0; 1 << 16];
        let mut since = 0_u64;
        loop {
            let read = part.read(&mut buffer)?;
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
                scan.longest = scan.longest.max(since);
                return Ok(scan);
            };
            scan.bytes += read as u64;
            for run in bytes.split_inclusive(|byte| *byte == b'<') {
                since += run.len() as u64;
                scan.longest = scan.longest.max(since);
                if run.ends_with(b"<") {
                    since = 0;
                }
            }
            if scan.bytes > most {
                return Ok(scan);
            }
        }
    }
}
