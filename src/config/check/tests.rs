//! Pipelines as files, and what is made of them.

use std::fs;

use arrow::datatypes::DataType;
use chrono::NaiveDate;

use super::{Broken, Checked, How, examine};
use crate::config::pipeline::{FieldType, Limit, Policy, TargetSpec};

const PIPELINE: &str = r#"
version = 1
name    = "acme"
as_of   = 2026-06-30

[source.customers]
path = "customers.csv"
key  = "Cust No"

[target]
url = "sqlite:out/crm.sqlite"

[limits]
reject = "1%"
refuse = 10
"#;

const CUSTOMERS: &str = "Cust No,Type,First Name,Phone 1,Phone 2,Since\n7,C,Ann,1,2,1999-01-31\n";

/// The pipeline of some files beside [`PIPELINE`] and [`CUSTOMERS`].
fn examined(files: &[(&str, &str)]) -> Result<Checked, Broken> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in [("pipeline.toml", PIPELINE), ("customers.csv", CUSTOMERS)].iter().chain(files) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let env = |name: &str| (name == "SECRET").then(|| "hunter2hunter2".to_string());
    let look = |target: &_, tables: &[String]| {
        crate::targets::look(target, tables)
            .map_err(|error| crate::sources::ReadError::new("target", error.to_string()))
    };
    examine(&folder.path().join("pipeline.toml"), &env, &look)
}

fn checked(files: &[(&str, &str)]) -> Checked {
    examined(files).unwrap_or_else(|broken| panic!("{broken:?}"))
}

/// The codes and messages of the faults, in their order.
fn faults(files: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let broken = examined(files).err().expect("faults");
    broken.faults.into_iter().map(|fault| (fault.code, fault.message)).collect()
}

fn one(code: &'static str, message: &str) -> Vec<(&'static str, String)> {
    vec![(code, message.to_string())]
}

