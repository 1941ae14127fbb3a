//! A profile for the terminal, in lines of 80 columns.

use std::fmt::Write;

use super::{
    At, ColumnProfile, DayOrder, DecimalSign, Finding, Likely, Overlap, Profile, Reference, TableProfile, Unique,
};

const WIDTH: usize = 80;
const BAR: usize = 10;
/// Shapes, and values, that are shown of each column.
const SHOWN: usize = 4;

/// The whole profile as text.
pub fn render(profile: &Profile, coloured: bool) -> String {
    let style = Style { coloured };
    let mut text = String::new();
    for (index, table) in profile.tables.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        table_text(table, &style, &mut text);
    }
    if !profile.references.is_empty() {
        text.push_str(&format!("\n{}\n", style.bold("likely references")));
        profile.references.iter().for_each(|one| reference(one, &mut text));
    }
    if !profile.overlaps.is_empty() {
        text.push_str(&format!("\n{}\n", style.bold("values in common")));
        profile.overlaps.iter().for_each(|one| overlap(one, &mut text));
    }
    text
}

struct Style {
    coloured: bool,
}

impl Style {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.coloured { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }
    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }
    fn warn(&self, text: &str) -> String {
        self.paint("33", text)
    }
}

fn table_text(table: &TableProfile, style: &Style, text: &mut String) {
    let (source, place) = (clip(&table.source, WIDTH), clip(&table.place, WIDTH - 2));
    let beside = console::measure_text_width(&source) + 2 + console::measure_text_width(&place) <= WIDTH;
    let between = if beside { "  " } else { "\n  " };
    let _ = match table.place == table.source {
        true => writeln!(text, "{}", style.bold(&source)),
        false => writeln!(text, "{}{between}{}", style.bold(&source), style.dim(&place)),
    };
    let mut about = vec![counted(table.records, "record", "records")];
    about.push(counted(table.columns.len() as u64, "column", "columns"));
    if table.faults > 0 {
        about.push(format!("{} with a fault", number(table.faults)));
    }
    if table.noted > 0 {
        about.push(format!("{} with notes", number(table.noted)));
    }
    lines(text, 2, &about);
    for how in &table.detected {
        lines(text, 2, &how.split(", ").map(str::to_string).collect::<Vec<_>>());
    }
    if !table.declared_key.is_empty() {
        lines(text, 2, &prefixed("key: ", &table.declared_key));
    } else if !table.keys.is_empty() {
        lines(text, 2, &prefixed("likely key: ", table.keys.get(..3).unwrap_or(&table.keys)));
    }
    for one in &table.declared_references {
        let (own, their) = (one.columns.join(", "), one.their_columns.join(", "));
        let _ = writeln!(text, "  {}", clip(&format!("{own} → {}.{their} (declared)", one.table), WIDTH - 2));
    }
    for column in &table.columns {
        column_text(column, style, text);
    }
}

fn prefixed(what: &str, names: &[String]) -> Vec<String> {
    names.iter().enumerate().map(|(at, name)| format!("{}{name}", if at == 0 { what } else { "" })).collect()
}

fn column_text(column: &ColumnProfile, style: &Style, text: &mut String) {
    let fill = &column.fill;
    let share = percent(fill.filled, fill.records);
    let name = clip(&column.name, 42);
    let gap = " ".repeat(44 - console::measure_text_width(&name));
    let _ = writeln!(text, "\n  {}{gap}{} {share:>6} filled", style.bold(&name), bar(fill.filled, fill.records));
    if fill.filled > 0 {
        lines(text, 4, &facts(column));
        let shapes: Vec<String> = shown(&column.patterns, fill.filled);
        lines(text, 4, &[vec!["shapes".to_string()], shapes].concat());
        if let Some(values) = &column.top_values {
            lines(text, 4, &[vec!["values".to_string()], shown(values, fill.filled)].concat());
        }
    }
    let mut empty = Vec::new();
    for (count, what) in [(fill.blank, "blank"), (fill.null_words, "words for \"none\"")] {
        if count > 0 {
            empty.push(format!("{} {what}", number(count)));
        }
    }
    if !empty.is_empty() {
        lines(text, 4, &empty);
    }
    for finding in &column.findings {
        finding_text(finding, style, text);
    }
}

/// Shapes or values with their shares.
fn shown(counted: &[(String, u64)], of: u64) -> Vec<String> {
    counted.iter().take(SHOWN).map(|(text, count)| format!("{} {}", clip(text, 40), percent(*count, of))).collect()
}

