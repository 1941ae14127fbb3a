//! What a field must look like: standard, type and policies from a column's
//! values, and from the target's column where there is one.
//!
//! No guess costs a value without a word: a standard for texts needs a heading
//! that asks for it, what it refuses stays; what is no number or too long is held,
//! what is no date is counted.

use super::lists::{self, List};
use super::words::{count, percent, quoted};
use crate::config::pipeline::{FieldType, LiveColumn};
use crate::profile::{ColumnProfile, DayOrder, DecimalSign, Likely, Numbers};
use crate::standards::DateOrder;

/// The share of values that must be of a type.
const TYPED: f64 = 0.98;

/// What holds for all fields of an entity.
pub(super) struct Context<'a> {
    pub order: DateOrder,
    /// The field that holds the country of a record.
    pub country: Option<&'a str>,
    /// The country of records that name none.
    pub default: Option<&'a str>,
}

/// A field's definition: keys with their TOML values, and the evidence.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub keys: Vec<(&'static str, String)>,
    pub why: String,
    pub list: Option<List>,
}

impl Shape {
    fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.keys.push((key, value.into()));
        self
    }

    fn because(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// How much of a column is filled.
pub(super) fn fill(column: &ColumnProfile) -> String {
    format!("filled in {}", percent(column.fill.filled, column.fill.records))
}

/// A field of a table that the load makes. `key`: the column is a legacy key.
pub(super) fn of_column(column: &ColumnProfile, key: bool, context: &Context<'_>) -> Shape {
    if key {
        return Shape::default().because("the legacy key, as text");
    }
    typed(column, context).or_else(|| standard(column, context)).or_else(|| picklist(column)).unwrap_or_else(|| {
        let different = match (column.distinct.exact, column.distinct.count) {
            (true, 1) => "one value".to_string(),
            (true, values) => format!("{} different values", count(values)),
            (false, values) => format!("about {} different values", count(values)),
        };
        let open = column.candidates.first().filter(|likely| TEXTS.contains(&likely.standard));
        let open = open.map(|likely| format!("; {}, which the heading does not say", passing(column, likely, context)));
        Shape::default().because(format!("text: {different}{}", open.unwrap_or_default()))
    })
}

/// Dates, flags and numbers, where nearly all values are such.
fn typed(column: &ColumnProfile, context: &Context<'_>) -> Option<Shape> {
    let filled = column.fill.filled;
    let best = column.candidates.first()?;
    let evidence =
        |count_of: u64, what: &str| format!("{} of {} values are {what}", percent(count_of, filled), count(filled));
    match best.standard {
        "date" | "datetime" => {
            let dates = column.dates.as_ref().filter(|dates| share(dates.count, filled) >= TYPED)?;
            let mut shape = Shape::default().with("type", quoted(best.standard));
            if let Some(order) = order_of(dates.order).filter(|order| *order != context.order) {
                shape = shape.with("order", quoted(order.word()));
            }
            let (first, last) = (dates.first.as_deref().unwrap_or("?"), dates.last.as_deref().unwrap_or("?"));
            let why = format!("{}, {first} to {last}", evidence(dates.count, "dates"));
            Some(shape.with("invalid", quoted("null")).because(why))
        }
        "boolean" if best.passed == best.tried => {
            let shape = Shape::default().with("type", quoted("boolean")).with("invalid", quoted("hold"));
            Some(shape.because(evidence(filled, "yes or no")))
        }
        "integer" if number_fits(column) => {
            let numbers = column.numbers.as_ref().filter(|numbers| numbers.count == filled)?;
            let why = format!("{}, {} to {}", evidence(filled, "whole numbers"), numbers.min, numbers.max);
            Some(Shape::default().with("type", quoted("integer")).with("invalid", quoted("hold")).because(why))
        }
        "decimal" if number_fits(column) => {
            let numbers = column.numbers.as_ref().filter(|numbers| numbers.count == filled)?;
            let places = match numbers.decimals {
                0 => "no places used".to_string(),
                1 => "1 place at most".to_string(),
                places => format!("{places} places at most"),
            };
            let comma = if numbers.decimal == DecimalSign::Comma { " with a decimal comma" } else { "" };
            let what = format!("numbers{comma}");
            let why = format!("{}, {} to {}, {places}", evidence(filled, &what), numbers.min, numbers.max);
            let shape = Shape::default().with("type", quoted(&decimal(numbers, 2)));
            let shape = if let Some(sign) = sign(numbers) { shape.with("decimal", quoted(sign)) } else { shape };
            Some(shape.with("invalid", quoted("hold")).because(why))
        }
        _ => None,
    }
}

/// The decimal that holds all numbers, with `least` places or more.
fn decimal(numbers: &Numbers, least: u32) -> String {
    let comma = numbers.decimal == DecimalSign::Comma;
    // With a decimal comma and three places `1.234` could be either.
    let scale = if comma && numbers.decimals == 3 { 4 } else { numbers.decimals.max(least) };
    format!("decimal({},{scale})", 18.max(numbers.digits + scale))
}

/// The decimal sign, where it must be said: a comma, or a point beside commas
/// that part thousands.
fn sign(numbers: &Numbers) -> Option<&'static str> {
    match numbers.decimal {
        DecimalSign::Comma => Some("comma"),
        DecimalSign::Point => (numbers.decimals >= 3).then_some("point"),
    }
}

