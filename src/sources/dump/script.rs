//! A dump as a row of events: tables, records, and what changes them.
//!
//! What is no concern of a table's records is gone over: sessions, procedures,
//! triggers, indexes, rights.

use super::copy::{self, Line};
use super::create::{self, Alteration, Definition};
use super::dialect::Dialect;
use super::lexer::{Lexer, Token};
use super::record::Record;

/// Tokens of one statement about a table's columns that are looked at, at most.
const TOKENS: usize = 200_000;

/// The name of a table, and of the schema or database that it is in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct TableName {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

/// What stands next in a dump.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A record of the table in [`Script::table`]; it is in [`Script::record`].
    Record,
    /// A table is made.
    Create(Definition),
    /// A table is altered.
    Alter(TableName, Vec<Alteration>),
    /// A statement changes, removes or adds records in a way that is not followed.
    Change(TableName, &'static str, u64),
    /// The dump ends; whether within a statement.
    End { cut: bool },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Between,
    Values,
    Copy,
}

pub(super) struct Script {
    pub(super) lexer: Lexer,
    pub(super) mode: Mode,
    /// The database, or the schema, of names that name none.
    pub(super) database: Option<String>,
    /// The table of the records that come, and how often that was set anew.
    pub(super) table: TableName,
    pub(super) statement: u64,
    /// The columns that the statement names.
    pub(super) columns: Option<Vec<String>>,
    /// Another record must follow in the statement.
    pub(super) more: bool,
    pub(super) record: Record,
}

/// A token that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) token: Token,
    pub(super) text: String,
}

impl Script {
    pub(super) fn new(lexer: Lexer) -> Self {
        Self {
            lexer,
            mode: Mode::Between,
            database: None,
            table: TableName::default(),
            statement: 0,
            columns: None,
            more: false,
            record: Record::default(),
        }
    }

    pub(super) fn next(&mut self) -> Event {
        loop {
            let event = match self.mode {
                Mode::Between => self.between(),
                Mode::Values => self.values(),
                Mode::Copy => match copy::read(&mut self.lexer.input, &mut self.record) {
                    Line::Record => Some(Event::Record),
                    Line::Last => {
                        self.mode = Mode::Between;
                        None
                    }
                    Line::Missing => {
                        self.mode = Mode::Between;
                        Some(Event::End { cut: true })
                    }
                },
            };
            if let Some(event) = event {
                return event;
            }
        }
    }

    /// The next record of an `insert`, if there is one.
    fn values(&mut self) -> Option<Event> {
        match self.lexer.next() {
            Token::Sign(b'(') => {
                self.more = false;
                self.record.begin(self.lexer.line);
                self.record.read(&mut self.lexer);
                if self.record.cut {
                    self.mode = Mode::Between;
                }
                Some(Event::Record)
            }
            Token::Sign(b',') => {
                self.more = true;
                None
            }
            Token::Stop => {
                self.mode = Mode::Between;
                None
            }
            Token::End => {
                self.mode = Mode::Between;
                self.lexer.push_back();
                self.more.then_some(Event::End { cut: true })
            }
            Token::Word if self.lexer.is("on") => {
                self.mode = Mode::Between;
                let line = self.lexer.line;
                self.skip();
                Some(Event::Change(self.table.clone(), "insert … on duplicate", line))
            }
            Token::Word if self.lexer.dialect == Dialect::Tsql => {
                self.mode = Mode::Between;
                self.lexer.push_back();
                None
            }
            Token::Word if self.lexer.is("returning") => {
                self.mode = Mode::Between;
                self.skip();
                None
            }
            _ => {
                // There may be records in what is gone over.
                self.mode = Mode::Between;
                let line = self.lexer.line;
                self.skip();
                Some(Event::Change(self.table.clone(), "insert … values … and more", line))
            }
        }
    }

