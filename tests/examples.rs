//! The examples of the docs are configurations that `cutover check` takes.
//!
//! A fenced block marked `toml pipeline` is a pipeline, or a part of one; `toml
//! mapping` a mapping, or a part of one. What a part leaves out is filled in with
//! the estate below, and then it must have no fault. Files of a pipeline's sources
//! need not be there: what is wrong with them is no fault of the example. A block
//! marked `toml` alone only has to be TOML.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::harness::Case;

const PIPELINE_TOP: [(&str, &str); 3] =
    [("version", "version = 1"), ("name", "name = \"example\""), ("as_of", "as_of = 2026-06-30")];
const TARGET: &str = "[target]\nurl = \"sqlite:out/crm.sqlite\"\n";
const SOURCES: &str = r#"
[source.customers]
path = "customers.csv"
key  = "Cust No"

[source.rolodex]
path = "cards.csv"
key  = "UID"

[source.activities]
path = "activities.csv"
key  = "No"
"#;
const REFERENCES: &str = r#"
[reference.postal]
path = "zip.csv"

[reference.register]
path = "register.csv"

[reference.cleansed]
path = "cleansed.csv"
"#;
const CUSTOMERS: &str = "Cust No,Type,First Name,Contact,Company,Direct,Switchboard,Fax,E-mail,Street,City,Zip,\
                         Country,Status,Rep,First Order,Last Order,No Mail,Memo1,Memo2,FAXFLAG,Phone 1,Phone 2,\
                         CUST\n";
const CARDS: &str = "UID,N.given,N.family,EMAIL,TEL.work,TEL.cell,TEL,ADR.city,NOTE,REV\n";
const ACTIVITIES: &str = "No,Cust No,Date,Subject\n";
/// The fields of a part that names none.
const FIELDS: [(&str, &str); 12] = [
    ("given_name", "{}"),
    ("family_name", "{}"),
    ("email", "{}"),
    ("phone", "{}"),
    ("street", "{}"),
    ("city", "{}"),
    ("postcode", "{}"),
    ("country", "{}"),
    ("status", "{}"),
    ("notes", "{}"),
    ("opt_out", "{ type = \"boolean\" }"),
    ("last_touch", "{ type = \"date\" }"),
];
const OTHERS: [(&str, &str); 3] = [
    ("account", "[fields]\nname = {}\n[from.customers.fields]\nname = \"Company\"\n"),
    (
        "activity",
        "[fields]\nsubject = {}\naccount_id = { references = \"account\", missing = \"null\" }\n\
         contact_id = { references = \"contact\", missing = \"null\" }\n\
         [from.activities.fields]\nsubject = \"Subject\"\naccount_id = \"Cust No\"\ncontact_id = \"Cust No\"\n",
    ),
    (
        "contact",
        "[fields]\ngiven_name = {}\naccount_id = { references = \"account\", missing = \"null\" }\n\
         [from.customers.fields]\ngiven_name = \"First Name\"\naccount_id = \"Cust No\"\n",
    ),
];

/// A fenced block: where it stands, what it is marked as, and its text.
struct Block {
    place: String,
    mark: String,
    text: String,
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            documents(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "md") {
            found.push(entry);
        }
    }
}

fn blocks() -> Vec<Block> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md")];
    documents(&root.join("docs"), &mut files);
    files.sort();
    let mut blocks = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a readable file");
        let mut open: Option<Block> = None;
        for (number, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(mark)) => {
                    let place =
                        format!("{}:{}", file.strip_prefix(root).expect("below the root").display(), number + 1);
                    open = Some(Block { place, mark: mark.to_string(), text: String::new() });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => block.text.push_str(&format!("{line}\n")),
                (None, None) => {}
            }
        }
    }
    blocks
}

