//! The plan as files, with the evidence as comments.

use super::field::fill;
use super::lists;
use super::plan::{Feed, Plan, Planned};
use super::words::{count, key, quoted, remark, slug};
use super::{Draft, Seen};
use crate::config::check::drift;
use crate::config::pipeline::KeyKind;

/// Words for "nothing" that legacy data has; compared letter by letter.
const NULLS: &[&str] = &["", "N/A", "n/a", "#N/A", "NULL", "null", "(null)", "-"];

pub(super) fn files(seen: &Seen, plan: Plan) -> Draft {
    let mut files = vec![("pipeline.toml".to_string(), pipeline(seen, &plan))];
    for entity in &plan.entities {
        files.push((format!("mappings/{}.toml", entity.entity), mapping(entity, seen, &plan)));
    }
    for entity in &plan.entities {
        for field in &entity.fields {
            if let Some(list) = &field.list {
                files.push((format!("mappings/{}", list_path(entity, &field.name)), lists::text(list)));
            }
        }
    }
    let columns: Vec<_> = seen.inputs.iter().map(|input| (input.name.clone(), input.columns.clone())).collect();
    files.push(("pipeline.lock".to_string(), drift::text(&columns)));
    let notes = notes(seen, &plan);
    Draft { files, entities: plan.entities, notes }
}

fn records(number: u64) -> String {
    if number == 1 { "1 record".to_string() } else { format!("{} records", count(number)) }
}

fn list_path(entity: &Planned, field: &str) -> String {
    format!("lists/{}_{}.csv", entity.entity, slug(field, "field"))
}

fn pipeline(seen: &Seen, plan: &Plan) -> String {
    let mut text = format!(
        "# A first draft by `cutover init`, from what the sources hold. Guesses stand beside\n\
         # their evidence: look at each. Then `cutover check`, and `cutover run --dry-run`.\n\n\
         version  = 1\nname     = {}\n",
        quoted(&seen.name)
    );
    text.push_str(&format!("# {}: put the day of the cutover here\n", remark(&plan.as_of.1)));
    text.push_str(&format!("as_of    = {}\nmappings = \"mappings/*.toml\"\n\n[defaults]\n", plan.as_of.0));
    match &plan.country {
        Some((country, why)) => text.push_str(&format!("country    = {}  # {}\n", quoted(country), remark(why))),
        None => text.push_str("# country  = \"US\"  # of phones and postcodes that name none; nothing shows which\n"),
    }
    let nulls: Vec<String> = NULLS.iter().map(|word| quoted(word)).collect();
    text.push_str(&format!("nulls      = [{}]\n", nulls.join(", ")));
    text.push_str(&format!("date_order = {}  # {}\n", quoted(plan.order.0.word()), plan.order.1));
    for (at, input, table) in seen.sources() {
        text.push_str(&format!("\n[source.{}]\n", key(&input.name)));
        let faults = if table.faults > 0 { format!(", {} with a fault", count(table.faults)) } else { String::new() };
        text.push_str(&format!("# {}, {} columns{faults}\n", records(table.records), table.columns.len()));
        text.push_str(&format!("{} = {}\n", input.place, quoted(&input.written)));
        for option in &input.options {
            let why = option.why.as_ref().map(|why| format!("  # {}", remark(why))).unwrap_or_default();
            text.push_str(&format!("{} = {}{why}\n", option.key, option.value));
        }
        if let Some(found) = plan.keys.get(at) {
            let columns: Vec<String> = found.columns.iter().map(|column| quoted(column)).collect();
            let why = remark(&found.why);
            text.push_str(&match columns.as_slice() {
                [] => format!("# {why};\n# a record is known by its content\n"),
                [only] => format!("key = {only}  # {why}\n"),
                several => format!("key = [{}]  # {why}\n", several.join(", ")),
            });
            if found.gaps {
                text.push_str("without_key = \"content\"\n");
            }
        }
    }
    text.push_str(&format!("\n[target]\nurl = {}\n", quoted(&seen.aim.written)));
    if let Some(schema) = &seen.aim.schema {
        text.push_str(&format!("schema = {}\n", quoted(schema)));
    }
    text.push_str(&overlaps(seen));
    text
}