fn facts(column: &ColumnProfile) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(column.likely.as_ref().map(guess));
    facts.extend(column.declared.as_ref().map(|declared| format!("declared {declared}")));
    let about = if column.distinct.exact { "" } else { "about " };
    facts.push(match column.unique {
        Unique::Yes => "all different".to_string(),
        Unique::Probably => "probably all different".to_string(),
        Unique::No => format!("{about}{} different", number(column.distinct.count)),
    });
    if let Some(lengths) = &column.lengths {
        facts.push(match lengths.min == lengths.max {
            true => format!("length {}", lengths.min),
            false => format!("length {} to {}, mean {}", lengths.min, number(lengths.max), lengths.mean),
        });
    }
    if let (Some(numbers), None) = (&column.numbers, &column.dates) {
        facts.push(format!("from {} to {}", numbers.min, numbers.max));
        facts.extend((numbers.decimal == DecimalSign::Comma).then(|| "decimal comma".to_string()));
    }
    if let Some(dates) = &column.dates {
        if let (Some(first), Some(last)) = (&dates.first, &dates.last) {
            facts.push(format!("from {first} to {last}"));
        }
        facts.extend(order(dates.order).map(str::to_string));
    }
    facts
}

/// A likely standard with its evidence.
pub(super) fn guess(likely: &Likely) -> String {
    let country = likely.country.as_ref().map(|country| format!(" {country}")).unwrap_or_default();
    format!("likely {}{country} ({})", likely.standard, percent(likely.passed, likely.tried))
}

/// The order of day and month in words, where one shows.
pub(super) fn order(order: DayOrder) -> Option<&'static str> {
    match order {
        DayOrder::MonthFirst => Some("month before day"),
        DayOrder::DayFirst => Some("day before month"),
        DayOrder::Open => None,
    }
}

fn finding_text(finding: &Finding, style: &Style, text: &mut String) {
    let _ = writeln!(text, "    {}", style.warn(&format!("! {}: {}", number(finding.count), finding.what)));
    let more = finding.count > finding.rows.len() as u64;
    let mut rows: Vec<String> = finding.rows.clone();
    if let (true, Some(last)) = (more, rows.last_mut()) {
        last.push_str(" …");
    }
    lines(text, 6, &rows);
}

fn name(at: &At) -> String {
    format!("{}.{}", at.source, at.column)
}

fn reference(one: &Reference, text: &mut String) {
    let about = if one.exact { "" } else { "about " };
    let share = format!("({about}{}%)", (one.share * 100.0).round());
    let _ = writeln!(text, "  {}", clip(&format!("{} → {} {share}", name(&one.from), name(&one.to)), WIDTH - 2));
}

fn overlap(one: &Overlap, text: &mut String) {
    let about = if one.exact { "" } else { "about " };
    let _ = writeln!(text, "  {}", clip(&format!("{}, {}", name(&one.left), name(&one.right)), WIDTH - 2));
    let shares = [one.of_left, one.of_right].map(|share| format!("{}%", (share * 100.0).round()));
    let _ = writeln!(
        text,
        "    {about}{} values: {} of the first, {} of the second",
        number(one.values),
        shares[0],
        shares[1]
    );
}

/// Parts with commas between them, broken into lines.
fn lines(text: &mut String, indent: usize, parts: &[String]) {
    let margin = " ".repeat(indent);
    let mut line = String::new();
    for (index, part) in parts.iter().enumerate() {
        // The first word of a list of shapes has no comma behind it.
        let title = index == 0 && ["shapes", "values"].contains(&part.as_str());
        let comma = if title || index + 1 == parts.len() { "" } else { "," };
        let part = format!("{}{comma}", clip(part, WIDTH - indent - 1));
        let width = console::measure_text_width(&line) + 1 + console::measure_text_width(&part);
        if !line.is_empty() && indent + width > WIDTH {
            let _ = writeln!(text, "{margin}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&part);
    }
    if !line.is_empty() {
        let _ = writeln!(text, "{margin}{line}");
    }
}

fn clip(text: &str, width: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    console::truncate_str(&clean, width, "…").into_owned()
}

fn bar(part: u64, whole: u64) -> String {
    let tenths = if whole == 0 { 0 } else { (part as f64 / whole as f64 * BAR as f64).round() as usize };
    // What is there shows, however little.
    let tenths = if part > 0 { tenths.max(1) } else { 0 }.min(BAR);
    format!("{}{}", "█".repeat(tenths), "░".repeat(BAR - tenths))
}

/// A share in percent: 100% is all, 0% nothing at all.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_string();
    }
    let share = part as f64 * 100.0 / whole as f64;
    match share {
        _ if part == whole => "100%".to_string(),
        _ if part == 0 => "0%".to_string(),
        share if share > 99.9 => "99.9%".to_string(),
        share if share < 0.1 => "<0.1%".to_string(),
        share if (10.0..99.0).contains(&share) => format!("{share:.0}%"),
        share => format!("{share:.1}%"),
    }
}

/// A number in groups of three.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}
