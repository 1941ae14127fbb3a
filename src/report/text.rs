//! The summary as a person reads it on a terminal, 80 columns wide.

use console::Style;

use super::summary::{EntitySummary, Matching, Summary};
use crate::record::Verdict;
use crate::reference_data::Counts;

/// Columns of the terminal that the text fits.
const WIDTH: usize = 80;

/// The summary of a run; `name` is the pipeline's.
pub fn render(name: &str, summary: &Summary, coloured: bool) -> String {
    let style = |style: Style| style.force_styling(coloured);
    let bold = style(Style::new().bold());
    let dim = style(Style::new().dim());
    let mut lines = vec![headline(name, summary, &bold, coloured), String::new()];
    lines.extend(table(summary, &bold, &dim));
    lines.push(String::new());
    lines.extend(loaded(summary));
    lines.extend(steward(summary));
    for (entity, counts) in &summary.entities.0 {
        lines.extend(details(entity, counts, &bold));
    }
    if !summary.learned.is_empty() {
        lines.push(String::new());
        lines.push(bold.apply_to("found out of columns").to_string());
        lines.extend(summary.learned.iter().map(|told| format!("  {told}")));
    }
    for (source, columns) in &summary.unmapped_columns.0 {
        let names: Vec<String> =
            columns.0.iter().map(|(name, filled)| format!("{name} ({})", grouped(*filled))).collect();
        lines.push(String::new());
        lines.push(bold.apply_to(format!("columns of {source} that nothing uses (values)")).to_string());
        lines.extend(wrapped(&names, "  "));
    }
    let failed = style(Style::new().red().bold());
    for failure in &summary.failures {
        lines.push(String::new());
        lines.extend(wrapped_words(failure).into_iter().map(|line| failed.apply_to(line).to_string()));
    }
    lines.join("\n") + "\n"
}

fn headline(name: &str, summary: &Summary, bold: &Style, coloured: bool) -> String {
    let kind = if summary.dry_run { "dry run" } else { "run" };
    let left = format!("{name} · {kind} {} · as of {}", summary.run, summary.as_of);
    let right = if summary.balanced { "balanced" } else { "OUT OF BALANCE" };
    let colour = if summary.balanced { Style::new().green() } else { Style::new().red().bold() };
    let gap = WIDTH.saturating_sub(left.chars().count() + right.len()).max(2);
    format!("{}{}{}", bold.apply_to(left), " ".repeat(gap), colour.force_styling(coloured).apply_to(right))
}

fn table(summary: &Summary, bold: &Style, dim: &Style) -> Vec<String> {
    let mut rows = vec![header()];
    for (entity, counts) in &summary.entities.0 {
        rows.push(row(entity, counts));
    }
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let lines = rows.iter().enumerate().map(|(number, cells)| {
        let mut line = format!("{:<width$}", cells[0], width = widths[0]);
        for (cell, width) in cells.iter().zip(&widths).skip(1) {
            let padded = format!("  {cell:>width$}");
            let shown = if cell == "0" { dim.apply_to(padded).to_string() } else { padded };
            line.push_str(&shown);
        }
        if number == 0 { bold.apply_to(line).to_string() } else { line }
    });
    lines.collect()
}

fn header() -> Vec<String> {
    let mut cells = vec!["entity".to_string(), "read".to_string()];
    cells.extend(Verdict::ALL.iter().map(|verdict| verdict.word().to_string()));
    cells
}

fn row(entity: &str, counts: &EntitySummary) -> Vec<String> {
    let mut cells = vec![entity.to_string(), grouped(counts.tally.counts.read)];
    cells.extend(Verdict::ALL.iter().map(|&verdict| grouped(counts.tally.counts.of(verdict))));
    cells
}

fn loaded(summary: &Summary) -> Vec<String> {
    let sum =
        |count: fn(&EntitySummary) -> u64| summary.entities.0.iter().map(|(_, counts)| count(counts)).sum::<u64>();
    let verb = match (summary.loaded, summary.dry_run) {
        (true, false) => "loaded",
        (true, true) => "would load",
        (false, _) => return vec!["nothing was loaded".into()],
    };
    let existing = |counts: &EntitySummary| counts.matching.as_ref().is_some_and(|found| found.existing.is_some());
    let linked = if summary.entities.0.iter().any(|(_, counts)| existing(counts)) {
        format!("{} linked, ", grouped(sum(|counts| counts.linked)))
    } else {
        String::new()
    };
    vec![format!(
        "{verb}: {} inserted, {linked}{} updated, {} unchanged",
        grouped(sum(|counts| counts.inserted)),
        grouped(sum(|counts| counts.updated)),
        grouped(sum(|counts| counts.unchanged))
    )]
}

