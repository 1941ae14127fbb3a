//! A dump of a database, a file of SQL statements, read as tables without a server:
//! `mysqldump`, `pg_dump` (plain), SQLite's `.dump`, scripts for SQL Server.
//!
//! Nothing is executed. `insert` and `copy` give records, `create table` and
//! `alter table` say what the columns are; what else would change the records of
//! the table is not followed, and said so ([`Source::detected`]). The file is read
//! once to know its tables, and once for each reading; memory holds a record.

mod batches;
mod blank;
mod catalog;
mod cell;
mod codes;
mod copy;
mod create;
mod dialect;
mod input;
mod lexer;
mod quoted;
mod record;
mod script;
mod statement;
#[cfg(test)]
mod tests;
mod transcode;

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use self::catalog::{Catalog, Table};
pub use self::codes::CODES;
use self::codes::{CUT, ENCODING, EXPRESSION, TOO_LARGE, WIDTH};
pub use self::dialect::Dialect;
use self::input::Input;
use self::lexer::Lexer;
use self::script::{Script, TableName};
use super::encoding::Encoding;
use super::filling::Filling;
use super::kind::{Opener, Place, TableEntry};
use super::{ReadError, Relation, Rows, Source, packed};
use crate::diagnostic::nearest;
use crate::options;
use crate::record as names;

options! {
    /// A dump of a database: SQL statements in a file.
    pub struct DumpOptions {
        /// The table to read, as `name` or `schema.name`.
        table: Option<String>,
        /// Whose SQL it is; found out from the first lines unless it is given.
        dialect: Option<Dialect>,
        /// The encoding, such as `utf-8` or `windows-1252`; what the dump itself
        /// says, or UTF-8, unless it is given.
        encoding: Option<Encoding>,
        /// Names of the columns, where the dump has neither a `create table` nor
        /// a list of columns in its `insert`.
        columns: Vec<String> = Vec::new(),
    }
}

/// Bytes of a dump that are looked at to see how it is written.
const START: usize = 256 << 10;

/// How a dump is written.
#[derive(Debug, Clone, Copy)]
struct How {
    dialect: Dialect,
    encoding: Encoding,
    /// What the texts are decoded from: the whole file may be turned into UTF-8
    /// before it is cut into texts.
    cells: Encoding,
}

/// What is read.
struct Plan {
    path: PathBuf,
    how: How,
    table: TableName,
    schema: SchemaRef,
    /// Name and declared type.
    columns: Vec<(String, Option<String>)>,
    /// How many of them a record without named columns has.
    positional: usize,
}

struct Dump {
    plan: Arc<Plan>,
    key: Vec<String>,
    relations: Vec<Relation>,
    detected: String,
}

impl Opener for DumpOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        let path = place.file()?;
        let (how, catalog) = self.scan(path)?;
        self.dump(path, how, &catalog).map(|dump| Box::new(dump) as Box<dyn Source>)
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let (_, catalog) = self.scan(place.file()?)?;
        let tables = catalog.tables.iter().filter(|table| table.is_one());
        let entry = |table: &Table| TableEntry {
            name: catalog.shown(table),
            option: "table",
            what: "table".into(),
            rows: Some(table.rows),
        };
        Ok(tables.map(entry).collect())
    }
}

impl DumpOptions {
    /// Reads the whole dump for what it holds.
    fn scan(&self, path: &Path) -> Result<(How, Catalog), ReadError> {
        let how = self.how(path)?;
        let mut script = script(path, how)?;
        let catalog = Catalog::of(&mut script);
        batches::ends(&mut script, path)?;
        Ok((how, catalog))
    }

    fn how(&self, path: &Path) -> Result<How, ReadError> {
        let mut start = Vec::new();
        let mut head = packed::open(path, None)?.take(START as u64);
        head.read_to_end(&mut start).map_err(|error| ReadError::io(path, &error))?;
        if start.starts_with(b"PGDMP") {
            return Err(ReadError::new(path.display().to_string(), "is an archive of pg_dump, and no SQL")
                .help("turn it into SQL: `pg_restore --file=dump.sql ARCHIVE`"));
        }
        if start.starts_with(b"SQLite format 3\0") {
            return Err(ReadError::new(path.display().to_string(), "is an SQLite database, and no dump of one")
                .help("say `kind = \"sqlite\"`"));
        }
        let marked = transcode::byte_order_mark(&start);
        let plain = match marked {
            Some(encoding) if encoding != Encoding::UTF_8 => {
                let mut text = String::new();
                encoding.decode_into(start.get(2..start.len() / 2 * 2).unwrap_or_default(), &mut text);
                text.into_bytes()
            }
            _ => start,
        };
        let encoding =
            marked.or(self.encoding).or_else(|| dialect::declared_encoding(&plain)).unwrap_or(Encoding::UTF_8);
        let cells = if transcode::is_needed(encoding) { Encoding::UTF_8 } else { encoding };
        Ok(How { dialect: self.dialect.unwrap_or_else(|| Dialect::detect(&plain)), encoding, cells })
    }

