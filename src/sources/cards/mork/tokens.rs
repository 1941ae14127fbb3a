//! The smallest parts of Mork: numbers with a scope, names, values, blanks.

use super::Parser;
use super::database::{Name, RowId};

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        // CR LF is one line end.
        let ends = byte == b'\n' || (byte == b'\r' && self.peek() != Some(b'\n'));
        self.line += u64::from(ends);
        Some(byte)
    }

    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Passes blanks and comments.
    pub(super) fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            if byte.is_ascii_whitespace() {
                self.next();
            } else if self.rest().starts_with(b"//") {
                while self.peek().is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                    self.next();
                }
            } else {
                break;
            }
        }
    }

    pub(super) fn row_id(&mut self, scope: &Option<Name>) -> Option<RowId> {
        let (id, own) = self.id()?;
        Some(RowId { id, scope: own.or_else(|| scope.clone()) })
    }

    /// `1`, `1:^80`, `1:card`
    pub(super) fn id(&mut self) -> Option<(u32, Option<Name>)> {
        let (id, scope) = self.word().split_once_colon();
        let id = u32::from_str_radix(&id, 16).ok()?;
        match scope {
            Some(scope) if scope.is_empty() && self.peek() == Some(b'^') => {
                self.next();
                let number = u32::from_str_radix(&self.word().0, 16).ok()?;
                Some((id, Some(Name::Atom(number))))
            }
            Some(scope) if !scope.is_empty() => Some((id, Some(Name::Literal(scope)))),
            Some(_) => None,
            None => Some((id, None)),
        }
    }

    /// `^81` or a name as it stands.
    pub(super) fn cell_name(&mut self) -> Option<Name> {
        if self.peek()? == b'^' {
            self.next();
            return Some(Name::Atom(u32::from_str_radix(&self.word().split_once_colon().0, 16).ok()?));
        }
        Some(Name::Literal(self.word().0))
    }

    /// `=text)` or `^80)`: bytes, or the number of a value and whether it is a name.
    pub(super) fn cell_value(&mut self) -> Option<(Name, Option<Vec<u8>>)> {
        self.skip();
        match self.next()? {
            b'=' => Some((Name::Literal(String::new()), Some(self.value()?))),
            b'^' => {
                let (number, scope) = self.word().split_once_colon();
                let number = u32::from_str_radix(&number, 16).ok()?;
                if self.next()? != b')' {
                    return None;
                }
                let name = if scope.as_deref() == Some("c") { Name::Atom(number) } else { Name::Value(number) };
                Some((name, None))
            }
            _ => None,
        }
    }

    /// Letters and digits up to something that parts them.
    pub(super) fn word(&mut self) -> Word {
        let mut word = String::new();
        while let Some(byte) = self.peek() {
            if byte.is_ascii_whitespace() || b"()<>[]{}^=".contains(&byte) || word.len() > 200 {
                break;
            }
            word.push(char::from(byte));
            self.next();
        }
        Word(word)
    }

    /// The bytes up to the closing bracket, which is passed.
    pub(super) fn value(&mut self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        loop {
            match self.next()? {
                b')' => return Some(out),
                b'\\' => match self.next()? {
                    // A line break that is not part of the value.
                    b'\r' => {
                        if self.peek() == Some(b'\n') {
                            self.next();
                        }
                    }
                    b'\n' => {}
                    other => out.push(other),
                },
                b'$' => {
                    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                    out.push(digit(self.next()?)? << 4 | digit(self.next()?)?);
                }
                other => out.push(other),
            }
        }
    }
}

/// A word, perhaps with a scope behind a colon.
pub(super) struct Word(pub String);

impl Word {
    pub(super) fn split_once_colon(self) -> (String, Option<String>) {
        match self.0.split_once(':') {
            Some((before, after)) => (before.to_string(), Some(after.to_string())),
            None => (self.0, None),
        }
    }
}