fn estate() -> Case {
    Case::new()
        .file("customers.csv", CUSTOMERS)
        .file("cards.csv", CARDS)
        .file("activities.csv", ACTIVITIES)
        .file("zip.csv", "Zip,Place,State,Country\n")
        .file("register.csv", "DUNS,NAME,VAT,CITY\n")
        .file("cleansed.csv", "cutover_id,street_sent,street,city\n")
        .file("mappings/lists/status.csv", "Legacy,CRM\nA,active\nX,former\n")
        .file("mappings/lists/owner.csv", "Legacy,CRM\nDAN K,dan\n")
        .env("LEGACY_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .env("CRM_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
}

fn whole_pipeline(text: &str, table: &Table) -> String {
    let missing = PIPELINE_TOP.iter().filter(|(key, _)| !table.contains_key(*key)).map(|(_, line)| format!("{line}\n"));
    let mut whole = missing.collect::<String>() + text;
    if !table.contains_key("target") {
        whole.push_str(TARGET);
    }
    if !table.contains_key("source") {
        whole.push_str(SOURCES);
    }
    if !table.contains_key("reference") {
        whole.push_str(REFERENCES);
    }
    whole
}

fn whole_mapping(text: &str, table: &Table) -> String {
    let mut whole = String::new();
    if !table.contains_key("entity") {
        whole.push_str("entity = \"contact\"\n");
    }
    whole.push_str(text);
    let named = |value: &Value| value.as_table().map(|table| table.keys().cloned().collect::<Vec<_>>());
    let feeds = || table.get("from").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let mapped: Vec<String> = feeds()
        .flat_map(|feed| {
            let each = feed.get("each").and_then(Value::as_array).into_iter().flatten();
            [Some(feed)].into_iter().flatten().chain(each).filter_map(|block| block.get("fields")).collect::<Vec<_>>()
        })
        .filter_map(named)
        .flatten()
        .collect();
    let fields = table.get("fields").and_then(named);
    if fields.is_none() {
        whole.push_str("[fields]\n");
        for (name, field) in FIELDS.iter().filter(|(name, _)| mapped.is_empty() || mapped.iter().any(|m| m == name)) {
            whole.push_str(&format!("{name} = {field}\n"));
        }
        for name in mapped.iter().filter(|name| !FIELDS.iter().any(|(field, _)| field == name)) {
            if !whole.contains(&format!("\n{name} = {{}}\n")) {
                whole.push_str(&format!("{name} = {{}}\n"));
            }
        }
    }
    if !table.contains_key("from") {
        whole.push_str("[from.customers.fields]\n");
        let names = fields.unwrap_or_else(|| FIELDS.iter().map(|(name, _)| name.to_string()).collect());
        for name in names {
            whole.push_str(&format!("{name} = \"Company\"\n"));
        }
    }
    whole
}

fn check_pipeline(text: &str, table: &Table) -> Result<(), String> {
    let source = table.get("source").and_then(Value::as_table).and_then(|sources| sources.keys().next().cloned());
    let source = source.unwrap_or_else(|| "customers".into());
    let mapping =
        format!("entity = \"thing\"\n[fields]\nname = {{}}\n[from.{source}.fields]\nname = {{ value = \"x\" }}\n");
    let mappings = table.get("mappings").and_then(Value::as_str).unwrap_or("mappings/*.toml").replace('*', "thing");
    let case = estate().file("pipeline.toml", &whole_pipeline(text, table)).file(&mappings, &mapping);
    let ended = case.run(&["check"]);
    if matches!(ended.code, Some(0 | 3)) { Ok(()) } else { Err(ended.stderr) }
}

fn check_mapping(text: &str, table: &Table) -> Result<(), String> {
    let entity = table.get("entity").and_then(Value::as_str).unwrap_or("contact");
    let mut case = estate().file("pipeline.toml", &whole_pipeline(SOURCES, &SOURCES.parse().expect("TOML")));
    for (name, other) in OTHERS.iter().filter(|(name, _)| *name != entity) {
        case = case.file(&format!("mappings/{name}.toml"), &format!("entity = \"{name}\"\n{other}"));
    }
    let whole = whole_mapping(text, table);
    let ended = case.file("mappings/example.toml", &whole).run(&["check"]);
    if ended.code == Some(0) { Ok(()) } else { Err(format!("{}\n{whole}", ended.stderr)) }
}

#[test]
fn every_example_of_the_docs_is_right() {
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for block in blocks().iter().filter(|block| block.mark.starts_with("toml")) {
        let outcome = match (block.text.parse::<Table>(), block.mark.as_str()) {
            (Err(error), _) => Err(error.to_string()),
            (Ok(table), "toml pipeline") => check_pipeline(&block.text, &table),
            (Ok(table), "toml mapping") => check_mapping(&block.text, &table),
            (Ok(_), "toml") => Ok(()),
            (Ok(_), other) => Err(format!("nothing checks `{other}`")),
        };
        checked += usize::from(block.mark != "toml");
        if let Err(what) = outcome {
            wrong.push(format!("{}: {what}", block.place));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(checked > 20, "only {checked} examples were found");
}