    fn between(&mut self) -> Option<Event> {
        let token = self.lexer.next();
        let line = self.lexer.line;
        match token {
            Token::End => return Some(Event::End { cut: false }),
            Token::Stop => return None,
            Token::Sign(b'\\') if self.lexer.leads => {
                // A command to the client that reads the dump.
                self.lexer.rest_of_line();
                return None;
            }
            Token::Word => {}
            _ => return self.skipped(),
        }
        let word = String::from_utf8_lossy(&self.lexer.text).to_ascii_lowercase();
        match word.as_str() {
            "insert" | "replace" => self.insert(),
            "create" => self.create(),
            "alter" => self.alter(),
            "copy" => self.copy(),
            "update" => self.change(&["only", "low_priority", "ignore"], "update", line),
            "delete" => self.change(&["from", "only", "low_priority", "quick", "ignore"], "delete", line),
            "truncate" => self.change(&["table", "only"], "truncate", line),
            "merge" => self.change(&["into"], "merge", line),
            "load" => self.skipped(),
            "drop" => {
                if self.lexer.next() != Token::Word || !self.lexer.is("table") {
                    self.lexer.push_back();
                    return self.skipped();
                }
                self.change(&["if", "exists"], "drop", line)
            }
            "use" => {
                let name = self.name(&[]);
                if self.lexer.dialect == Dialect::Mysql {
                    self.database = name.map(|name| name.name);
                }
                self.skipped()
            }
            "delimiter" if self.lexer.dialect == Dialect::Mysql => {
                let line = self.lexer.rest_of_line();
                let delimiter = line.trim_ascii();
                if !delimiter.is_empty() {
                    self.lexer.delimiter = delimiter.to_vec();
                }
                None
            }
            "set" => self.set(),
            _ => self.skipped(),
        }
    }

    pub(super) fn skipped(&mut self) -> Option<Event> {
        // A sign that is itself the end must not swallow the next statement.
        if self.skip() { Some(Event::End { cut: true }) } else { None }
    }

    /// Goes over the rest of the statement; true where the file ends in it.
    pub(super) fn skip(&mut self) -> bool {
        let mut depth = 0_usize;
        let mut blank = true;
        loop {
            match self.lexer.next() {
                Token::End => {
                    // What follows the last statement's end may lack its own.
                    self.lexer.push_back();
                    return self.lexer.cut || (depth > 0 && !blank);
                }
                Token::Stop => return false,
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => depth = depth.saturating_sub(1),
                Token::Word if self.begins_anew(depth) => {
                    self.lexer.push_back();
                    return false;
                }
                _ if self.lexer.cut => return true,
                _ => {}
            }
            blank = false;
        }
    }

    /// SQL Server needs no sign between two statements.
    fn begins_anew(&self, depth: usize) -> bool {
        const WORDS: &[&str] = &[
            "insert", "create", "alter", "update", "delete", "drop", "truncate", "set", "use", "print", "declare",
            "exec", "merge", "if",
        ];
        self.lexer.dialect == Dialect::Tsql
            && depth == 0
            && self.lexer.leads
            && WORDS.iter().any(|word| self.lexer.is(word))
    }