/// Numbers of usual size; longer ones are mostly codes.
fn number_fits(column: &ColumnProfile) -> bool {
    column.lengths.as_ref().is_some_and(|lengths| lengths.max <= 15)
}

pub(super) fn order_of(order: DayOrder) -> Option<DateOrder> {
    match order {
        DayOrder::MonthFirst => Some(DateOrder::MonthDayYear),
        DayOrder::DayFirst => Some(DateOrder::DayMonthYear),
        DayOrder::Open => None,
    }
}

/// The standards for texts.
#[rustfmt::skip]
const TEXTS: [&str; 12] = [
    "email", "url", "phone", "region", "country", "postcode", "given_name", "family_name", "company", "street", "city",
    "person_name",
];

/// The standard for texts that the column needs: its heading says so as well as
/// its values, for a standard rewrites them. An `@` needs no heading.
fn text_standard(column: &ColumnProfile) -> Option<&Likely> {
    let likely = column.candidates.first()?;
    (TEXTS.contains(&likely.standard) && (likely.heading || likely.standard == "email")).then_some(likely)
}

fn standard(column: &ColumnProfile, context: &Context<'_>) -> Option<Shape> {
    let likely = text_standard(column)?;
    let mut shape = Shape::default().with("standard", quoted(likely.standard));
    let local = ["phone", "postcode", "region", "street"].contains(&likely.standard);
    if let Some(country) = context.country.filter(|_| local) {
        shape = shape.with("country", quoted(country));
    }
    if likely.passed < column.distinct.count || likely.passed < likely.tried || local {
        shape = shape.with("invalid", quoted("keep"));
    }
    Some(shape.because(passing(column, likely, context)))
}

/// The evidence for a standard: by the rules of the pipeline's country where it has one.
fn passing(column: &ColumnProfile, likely: &Likely, context: &Context<'_>) -> String {
    let local = ["phone", "postcode"].contains(&likely.standard);
    let here = context.default.filter(|_| local).and_then(|country| Some((country, column.passing_in(country)?)));
    let passed = here.map_or(likely.passed, |(_, passed)| passed);
    let share = percent(passed, likely.tried);
    let what = match likely.standard {
        "email" => "e-mail addresses".to_string(),
        "phone" => "valid phone numbers".to_string(),
        "url" => "web addresses".to_string(),
        "country" => "countries".to_string(),
        "region" => "regions".to_string(),
        "postcode" => "postcodes".to_string(),
        "person_name" | "given_name" | "family_name" => "like names".to_string(),
        other => format!("like a {other}"),
    };
    let heading = if likely.heading { "; so says the heading" } else { "" };
    let by = match here {
        Some((country, _)) => format!(" in {country}"),
        None if local => " in some country".to_string(),
        None => String::new(),
    };
    format!("{share} of {} different values are {what}{by}{heading}", count(likely.tried))
}

fn picklist(column: &ColumnProfile) -> Option<Shape> {
    let list = lists::of(column)?;
    let spellings = column.vocabulary.as_ref().map_or(0, Vec::len);
    let mut why = format!("{} values in {} records", list.len(), count(column.fill.filled));
    if spellings > list.len() {
        why.push_str(&format!(", in {spellings} spellings"));
    }
    Some(Shape { list: Some(list), ..Shape::default() }.because(why))
}

