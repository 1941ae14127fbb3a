//! The file: its version, its pages, its encoding. The only module that calls
//! the library for them, and where a panic of it becomes an error.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use jetdb::format::db_header;
use jetdb::{FileError, FormatError, PageReader, TableDef, read_table_def};

use crate::panics;
use crate::sources::encoding::Encoding;
use crate::sources::{ReadError, open_file};

/// An open database.
pub(super) struct Jet {
    pub path: PathBuf,
    reader: PageReader,
    /// Of the texts of Access 97; none later, where they are UTF-16.
    pub encoding: Option<Encoding>,
}

/// Where the head of the file keeps its code page.
const CODE_PAGE: u64 = db_header::CODE_PAGE as u64;

/// What stands behind the first four bytes.
const SIGNATURES: [&[u8; 16]; 2] = [b"Standard Jet DB\0", b"Standard ACE DB\0"];

impl Jet {
    /// Opens a file; `encoding` is for texts of Access 97.
    pub fn open(path: &Path, encoding: Option<Encoding>) -> Result<Self, ReadError> {
        let mut file = open_file(path)?;
        // The library looks at the version first, so any text would be of an unknown one.
        let mut head = [0; SIGNATURES[0].len() + 4];
        let has_head = file.read_exact(&mut head).and_then(|()| file.rewind()).is_ok();
        if !has_head || !SIGNATURES.iter().any(|signature| head.ends_with(*signature)) {
            return Err(no_database(path));
        }
        let reader = quietly(path, || PageReader::open_reader(file))?;
        if !reader.header().version.is_jet3() {
            return Ok(Self { path: path.to_path_buf(), reader, encoding: None });
        }
        let page = reader.header().code_page;
        let encoding = match encoding {
            Some(chosen) => chosen,
            None => named(page).ok_or_else(|| {
                ReadError::new(path.display().to_string(), format!("has texts in code page {page}, which is not known"))
                    .help("name one that is like it with the source's `encoding`")
            })?,
        };
        // The library knows no page 0 and then takes each byte for a character,
        // from which every byte can be had back: see `name`.
        let file = Unpaged { file: open_file(path)?, at: 0, page: page.to_le_bytes() };
        let reader = quietly(path, || PageReader::open_reader(file))?;
        Ok(Self { path: path.to_path_buf(), reader, encoding: Some(encoding) })
    }

    pub fn place(&self) -> String {
        self.path.display().to_string()
    }

    pub fn version(&self) -> String {
        self.reader.header().version.to_string()
    }

    pub fn is_97(&self) -> bool {
        self.encoding.is_some()
    }

    /// Where a page of data has the number of its rows.
    pub fn row_count_at(&self) -> usize {
        self.reader.format().data_row_count_pos
    }

    /// A page's bytes, decrypted.
    pub fn page(&mut self, number: u32) -> Result<Vec<u8>, ReadError> {
        self.ask(|reader| reader.read_page_copy(number))
    }

    /// Whether the file has that page.
    pub fn has(&self, page: u32) -> bool {
        page > 0 && page < self.reader.page_count()
    }

    /// The definition of the table that begins on `page`, with its names as text.
    pub fn table(&mut self, name: &str, page: u32) -> Result<TableDef, ReadError> {
        let mut table = self.ask(|reader| read_table_def(reader, name, page))?;
        for column in &mut table.columns {
            column.name = self.name(&column.name);
        }
        Ok(table)
    }

    /// Asks the library something.
    pub fn ask<T>(&mut self, work: impl FnOnce(&mut PageReader) -> Result<T, FileError>) -> Result<T, ReadError> {
        quietly(&self.path, || work(&mut self.reader))
    }

    /// A name of Access 97 from the characters that the library made of its bytes.
    fn name(&self, given: &str) -> String {
        let Some(encoding) = self.encoding else { return given.to_string() };
        let bytes: Vec<u8> = given.chars().filter_map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
        let mut name = String::new();
        encoding.decode_into(&bytes, &mut name);
        name
    }
}

fn named(page: u16) -> Option<Encoding> {
    match page {
        0 => Some(Encoding::WINDOWS_1252),
        page => Encoding::named(&format!("cp{page}")),
    }
}

/// Does `work`; its error, or a panic of the library, as an error of this file.
fn quietly<T>(path: &Path, work: impl FnOnce() -> Result<T, FileError>) -> Result<T, ReadError> {
    match panics::caught(work) {
        Some(result) => result.map_err(|error| failed(path, error)),
        None => Err(damaged(path, "a page makes no sense")),
    }
}

fn no_database(path: &Path) -> ReadError {
    ReadError::new(path.display().to_string(), "is not an Access database").help("check the source's `path`")
}

/// A database that cannot be read any further.
pub(super) fn damaged(path: &Path, what: &str) -> ReadError {
    ReadError::new(path.display().to_string(), format!("is damaged: {what}"))
        .help("run \"Compact and Repair Database\" in Access on a copy, then read the copy")
}

fn failed(path: &Path, error: FileError) -> ReadError {
    let place = || path.display().to_string();
    match error {
        FileError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => damaged(path, "it ends too early"),
        FileError::Io(error) => ReadError::io(path, &error),
        FileError::Format(FormatError::InvalidSignature) | FileError::FileTooSmall { .. } => no_database(path),
        FileError::Format(FormatError::UnknownVersion(version)) => {
            ReadError::new(place(), format!("is no Access database of a known version (byte {version})"))
                .help("open it in Access and save it as .accdb or .mdb")
        }
        FileError::PasswordRequired | FileError::InvalidPassword => {
            ReadError::new(place(), "is encrypted with a password")
                .help("open it in Access, choose File, Info, \"Decrypt Database\", and read that copy")
        }
        FileError::UnsupportedEncryption { .. } => ReadError::new(place(), "is encrypted")
            .help("open it in Access, choose File, Info, \"Decrypt Database\", and read that copy"),
        FileError::PageOutOfRange { page, .. } => damaged(path, &format!("it has no page {page}")),
        other => damaged(path, &other.to_string()),
    }
}

/// The file with a code page of 0 in its head, whatever stands there. The head
/// is combined with a fixed sequence of bytes, so combining it with the page as
/// well takes the page out.
struct Unpaged {
    file: File,
    at: u64,
    page: [u8; 2],
}

impl Read for Unpaged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read(buffer)?;
        for (byte, at) in self.page.iter().zip(CODE_PAGE..) {
            let inside = at.checked_sub(self.at).and_then(|offset| usize::try_from(offset).ok());
            if let Some(target) = inside.filter(|&offset| offset < got).and_then(|offset| buffer.get_mut(offset)) {
                *target ^= byte;
            }
        }
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for Unpaged {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}
