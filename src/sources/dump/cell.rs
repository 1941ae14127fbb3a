//! From a value as a dump writes it to the text that its server would give.

use std::fmt::Write;
use std::io::Cursor;

use super::dialect::Dialect;
use super::input::Input;
use super::lexer::{Lexer, Token};
use super::record::Kind;
use super::{ENCODING, EXPRESSION, TOO_LARGE};
use crate::sources::encoding::Encoding;

/// What the declared type of a column means for its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    /// MySQL: bytes, whatever they look like.
    Bytes,
    /// MySQL: the bits of a number.
    Bits,
    /// PostgreSQL: `t` and `f`.
    Boolean,
    /// PostgreSQL: a day and a time.
    Timestamp,
}

/// How the values of a column become text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    class: Class,
    dialect: Dialect,
    encoding: Encoding,
}

/// A cell: its text, or nothing; and what is to be said of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: Option<String>,
    pub(super) fault: Option<&'static str>,
    pub(super) note: Option<&'static str>,
}

const BINARY: &[&str] = &[
    "blob",
    "tinyblob",
    "mediumblob",
    "longblob",
    "binary",
    "varbinary",
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
];

impl Column {
    pub(super) fn new(dialect: Dialect, encoding: Encoding, declared: Option<&str>) -> Self {
        let declared = declared.unwrap_or_default().to_ascii_lowercase();
        let word: String = declared.chars().take_while(char::is_ascii_alphanumeric).collect();
        let class = match (dialect, word.as_str()) {
            (Dialect::Mysql, "bit") => Class::Bits,
            (Dialect::Mysql, word) if BINARY.contains(&word) => Class::Bytes,
            (Dialect::Postgres, "boolean" | "bool") if !declared.ends_with(']') => Class::Boolean,
            (Dialect::Postgres, "timestamp" | "timestamptz") if !declared.ends_with(']') => Class::Timestamp,
            _ => Class::Plain,
        };
        Self { class, dialect, encoding }
    }

    pub(super) fn cell(self, kind: Kind, bytes: &[u8]) -> Cell {
        match kind {
            Kind::Null => Cell::default(),
            Kind::TooLong => Cell { fault: Some(TOO_LARGE), ..Cell::default() },
            Kind::Text if self.class == Class::Bytes => text(hex(bytes)),
            Kind::Text | Kind::Raw if self.class == Class::Bits => text(number(bytes)),
            Kind::Raw => text(hex(bytes)),
            Kind::Hex if self.class == Class::Bits => text(number(&unhex(bytes))),
            // A column of text whose bytes the dump program wrote as digits.
            Kind::Text => self.decoded(bytes),
            Kind::Hex => text(format!("0x{}", String::from_utf8_lossy(bytes))),
            Kind::Bits if self.dialect == Dialect::Mysql => {
                let bits = String::from_utf8_lossy(bytes);
                text(u64::from_str_radix(&bits, 2).map_or_else(|_| bits.to_string(), |number| number.to_string()))
            }
            Kind::Bare | Kind::Bits => self.decoded(bytes),
            Kind::Expression => {
                let computed = if self.dialect == Dialect::Sqlite { computed(bytes) } else { None };
                match computed {
                    Some(bytes) => self.decoded(&bytes),
                    None => Cell { note: Some(EXPRESSION), ..self.decoded(bytes) },
                }
            }
        }
    }

    fn decoded(self, bytes: &[u8]) -> Cell {
        let mut decoded = String::with_capacity(bytes.len());
        let sound = match std::str::from_utf8(bytes) {
            Ok(valid) if self.encoding == Encoding::UTF_8 || valid.is_ascii() => {
                decoded.push_str(valid);
                true
            }
            _ => self.encoding.decode_into(bytes, &mut decoded),
        };
        let decoded = match (self.class, decoded.as_str()) {
            (Class::Boolean, "t") => "true".to_string(),
            (Class::Boolean, "f") => "false".to_string(),
            (Class::Timestamp, _) => decoded.replacen(' ', "T", 1),
            _ => decoded,
        };
        Cell { text: Some(decoded), fault: (!sound).then_some(ENCODING), note: None }
    }
}

fn text(text: String) -> Cell {
    Cell { text: Some(text), ..Cell::default() }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 + 2 * bytes.len());
    text.push_str("0x");
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn unhex(digits: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    // An odd number of digits begins with half a byte.
    let pairs = digits.rchunks(2).rev();
    pairs.map(|pair| pair.iter().fold(0_u8, |byte, half| (byte << 4) | digit(*half))).collect()
}

fn number(bytes: &[u8]) -> String {
    bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte)).to_string()
}

/// How deep the calls of an expression may be within one another.
const DEPTH: usize = 8;

/// What SQLite's shell writes for a text with line ends or signs of control:
/// `replace('…','\n',char(10))`, `unistr('…')`.
fn computed(source: &[u8]) -> Option<Vec<u8>> {
    let mut lexer = Lexer::new(Input::new(Box::new(Cursor::new(source.to_vec()))), Dialect::Sqlite);
    let value = value(&mut lexer, DEPTH)?;
    (lexer.next() == Token::End).then_some(value)
}

fn value(lexer: &mut Lexer, depth: usize) -> Option<Vec<u8>> {
    let depth = depth.checked_sub(1)?;
    match lexer.next() {
        Token::Text => Some(lexer.text.clone()),
        Token::Number => Some(lexer.text.clone()),
        Token::Word => {
            let name = lexer.text.to_ascii_lowercase();
            if lexer.next() != Token::Sign(b'(') {
                return None;
            }
            let mut given = vec![value(lexer, depth)?];
            loop {
                match lexer.next() {
                    Token::Sign(b',') => given.push(value(lexer, depth)?),
                    Token::Sign(b')') => break,
                    _ => return None,
                }
            }
            match (name.as_slice(), given.as_slice()) {
                (b"replace", [whole, from, to]) if !from.is_empty() => Some(replaced(whole, from, to)),
                (b"char", [code]) => {
                    let code = std::str::from_utf8(code).ok()?.parse().ok()?;
                    Some(char::from_u32(code)?.to_string().into_bytes())
                }
                (b"unistr", [whole]) => unistr(whole),
                _ => None,
            }
        }
        _ => None,
    }
}

fn replaced(whole: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(whole.len());
    let mut at = 0;
    for found in memchr::memmem::find_iter(whole, from) {
        out.extend_from_slice(whole.get(at..found).unwrap_or_default());
        out.extend_from_slice(to);
        at = found + from.len();
    }
    out.extend_from_slice(whole.get(at..).unwrap_or_default());
    out
}

fn unistr(whole: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(whole).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let (digits, skip) = match behind.as_bytes().first()? {
            b'\\' => {
                out.push('\\');
                rest = behind.get(1..)?;
                continue;
            }
            b'u' => (behind.get(1..5)?, 5),
            b'U' => (behind.get(1..9)?, 9),
            b'+' => (behind.get(1..7)?, 7),
            _ => (behind.get(..4)?, 4),
        };
        out.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
        rest = behind.get(skip..)?;
    }
    out.push_str(rest);
    Some(out.into_bytes())
}
