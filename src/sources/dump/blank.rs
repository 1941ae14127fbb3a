//! What stands between two tokens: blanks, line ends, comments.

use super::dialect::Dialect;
use super::lexer::Lexer;

impl Lexer {
    pub(super) fn skip_blank(&mut self) {
        while let Some(byte) = self.input.peek(0) {
            match byte {
                b'\n' => {
                    self.fresh = true;
                    self.input.skip(1);
                }
                0..=b' ' => self.input.skip(1),
                b'-' if self.is_line_comment() => self.skip_line(),
                b'#' if self.dialect == Dialect::Mysql => self.skip_line(),
                b'/' if self.input.peek(1) == Some(b'*') => self.comment(),
                b'*' if self.versioned && self.input.peek(1) == Some(b'/') => {
                    self.versioned = false;
                    self.input.skip(2);
                }
                0xEF if self.input.line() == 1 && self.input.comes(b"\xEF\xBB\xBF") => self.input.skip(3),
                _ => return,
            }
        }
    }

    fn is_line_comment(&mut self) -> bool {
        self.input.peek(1) == Some(b'-')
            // To MySQL `1--1` is a subtraction.
            && (self.dialect != Dialect::Mysql || self.input.peek(2).is_none_or(|byte| byte <= b' '))
    }

    fn skip_line(&mut self) {
        self.input.until(b'\n', |_| {});
    }

    fn comment(&mut self) {
        if self.dialect == Dialect::Mysql {
            let mark = if self.input.comes(b"/*!") { 3 } else { 4 * usize::from(self.input.comes(b"/*M!")) };
            if mark > 0 {
                let mut digits = 0;
                while digits < 6 && self.input.peek(mark + digits).is_some_and(|byte| byte.is_ascii_digit()) {
                    digits += 1;
                }
                // A version that no server has marks a word to the client.
                if self.input.window().get(mark..mark + digits).is_none_or(|version| version != b"999999") {
                    self.input.skip(mark + digits);
                    self.versioned = true;
                    return;
                }
            }
        }
        self.input.skip(2);
        let nests = matches!(self.dialect, Dialect::Postgres | Dialect::Tsql);
        let mut depth = 1_usize;
        while depth > 0 {
            // What ends a comment, and what opens one in it, begins with either sign.
            let Some(byte) = self.input.peek(0) else { return };
            match (byte, self.input.peek(1)) {
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    self.input.skip(2);
                }
                (b'/', Some(b'*')) if nests => {
                    depth += 1;
                    self.input.skip(2);
                }
                _ => {
                    let window = self.input.window().get(1..).unwrap_or_default();
                    let next = memchr::memchr2(b'*', b'/', window).unwrap_or(window.len());
                    self.input.skip(1 + next);
                }
            }
        }
    }
}
