//! Values as Emacs Lisp writes them: texts, numbers, symbols, lists, vectors.

use crate::sources::entries::decoded;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lisp {
    Text(String),
    /// Numbers too: as they stand.
    Symbol(String),
    /// A list or a vector. A pair `(a . b)` has the symbol `.` in its middle.
    Many(Vec<Lisp>),
}

/// Values within values within values: no address book has more.
const DEEPEST: usize = 40;

/// The value at the beginning of a text; `None` where it is not whole, or none.
pub(super) fn parse(text: &str) -> Option<Lisp> {
    let letters: Vec<char> = text.chars().collect();
    let mut reader = Reader { letters: &letters, at: 0 };
    reader.value(0)
}

struct Reader<'a> {
    letters: &'a [char],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn value(&mut self, depth: usize) -> Option<Lisp> {
        if depth > DEEPEST {
            return None;
        }
        while self.peek()?.is_whitespace() {
            self.at += 1;
        }
        match self.peek()? {
            '(' => self.many(')', depth),
            '[' => self.many(']', depth),
            '"' => self.text().map(Lisp::Text),
            ')' | ']' => None,
            '#' | '\'' => {
                // `#("text" 0 4 (face bold))` is a text with properties; `'x` is `x`.
                self.at += 1;
                match self.value(depth + 1)? {
                    Lisp::Many(parts) => Some(parts.into_iter().next().unwrap_or_else(nil)),
                    other => Some(other),
                }
            }
            _ => {
                let start = self.at;
                while self.peek().is_some_and(|letter| !letter.is_whitespace() && !"()[]\"".contains(letter)) {
                    self.at += 1;
                }
                Some(Lisp::Symbol(self.letters.get(start..self.at)?.iter().collect()))
            }
        }
    }

    fn many(&mut self, close: char, depth: usize) -> Option<Lisp> {
        self.at += 1;
        let mut parts = Vec::new();
        loop {
            while self.peek()?.is_whitespace() {
                self.at += 1;
            }
            if self.peek()? == close {
                self.at += 1;
                return Some(Lisp::Many(parts));
            }
            parts.push(self.value(depth + 1)?);
        }
    }

    /// The byte of `\x86` or `\351`, behind the backslash.
    fn byte(&mut self) -> Option<u8> {
        let (digits, radix, most) = if self.peek() == Some('x') { (self.at + 1, 16, 2) } else { (self.at, 8, 3) };
        let digits: String =
            self.letters.get(digits..)?.iter().take(most).take_while(|letter| letter.is_digit(radix)).collect();
        let byte = u8::from_str_radix(&digits, radix).ok()?;
        self.at += digits.len() + usize::from(radix == 16);
        Some(byte)
    }

    fn text(&mut self) -> Option<String> {
        self.at += 1;
        let mut out = String::new();
        // Bytes that were no character to Emacs, written by their numbers.
        let mut bytes = Vec::new();
        loop {
            let letter = self.next()?;
            if letter == '\\'
                && let Some(byte) = self.byte()
            {
                bytes.push(byte);
                continue;
            }
            out.push_str(&decoded(&std::mem::take(&mut bytes), None).0);
            match letter {
                '"' => return Some(out),
                '\\' => match self.next()? {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    // A line break that means nothing.
                    '\n' => {}
                    other => out.push(other),
                },
                letter => out.push(letter),
            }
        }
    }
}

fn nil() -> Lisp {
    Lisp::Symbol("nil".into())
}

impl Lisp {
    /// The parts of a list or vector; none of `nil` and of anything else.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::Many(parts) => parts,
            _ => &[],
        }
    }

    /// As text: lists with blanks between their parts, `nil` as nothing.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Symbol(symbol) if symbol == "nil" => String::new(),
            Self::Symbol(symbol) => symbol.clone(),
            Self::Many(parts) => {
                let shown: Vec<String> = parts.iter().map(Self::shown).filter(|part| !part.is_empty()).collect();
                shown.join(" ")
            }
        }
    }
}