/// What several sources have in common: perhaps the same people.
fn overlaps(seen: &Seen) -> String {
    let mut text = String::new();
    for one in seen.profile.overlaps.iter().take(10) {
        let share = (one.of_left.max(one.of_right) * 100.0).round();
        text.push_str(&format!(
            "# {}.{} and {}.{}: {} values in both, up to {share} %\n",
            remark(&one.left.source),
            remark(&one.left.column),
            remark(&one.right.source),
            remark(&one.right.column),
            count(one.values)
        ));
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n# Sources that share values may hold the same records: one mapping can take\n# several sources, and `[duplicates]` makes one record of many.\n{text}"
    )
}

fn mapping(entity: &Planned, seen: &Seen, plan: &Plan) -> String {
    let sources: Vec<&str> = entity.feeds.iter().map(|feed| feed.source.as_str()).collect();
    let table = match entity.new {
        true => "the target has no such table yet: the load makes it".to_string(),
        false => format!("table {} of the target", entity.table),
    };
    let mut text = format!("# From {}; {}.\n", remark(&sources.join(", ")), remark(&table));
    text.push_str(&format!("entity = {}\ntable  = {}\n", quoted(&entity.entity), quoted(&entity.table)));
    let why = match entity.key {
        KeyKind::Uuid => "made from the source and its key",
        KeyKind::Serial => "the target numbers its records",
        KeyKind::Legacy => "the legacy key itself",
    };
    text.push_str(&format!("key    = {}  # {why}\n", quoted(entity.key.word())));
    if entity.key_column != "id" {
        text.push_str(&format!("key_column = {}\n", quoted(&entity.key_column)));
    }
    text.push_str("\n[fields]\n");
    let width = entity.fields.iter().map(|field| key(&field.name).len()).max().unwrap_or(0).min(28);
    for field in &entity.fields {
        let mut keys: Vec<String> = field.keys.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        if field.list.is_some() {
            keys.push(format!("values = {}", quoted(&list_path(entity, &field.name))));
            keys.push("unmapped = \"keep\"".to_string());
        }
        let table = if keys.is_empty() { "{}".to_string() } else { format!("{{ {} }}", keys.join(", ")) };
        let why = if field.why.is_empty() { String::new() } else { format!("  # {}", remark(&field.why)) };
        text.push_str(&format!("{:width$} = {table}{why}\n", key(&field.name)));
    }
    for feed in &entity.feeds {
        text.push_str(&from(feed, width));
    }
    text.push_str(&duplicates(entity, seen, plan));
    text.push_str(&trial(entity, seen));
    text
}

/// How many columns and fields the first test names.
const TRIED: usize = 3;

/// A first mapping test, as a comment: which records are usual, only people know.
fn trial(entity: &Planned, seen: &Seen) -> String {
    let Some(feed) = entity.feeds.first() else { return String::new() };
    let columns = seen.inputs.get(feed.at).map_or(&[][..], |input| input.columns.as_slice());
    // Fields that are a column as it is, with that column.
    let direct = feed.values.iter().filter_map(|(field, value, _)| {
        let (column, _) = columns.iter().find(|(column, _)| quoted(column) == *value)?;
        Some((field, column))
    });
    let (fields, record): (Vec<String>, Vec<String>) = direct
        .take(TRIED)
        .map(|(field, column)| (format!("{} = \"\"", key(field)), format!("{} = \"\"", key(column))))
        .unzip();
    if record.is_empty() {
        return String::new();
    }
    format!(
        "\n# A first test, for mappings/{}.test.toml: put a record's values in, and what is to\n\
         # come of them. `cutover test` runs it.\n\
         # [[test]]\n# name   = \"a usual record\"\n# source = {}\n# record = {{ {} }}\n\
         # expect = {{ verdict = \"load\", fields = {{ {} }} }}\n",
        remark(&entity.entity),
        quoted(&feed.source),
        remark(&record.join(", ")),
        remark(&fields.join(", "))
    )
}

