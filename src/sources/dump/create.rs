//! `create table` and `alter table`: columns with their types, keys, references.

use super::lexer::Token;
use super::script::{Kept, TableName};
use crate::sources::Relation;

/// A table as it is made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Definition {
    pub(super) table: TableName,
    /// Name and declared type.
    pub(super) columns: Vec<(String, Option<String>)>,
    pub(super) key: Vec<String>,
    pub(super) relations: Vec<Relation>,
}

/// What an `alter table` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Alteration {
    Key(Vec<String>),
    Relation(Relation),
    /// It changes columns or their values, which is not followed.
    Change(&'static str, u64),
}

/// Words that begin what is no column in the parentheses of `create table`.
const CONSTRAINTS: &[&str] = &[
    "primary",
    "foreign",
    "unique",
    "key",
    "index",
    "constraint",
    "check",
    "fulltext",
    "spatial",
    "exclude",
    "like",
    "period",
];
/// Words that end a column's type.
const BEHIND_TYPE: &[&str] = &[
    "not",
    "null",
    "default",
    "primary",
    "unique",
    "references",
    "check",
    "constraint",
    "collate",
    "generated",
    "auto_increment",
    "autoincrement",
    "comment",
    "identity",
    "charset",
    "on",
    "as",
    "visible",
    "invisible",
    "key",
    "stored",
    "virtual",
    "sparse",
    "rowguidcol",
    "storage",
];

impl Kept {
    fn is(&self, word: &str) -> bool {
        self.token == Token::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_name(&self) -> bool {
        matches!(self.token, Token::Word | Token::Name | Token::Text)
    }
}

/// Tokens with a place in them.
struct Cursor<'a> {
    tokens: &'a [Kept],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<&'a Kept> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Kept> {
        let kept = self.tokens.get(self.at);
        self.at += 1;
        kept
    }

    /// Goes over the word, if it comes.
    fn takes(&mut self, word: &str) -> bool {
        let comes = self.peek().is_some_and(|kept| kept.is(word));
        self.at += usize::from(comes);
        comes
    }

    fn comes_sign(&self, sign: u8) -> bool {
        self.peek().is_some_and(|kept| kept.token == Token::Sign(sign))
    }

    /// The names within the next parentheses, which may be some words away.
    fn names(&mut self) -> Vec<String> {
        while self.peek().is_some_and(Kept::is_name) {
            self.at += 1;
        }
        self.names_here()
    }

    /// The names within the parentheses here, without length or direction.
    fn names_here(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        if !self.comes_sign(b'(') {
            return names;
        }
        self.at += 1;
        let mut depth = 1_usize;
        let mut wanted = true;
        while let Some(kept) = self.next() {
            match kept.token {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                Token::Sign(b',') if depth == 1 => wanted = true,
                _ if wanted && kept.is_name() => {
                    names.push(kept.text.clone());
                    wanted = false;
                }
                _ => {}
            }
        }
        names
    }

    /// What follows `references`: a table and its columns.
    fn relation(&mut self, columns: Vec<String>) -> Option<Relation> {
        let mut table = self.next().filter(|kept| kept.is_name())?.text.clone();
        while self.comes_sign(b'.') {
            self.at += 1;
            table = self.next()?.text.clone();
        }
        Some(Relation { columns, table, their_columns: self.names_here() })
    }
}

