//! A place in bytes, and what can be read from there on. Reads forwards only
//! and never past the end.

#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'a> {
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the next byte if it is `wanted`, in either case.
    pub(super) fn take(&mut self, wanted: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if first.eq_ignore_ascii_case(&wanted) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes the next bytes if they are `wanted`, in either case of ASCII.
    pub(super) fn take_all(&mut self, wanted: &[u8]) -> bool {
        match self.rest.split_at_checked(wanted.len()) {
            Some((head, rest)) if head.eq_ignore_ascii_case(wanted) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Skips spaces, also unbreakable ones; whether there were any.
    pub(super) fn spaces(&mut self) -> bool {
        let before = self.rest.len();
        loop {
            match self.rest {
                [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] | [0xc2, 0xa0, rest @ ..] | [0xe2, 0x80, 0xaf, rest @ ..] => {
                    self.rest = rest
                }
                _ => return self.rest.len() < before,
            }
        }
    }

    /// A number of one to `most` digits, and how many it had. A longer run of
    /// digits is cut there.
    pub(super) fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let count = self.rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at_checked(count)?;
        if count == 0 {
            return None;
        }
        self.rest = rest;
        Some((digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')), count))
    }

    /// A number of exactly `width` digits.
    pub(super) fn exact(&mut self, width: usize) -> Option<u32> {
        let mut ahead = *self;
        let (value, count) = ahead.number(width)?;
        (count == width).then(|| {
            *self = ahead;
            value
        })
    }

    /// A run of letters, ASCII or not.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let count = self.rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let (head, tail) = self.rest.split_at_checked(count)?;
        if tail.first().is_none_or(u8::is_ascii) {
            self.rest = tail;
            return std::str::from_utf8(head).ok().filter(|word| !word.is_empty());
        }
        let text = std::str::from_utf8(self.rest).ok()?;
        let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        if word.is_empty() {
            return None;
        }
        self.rest = rest.as_bytes();
        Some(word)
    }
}
