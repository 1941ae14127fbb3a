//! `docs/standards.md`, written from the registry so that it cannot be wrong.

use std::fmt::Write;

use super::{Standard, registry};
use crate::config::decode::Key;

const OPENING: &str = "\
# Standards

A standard is a named cleaner for one kind of value. In a mapping it is the
`standard` of a field, with its options beside it:

```toml
[fields]
phone = { standard = \"phone\", country = \"country\", extension = \"drop\" }
email = { standard = \"email\", invalid = \"null\" }
```

In SQL expressions it is a function of its name. The last argument may be a
literal text with the options, written as inside a TOML table; those that take a
country take it as the second argument:

```toml
phone = \"coalesce(phone(Mobile, Country), phone(Phone, Country))\"
notes = \"text(Memo, 'lines = \\\"fold\\\", case = \\\"upper\\\"')\"
```

Other functions take names apart and put them together:

| function | gives |
|---|---|
| `name_part(value, part)` | one part of a whole name: `'prefix'`, `'given'`, `'middle'`, `'family'`, `'suffix'` or `'nickname'`; null where the name has none. One word alone is a family name. Couples stay together: the given name of `John & Mary Smith` is `John & Mary` |
| `person_of(value, 1)`, `person_of(value, 2)` | the whole name of the first or second person: `John Smith`, `Mary Smith`. The second is null where only one is named |
| `name_kind(value)` | `person`, `couple`, `company` or `nobody` (`n/a`, `test`) |
| `company_part(value, part)` | of a company: `'name'` (without legal form), `'legal_form'`, `'country'` (where only one has that form), `'trade_name'` (after `d/b/a`), `'care_of'` |
| `greeting(salutation, family_name, language)` | the line that opens a letter: `greeting('Frau Dr.', 'Müller', 'de')` is `Sehr geehrte Frau Dr. Müller`. The first may be a title or a gender, the last may be missing |