    /// Goes over a procedure or trigger, which holds statements of its own.
    fn skip_body(&mut self) -> bool {
        if self.lexer.dialect == Dialect::Tsql {
            loop {
                match self.lexer.next() {
                    Token::End => {
                        self.lexer.push_back();
                        return self.lexer.cut;
                    }
                    Token::Stop if self.lexer.go => return false,
                    _ => {}
                }
            }
        }
        let mut depth = 0_usize;
        loop {
            match self.lexer.next() {
                Token::End => {
                    self.lexer.push_back();
                    return self.lexer.cut || depth > 0;
                }
                Token::Stop if depth == 0 => return false,
                Token::Word if self.lexer.is("begin") || self.lexer.is("case") => depth += 1,
                Token::Word if self.lexer.is("end") => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// The name of a table, after any of the `before`.
    pub(super) fn name(&mut self, before: &[&str]) -> Option<TableName> {
        let mut parts: Vec<String> = Vec::new();
        loop {
            match self.lexer.next() {
                Token::Word if parts.is_empty() && before.iter().any(|word| self.lexer.is(word)) => continue,
                Token::Word | Token::Name | Token::Text => parts.push(self.text()),
                // `database..table`
                Token::Sign(b'.') if !parts.is_empty() => {
                    parts.push(String::new());
                    self.lexer.push_back();
                }
                _ => {
                    self.lexer.push_back();
                    return None;
                }
            }
            if self.lexer.next() != Token::Sign(b'.') {
                self.lexer.push_back();
                break;
            }
        }
        let name = parts.pop()?;
        let schema = parts.pop().or_else(|| self.database.clone());
        // Where nothing else is said, these are meant.
        let schema = schema
            .filter(|schema| !["", "dbo", "public", "main"].iter().any(|usual| schema.eq_ignore_ascii_case(usual)));
        Some(TableName { schema, name })
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.lexer.text).into_owned()
    }

    fn change(&mut self, before: &[&str], what: &'static str, line: u64) -> Option<Event> {
        let name = self.name(before);
        let cut = self.skip();
        match name {
            Some(table) => Some(Event::Change(table, what, line)),
            None if cut => Some(Event::End { cut }),
            None => None,
        }
    }

    fn create(&mut self) -> Option<Event> {
        let temporary = |lexer: &Lexer| lexer.is("temporary") || lexer.is("temp");
        let before = ["or", "replace", "global", "local", "unlogged", "foreign", "virtual", "definer"];
        loop {
            match self.lexer.next() {
                Token::Word if self.lexer.is("table") => break,
                Token::Word if temporary(&self.lexer) || before.iter().any(|word| self.lexer.is(word)) => {}
                Token::Word
                    if ["trigger", "procedure", "proc", "function", "event", "view"]
                        .iter()
                        .any(|word| self.lexer.is(word)) =>
                {
                    return if self.skip_body() { Some(Event::End { cut: true }) } else { None };
                }
                // `definer = user@host`
                Token::Sign(b'=' | b'@') | Token::Name | Token::Text => {}
                Token::Word if self.lexer.dialect == Dialect::Mysql => {}
                _ => {
                    self.lexer.push_back();
                    return self.skipped();
                }
            }
        }
        let Some(table) = self.name(&["if", "not", "exists"]) else { return self.skipped() };
        let (tokens, whole) = self.tokens();
        if !whole {
            return Some(Event::End { cut: true });
        }
        Some(Event::Create(create::definition(table, &tokens)))
    }

    fn alter(&mut self) -> Option<Event> {
        if self.lexer.next() != Token::Word || !self.lexer.is("table") {
            self.lexer.push_back();
            if ["procedure", "proc", "trigger", "function", "view"].iter().any(|word| self.lexer.is(word)) {
                self.skip_body();
                return None;
            }
            return self.skipped();
        }
        let Some(table) = self.name(&["only", "if", "exists"]) else { return self.skipped() };
        let line = self.lexer.line;
        let (tokens, _) = self.tokens();
        Some(Event::Alter(table, create::alterations(&tokens, line)))
    }

    /// The tokens up to the statement's end, and whether it has one.
    pub(super) fn tokens(&mut self) -> (Vec<Kept>, bool) {
        let mut tokens = Vec::new();
        let mut depth = 0_usize;
        loop {
            let token = self.lexer.next();
            match token {
                Token::Stop => return (tokens, true),
                Token::End => {
                    self.lexer.push_back();
                    return (tokens, depth == 0 && !self.lexer.cut);
                }
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => depth = depth.saturating_sub(1),
                Token::Word if self.begins_anew(depth) => {
                    self.lexer.push_back();
                    return (tokens, true);
                }
                _ => {}
            }
            if tokens.len() < TOKENS {
                tokens.push(Kept { token, text: self.text() });
            }
        }
    }
}
