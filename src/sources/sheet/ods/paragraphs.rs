//! The text of a cell, put together from its paragraphs.

/// Text under construction. Raw white space runs together, as the format says.
#[derive(Default)]
pub(super) struct Paragraphs {
    pub done: String,
    any: bool,
    inside: u32,
    /// Raw white space that counts if more text follows in the paragraph.
    space: bool,
    /// Whether the paragraph holds anything yet.
    begun: bool,
}

impl Paragraphs {
    pub(super) fn begin(&mut self) {
        if self.any {
            self.done.push('\n');
        }
        (self.any, self.space, self.begun) = (true, false, false);
        self.inside += 1;
    }

    pub(super) fn end(&mut self) {
        self.inside = self.inside.saturating_sub(1);
    }

    pub(super) fn exact(&mut self, text: &str) {
        if self.inside == 0 {
            return;
        }
        if std::mem::take(&mut self.space) && self.begun {
            self.done.push(' ');
        }
        self.begun = true;
        self.done.push_str(text);
    }

    pub(super) fn spaces(&mut self, count: u32) {
        self.exact(&" ".repeat(usize::try_from(count.min(32_767)).unwrap_or(1)));
    }

    pub(super) fn flow(&mut self, text: &str) {
        for char in text.chars() {
            if matches!(char, ' ' | '\t' | '\r' | '\n') {
                self.space = true;
            } else {
                self.exact(char.encode_utf8(&mut [0; 4]));
            }
        }
    }
}