    fn dump(&self, path: &Path, how: How, catalog: &Catalog) -> Result<Dump, ReadError> {
        let table = self.chosen(path, catalog)?;
        let refused = |what: String| ReadError::new(path.display().to_string(), what);
        let mut columns = table.columns.clone();
        if columns.is_empty() {
            columns = self.columns.iter().map(|name| (name.clone(), None)).collect();
            columns.extend((columns.len()..table.width).map(|index| (format!("column {}", index + 1), None)));
        } else if !self.columns.is_empty() {
            return Err(refused(format!("names the columns of `{}` itself", table.name.name))
                .help("leave out the source's `columns`"));
        }
        let mut seen = HashSet::new();
        for (name, _) in &columns {
            if names::LINEAGE.contains(&&**name) {
                return Err(refused(format!("the column `{name}` has a name of cutover's own"))
                    .help("give it another one in the dump"));
            }
            if !seen.insert(name) {
                return Err(refused(format!("the column `{name}` is there twice")).help("correct the dump"));
            }
        }
        if columns.is_empty() {
            return Err(refused(format!("holds no records of `{}`, and does not say its columns", table.name.name)));
        }
        let mut detected = format!("{} dump, {}", how.dialect.name(), how.encoding.name());
        if catalog.cut {
            detected.push_str("; it ends within a statement");
        }
        for change in table.changed() {
            detected.push_str("; not followed: ");
            detected.push_str(&change);
        }
        let plan = Plan {
            path: path.to_path_buf(),
            how,
            table: table.name.clone(),
            schema: Rows::text_schema(columns.iter().map(|(name, _)| name)),
            positional: columns.len(),
            columns,
        };
        Ok(Dump { plan: Arc::new(plan), key: table.key.clone(), relations: table.relations.clone(), detected })
    }

    fn chosen<'a>(&self, path: &Path, catalog: &'a Catalog) -> Result<&'a Table, ReadError> {
        let place = path.display().to_string();
        let shown: Vec<String> =
            catalog.tables.iter().filter(|table| table.is_one()).map(|table| catalog.shown(table)).collect();
        let list = match shown.len() {
            0 => {
                return Err(ReadError::new(place, "holds no table")
                    .help("is it a dump in SQL? if not, say what it is with `kind`"));
            }
            1..=20 => shown.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
            count => format!("{count} of them; `cutover profile` lists them"),
        };
        let Some(wanted) = &self.table else {
            if let [only] = shown.as_slice()
                && let [index] = catalog.wanted(only).as_slice()
                && let Some(table) = catalog.tables.get(*index)
            {
                return Ok(table);
            }
            return Err(ReadError::new(place, "no table is named").help(format!("give a `table`; its tables: {list}")));
        };
        match catalog.wanted(wanted).as_slice() {
            [index] => catalog.tables.get(*index).ok_or_else(|| ReadError::new(place, "holds no table")),
            [] => {
                let error = ReadError::new(place, format!("has no table `{wanted}`"));
                Err(match nearest(wanted, shown.iter().map(String::as_str)) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error.help(format!("its tables: {list}")),
                })
            }
            _ => {
                Err(ReadError::new(place, format!("has several tables `{wanted}`")).help("write it as `schema.table`"))
            }
        }
    }
}

/// The statements of the file.
fn script(path: &Path, how: How) -> Result<Script, ReadError> {
    let reader = transcode::into_utf_8(packed::open(path, None)?, how.encoding);
    Ok(Script::new(Lexer::new(Input::new(reader), how.dialect)))
}

impl Source for Dump {
    fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.plan.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<super::Batches, ReadError> {
        Ok(Box::new(Filling::new(batches::Batches::new(Arc::clone(&self.plan), batch_rows)?)))
    }

    fn declared(&self) -> Vec<Option<String>> {
        self.plan.columns.iter().map(|(_, declared)| declared.clone()).collect()
    }

    fn declared_key(&self) -> Vec<String> {
        self.key.clone()
    }

    fn relations(&self) -> Vec<Relation> {
        self.relations.clone()
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        vec![(self.plan.path.clone(), self.detected.clone())]
    }
}