/// Whether a column's values can stand in a column of the target.
pub(super) fn fits(column: &ColumnProfile, live: &LiveColumn) -> bool {
    let filled = column.fill.filled;
    let numbers = |whole: bool| {
        column
            .numbers
            .as_ref()
            .is_some_and(|numbers| share(if whole { numbers.whole } else { numbers.count }, filled) >= 0.9)
    };
    match live.data_type {
        Some(FieldType::Text(_)) => true,
        Some(FieldType::Integer) => numbers(true),
        Some(FieldType::Decimal { .. }) => numbers(false),
        Some(FieldType::Boolean) => {
            column.candidates.iter().any(|likely| likely.standard == "boolean" && likely.share() >= 0.9)
        }
        Some(FieldType::Date | FieldType::DateTime) => {
            column.dates.as_ref().is_some_and(|dates| share(dates.count, filled) >= 0.8)
        }
        Some(FieldType::Uuid) | None => false,
    }
}

/// The type of a target's column, as a mapping writes it; one without a size
/// holds all numbers that there are.
fn type_of(live: &LiveColumn, numbers: Option<&Numbers>) -> Option<String> {
    match live.data_type? {
        FieldType::Text(None) => None,
        FieldType::Decimal { .. } if !live.declared.contains('(') => {
            Some(numbers.map_or_else(|| "decimal(18,4)".to_string(), |numbers| decimal(numbers, 4)))
        }
        other => Some(other.to_string()),
    }
}

/// A field for a column that the target has, filled from a source's.
pub(super) fn of_live(live: &LiveColumn, column: &ColumnProfile, context: &Context<'_>) -> Shape {
    let text = matches!(live.data_type, Some(FieldType::Text(_)));
    let mut shape = if text {
        standard(column, context).or_else(|| picklist(column).filter(|_| !live.unique)).unwrap_or_default()
    } else {
        let typed = typed(column, context).unwrap_or_default();
        let keys = typed.keys.into_iter().filter(|(key, _)| ["order", "decimal"].contains(key));
        let dated = matches!(live.data_type, Some(FieldType::Date | FieldType::DateTime));
        let policy = (live.nullable || !dated).then(|| ("invalid", quoted(if dated { "null" } else { "hold" })));
        Shape { keys: keys.chain(policy).collect(), why: typed.why, list: None }
    };
    if let Some(kind) = type_of(live, column.numbers.as_ref()) {
        shape.keys.insert(usize::from(text && !shape.keys.is_empty()), ("type", quoted(&kind)));
    }
    if let Some(FieldType::Text(Some(most))) = live.data_type {
        shape.keys.push(("too_long", quoted("hold")));
        let longest = column.lengths.as_ref().map_or(0, |lengths| lengths.max);
        if longest > u64::from(most) {
            let note = format!("up to {longest} characters, of which the target takes {most}");
            shape.why = if shape.why.is_empty() { note } else { format!("{}; {note}", shape.why) };
        }
    }
    if !live.nullable {
        shape.keys.push(("required", "true".to_string()));
    }
    if live.unique {
        shape.keys.push(("unique", quoted("hold")));
    }
    shape
}

/// A field that the target wants filled, and for which no source has anything:
/// the definition, and a constant that stands in.
pub(super) fn stand_in(live: &LiveColumn, as_of: &str) -> Option<(Shape, String)> {
    let value = match live.data_type? {
        FieldType::Text(Some(most)) if most < 7 => "-".to_string(),
        FieldType::Text(_) => "unknown".to_string(),
        FieldType::Integer | FieldType::Decimal { .. } => "0".to_string(),
        FieldType::Boolean => "false".to_string(),
        FieldType::Date => as_of.to_string(),
        FieldType::DateTime => format!("{as_of} 00:00:00"),
        FieldType::Uuid => "00000000-0000-0000-0000-000000000000".to_string(),
    };
    let kind = type_of(live, None).map(|kind| ("type", quoted(&kind)));
    let why = "must be filled, and nothing in the sources fits: a constant stands in".to_string();
    let list = None;
    Some((Shape { keys: kind.into_iter().collect(), why, list }, value))
}
