//! What holds for the whole pipeline: its day, its country, its order of dates.

use super::{Seen, concept, field};
use crate::profile::country::decide;
use crate::standards::DateOrder;

/// The country of what names none, with the evidence.
pub(super) fn country(seen: &Seen) -> Option<(String, String)> {
    if let Some(country) = &seen.defaults.country {
        return Some((country.clone(), "as given".to_string()));
    }
    let columns = seen.sources().flat_map(|(_, input, table)| {
        table.columns.iter().map(|column| (format!("{}.{}", input.name, column.name), column))
    });
    let decided = decide(&columns.collect::<Vec<_>>())?;
    Some((decided.country, decided.why))
}

/// The order of day and month that most columns show.
pub(super) fn order(seen: &Seen) -> (DateOrder, String) {
    let mut first = [0_u64; 2];
    let mut columns = [0_usize; 2];
    for (_, _, table) in seen.sources() {
        for dates in table.columns.iter().filter_map(|column| column.dates.as_ref()) {
            match field::order_of(dates.order) {
                Some(DateOrder::DayMonthYear) => (first[1], columns[1]) = (first[1] + dates.count, columns[1] + 1),
                Some(_) => (first[0], columns[0]) = (first[0] + dates.count, columns[0] + 1),
                None => {}
            }
        }
    }
    let told =
        |number: usize| if number == 1 { "1 column shows it".to_string() } else { format!("{number} columns show it") };
    match first {
        [0, 0] => (seen.defaults.date_order, "no date shows whether day or month comes first".to_string()),
        [month, day] if day > month => (DateOrder::DayMonthYear, told(columns[1])),
        _ => (DateOrder::MonthDayYear, told(columns[0])),
    }
}

/// The latest date there is: nothing reads the clock.
pub(super) fn as_of(seen: &Seen) -> (String, String) {
    match latest(seen, &|name| !is_planned(name)).or_else(|| latest(seen, &|_| true)) {
        Some(found) => found,
        None => ("2000-01-01".to_string(), "no dates in the sources".to_string()),
    }
}

/// Whether a column is called after days that are yet to come.
fn is_planned(name: &str) -> bool {
    let words = ["due", "clos", "end", "expir", "until", "valid", "renew", "next", "plan", "target", "fallig", "bis"];
    let name = concept::folded(name);
    words.iter().any(|word| name.contains(word))
}

fn latest(seen: &Seen, wanted: &dyn Fn(&str) -> bool) -> Option<(String, String)> {
    let mut found: Option<(&str, String)> = None;
    for (_, input, table) in seen.sources() {
        for column in table.columns.iter().filter(|column| wanted(&column.name)) {
            let dated = column.candidates.first().is_some_and(|likely| likely.standard.starts_with("date"));
            let Some(last) = column.dates.as_ref().filter(|_| dated).and_then(|dates| dates.last.as_deref()) else {
                continue;
            };
            if last.len() == 10 && last < "2100" && found.as_ref().is_none_or(|(day, _)| last > *day) {
                found = Some((last, format!("the latest date there is, in {}.{}", input.name, column.name)));
            }
        }
    }
    found.map(|(day, why)| (day.to_string(), why))
}
