//! One record of a dump, as it is written: the values of a row, not yet text.

use super::input::Input;
use super::lexer::{Lexer, Token};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    /// A text, without its quotes.
    Text,
    /// Bytes that the dump says are bytes (`_binary '…'`).
    Raw,
    /// Bytes in hexadecimal digits.
    Hex,
    /// Bits in binary digits.
    Bits,
    /// A number, `true` or `false`.
    Bare,
    /// Anything else, such as `getdate()`: its source text.
    Expression,
    /// Longer than what is kept.
    TooLong,
}

/// A row, used again for the next one.
#[derive(Default)]
pub(super) struct Record {
    data: Vec<u8>,
    values: Vec<(Kind, usize)>,
    /// The line on which it begins.
    pub(super) line: u64,
    /// How many records begin on that line before it.
    pub(super) earlier: u64,
    /// The file, or the statement, ended within it.
    pub(super) cut: bool,
}

/// What came behind a value.
enum After {
    Comma,
    Close,
    Cut,
}

impl Record {
    pub(super) fn width(&self) -> usize {
        self.values.len()
    }

    /// The value of that place; the `Null` of one that is not there is its own matter.
    pub(super) fn value(&self, index: usize) -> Option<(Kind, &[u8])> {
        let (kind, end) = *self.values.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.values.get(before)).map_or(0, |(_, end)| *end);
        Some((kind, self.data.get(start..end).unwrap_or_default()))
    }

    pub(super) fn begin(&mut self, line: u64) {
        self.earlier = if line == self.line { self.earlier + 1 } else { 0 };
        self.line = line;
        self.cut = false;
        self.data.clear();
        self.values.clear();
    }

    pub(super) fn push(&mut self, kind: Kind, bytes: &[u8]) {
        self.data.extend_from_slice(bytes);
        self.values.push((kind, self.data.len()));
    }

    /// Reads the values up to the closing parenthesis; the opening one is read.
    pub(super) fn read(&mut self, lexer: &mut Lexer) {
        loop {
            match self.read_value(lexer) {
                After::Comma => {}
                After::Close => return,
                After::Cut => {
                    self.cut = true;
                    return;
                }
            }
        }
    }

    fn read_value(&mut self, lexer: &mut Lexer) -> After {
        let start = self.data.len();
        lexer.input.tape();
        let mut kind = None;
        let mut sign = false;
        let mut introduced = None;
        let mut too_long = false;
        let mut depth = 0_usize;
        loop {
            let token = lexer.next();
            too_long |= lexer.too_long;
            let ends = match token {
                Token::End | Token::Stop => Some(After::Cut),
                _ if lexer.cut => Some(After::Cut),
                Token::Sign(b',') if depth == 0 => Some(After::Comma),
                Token::Sign(b')') if depth == 0 => Some(After::Close),
                _ => None,
            };
            if let Some(after) = ends {
                if lexer.cut && kind.is_none() {
                    self.data.extend_from_slice(&lexer.text);
                    kind = Some(Kind::Text);
                }
                self.close(kind, start, too_long, &mut lexer.input, matches!(after, After::Cut));
                return after;
            }
            match token {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            kind = Some(match (kind, token) {
                (None, Token::Word) if lexer.is("null") => Kind::Null,
                (None, Token::Word) if lexer.is("true") || lexer.is("false") => self.keep(Kind::Bare, lexer),
                (None, Token::Word) if lexer.text.first() == Some(&b'_') => {
                    introduced = Some(lexer.is("_binary"));
                    continue;
                }
                (None, Token::Sign(b'-')) if !sign => {
                    sign = true;
                    self.data.push(b'-');
                    continue;
                }
                (None, Token::Number) => self.keep(Kind::Bare, lexer),
                (None, Token::Text) if !sign => {
                    self.keep(if introduced == Some(true) { Kind::Raw } else { Kind::Text }, lexer)
                }
                (None, Token::Hex) if !sign => self.keep(Kind::Hex, lexer),
                (None, Token::Bits) if !sign => self.keep(Kind::Bits, lexer),
                _ => Kind::Expression,
            });
        }
    }

    fn keep(&mut self, kind: Kind, lexer: &Lexer) -> Kind {
        self.data.extend_from_slice(&lexer.text);
        kind
    }

    /// Ends the value; one that is more than a single literal is its source text.
    fn close(&mut self, kind: Option<Kind>, start: usize, too_long: bool, input: &mut Input, cut: bool) {
        let taped = input.taped();
        let kind = match kind {
            _ if too_long => Kind::TooLong,
            Some(Kind::Expression) => Kind::Expression,
            Some(kind) => {
                self.values.push((kind, self.data.len()));
                return;
            }
            // `()` has no value, and so has the end of a file behind a comma.
            None if self.values.is_empty() || cut => return,
            None => Kind::Expression,
        };
        self.data.truncate(start);
        if kind == Kind::Expression {
            let source = taped.get(..taped.len().saturating_sub(usize::from(!cut))).unwrap_or_default();
            self.data.extend_from_slice(source.trim_ascii());
        }
        self.values.push((kind, self.data.len()));
    }
}
