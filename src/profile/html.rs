//! A profile as one page for the browser, to be shown to a client: no script,
//! nothing loaded from elsewhere, in light and dark, and on paper.

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, context};

use super::text::{number, order, percent};
use super::{At, ColumnProfile, Dates, DecimalSign, Finding, LENGTHS, Lengths, Profile, TableProfile, Unique};

const PAGE: &str = include_str!("page.html");

/// The size of a chart, without its labels.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 46.0;
/// Bars of years at most; more are put together.
const BARS: usize = 40;
/// Shapes, and values, that are shown of each column.
const SHOWN: usize = 5;

/// The page. Holds cell values only where the profile does.
pub fn render(profile: &Profile) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let columns = || profile.tables.iter().flat_map(|table| &table.columns);
    let names: Vec<&str> = profile.tables.iter().map(|table| table.source.as_str()).collect();
    let share = |share: f64, exact: bool| format!("{}{:.0}%", about(exact), share * 100.0);
    let references = profile.references.iter().map(|one| {
        context! { from => at(&one.from), to => at(&one.to), share => share(one.share, one.exact) }
    });
    let overlaps = profile.overlaps.iter().map(|one| {
        let values = format!("{}{}", about(one.exact), number(one.values));
        let (of_left, of_right) = (share(one.of_left, one.exact), share(one.of_right, one.exact));
        context! { left => at(&one.left), right => at(&one.right), values, of_left, of_right }
    });
    let page = context! {
        title => names.join(", "),
        values => columns().any(|column| column.top_values.is_some()),
        estimated => columns().any(|column| !column.distinct.exact),
        tables => profile.tables.iter().map(table).collect::<Vec<_>>(),
        references => references.collect::<Vec<_>>(),
        overlaps => overlaps.collect::<Vec<_>>(),
    };
    // The template is part of the program, and a test renders it.
    environment.render_str(PAGE, page).unwrap_or_default()
}

fn about(exact: bool) -> &'static str {
    if exact { "" } else { "about " }
}

fn at(at: &At) -> String {
    format!("{} · {}", at.source, at.column)
}

fn table(table: &TableProfile) -> Value {
    let mut about = vec![format!("{} records, {} columns", number(table.records), table.columns.len())];
    for (count, what) in [(table.faults, "with a fault"), (table.noted, "with notes")] {
        if count > 0 {
            about.push(format!("{} {what}", number(count)));
        }
    }
    about.extend(table.detected.iter().cloned());
    about.push(table.place.clone());
    let key = match table.declared_key.as_slice() {
        [] => table.keys.iter().take(3).cloned().collect::<Vec<_>>().join(", "),
        declared => declared.join(", "),
    };
    context! {
        source => table.source.clone(), records => number(table.records), key,
        findings => table.columns.iter().map(|column| column.findings.len()).sum::<usize>(),
        about => about.join(" · "),
        columns => table.columns.iter().map(column).collect::<Vec<_>>(),
    }
}

fn column(column: &ColumnProfile) -> Value {
    let fill = &column.fill;
    let part = |count: u64| round(count as f64 / fill.records.max(1) as f64 * WIDTH);
    let said = format!(
        "{} of {} filled, {} empty, {} words for none",
        fill.filled,
        fill.records,
        fill.null + fill.blank,
        fill.null_words
    );
    let mut bars = Vec::new();
    if !column.patterns.is_empty() {
        bars.push(context! { title => "Shapes", rows => rows(&column.patterns, fill.filled) });
    }
    if let Some(values) = column.top_values.as_ref().filter(|values| !values.is_empty()) {
        bars.push(context! { title => "Values", rows => rows(values, fill.filled) });
    }
    let mut histograms = Vec::new();
    match (&column.dates, &column.lengths) {
        (Some(dates), _) if dates.years.len() > 1 => histograms.push(years(dates)),
        (_, Some(lengths)) if lengths.min < lengths.max => histograms.push(length_bars(lengths)),
        _ => {}
    }
    context! {
        name => column.name.clone(), filled => percent(fill.filled, fill.records), fill_said => said,
        fill_width => part(fill.filled), word_width => part(fill.null_words),
        tags => tags(column), facts => facts(column), bars, histograms,
        findings => column.findings.iter().map(finding).collect::<Vec<_>>(),
    }
}

fn tags(column: &ColumnProfile) -> Vec<String> {
    let mut tags = Vec::new();
    if let Some(likely) = &column.likely {
        let country = likely.country.as_ref().map(|country| format!(" {country}")).unwrap_or_default();
        let share = percent(likely.passed, likely.tried);
        tags.push(format!("likely {}{country}, {share} pass", likely.standard.replace('_', " ")));
    }
    match column.unique {
        Unique::Yes => tags.push("all different".into()),
        Unique::Probably => tags.push("probably all different".into()),
        Unique::No => {}
    }
    tags
}

