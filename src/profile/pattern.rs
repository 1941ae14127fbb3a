//! The shape of a text: `SW1A 1AA` is `AA9A 9AA`, `Anna Berg` is `Aa Aa`.
//!
//! `A` is a capital (up to three; more are `A+`), `a` one or more small letters
//! or letters without case, `9` a digit (up to twelve; more are `9+`), a space
//! any run of blanks. All else stands for itself. Shapes hold no names.

/// Capitals and digits that are counted; more are `+`.
const CAPITALS: usize = 3;
const DIGITS: usize = 12;
/// Characters of a shape; what is behind is `…`.
const LONGEST: usize = 40;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Capital,
    Small,
    Digit,
    Blank,
    Other(char),
}

fn class(c: char) -> Class {
    match c {
        'A'..='Z' => Class::Capital,
        'a'..='z' => Class::Small,
        '0'..='9' => Class::Digit,
        _ if c.is_whitespace() => Class::Blank,
        _ if c.is_uppercase() => Class::Capital,
        _ if c.is_alphabetic() => Class::Small,
        _ if c.is_numeric() => Class::Digit,
        // A stranger's sign is data, a control character would spoil the terminal.
        _ if c.is_control() => Class::Other('¤'),
        _ => Class::Other(c),
    }
}

/// Writes the shape of `text` to `shape`, which is emptied first.
pub fn write(text: &str, shape: &mut String) {
    shape.clear();
    let mut written = 0;
    let mut last = None;
    let mut run = 0;
    for c in text.trim().chars() {
        let class = class(c);
        run = if last == Some(class) { run + 1 } else { 1 };
        last = Some(class);
        let sign = match class {
            Class::Capital if run <= CAPITALS => 'A',
            Class::Digit if run <= DIGITS => '9',
            Class::Capital if run == CAPITALS + 1 => {
                many(shape, CAPITALS, 'A');
                continue;
            }
            Class::Digit if run == DIGITS + 1 => {
                many(shape, DIGITS, '9');
                continue;
            }
            Class::Small if run == 1 => 'a',
            Class::Blank if run == 1 => ' ',
            Class::Other(c) => c,
            _ => continue,
        };
        if written == LONGEST {
            shape.push('…');
            return;
        }
        shape.push(sign);
        written += 1;
    }
}

/// Takes the signs of a run that has grown too long back to one with a plus.
fn many(shape: &mut String, counted: usize, sign: char) {
    shape.truncate(shape.len() - counted);
    shape.push(sign);
    shape.push('+');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    fn shape(text: &str) -> String {
        let mut shape = String::new();
        super::write(text, &mut shape);
        shape
    }

    #[test]
    fn shapes() {
        let cases = [
            ("SW1A 1AA", "AA9A 9AA"),
            ("Anna  Berg", "Aa Aa"),
            ("O'BRIEN", "A'A+"),
            ("(212) 555-0100", "(999) 999-9999"),
            ("ann.berg7@example.org", "a.a9@a.a"),
            ("12345678901234", "9+"),
            ("Jürgen Öztürk", "Aa Aa"),
            ("東京", "a"),
            ("a\u{1}b", "a¤a"),
            ("  ", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(shape(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_shape_is_short(text in any::<String>()) {
            prop_assert!(shape(&text).chars().count() <= super::LONGEST + 1);
        }
    }
}
