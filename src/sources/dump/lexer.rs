//! Words, names, texts and signs of SQL, as four kinds of servers write it.
//!
//! Knows how a dialect quotes and what is a comment in it, nothing of statements.

use super::dialect::Dialect;
use super::input::Input;
use super::quoted;

/// Bytes of one text or name that are kept; what is longer is only gone over.
pub(super) const LONGEST: usize = 64 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// Of the file.
    End,
    /// Of a statement: `;`, or `GO` on a line of its own.
    Stop,
    /// Letters, digits, `_`: a keyword or a name without quotes.
    Word,
    /// A number, as it is written.
    Number,
    /// A text within quotes, without them.
    Text,
    /// Digits of bytes: `0x4d`, `X'4D'`.
    Hex,
    /// Digits of bits: `B'101'`.
    Bits,
    /// A name within quotes, without them.
    Name,
    /// Any other sign.
    Sign(u8),
}

/// What `'…'` and `"…"` mean; a dump may change it with `SET`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoting {
    /// A backslash in `'…'` takes the meaning from what follows, or gives it one.
    pub(super) backslash: bool,
    /// `"…"` is a text and no name.
    pub(super) double_is_text: bool,
}

pub(super) struct Lexer {
    pub(super) input: Input,
    pub(super) dialect: Dialect,
    pub(super) quoting: Quoting,
    /// What ends a statement; another one than `;` after `DELIMITER`.
    pub(super) delimiter: Vec<u8>,
    /// The last token, and what it holds.
    token: Token,
    pub(super) text: Vec<u8>,
    /// The last token was longer than what is kept of it.
    pub(super) too_long: bool,
    /// The file ended within the last token.
    pub(super) cut: bool,
    /// The last token was `GO`.
    pub(super) go: bool,
    /// The last token is the first on its line.
    pub(super) leads: bool,
    /// The line on which the last token begins.
    pub(super) line: u64,
    again: bool,
    pub(super) fresh: bool,
    /// Within `/*!40101 … */`, which is a comment to other servers only.
    pub(super) versioned: bool,
}

impl Lexer {
    pub(super) fn new(input: Input, dialect: Dialect) -> Self {
        let mysql = dialect == Dialect::Mysql;
        Self {
            input,
            dialect,
            quoting: Quoting { backslash: mysql, double_is_text: mysql },
            delimiter: b";".to_vec(),
            token: Token::End,
            text: Vec::new(),
            too_long: false,
            cut: false,
            go: false,
            leads: false,
            line: 1,
            again: false,
            fresh: true,
            versioned: false,
        }
    }

    /// Gives the last token again.
    pub(super) fn push_back(&mut self) {
        self.again = true;
    }

    /// The last token's text, as a keyword is compared.
    pub(super) fn is(&self, word: &str) -> bool {
        self.token == Token::Word && self.text.eq_ignore_ascii_case(word.as_bytes())
    }

