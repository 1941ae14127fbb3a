//! Mozilla's Mork (`.mab`): a text of changes to rows, read from its beginning.
//!
//! Names and values are given once, by number, in dictionaries `<(80=ann)>`. A
//! row `[1:^80 (^81^80)(^82=x)]` has cells that refer to them; a table
//! `{1:^80 …}` holds rows. What a later part of the file says of a row replaces
//! what an earlier one said, so the file is read as a whole. This file knows how
//! it is built, `tokens` its smallest parts, `database` what it means.

mod database;
mod tokens;

use std::path::Path;

use self::database::{Database, Name, RowId};
use crate::sources::ReadError;
use crate::sources::dbf::Deleted;
use crate::sources::encoding::Encoding;
use crate::sources::entries::{self, Entries};

/// The most bytes that a file may have.
const MOST: u64 = 256 << 20;

/// Reads a file and gives its cards.
pub(super) fn open(path: &Path, encoding: Option<Encoding>, deleted: Deleted) -> Result<Box<dyn Entries>, ReadError> {
    let bytes = entries::whole(path, MOST)?;
    let place = path.display().to_string();
    if !bytes.starts_with(b"// <!-- <mdb:mork") {
        return Err(ReadError::new(place, "is no Mork file: its first line does not say so")
            .help("address books of Thunderbird 78 and later are SQLite databases: export them as vCard or LDIF"));
    }
    let mut parser = Parser { bytes: &bytes, at: 0, line: 1, data: Database::new(encoding) };
    parser.file();
    Ok(Box::new(parser.data.found(deleted)))
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The line of `at`, from 1.
    line: u64,
    data: Database,
}

impl Parser<'_> {
    fn file(&mut self) {
        loop {
            self.skip();
            let line = self.line;
            let sound = match self.peek() {
                None => return,
                Some(b'<') => self.dictionary(),
                Some(b'{') => self.table(),
                Some(b'[') => self.row(None).map(|_| ()),
                Some(b'@') => self.group(),
                Some(_) => {
                    // Nothing begins so: what follows up to the next line is passed over.
                    while self.peek().is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                        self.next();
                    }
                    None
                }
            };
            if sound.is_none() {
                self.data.broken(line);
            }
        }
    }

    /// `@$${1A{@` begins changes that count when `@$$}1A}@` follows; `@$$}~1A}@`
    /// takes them back.
    fn group(&mut self) -> Option<()> {
        let Some(rest) = self.rest().strip_prefix(b"@$${") else {
            // The end of a group whose changes count, or a mark that is none.
            let sound = self.rest().starts_with(b"@$$}");
            self.advance(if sound { 4 } else { 1 });
            if sound {
                let end = memchr::memmem::find(self.rest(), b"}@")?;
                self.advance(end + 2);
            }
            return sound.then_some(());
        };
        let id_end = memchr::memmem::find(rest.get(..rest.len().min(32))?, b"{@");
        let Some(id_end) = id_end else {
            self.advance(4);
            return None;
        };
        let id = rest.get(..id_end)?.to_vec();
        let body = 4 + id_end + 2;
        let done = [&id, b"}@".as_slice()].concat();
        let undone = [b"~".as_slice(), &done].concat();
        let after = self.rest().get(body..).unwrap_or_default();
        for end in memchr::memmem::find_iter(after, b"@$$}") {
            let mark = after.get(end + 4..).unwrap_or_default();
            if mark.starts_with(&done) {
                self.advance(body);
                return Some(());
            }
            if mark.starts_with(&undone) {
                self.advance(body + end + 4 + undone.len());
                return Some(());
            }
        }
        // Never finished: the program does not count such changes either.
        self.advance(self.rest().len());
        None
    }

    fn advance(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// `< <(a=c)> (80=name)(81=value) >`
    fn dictionary(&mut self) -> Option<()> {
        self.next();
        let mut columns = false;
        loop {
            self.skip();
            match self.peek()? {
                b'>' => {
                    self.next();
                    return Some(());
                }
                b'<' => {
                    self.next();
                    columns = self.scope()?;
                }
                b'(' => {
                    self.next();
                    let (id, column) = self.word().split_once_colon();
                    let id = u32::from_str_radix(&id, 16).ok()?;
                    self.skip();
                    if self.next()? != b'=' {
                        return None;
                    }
                    let value = self.value()?;
                    self.data.define(columns || column.as_deref() == Some("c"), id, &value);
                }
                _ => return None,
            }
        }
    }

    /// What stands within the inner brackets: `(a=c)` says that names follow.
    fn scope(&mut self) -> Option<bool> {
        let mut columns = false;
        loop {
            self.skip();
            match self.next()? {
                b'>' => return Some(columns),
                b'(' => {
                    let word = self.word().0;
                    if self.next()? != b'=' {
                        return None;
                    }
                    columns |= word == "a" && self.value()? == b"c";
                }
                _ => return None,
            }
        }
    }

    /// `{1:^80 {(k^BE:c)(s=9)} [1 (^81^80)] 2 -3}`
    fn table(&mut self) -> Option<()> {
        self.next();
        self.skip();
        let mut replaced = false;
        if self.peek()? == b'-' {
            self.next();
            replaced = true;
        }
        let (id, scope) = self.id()?;
        let table = self.data.table(id, scope.clone());
        if replaced {
            self.data.empty_table(table);
        }
        loop {
            self.skip();
            match self.peek()? {
                b'}' => {
                    self.next();
                    return Some(());
                }
                b'{' => {
                    self.next();
                    self.about(table)?;
                }
                b'[' => {
                    let row = self.row(scope.clone())?;
                    self.data.put(table, row);
                }
                b'-' => {
                    self.next();
                    self.skip();
                    let row = if self.peek()? == b'[' { self.row(scope.clone())? } else { self.row_id(&scope)? };
                    self.data.take(table, &row);
                }
                _ => {
                    let row = self.row_id(&scope)?;
                    self.data.put(table, row);
                }
            }
        }
    }

    /// What is said of a table: `(k^BE:c)` is its kind.
    fn about(&mut self, table: usize) -> Option<()> {
        loop {
            self.skip();
            match self.peek()? {
                b'}' => {
                    self.next();
                    return Some(());
                }
                b'(' => {
                    self.next();
                    let word = self.word().0;
                    let (value, literal) = self.cell_value()?;
                    if word == "k" {
                        self.data.set_kind(table, value, literal);
                    }
                }
                b'[' => {
                    self.row(None)?;
                }
                _ => {
                    self.row_id(&None)?;
                }
            }
        }
    }

    /// A row and its cells.
    fn row(&mut self, scope: Option<Name>) -> Option<RowId> {
        let line = self.line;
        self.next();
        self.skip();
        let mut replaced = false;
        if self.peek()? == b'-' {
            self.next();
            replaced = true;
        }
        let row = self.row_id(&scope)?;
        self.data.row(&row, line, replaced);
        loop {
            self.skip();
            match self.next()? {
                b']' => return Some(row),
                b'[' => {
                    // What is said of the row itself.
                    while self.next()? != b']' {}
                }
                b'-' => {
                    self.skip();
                    if self.next()? != b'(' {
                        return None;
                    }
                    let name = self.cell_name()?;
                    if self.peek()? != b')' {
                        self.cell_value()?;
                    } else {
                        self.next();
                    }
                    self.data.cut(&row, &name);
                }
                b'(' => {
                    let name = self.cell_name()?;
                    let (value, literal) = self.cell_value()?;
                    self.data.set(&row, &name, value, literal);
                }
                _ => return None,
            }
        }
    }
}