fn facts(column: &ColumnProfile) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |what: &str, said: String| facts.push((what.to_string(), said));
    if let Some(declared) = &column.declared {
        fact("Declared", declared.clone());
    }
    let distinct = number(column.distinct.count);
    fact(
        "Different",
        match column.distinct.exact {
            true => distinct,
            false => format!("about {distinct} (± {:.1}%)", column.distinct.error * 100.0),
        },
    );
    if let Some(lengths) = &column.lengths {
        fact(
            "Length",
            match lengths.min == lengths.max {
                true => lengths.min.to_string(),
                false => format!("{} to {}, mean {}", lengths.min, number(lengths.max), lengths.mean),
            },
        );
    }
    if let (Some(numbers), None) = (&column.numbers, &column.dates) {
        let sign = if numbers.decimal == DecimalSign::Comma { ", decimal comma" } else { "" };
        fact("Numbers", format!("{} to {}{sign}", numbers.min, numbers.max));
    }
    if let Some(dates) = &column.dates {
        if let (Some(first), Some(last)) = (&dates.first, &dates.last) {
            fact("Dates", format!("{first} to {last}"));
        }
        order(dates.order).into_iter().for_each(|order| fact("Written", order.to_string()));
    }
    let fill = &column.fill;
    for (what, count) in [("Blank", fill.blank), ("Words for none", fill.null_words)] {
        if count > 0 {
            fact(what, number(count));
        }
    }
    facts
}

fn rows(counted: &[(String, u64)], of: u64) -> Vec<Value> {
    let row = |(text, count): &(String, u64)| {
        let width = round(*count as f64 / of.max(1) as f64 * 76.0);
        context! { text, width, share => percent(*count, of) }
    };
    counted.iter().take(SHOWN).map(row).collect()
}

fn finding(finding: &Finding) -> Value {
    let more = if finding.count > finding.rows.len() as u64 { " …" } else { "" };
    let rows = format!("{}{more}", finding.rows.join(", "));
    context! { count => number(finding.count), what => finding.what, rows }
}

/// A bar for each year, or for several together where there are many.
fn years(dates: &Dates) -> Value {
    let (first, last) = (dates.years.first().map_or(0, |one| one.0), dates.years.last().map_or(0, |one| one.0));
    let each = usize::try_from(last - first + 1).unwrap_or(1).div_ceil(BARS).max(1);
    let mut bars: Vec<(String, u64)> = Vec::new();
    let mut year = first;
    while year <= last {
        let end = year + i32::try_from(each).unwrap_or(1) - 1;
        let count = dates.years.iter().filter(|(one, _)| (year..=end).contains(one)).map(|(_, count)| count).sum();
        bars.push((if each == 1 { year.to_string() } else { format!("{year} to {end}") }, count));
        year = end + 1;
    }
    histogram("Dates by year", &bars, &first.to_string(), &last.to_string())
}

/// A bar for each class of lengths.
fn length_bars(lengths: &Lengths) -> Value {
    let used = |count: &(u64, u64)| count.1 > 0;
    let begin = lengths.histogram.iter().position(used).unwrap_or(0);
    let end = lengths.histogram.iter().rposition(used).map_or(0, |end| end + 1);
    let said = |index: usize, upto: u64| {
        let from = index.checked_sub(1).and_then(|before| LENGTHS.get(before)).map_or(0, |before| before + 1);
        match (from, upto) {
            (from, u64::MAX) => format!("{from} and more"),
            (from, upto) if from == upto || from == 0 => upto.to_string(),
            (from, upto) => format!("{from} to {upto}"),
        }
    };
    let bars: Vec<(String, u64)> = lengths
        .histogram
        .iter()
        .enumerate()
        .skip(begin)
        .take(end.saturating_sub(begin))
        .map(|(index, (upto, count))| (said(index, *upto), *count))
        .collect();
    histogram("Lengths", &bars, &lengths.min.to_string(), &lengths.max.to_string())
}

fn histogram(title: &str, counted: &[(String, u64)], first: &str, last: &str) -> Value {
    let top = counted.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1) as f64;
    let step = (WIDTH / counted.len().max(1) as f64).min(44.0);
    let width = round((step - 1.5).max(1.0));
    let bar = |(index, (what, count)): (usize, &(String, u64))| {
        // What is there shows, however little.
        let height = if *count == 0 { 0.0 } else { (*count as f64 / top * HEIGHT).max(1.5) };
        let said = format!("{what}: {}", number(*count));
        context! { x => round(index as f64 * step), y => round(HEIGHT - height), w => width, h => round(height), said }
    };
    let most = counted.iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map_or("", |(what, _)| what.as_str());
    let end = round(((counted.len().max(1) - 1) as f64 * step + width).min(WIDTH));
    context! {
        title, said => format!("{title}: from {first} to {last}, most at {most}"),
        bars => counted.iter().enumerate().map(bar).collect::<Vec<_>>(),
        labels => [
            context! { x => 0, anchor => "start", text => first },
            context! { x => end, anchor => "end", text => last },
        ],
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