    /// Goes over the rest of the line.
    pub(super) fn rest_of_line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        self.input.until(b'\n', |bytes| line.extend_from_slice(bytes.get(..bytes.len().min(256)).unwrap_or_default()));
        line
    }

    pub(super) fn next(&mut self) -> Token {
        if std::mem::take(&mut self.again) {
            return self.token;
        }
        self.skip_blank();
        self.text.clear();
        self.too_long = false;
        self.cut = false;
        self.go = false;
        self.line = self.input.line();
        self.leads = std::mem::take(&mut self.fresh);
        self.token = self.read();
        self.token
    }

    fn read(&mut self) -> Token {
        if self.delimiter != b";" && self.input.comes(&self.delimiter) {
            self.input.skip(self.delimiter.len());
            return Token::Stop;
        }
        let Some(byte) = self.input.peek(0) else { return Token::End };
        match byte {
            b'\'' => self.quoted(b'\'', self.quoting.backslash, Token::Text),
            b'"' if self.quoting.double_is_text => self.quoted(b'"', self.quoting.backslash, Token::Text),
            b'"' => self.quoted(b'"', false, Token::Name),
            b'`' => self.quoted(b'`', false, Token::Name),
            b'[' if matches!(self.dialect, Dialect::Tsql | Dialect::Sqlite) => self.quoted(b']', false, Token::Name),
            b'$' if self.dialect == Dialect::Postgres => self.dollar(),
            b'0'..=b'9' => self.number(),
            b'.' if self.input.peek(1).is_some_and(|next| next.is_ascii_digit()) => self.number(),
            _ if is_word(byte) => self.word(),
            b';' if self.delimiter == b";" => {
                self.input.skip(1);
                Token::Stop
            }
            _ => {
                self.input.skip(1);
                Token::Sign(byte)
            }
        }
    }

    fn word(&mut self) -> Token {
        while self.input.peek(0).is_some() {
            let window = self.input.window();
            let count = window.iter().position(|byte| !is_word(*byte) && !byte.is_ascii_digit());
            let count = count.unwrap_or(window.len());
            if count == 0 {
                break;
            }
            self.keep_from_window(count);
        }
        if self.input.peek(0) == Some(b'\'') && self.text.len() == 1 {
            let prefix = self.text.first().map(u8::to_ascii_uppercase);
            let token = match (prefix, self.dialect) {
                (Some(b'N'), _) => Some((Token::Text, self.quoting.backslash)),
                (Some(b'E'), Dialect::Postgres) => Some((Token::Text, true)),
                (Some(b'X'), _) => Some((Token::Hex, false)),
                (Some(b'B'), Dialect::Mysql | Dialect::Postgres) => Some((Token::Bits, false)),
                _ => None,
            };
            if let Some((token, backslash)) = token {
                self.text.clear();
                let token = self.quoted(b'\'', backslash, token);
                if token == Token::Hex {
                    self.text.make_ascii_lowercase();
                }
                return token;
            }
        }
        if self.dialect == Dialect::Tsql && self.leads && self.text.eq_ignore_ascii_case(b"GO") && self.line_ends() {
            self.go = true;
            return Token::Stop;
        }
        Token::Word
    }

    /// Whether nothing but a count and a comment stands on the rest of the line.
    fn line_ends(&mut self) -> bool {
        for ahead in 0..80 {
            match self.input.peek(ahead) {
                None | Some(b'\n' | b'-' | b';') => {
                    // `GO;` and `GO -- a word` end a batch, too.
                    self.input.until(b'\n', |_| {});
                    return true;
                }
                Some(b' ' | b'\t' | b'\r' | b'0'..=b'9') => {}
                Some(_) => return false,
            }
        }
        false
    }

    fn number(&mut self) -> Token {
        let hex = self.input.peek(0) == Some(b'0') && matches!(self.input.peek(1), Some(b'x' | b'X'));
        if hex {
            self.input.skip(2);
        }
        loop {
            match self.input.peek(0) {
                Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') => {}
                Some(b'+' | b'-') if !hex && matches!(self.text.last(), Some(b'e' | b'E')) => {}
                _ => break,
            }
            // Digits of bytes may be many.
            let count = if hex {
                self.input
                    .window()
                    .iter()
                    .position(|byte| !byte.is_ascii_hexdigit())
                    .unwrap_or(self.input.window().len())
            } else {
                1
            };
            self.keep_from_window(count.max(1));
        }
        if hex {
            self.text.make_ascii_lowercase();
            return Token::Hex;
        }
        Token::Number
    }

    /// What is between two quotes; `close` twice stands for itself.
    fn quoted(&mut self, close: u8, backslash: bool, token: Token) -> Token {
        self.input.skip(1);
        loop {
            if self.input.peek(0).is_none() {
                self.cut = true;
                return token;
            }
            let window = self.input.window();
            let found = if backslash { memchr::memchr2(close, b'\\', window) } else { memchr::memchr(close, window) };
            self.keep_from_window(found.unwrap_or(window.len()));
            if found.is_none() {
                continue;
            }
            if self.input.peek(0) == Some(b'\\') && backslash {
                self.escaped();
            } else if self.input.peek(1) == Some(close) {
                self.input.skip(2);
                self.keep(&[close]);
            } else {
                self.input.skip(1);
                return token;
            }
        }
    }

    fn escaped(&mut self) {
        let mut ahead = [0; 10];
        let mut count = 0;
        for (index, slot) in ahead.iter_mut().enumerate() {
            let Some(byte) = self.input.peek(index) else { break };
            *slot = byte;
            count = index + 1;
        }
        let ahead = ahead.get(..count).unwrap_or_default();
        let mut decoded = Vec::with_capacity(4);
        let used = if self.dialect == Dialect::Postgres {
            quoted::postgres_escape(ahead, &mut decoded)
        } else {
            quoted::mysql_escape(ahead, &mut decoded)
        };
        self.input.skip(used.max(1));
        self.keep(&decoded);
    }

    /// `$tag$ … $tag$`, or the sign alone.
    fn dollar(&mut self) -> Token {
        let mut length = 1;
        while length < 64
            && self.input.peek(length).is_some_and(|byte| byte != b'$' && (is_word(byte) || byte.is_ascii_digit()))
        {
            length += 1;
        }
        let begins = self.input.peek(1).is_some_and(|byte| !byte.is_ascii_digit());
        if !begins || self.input.peek(length) != Some(b'$') {
            self.input.skip(1);
            return Token::Sign(b'$');
        }
        let tag = self.input.window().get(..=length).unwrap_or_default().to_vec();
        self.input.skip(tag.len());
        loop {
            let mut piece = Vec::new();
            let found = self.input.until(b'$', |bytes| {
                if piece.len() < LONGEST {
                    piece.extend_from_slice(bytes);
                }
            });
            self.keep(&piece);
            if !found {
                self.cut = true;
                return Token::Text;
            }
            if self.input.comes(&tag) {
                self.input.skip(tag.len());
                return Token::Text;
            }
            self.keep(b"$");
            self.input.skip(1);
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.text.len() + bytes.len() > LONGEST {
            self.too_long = true;
        } else if !self.too_long {
            self.text.extend_from_slice(bytes);
        }
    }

    fn keep_from_window(&mut self, count: usize) {
        let bytes = self.input.window().get(..count).unwrap_or_default();
        if self.text.len() + bytes.len() > LONGEST {
            self.too_long = true;
        } else if !self.too_long {
            self.text.extend_from_slice(bytes);
        }
        self.input.skip(count);
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@' | b'$') || byte >= 0x80
}
