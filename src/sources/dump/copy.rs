//! The lines of PostgreSQL's `COPY … FROM stdin`: fields between tabs, `\N` for
//! null, `\.` behind the last.

use super::input::Input;
use super::lexer::LONGEST;
use super::quoted::copy_escape;
use super::record::{Kind, Record};

/// What the next line of a block is.
pub(super) enum Line {
    Record,
    /// The one behind the last record.
    Last,
    /// The file ends before that one.
    Missing,
}

/// Reads the next line, into `record` if it is one.
pub(super) fn read(input: &mut Input, record: &mut Record) -> Line {
    if input.peek(0).is_none() {
        return Line::Missing;
    }
    if ends(input) {
        return Line::Last;
    }
    record.begin(input.line());
    let mut field = Vec::new();
    let mut null = false;
    let mut escaped = false;
    // Files from Windows: a return in a value would have been written `\r`.
    let mut returned = false;
    loop {
        if input.peek(0).is_none() {
            record.cut = true;
            break;
        }
        let window = input.window();
        let found = memchr::memchr3(b'\t', b'\n', b'\\', window);
        let count = found.unwrap_or(window.len());
        if count > 0 {
            returned = window.get(count - 1) == Some(&b'\r');
        }
        if field.len() <= LONGEST {
            field.extend_from_slice(window.get(..count).unwrap_or_default());
        }
        input.skip(count);
        match found.and_then(|_| input.peek(0)) {
            None => {}
            Some(b'\\') => {
                null = !escaped && field.is_empty() && input.peek(1) == Some(b'N');
                escaped = true;
                returned = false;
                let bytes: Vec<u8> = (0..4).map_while(|ahead| input.peek(ahead)).collect();
                if null {
                    input.skip(2);
                } else {
                    let used = copy_escape(&bytes, &mut field);
                    input.skip(used);
                }
            }
            Some(byte) => {
                input.skip(1);
                if byte == b'\n' {
                    if returned {
                        field.pop();
                    }
                    break;
                }
                push(record, null, &mut field);
                (null, escaped, returned) = (false, false, false);
            }
        }
    }
    // A table without columns has empty lines.
    push(record, null, &mut field);
    Line::Record
}

fn push(record: &mut Record, null: bool, field: &mut Vec<u8>) {
    let null = null && field.is_empty();
    let kind = match () {
        () if null => Kind::Null,
        () if field.len() > LONGEST => Kind::TooLong,
        () => Kind::Text,
    };
    record.push(kind, if kind == Kind::TooLong { b"" } else { field });
    field.clear();
}

/// Goes over a block that cannot be read.
pub(super) fn skip(input: &mut Input) {
    input.until(b'\n', |_| {});
    input.skip(1);
    while !ends(input) {
        input.until(b'\n', |_| {});
        input.skip(1);
    }
}

/// Whether the block ends here; goes over its last line.
fn ends(input: &mut Input) -> bool {
    if input.peek(0).is_none() {
        return true;
    }
    if input.comes(b"\\.") && matches!(input.peek(2), None | Some(b'\n' | b'\r')) {
        input.until(b'\n', |_| {});
        input.skip(1);
        return true;
    }
    false
}