The first three take the `order` of [`person_name`](#person_name) as their last
argument: `name_part(\"Name\", 'family', 'family_first')`. [Mapping](mapping.md#two-people-in-one-field)
shows how a couple becomes two records, and [Accuracy](accuracy.md) how often
all this is right.

`email_at(value, 2)` gives the second of the different addresses of a cell,
`phone_at(value, 2)` and `phone_at(value, country, 2)` the second of its numbers;
null where there is none. `currency_of(value)` and `currency_of(value, country)`
give the ISO 4217 code of the currency that stands beside an amount.

`phone_part(value, part)`, and `phone_part(value, part, country)` where the row has a
country, says what is known of a number besides its spelling: `'country'` (whose
number it is), `'country_from'`, `'kind'` or `'extension'`. `country_from` is the
record of which country a number was read as one of: `number` where it begins with
+ or 00, `row` where it is the country of its row, `default` where it is the
pipeline's. The kind is `mobile`, `fixed`, `fixed_or_mobile`, `toll_free`, `premium`,
`shared_cost`, `voip`, `personal`, `pager`, `company` or `voicemail`, by the numbering
plans. A mapping that keeps the record in a field of its own:

```toml
[fields]
country       = { from = \"Country\", standard = \"country\" }
phone         = { from = \"Phone\", standard = \"phone\", country = \"country\" }
phone_country = \"phone_part(Phone, 'country', country(Country))\"
phone_from    = \"phone_part(Phone, 'country_from', country(Country))\"
```

`address_part(value, part)` takes a whole address apart, and
`address_part(value, part, country)` where the row has a country:
`address_part(\"Address\", 'city')`. The part is `'place'` (what stands before the
street), `'street'`, `'number'`, `'road'` (the street without its number), `'unit'`,
`'box'`, `'district'` (what stands between street and city), `'city'`, `'region'`,
`'postcode'` or `'country'` (its code, if the address names one); it is null where
the address has none. Parts come out as they were written: give their fields the
standards `street`, `city`, `region` and `postcode`.

All standards hold to this:

- Null stays null. A value that cannot be made clean is *invalid* (issue code
  `NAME.invalid`), and the field's `invalid` decides what becomes of it. In an
  expression it is null.
- A value that is clean and yet doubtful stays, and is *flagged*: an issue such as
  `email.typo-domain` on its record, which costs nothing. The sections below name
  the codes. Expressions do not flag.
- A value that comes out other than it went in is counted as a *repair*.
- What a standard gave, it leaves as it is: cleaning twice is cleaning once.
- The same value and options give the same result on every machine.

`cutover clean STANDARD` tries a standard on values from standard input.

The examples below use the default options, the country `US` and the date order
`mdy`. Spaces at an end, and characters that cannot be seen, are written as in
a TOML text.
";

/// The page, in Markdown.
pub fn markdown() -> String {
    let mut page = String::from(OPENING);
    page.push_str("\n| standard | what it does |\n|---|---|\n");
    for standard in registry::all() {
        row(&mut page, &[&format!("[`{0}`](#{0})", standard.name), standard.what]);
    }
    for standard in registry::all() {
        section(standard, &mut page);
    }
    page
}

fn section(standard: &Standard, page: &mut String) {
    // Writing to a String does not fail.
    let _ = write!(page, "\n## {}\n\n{}.\n\n", standard.name, standard.what);
    let _ = writeln!(page, "- **Why**: {}.", standard.why.trim_end_matches('.'));
    let _ = writeln!(page, "- **Rule**: {}.", standard.rule.trim_end_matches('.'));
    if standard.takes_country {
        page.push_str("- **Country**: the row's, else the pipeline's default.\n");
    }
    let keys = (standard.keys)();
    if !keys.is_empty() {
        page.push_str("\n| option | value | default | meaning |\n|---|---|---|---|\n");
        for key in &keys {
            row(page, &[&format!("`{}`", key.name), &key.kind, &default(key), &key.doc]);
        }
    }
    let countries = standard.examples.iter().any(|example| example.country.is_some());
    page.push_str(if countries { "\n| in | country | out |\n|---|---|---|\n" } else { "\n| in | out |\n|---|---|\n" });
    for example in standard.examples {
        let out = example.output.map_or("*invalid*".into(), code);
        match countries {
            true => row(page, &[&code(example.input), example.country.unwrap_or(""), &out]),
            false => row(page, &[&code(example.input), &out]),
        }
    }
}

fn row(page: &mut String, cells: &[&str]) {
    page.push('|');
    for cell in cells {
        let _ = write!(page, " {} |", cell.replace('|', "\\|"));
    }
    page.push('\n');
}

/// The default as it is written in TOML: the word whose variant the Rust names.
fn default(key: &Key) -> String {
    let Some(default) = key.default else { return if key.required { "required".into() } else { String::new() } };
    if default == "Vec::new()" {
        return String::new();
    }
    let Some((_, variant)) = default.rsplit_once("::") else { return format!("`{default}`") };
    let plain = |word: &str| word.replace(['_', '-'], "").to_lowercase();
    let words = key.kind.strip_prefix("one of ").unwrap_or("").split(", ");
    match words.map(|word| word.trim_matches('`')).find(|word| plain(word) == plain(variant)) {
        Some(word) => format!("`\"{word}\"`"),
        None => format!("`{default}`"),
    }
}

/// A value as code, with what cannot be seen written out.
fn code(value: &str) -> String {
    let mut seen = String::with_capacity(value.len());
    let inner = 1..value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        match c {
            '\n' => seen.push_str("\\n"),
            '\r' => seen.push_str("\\r"),
            '\t' => seen.push_str("\\t"),
            ' ' if !inner.contains(&at) => seen.push_str("\\u0020"),
            ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' => seen.push(c),
            c if c.is_alphanumeric() => seen.push(c),
            c => {
                let _ = write!(seen, "\\u{:04x}", u32::from(c));
            }
        }
    }
    match seen.contains('`') {
        true => format!("`` {seen} ``"),
        false => format!("`{seen}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::markdown;

    /// Rewrites the page if `CUTOVER_BLESS` is set.
    #[test]
    fn the_page_says_what_the_registry_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/standards.md");
        let page = markdown();
        if std::env::var_os("CUTOVER_BLESS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).expect("docs/ can be made");
            std::fs::write(path, &page).expect("docs/standards.md can be written");
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == page, "docs/standards.md is old: CUTOVER_BLESS=1 cargo test docs rewrites it");
    }
}