/// What became of the steward's word.
fn steward(summary: &Summary) -> Vec<String> {
    let Some(steward) = &summary.steward else { return Vec::new() };
    let (cells, pairs) = (&steward.corrections, &steward.decisions);
    let counts = [
        ("corrections applied", cells.applied),
        ("corrections stale", cells.stale),
        ("pairs kept as one", pairs.same),
        ("pairs kept apart", pairs.different),
        ("decisions stale", pairs.stale),
        ("decisions in conflict", pairs.conflicts),
    ];
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let items: Vec<String> = counts.map(|(what, count)| format!("{what} {}", grouped(*count))).collect();
    let mut lines = labelled("steward", &items);
    if cells.stale + pairs.stale + pairs.conflicts > 0 {
        lines.push("  what was not carried out stands in the run's folder `stale`".into());
    }
    lines
}

fn details(entity: &str, counts: &EntitySummary, bold: &Style) -> Vec<String> {
    let list = |counts: &std::collections::BTreeMap<String, u64>| {
        counts.iter().map(|(word, count)| format!("{word} {}", grouped(*count))).collect::<Vec<_>>()
    };
    let mut lines = Vec::new();
    let (issues, repairs) = (list(&counts.tally.issues), list(&counts.tally.repairs));
    let matching = counts.matching.as_ref().map(matching).unwrap_or_default();
    if issues.is_empty() && repairs.is_empty() && matching.is_empty() && counts.references.is_empty() {
        return lines;
    }
    lines.push(String::new());
    lines.push(bold.apply_to(entity).to_string());
    lines.extend(labelled("issues", &issues));
    lines.extend(labelled("rules", &list(&counts.tally.rules)));
    lines.extend(labelled("lifecycle", &list(&counts.tally.lifecycle)));
    lines.extend(labelled("repairs", &repairs));
    for (name, counts) in &counts.references {
        lines.extend(labelled(name, &reference(counts)));
    }
    lines.extend(labelled("matching", &matching));
    lines
}

/// What a reference said of the records.
fn reference(counts: &Counts) -> Vec<String> {
    let own = [("looked up", counts.looked_up), ("found", counts.found)];
    let mut items: Vec<String> = own.iter().map(|(what, count)| format!("{what} {}", grouped(*count))).collect();
    for (field, counts) in &counts.fields {
        let counts = counts.named().into_iter().filter(|(_, count)| *count > 0);
        items.extend(counts.map(|(what, count)| format!("{field} {what} {}", grouped(count))));
    }
    items
}

/// What matching found; blocks that were too large by their expressions.
fn matching(found: &Matching) -> Vec<String> {
    let counts = [("pairs compared", found.compared), ("for review", found.review), ("households", found.households)];
    let rows = found.existing.as_ref().map(|rows| {
        let told = [
            ("rows of the target", rows.rows),
            ("records in these", rows.matched),
            ("rows changed", rows.changed),
            ("rows alike", rows.alike),
        ];
        let told = told.into_iter().enumerate().filter(|(place, (_, count))| *place == 0 || *count > 0);
        told.map(|(_, (what, count))| format!("{what} {}", grouped(count))).collect::<Vec<_>>()
    });
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let mut items: Vec<String> = counts.map(|(what, count)| format!("{what} {}", grouped(*count))).collect();
    items.extend(rows.into_iter().flatten());
    items.extend(found.large_blocks.0.iter().map(|(block, large)| {
        format!("large blocks of {block} {} (up to {} records)", grouped(large.blocks), grouped(large.largest))
    }));
    items
}

fn labelled(label: &str, items: &[String]) -> Vec<String> {
    let indent = 11.max(label.len() + 3);
    let mut lines = wrapped(items, &" ".repeat(indent));
    if let Some(first) = lines.first_mut() {
        first.replace_range(..indent, &format!("  {label:<width$}", width = indent - 2));
    }
    lines
}

/// Items joined by commas, in lines that fit.
fn wrapped(items: &[String], indent: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let comma = if number + 1 < items.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.chars().count() + item.chars().count() + 2 <= WIDTH => {
                line.push(' ');
                line.push_str(item);
                line.push_str(comma);
            }
            _ => lines.push(format!("{indent}{item}{comma}")),
        }
    }
    lines
}

fn wrapped_words(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// A number with its thousands apart: `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{grouped, wrapped};

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn lists_fit_the_terminal() {
        let items: Vec<String> = (0..30).map(|n| format!("code.number{n} {n}")).collect();
        assert!(wrapped(&items, "  ").iter().all(|line| line.len() <= 80));
    }
}
