//! Statements that give records, and those that change how the others are read.

use super::copy;
use super::dialect::Dialect;
use super::lexer::Token;
use super::script::{Event, Kept, Mode, Script};

impl Script {
    pub(super) fn insert(&mut self) -> Option<Event> {
        let line = self.lexer.line;
        let modifiers =
            ["low_priority", "delayed", "high_priority", "ignore", "into", "or", "rollback", "abort", "fail"];
        // `insert or replace`, as SQLite writes it, and a table of that name.
        let before: Vec<&str> = modifiers.iter().copied().chain(["replace"]).collect();
        let Some(table) = self.name(&before) else { return self.skipped() };
        let mut columns = None;
        loop {
            match self.lexer.next() {
                Token::Sign(b'(') if columns.is_none() => {
                    let mut names = Vec::new();
                    loop {
                        match self.lexer.next() {
                            Token::Word if names.is_empty() && self.lexer.is("select") => {
                                self.skip();
                                return Some(Event::Change(table, "insert … select", line));
                            }
                            Token::Word | Token::Name | Token::Text => names.push(self.text()),
                            Token::Sign(b',') => {}
                            Token::Sign(b')') => break,
                            _ => {
                                self.lexer.push_back();
                                return self.skipped();
                            }
                        }
                    }
                    columns = Some(names);
                }
                Token::Word if self.lexer.is("overriding") => {
                    // `overriding system value`
                    self.lexer.next();
                    self.lexer.next();
                }
                Token::Word if self.lexer.is("values") || self.lexer.is("value") => break,
                Token::Word if ["select", "with", "exec", "table"].iter().any(|word| self.lexer.is(word)) => {
                    self.skip();
                    return Some(Event::Change(table, "insert … select", line));
                }
                Token::Word if self.lexer.is("set") || self.lexer.is("default") => {
                    self.skip();
                    return Some(Event::Change(table, "insert … set", line));
                }
                _ => {
                    self.lexer.push_back();
                    return self.skipped();
                }
            }
        }
        self.table = table;
        self.columns = columns;
        self.statement += 1;
        self.mode = Mode::Values;
        self.more = true;
        None
    }

    pub(super) fn copy(&mut self) -> Option<Event> {
        let line = self.lexer.line;
        let Some(table) = self.name(&[]) else { return self.skipped() };
        let (tokens, _) = self.tokens();
        let word = |index: usize| tokens.get(index).map(|kept: &Kept| kept.text.to_ascii_lowercase());
        let open = tokens.iter().position(|kept| kept.token == Token::Sign(b')')).map_or(0, |at| at + 1);
        let listed = tokens.first().is_some_and(|kept| kept.token == Token::Sign(b'('));
        let from = if listed { open } else { 0 };
        if word(from).as_deref() != Some("from") || word(from + 1).as_deref() != Some("stdin") {
            return None;
        }
        if tokens.len() > from + 2 {
            // Another format, which no dump program writes.
            copy::skip(&mut self.lexer.input);
            return Some(Event::Change(table, "copy … with options", line));
        }
        let names = tokens.get(1..from.saturating_sub(1)).unwrap_or_default().iter();
        let names = names.filter(|kept| kept.token != Token::Sign(b',')).map(|kept| kept.text.clone());
        self.columns = listed.then(|| names.collect());
        self.table = table;
        self.statement += 1;
        self.mode = Mode::Copy;
        // The records begin on the next line.
        self.lexer.rest_of_line();
        self.lexer.input.skip(1);
        None
    }

    /// A setting may change how texts are quoted.
    pub(super) fn set(&mut self) -> Option<Event> {
        let (tokens, _) = self.tokens();
        let words: Vec<String> = tokens.iter().map(|kept| kept.text.to_ascii_lowercase()).collect();
        let names = |word: &str| words.first().is_some_and(|first| first == word);
        if names("standard_conforming_strings") {
            self.lexer.quoting.backslash = words.last().is_some_and(|last| last == "off");
        }
        // Dumps of PostgreSQL before 11 name the schema once for many tables.
        if names("search_path") {
            let schema = tokens.get(2).filter(|kept| kept.text != "pg_catalog" && !kept.text.is_empty());
            self.database = schema.map(|kept| kept.text.clone());
        }
        if self.lexer.dialect == Dialect::Mysql
            && words.iter().any(|word| word.ends_with("sql_mode"))
            && !words.first().is_some_and(|first| first.starts_with("@old"))
        {
            let modes: Vec<&String> =
                tokens.iter().zip(&words).filter(|(kept, _)| kept.token == Token::Text).map(|(_, word)| word).collect();
            if !modes.is_empty() {
                self.lexer.quoting.backslash = !modes.iter().any(|mode| mode.contains("no_backslash_escapes"));
                self.lexer.quoting.double_is_text = !modes.iter().any(|mode| mode.contains("ansi"));
            }
        }
        None
    }
}