#[test]
fn each_kind_of_mapping_is_told() {
    let checked = checked(&[(
        "mappings/contact.toml",
        r#"
entity = "contact"
[fields]
first_name = { standard = "given_name", required = "hold" }
phone      = { type = "text(20)" }
since      = { type = "date", min = 1990-01-01 }
kind       = { one_of = ["a", "b"] }
key        = {}
[from.customers]
where  = "Type = 'C'"
[from.customers.fields]
first_name = "First Name"
phone      = ["Phone 1", "Phone 2"]
since      = "Since"
kind       = { value = "a" }
key        = "lower(\"Cust No\")"
[archive]
cutoff = { field = "since", older_than = "4 months" }
keep   = "kind = 'b'"
"#,
    )]);
    let taken = &checked.taken[0];
    let expected = [
        ("first_name", How::Column("First Name".into())),
        ("phone", How::FirstOf(vec![How::Column("Phone 1".into()), How::Column("Phone 2".into())])),
        ("since", How::Column("Since".into())),
        ("kind", How::Constant("a".into())),
        ("key", How::Expression("lower(\"Cust No\")".into())),
    ];
    assert_eq!(taken.fields, expected.map(|(name, how)| (name.to_string(), how)));
    assert_eq!(checked.pipeline.unmapped(0), Vec::<String>::new());
    let entity = &checked.pipeline.entities[0];
    assert_eq!((entity.table.as_str(), entity.key_column.as_str()), ("contact", "id"));
    assert_eq!(entity.fields[0].required, Some(Policy::Hold));
    assert_eq!(entity.fields[1].data_type, FieldType::Text(Some(20)));
    assert_eq!(
        entity.fields[2].standard.as_ref().map(|(name, cleaner)| (*name, cleaner.output())),
        Some(("date", DataType::Date32))
    );
    let cutoff = entity.cutoff.as_ref().and_then(|cutoff| cutoff.too_old.as_ref()).expect("a cutoff").to_string();
    assert_eq!(cutoff, "since < Date32(\"2026-02-28\") AND kind = Utf8(\"b\") IS NOT TRUE");
    assert_eq!(entity.feeds[0].used, ["Cust No", "Type", "First Name", "Phone 1", "Phone 2", "Since"]);
    let pipeline = &checked.pipeline;
    assert_eq!((pipeline.limits.reject, pipeline.limits.refuse), (Limit::Share(0.01), Limit::Records(10)));
    assert_eq!(pipeline.as_of, NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day"));
    assert_eq!(pipeline.target.spec, TargetSpec::Sqlite { path: pipeline.root.join("out/crm.sqlite") });
}

#[test]
fn blocks_overlay_the_fields_of_the_source() {
    let checked = checked(&[(
        "mappings/phone.toml",
        r#"
entity = "phone"
[fields]
owner  = {}
number = { required = true }
kind   = {}
[from.customers]
where = "Type = 'C'"
[from.customers.fields]
owner = "Cust No"
kind  = { value = "work" }
[[from.customers.each]]
where  = "\"Phone 1\" <> ''"
fields = { number = "Phone 1" }
[[from.customers.each]]
fields = { number = "Phone 2", kind = { value = "home" } }
"#,
    )]);
    let feeds = &checked.pipeline.entities[0].feeds;
    let shown: Vec<_> = feeds
        .iter()
        .map(|feed| {
            let values: Vec<String> = feed.values.iter().map(|(at, expr)| format!("{at}={expr}")).collect();
            (feed.each, feed.filter.as_ref().map(ToString::to_string).unwrap_or_default(), values.join(" "))
        })
        .collect();
    let both = "Type = Utf8(\"C\") AND Phone 1 != Utf8(\"\")".to_string();
    assert_eq!(shown[0], (1, both, "0=Cust No 1=Phone 1 2=Utf8(\"work\")".to_string()));
    assert_eq!(shown[1], (2, "Type = Utf8(\"C\")".to_string(), "0=Cust No 1=Phone 2 2=Utf8(\"home\")".to_string()));
    assert_eq!(checked.pipeline.unmapped(0), ["First Name", "Since"]);
}

#[test]
fn referenced_entities_come_first() {
    let child = "entity = 'a_child'\n[fields]\nparent = { references = 'parent' }\n[from.customers.fields]\n\
                 parent = { column = 'Cust No', source = 'customers' }\n";
    let parent = "entity = 'parent'\nkey = 'legacy'\n[fields]\nname = {}\n[from.customers.fields]\nname = 'First Name'\n\
                  [archive]\nchildren = ['a_child']\n";
    let checked = checked(&[("mappings/a.toml", child), ("mappings/b.toml", parent)]);
    let names: Vec<&str> = checked.pipeline.entities.iter().map(|entity| entity.name.as_str()).collect();
    assert_eq!(names, ["parent", "a_child"]);
    assert_eq!(checked.pipeline.entities[1].feeds[0].reference_sources, [(0, Some(0))]);
    assert_eq!(checked.pipeline.entities[1].fields[0].data_type, FieldType::Text(None));
}

/// A mapping of one field, and what follows it.
fn mapping(field: &str, value: &str, rest: &str) -> String {
    format!("entity = 'c'\n[fields]\nname = {{ {field} }}\n[from.customers.fields]\nname = {value}\n{rest}")
}

#[test]
fn faults_of_fields() {
    let of = |field: &str| faults(&[("mappings/c.toml", &mapping(field, "'First Name'", ""))]);
    assert_eq!(of("standard = 'phne'"), one("config.unknown-standard", "unknown standard `phne`"));
    assert_eq!(of("type = 'txt'"), one("config.unknown-word", "unknown type `txt`"));
    assert_eq!(
        of("standard = 'date', type = 'integer'"),
        one("config.type-conflict", "the standard `date` gives date, not integer")
    );
    assert_eq!(of("required = 'null'"), one("config.policy", "`required` cannot be `null`"));
    assert_eq!(of("unique = 'null'"), one("config.policy", "`unique` cannot be `null`"));
    assert_eq!(of("length = [3, 1]"), one("config.wrong-value", "the least is more than the greatest"));
    assert_eq!(of("length = {}").first().map(|(code, _)| *code), Some("config.wrong-value"));
    assert_eq!(
        of("type = 'integer', range = { min = 3, max = 1 }"),
        one("config.wrong-value", "the least is more than the greatest")
    );
    let both = of("type = 'integer', range = { least = 3 }");
    assert_eq!(both.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["config.wrong-value", "config.unknown-key"]);
    assert_eq!(of("min = 3"), one("config.no-effect", "a field of text has no least or greatest value"));
    assert_eq!(
        of("type = 'integer', min = 'x'"),
        one("config.wrong-value", "expected a value of the field's type, integer")
    );
    assert_eq!(of("pattern = '['"), one("config.pattern", "is no regular expression: unclosed character class"));
    assert_eq!(
        of("too_long = 'truncate'"),
        one("config.no-effect", "`too_long` does nothing without a type such as `text(80)`")
    );
    assert_eq!(of("references = 'd'"), one("config.unknown-entity", "unknown entity `d`"));
    assert_eq!(of("nonsense = 1"), one("config.unknown-key", "unknown key `nonsense`"));
    assert_eq!(of("standard = 'text', nonsense = 1"), one("config.unknown-key", "unknown key `nonsense`"));
}

#[test]
fn the_type_sizes_the_decimals_of_its_standard() {
    let text = mapping("type = 'decimal(12,3)'", "'Phone 1'", "");
    let field = &checked(&[("mappings/c.toml", &text)]).pipeline.entities[0].fields[0];
    assert_eq!(field.data_type, FieldType::Decimal { precision: 12, scale: 3 });
    let output = field.standard.as_ref().map(|(_, cleaner)| cleaner.output());
    assert_eq!(output, Some(DataType::Decimal128(12, 3)));
}

#[test]
fn faults_of_the_rest_of_a_mapping() {
    let of = |rest: &str| faults(&[("mappings/c.toml", &mapping("", "'First Name'", rest))]);
    assert_eq!(of("[rules]\nr = { check = 'nme is null' }"), one("expression.unknown-column", "unknown column `nme`"));
    assert_eq!(
        of("[rules]\nr = { check = 'length(name)' }").first().map(|(code, _)| *code),
        Some("expression.not-a-condition")
    );
    assert_eq!(of("[duplicates]\nmatch = [['nam']]"), one("config.unknown-field", "unknown field `nam`"));
    let any = of("[duplicates]\nmatch = ['name']\nsurvive = { name = 'any' }");
    assert_eq!(any, one("config.survive-type", "`any` is for flags, and `name` is none"));
    let newest = of("[duplicates]\nmatch = ['name']\nsurvive = { default = 'newest' }");
    assert_eq!(newest, one("config.missing-key", "`newest` needs to know how new a record is"));
    assert_eq!(
        of("[duplicates]\nfuzzy = {}"),
        one("config.no-effect", "no field has a standard by which records can be compared")
    );
    assert_eq!(
        of("[duplicates]\nfuzzy = { block = ['soundex(nam)'], compare = ['name'], same = 0.7 }"),
        one("expression.unknown-column", "unknown column `nam`")
    );
    assert_eq!(
        of("[duplicates]\nfuzzy = { block = ['name'], compare = ['name'], same = 0.7 }"),
        one("config.wrong-value", "`review` is more than `same`")
    );
    assert_eq!(
        of("[duplicates]\nfuzzy = false"),
        one("config.missing-key", "its `[duplicates]` says nothing of who is the same")
    );
    assert_eq!(
        of("[archive]\ncutoff = { field = 'name', older_than = '1 year' }"),
        one("config.cutoff-type", "`name` is text, not a date")
    );
    assert_eq!(of("[archive]\nchildren = ['c']"), one("config.no-child", "`c` has no field that refers to `c`"));
    assert_eq!(of("[from.customer.fields]\nname = 'x'"), one("config.unknown-source", "unknown source `customer`"));
    let unused = of("[from.customers.unused]\n'First Name' = 'old'\nFax = 'old'");
    assert_eq!(unused[0], ("config.unused-in-use", "column `First Name` is in use".to_string()));
    assert_eq!(unused[1], ("config.unknown-column", "source `customers` has no column `Fax`".to_string()));
}

#[test]
fn an_expressions_fault_is_placed_inside_its_string() {
    let text = mapping("", "\"upper(Sinc)\"", "");
    let broken = examined(&[("mappings/c.toml", &text)]).err().expect("a fault");
    let fault = &broken.faults[0];
    assert_eq!(&fault.file.text[fault.span.clone()], "Sinc");
    let text = mapping("", "\"\"\"\nupper(\n  Sinc)\"\"\"", "");
    let broken = examined(&[("mappings/c.toml", &text)]).err().expect("a fault");
    let fault = &broken.faults[0];
    assert_eq!(&fault.file.text[fault.span.clone()], "Sinc");
}

#[test]
fn a_source_that_cannot_be_opened_has_no_faults_of_columns() {
    let pipeline = PIPELINE.replace("customers.csv", "nowhere.csv");
    let broken = examined(&[("pipeline.toml", &pipeline), ("mappings/c.toml", &mapping("", "'No Such'", ""))]);
    let broken = broken.err().expect("no source");
    assert_eq!(broken.faults.len(), 0, "{:?}", broken.faults);
    assert_eq!(broken.unreadable.len(), 1);
    assert_eq!(broken.unreadable[0].what, "no such file");
}

#[test]
fn values_of_variables_do_not_show() {
    let pipeline = PIPELINE.replace("customers.csv", "${SECRET}/customers.csv");
    let broken = examined(&[("pipeline.toml", &pipeline), ("mappings/c.toml", &mapping("", "'No Such'", ""))]);
    let broken = broken.err().expect("no source");
    assert!(broken.unreadable[0].place.ends_with("/${SECRET}/customers.csv"), "{:?}", broken.unreadable[0]);
    let pipeline = PIPELINE.replace("sqlite:out/crm.sqlite", "mysql://u:hunter2hunter2@h/db");
    let broken = examined(&[("pipeline.toml", &pipeline), ("mappings/c.toml", &mapping("", "'First Name'", ""))]);
    let shown = crate::diagnostic::render(&broken.err().expect("a fault").faults, false);
    assert!(shown.contains("mysql://u:**************@h/db"), "{shown}");
}

#[test]
fn faults_of_the_pipeline() {
    let whole = mapping("", "'First Name'", "");
    let of = |from: &str, to: &str| {
        let text = PIPELINE.replace(from, to);
        assert_ne!(text, PIPELINE);
        faults(&[("pipeline.toml", &text), ("mappings/c.toml", &whole)])
    };
    assert_eq!(of("Cust No", "Cust no"), one("config.unknown-column", "source `customers` has no column `Cust no`"));
    assert_eq!(
        of("customers.csv", "${NOPE}/c.csv"),
        one("config.missing-variable", "the environment has no variable `NOPE`")
    );
    assert_eq!(of("customers.csv", "${NOPE"), one("config.wrong-value", "`${` without its `}`"));
    assert_eq!(
        of("customers.csv", "customers.dat"),
        one("config.unknown-kind", "neither extension nor scheme says what this is")
    );
    assert_eq!(of("key  =", "sheet = 'x'\nkey ="), one("config.other-kind", "`sheet` does not apply to `csv`"));
    assert_eq!(of("key  =", "kex ="), one("config.unknown-key", "unknown key `kex`"));
    assert_eq!(of("sqlite:out", "oracle:out"), one("config.target", "is no target that cutover knows"));
    assert_eq!(of("version = 1", "version = 2"), one("config.version", "this is version 2; cutover knows version 1"));
    assert_eq!(of("as_of   = 2026-06-30", ""), one("config.missing-key", "missing key `as_of`"));
    assert_eq!(of("\"1%\"", "\"101%\"")[0].0, "config.wrong-value");
}

#[test]
fn syntax_errors_do_not_hide_other_faults() {
    let text = PIPELINE.replace("name    = \"acme\"", "name    = \"acme");
    let found =
        faults(&[("pipeline.toml", &text), ("mappings/c.toml", &mapping("standard = 'phne'", "'First Name'", ""))]);
    let codes: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
    assert!(codes.contains(&"config.syntax") && codes.contains(&"config.unknown-standard"), "{found:?}");
}

#[test]
fn a_list_is_read_beside_the_mapping_and_knows_constants() {
    let text = mapping("values = 'lists/s.csv'", "{ value = 'active' }", "");
    let list = ("mappings/lists/s.csv", "Old,New\nF,former\nA,active\n");
    let built = checked(&[("mappings/c.toml", &text), list]);
    let entries = built.pipeline.entities[0].fields[0].values.as_ref().expect("a list").entries.clone();
    let expected = [("a", "active"), ("active", "active"), ("f", "former")];
    assert_eq!(*entries, expected.map(|(from, to)| (from.to_string(), to.to_string())));
    let text = mapping("values = 'lists/s.csv'", "{ value = 'actve' }", "");
    assert_eq!(
        faults(&[("mappings/c.toml", &text), list]),
        one("config.not-in-list", "the value list has no such value")
    );
    let text = mapping("values = 'lists/x.csv'", "'Type'", "");
    assert_eq!(faults(&[("mappings/c.toml", &text)])[0].0, "config.list-missing");
}

#[test]
fn the_hash_depends_on_every_file_and_not_on_the_place() {
    let list = ("mappings/lists/s.csv", "Old,New\nF,former\n");
    let text = mapping("values = 'lists/s.csv'", "'Type'", "");
    let first = checked(&[("mappings/c.toml", &text), list]).pipeline.config_hash;
    assert_eq!(first, checked(&[("mappings/c.toml", &text), list]).pipeline.config_hash);
    let other = ("mappings/lists/s.csv", "Old,New\nF,gone\n");
    assert_ne!(first, checked(&[("mappings/c.toml", &text), other]).pipeline.config_hash);
}

const EVERYTHING: &str = r#"
entity = "c"
key_column = "key"
[fields]
name  = { standard = "text", required = "hold", length = [1, 40] }
since = { type = "date", range = { min = 1990-01-01 }, invalid = "null" }
boss  = { references = "c", missing = "null" }
[from.customers]
where  = "Type = 'C'"
unused = { "Phone 2" = "old" }
[from.customers.fields]
name  = ["First Name", "upper(\"Phone 1\")"]
since = { column = "Since" }
[[from.customers.each]]
fields = { boss = { column = "Cust No", source = "customers" } }
[rules]
named = { check = "name is not null", otherwise = "keep" }
[duplicates]
match   = ["name"]
survive = { default = "newest", together = [["name", "since"]] }
newest  = "since"
[archive]
cutoff   = { field = "since", older_than = "3 years" }
children = ["c"]
"#;

#[test]
fn everything_together_has_no_fault() {
    checked(&[("mappings/c.toml", EVERYTHING)]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]

    /// A file with a hole in it has faults, or has none, and never a panic.
    #[test]
    fn holes_in_the_files_do_not_panic(at in 0..700_usize, length in 0..40_usize, in_mapping: bool) {
        let hole = |text: &str| {
            let start = at % text.len();
            let end = (start + length).min(text.len());
            format!("{}{}", &text[..start], &text[end..])
        };
        let files = if in_mapping {
            [("pipeline.toml", PIPELINE.to_string()), ("mappings/c.toml", hole(EVERYTHING))]
        } else {
            [("pipeline.toml", hole(PIPELINE)), ("mappings/c.toml", EVERYTHING.to_string())]
        };
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        if let Err(broken) = examined(&files) {
            proptest::prop_assert!(!broken.faults.is_empty() || !broken.unreadable.is_empty());
            crate::diagnostic::render(&broken.faults, false);
        }
    }
}