/// The parts of a list between its commas.
fn parts(tokens: &[Kept]) -> Vec<&[Kept]> {
    let mut depth = 0_usize;
    let mut parts = Vec::new();
    let mut start = 0;
    for (index, kept) in tokens.iter().enumerate() {
        match kept.token {
            Token::Sign(b'(') => depth += 1,
            Token::Sign(b')') => depth = depth.saturating_sub(1),
            Token::Sign(b',') if depth == 0 => {
                parts.push(tokens.get(start..index).unwrap_or_default());
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(tokens.get(start..).unwrap_or_default());
    parts
}

/// The table that the tokens behind its name describe.
pub(super) fn definition(table: TableName, tokens: &[Kept]) -> Definition {
    let mut definition = Definition { table, ..Definition::default() };
    if !tokens.first().is_some_and(|kept| kept.token == Token::Sign(b'(')) {
        return definition;
    }
    let mut depth = 0_usize;
    let close = tokens.iter().position(|kept| {
        match kept.token {
            Token::Sign(b'(') => depth += 1,
            Token::Sign(b')') => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    for part in parts(tokens.get(1..close.unwrap_or(tokens.len())).unwrap_or_default()) {
        let Some(first) = part.first() else { continue };
        let mut cursor = Cursor { tokens: part, at: 0 };
        if first.token == Token::Word && CONSTRAINTS.iter().any(|word| first.is(word)) {
            match constraint(&mut cursor) {
                Some(Alteration::Key(key)) => definition.key = key,
                Some(Alteration::Relation(relation)) => definition.relations.push(relation),
                _ => {}
            }
        } else if first.is_name() {
            column(&mut cursor, &mut definition);
        }
    }
    definition
}

fn column(cursor: &mut Cursor<'_>, definition: &mut Definition) {
    let Some(name) = cursor.next().map(|kept| kept.text.clone()) else { return };
    let declared = declared_type(cursor);
    definition.columns.push((name.clone(), (!declared.is_empty()).then_some(declared)));
    while let Some(kept) = cursor.next() {
        if kept.is("primary") && cursor.takes("key") {
            definition.key = vec![name.clone()];
        } else if kept.is("references") {
            definition.relations.extend(cursor.relation(vec![name.clone()]));
        }
    }
}

/// The type of a column, as it is declared.
fn declared_type(cursor: &mut Cursor<'_>) -> String {
    let mut text = String::new();
    let mut glued = true;
    let mut depth = 0_usize;
    while let Some(kept) = cursor.peek() {
        let behind = kept.token == Token::Word && BEHIND_TYPE.iter().any(|word| kept.is(word));
        let following = cursor.tokens.get(cursor.at + 1);
        let of_set = kept.is("character") && following.is_some_and(|next| next.is("set"));
        let of_zone = kept.is("with") || kept.is("without");
        let with = of_zone && !following.is_some_and(|next| next.is("time") || next.is("timezone"));
        if depth == 0 && (behind || of_set || with) {
            break;
        }
        match kept.token {
            Token::Sign(b'(') => depth += 1,
            Token::Sign(b')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        let sign = matches!(kept.token, Token::Sign(_));
        if !glued && !sign {
            text.push(' ');
        }
        match kept.token {
            Token::Sign(sign) => {
                text.push(char::from(sign));
                glued = sign != b')';
            }
            Token::Text => {
                text.push_str(&format!("'{}'", kept.text.replace('\'', "''")));
                glued = false;
            }
            _ => {
                text.push_str(&kept.text);
                glued = false;
            }
        }
        cursor.at += 1;
    }
    text
}

/// What a constraint says; the cursor stands at its first word.
fn constraint(cursor: &mut Cursor<'_>) -> Option<Alteration> {
    if cursor.takes("constraint") && cursor.peek().is_some_and(|kept| !kept.is("primary") && !kept.is("foreign")) {
        cursor.at += 1;
    }
    if cursor.takes("primary") {
        return Some(Alteration::Key(cursor.names()));
    }
    if cursor.takes("foreign") {
        let columns = cursor.names();
        while let Some(kept) = cursor.next() {
            if kept.is("references") {
                return cursor.relation(columns).map(Alteration::Relation);
            }
        }
    }
    None
}

/// What the tokens behind the name of an `alter table` do.
pub(super) fn alterations(tokens: &[Kept], line: u64) -> Vec<Alteration> {
    parts(tokens).into_iter().filter_map(|part| alteration(part, line)).collect()
}

fn alteration(tokens: &[Kept], line: u64) -> Option<Alteration> {
    let mut cursor = Cursor { tokens, at: 0 };
    if cursor.takes("with") {
        cursor.at += 1;
    }
    let holds = |word: &str| tokens.iter().any(|kept| kept.is(word));
    let verb = cursor.next().filter(|kept| kept.token == Token::Word)?.text.to_ascii_lowercase();
    match verb.as_str() {
        "add" => {
            let first = cursor.peek()?;
            if first.is("default") || first.is("partition") || first.is("generated") {
                return None;
            }
            if first.token == Token::Word && CONSTRAINTS.iter().any(|word| first.is(word)) {
                return constraint(&mut cursor);
            }
            Some(Alteration::Change("alter table … add column", line))
        }
        "drop" if ["constraint", "index", "key", "primary", "foreign", "check"].iter().any(|word| holds(word)) => None,
        "drop" => Some(Alteration::Change("alter table … drop column", line)),
        "rename" if holds("index") || holds("key") || holds("constraint") => None,
        "rename" => Some(Alteration::Change("alter table … rename", line)),
        "change" => Some(Alteration::Change("alter table … change", line)),
        "modify" if !holds("auto_increment") => Some(Alteration::Change("alter table … modify", line)),
        "alter" if holds("type") || (holds("column") && !holds("set") && !holds("add") && !holds("drop")) => {
            Some(Alteration::Change("alter table … alter column", line))
        }
        "attach" | "switch" => Some(Alteration::Change("alter table … attach partition", line)),
        _ => None,
    }
}