fn from(feed: &Feed, width: usize) -> String {
    let name = key(&feed.source);
    let mut text = String::new();
    if !feed.unused.is_empty() {
        text.push_str(&format!("\n[from.{name}.unused]\n"));
        for (column, why) in &feed.unused {
            text.push_str(&format!("{} = {}\n", key(column), quoted(why)));
        }
    }
    text.push_str(&format!("\n[from.{name}.fields]\n"));
    for (field, value, why) in &feed.values {
        text.push_str(&format!("{:width$} = {value}  # {}\n", key(field), remark(why)));
    }
    for (column, why) in feed.left.iter().chain(&feed.echoes) {
        text.push_str(&format!("# not mapped: {} ({why})\n", remark(&quoted(column))));
    }
    text
}

/// Suggests keys by which records may be the same, as a comment.
fn duplicates(entity: &Planned, seen: &Seen, _plan: &Plan) -> String {
    let email = entity.fields.iter().find(|field| field.keys.iter().any(|(_, value)| value == "\"email\""));
    let Some(email) = email else { return String::new() };
    let mut repeated = Vec::new();
    for feed in &entity.feeds {
        let column = feed.values.iter().find(|(field, ..)| *field == email.name);
        let table = seen.profile.tables.get(feed.at);
        let found = column
            .zip(table)
            .and_then(|((_, value, _), table)| table.columns.iter().find(|column| quoted(&column.name) == *value));
        if let Some(column) = found.filter(|column| column.distinct.count < column.fill.filled) {
            repeated.push(format!(
                "{}: {} different in {} records, {}",
                feed.source,
                count(column.distinct.count),
                count(column.fill.filled),
                fill(column)
            ));
        }
    }
    if repeated.is_empty() && entity.feeds.len() < 2 {
        return String::new();
    }
    let evidence = if repeated.is_empty() { "several sources feed it".to_string() } else { repeated.join("; ") };
    format!(
        "\n# Records with the same e-mail address may be one ({}).\n# [duplicates]\n# match = [[{}]]\n",
        remark(&evidence),
        quoted(&email.name)
    )
}

/// What to look at first, by weight.
fn notes(seen: &Seen, plan: &Plan) -> Vec<String> {
    let mut notes = vec![format!("pipeline.toml: `as_of` is {}: {}", plan.as_of.0, plan.as_of.1)];
    if let Some((country, why)) = &plan.country {
        notes.push(format!("pipeline.toml: `country` is {country}: {why}"));
    }
    for (at, input, table) in seen.sources() {
        if let Some(found) = plan.keys.get(at).filter(|found| found.columns.is_empty() || found.repeated) {
            let key = if found.repeated { format!("key {}: ", found.columns.join(", ")) } else { String::new() };
            notes.push(format!("source {}: {key}{}", input.name, found.why));
        }
        if table.faults > 0 {
            notes.push(format!("source {}: {} cannot be read whole", input.name, records(table.faults)));
        }
    }
    for entity in &plan.entities {
        let name = format!("mappings/{}.toml", entity.entity);
        if entity.new && !seen.aim.tables.is_empty() {
            notes.push(format!("{name}: fits no table of the target, a new one is drafted"));
        }
        let constants: Vec<&str> = entity
            .feeds
            .iter()
            .flat_map(|feed| &feed.values)
            .filter(|(_, value, _)| value.starts_with("{ value"))
            .map(|(field, ..)| field.as_str())
            .collect();
        if !constants.is_empty() {
            notes.push(format!("{name}: stand-ins for what must be filled: {}", constants.join(", ")));
        }
        for field in entity.fields.iter().filter(|field| field.keys.iter().any(|(key, _)| *key == "references")) {
            notes.push(format!("{name}: the reference `{}`: {}", field.name, field.why));
        }
        for feed in entity.feeds.iter().filter(|feed| !feed.left.is_empty()) {
            let columns: Vec<&str> = feed.left.iter().map(|(column, _)| column.as_str()).collect();
            notes.push(format!("{name}: not mapped from {}: {}", feed.source, columns.join(", ")));
        }
    }
    notes
}
