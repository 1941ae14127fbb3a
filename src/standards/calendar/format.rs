//! Dates in a declared format: `%d.%m.%Y`, `%d %b %Y`. A value must match the
//! whole of it. Names of months and weekdays are known in seven languages.

use super::detect::full_year;
use super::names::{is_weekday, month};
use super::scan::Scan;
use super::time::{Clock, fraction, half, zone};
use super::{Day, Moment};
use crate::config::decode::Placed;
use crate::diagnostic::{Code, Faults};

/// Codes of this module.
pub(in crate::standards) const CODES: &[Code] = &[Code {
    id: "config.date-format",
    what: "A date format, or the pivot of two-digit years, cannot be used.",
    why: "A format needs a day, a month and a year, in directives that Cutover knows, and must not read ISO dates \
          (2019-03-04) as something else, since that is what a clean date looks like.",
    example: "standard = { name = \"date\", formats = [\"%d.%m\"] }",
    fix: "Use %d or %e (day), %m, %b or %B (month), %Y or %y (year), %a, %H, %I, %M, %S, %f, %p, %z, %F, %T, %R, %%; \
          the pivot is 0 to 99.",
}];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Byte(u8),
    Spaces,
    Day,
    Month,
    MonthName,
    Year,
    ShortYear,
    Weekday,
    Hour,
    Minute,
    Second,
    Fraction,
    Half,
    Zone,
}

/// A format, compiled.
#[derive(Debug, Clone)]
pub(in crate::standards) struct Format {
    items: Vec<Item>,
    pivot: u32,
}

impl Format {
    pub(super) fn build(text: &Placed<String>, pivot: u32, faults: &mut Faults) -> Option<Self> {
        let message = match compile(&text.value) {
            Err(unknown) => unknown,
            Ok(items) => {
                let format = Self { items, pivot };
                match format.wrong() {
                    Some(wrong) => wrong.to_string(),
                    None => return Some(format),
                }
            }
        };
        faults.push("config.date-format", text.span.clone(), message).help("such as %d.%m.%Y, %m/%d/%y or %d %b %Y");
        None
    }

    fn wrong(&self) -> Option<&'static str> {
        let has = |wanted: &[Item]| self.items.iter().any(|item| wanted.contains(item));
        if !has(&[Item::Day]) || !has(&[Item::Month, Item::MonthName]) || !has(&[Item::Year, Item::ShortYear]) {
            return Some("a date format needs a day, a month and a year");
        }
        // what is clean must read back as it is
        let iso = self.read("2019-03-04").filter(|moment| Some(moment.day) != Day::new(2019, 3, 4));
        iso.map(|_| "this format reads ISO dates as other days")
    }

    pub(super) fn read(&self, value: &str) -> Option<Moment> {
        let mut scan = Scan::new(value.as_bytes());
        let (mut day, mut month_of, mut year) = (0, 0, 0);
        let (mut clock, mut offset) = (Clock::default(), None);
        for item in &self.items {
            match item {
                Item::Byte(byte) => scan.take(*byte).then_some(())?,
                Item::Spaces => {
                    scan.spaces();
                }
                Item::Day => day = scan.number(2)?.0,
                Item::Month => month_of = scan.number(2)?.0,
                Item::MonthName => {
                    month_of = month(scan.word()?)?;
                }
                Item::Year => year = scan.exact(4)?,
                Item::ShortYear => year = full_year(scan.exact(2)?, 2, self.pivot)?,
                Item::Weekday => scan.word().filter(|word| is_weekday(word)).map(|_| ())?,
                Item::Hour => clock.hour = scan.number(2)?.0,
                Item::Minute => clock.minute = scan.number(2)?.0,
                Item::Second => clock.second = scan.number(2)?.0,
                Item::Fraction => clock.micros = fraction(&mut scan)?,
                Item::Half => clock.afternoon = Some(half(&mut scan)?),
                Item::Zone => offset = Some(zone(&mut scan)?),
            }
        }
        scan.is_done().then_some(())?;
        Some(Moment { day: Day::new(year, month_of, day)?, time: clock.since_midnight()?, offset })
    }
}

fn compile(text: &str) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut chars = text.trim().chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            directive(chars.next(), &mut items)?;
        } else if c.is_whitespace() {
            items.push(Item::Spaces);
        } else {
            let mut buffer = [0; 4];
            items.extend(c.encode_utf8(&mut buffer).bytes().map(Item::Byte));
        }
    }
    Ok(items)
}

fn directive(letter: Option<char>, items: &mut Vec<Item>) -> Result<(), String> {
    items.extend_from_slice(match letter {
        Some('d' | 'e') => &[Item::Day],
        Some('m') => &[Item::Month],
        Some('b' | 'B' | 'h') => &[Item::MonthName],
        Some('Y') => &[Item::Year],
        Some('y') => &[Item::ShortYear],
        Some('a' | 'A') => &[Item::Weekday],
        Some('H' | 'I') => &[Item::Hour],
        Some('M') => &[Item::Minute],
        Some('S') => &[Item::Second],
        Some('f') => &[Item::Fraction],
        Some('p') => &[Item::Half],
        Some('z') => &[Item::Zone],
        Some('%') => &[Item::Byte(b'%')],
        Some('F') => &[Item::Year, Item::Byte(b'-'), Item::Month, Item::Byte(b'-'), Item::Day],
        Some('T') => &[Item::Hour, Item::Byte(b':'), Item::Minute, Item::Byte(b':'), Item::Second],
        Some('R') => &[Item::Hour, Item::Byte(b':'), Item::Minute],
        Some(other) => return Err(format!("unknown directive `%{other}` in a date format")),
        None => return Err("a date format ends in `%`".to_string()),
    });
    Ok(())
}
