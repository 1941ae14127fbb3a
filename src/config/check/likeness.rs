//! Matching by likeness: what the mapping says, and what the fields' standards
//! say where it does not.

use arrow::datatypes::Schema;

use super::entity::position;
use super::{Scope, place};
use crate::config::decode::Placed;
use crate::config::likeness::{Block, Feature, Fuzzy, Households, Kind};
use crate::config::pipeline::{Field, FieldType};
use crate::config::raw::likeness::{RawFeature, RawFuzzy, RawHouseholds};
use crate::diagnostic::Faults;

/// Features at most: their levels share one number, in which there is room for
/// objections besides.
const MOST_FEATURES: usize = 15;
/// Words in the name of a field that holds a day of birth, and of one that holds
/// the number of a person, in the languages of the big European countries.
const BIRTH: &[&str] = &["birth", "dob", "born", "geburt", "geboren", "naiss", "nacim", "nasc", "urodz", "gebdat"];
const NUMBERS: &[&str] = &["ssn", "soc_sec", "social_sec", "passport", "national_id", "tax_id", "vat", "nin", "insee"];

/// Checks `fuzzy`. `schema` has the clean fields as columns.
pub(super) fn fuzzy(
    raw: &RawFuzzy,
    (names, fields, schema): (&[&str], &[Option<Field>], &Schema),
    scope: &Scope<'_>,
    at: &Placed<String>,
    faults: &mut Faults,
) -> Option<Fuzzy> {
    // What follows from the fault of a field is not said.
    let whole: Vec<&Field> = fields.iter().map(Option::as_ref).collect::<Option<_>>()?;
    let features: Vec<Feature> = match &raw.compare {
        Some(given) => given.iter().flat_map(|one| features(one, names, &whole, faults).unwrap_or_default()).collect(),
        None => default_features(&whole),
    };
    let features = with_suffix(features, &whole);
    if features.len() > MOST_FEATURES {
        let message = format!("compares {} things, and {MOST_FEATURES} is the most", features.len());
        faults.push("config.wrong-value", at.span.clone(), message).help("leave out those that say least");
    }
    let blocks = match &raw.block {
        Some(given) => given.iter().map(|block| self::block(&block.0, schema, scope, faults)).collect::<Option<_>>()?,
        None => default_blocks(&whole, at, schema, scope, faults)?,
    };
    if features.is_empty() || blocks.is_empty() {
        faults
            .push("config.no-effect", at.span.clone(), "no field has a standard by which records can be compared")
            .help("give fields standards such as `given_name`, `family_name`, `company`, `email`, or name `block` and `compare`");
        return None;
    }
    let (same, review) = (raw.same.value.0, raw.review.value.0);
    if review > same {
        let span = if raw.review.span.is_empty() { &raw.same.span } else { &raw.review.span };
        faults
            .push("config.wrong-value", span.clone(), "`review` is more than `same`")
            .help("pairs from `review` up to `same` are listed for a person; above that, records are merged");
    }
    let largest_block = raw.largest_block.value as usize;
    if largest_block < 2 {
        faults.push("config.wrong-value", raw.largest_block.span.clone(), "a block has two records at least");
    }
    Some(Fuzzy { blocks, features, same, review, doubtful: raw.doubtful, largest_block })
}

fn block(texts: &[Placed<String>], schema: &Schema, scope: &Scope<'_>, faults: &mut Faults) -> Option<Block> {
    let values = texts.iter().map(|text| {
        // A field's name is the field, whatever letters it has.
        let text = match schema.index_of(&text.value) {
            Ok(_) => Placed { value: quoted(&text.value), span: text.span.clone() },
            Err(_) => text.clone(),
        };
        place::typed(&text, schema, scope.expressions, faults).map(|typed| typed.expr)
    });
    let text = texts.iter().map(|text| text.value.as_str()).collect::<Vec<_>>().join(", ");
    Some(Block { text, values: values.collect::<Vec<_>>().into_iter().collect::<Option<_>>()? })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// One entry of `compare`; a whole name gives two features.
fn features(raw: &RawFeature, names: &[&str], fields: &[&Field], faults: &mut Faults) -> Option<Vec<Feature>> {
    let places: Vec<Option<usize>> = raw.fields.iter().map(|word| position(word, names, faults)).collect();
    let places: Vec<usize> = places.into_iter().collect::<Option<_>>()?;
    let first = fields.get(*places.first()?)?;
    let name = raw.fields.iter().map(|word| word.value.as_str()).collect::<Vec<_>>().join("+");
    let Some(kind) = &raw.kind else {
        return Some(by_standard(first, &places, &name));
    };
    let several = matches!(kind.value, Kind::Phone | Kind::Place | Kind::Street);
    if places.len() > 1 && !several {
        let message = format!("`{}` compares one field", kind.value.word());
        faults
            .push("config.wrong-value", kind.span.clone(), message)
            .help("`phone`, `street` and `place` take several");
    }
    let fields = match kind.value {
        Kind::Place => place_of(&places, fields),
        _ => places.into_iter().map(Some).collect(),
    };
    Some(vec![Feature { kind: kind.value, name, fields, part: false }])
}

/// Family names with the field that tells father from son, where there is one: it is
/// no feature of its own, because most people have none.
fn with_suffix(mut features: Vec<Feature>, fields: &[&Field]) -> Vec<Feature> {
    let suffix = fields.iter().position(|field| standard(field) == Some("name_suffix"));
    for feature in features.iter_mut().filter(|feature| feature.kind == Kind::Family) {
        feature.fields.truncate(1);
        feature.fields.push(suffix);
    }
    features
}

/// Postcode, city and region among the fields of a place, by their standards; a
/// field without one stands for the city.
fn place_of(places: &[usize], fields: &[&Field]) -> Vec<Option<usize>> {
    let mut slots = vec![None; 3];
    for at in places {
        let slot = match fields.get(*at).and_then(|field| standard(field)) {
            Some("postcode") => 0,
            Some("region") => 2,
            _ => 1,
        };
        slots[slot] = Some(*at);
    }
    slots
}

fn standard(field: &Field) -> Option<&'static str> {
    field.standard.as_ref().map(|(name, _)| *name)
}

fn by_standard(field: &Field, places: &[usize], name: &str) -> Vec<Feature> {
    let all: Vec<Option<usize>> = places.iter().copied().map(Some).collect();
    let one = |kind, fields| Feature { kind, name: name.to_string(), fields, part: false };
    let lower = field.name.to_lowercase();
    let named = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let kind = match standard(field) {
        Some("person_name") => {
            let part =
                |kind, what: &str| Feature { kind, name: format!("{name} ({what})"), fields: all.clone(), part: true };
            return vec![part(Kind::Given, "given"), part(Kind::Family, "family")];
        }
        Some("given_name") => Kind::Given,
        Some("family_name") => Kind::Family,
        Some("company") => Kind::Company,
        Some("email") => Kind::Email,
        Some("phone") => Kind::Phone,
        Some("street") => Kind::Street,
        Some("postcode") => return vec![one(Kind::Place, vec![all[0], None, None])],
        Some("city") => return vec![one(Kind::Place, vec![None, all[0], None])],
        Some("region") => return vec![one(Kind::Place, vec![None, None, all[0]])],
        _ if matches!(field.data_type, FieldType::Date | FieldType::DateTime) => Kind::Date,
        _ if named(NUMBERS) || !matches!(field.data_type, FieldType::Text(_)) => Kind::Number,
        _ if named(BIRTH) => Kind::Date,
        _ => Kind::Text,
    };
    vec![one(kind, all)]
}

/// Whether a field without a telling standard says who somebody is.
fn telling(field: &Field, words: &[&str]) -> bool {
    let lower = field.name.to_lowercase();
    words.iter().any(|word| lower.contains(word))
}

/// What is compared where `compare` does not say: all fields whose standard says
/// who or where somebody is, days of birth and numbers of people.
fn default_features(fields: &[&Field]) -> Vec<Feature> {
    let of =
        |name: &str| -> Vec<usize> { (0..fields.len()).filter(|at| standard(fields[*at]) == Some(name)).collect() };
    let mut found = Vec::new();
    for name in ["given_name", "person_name", "family_name", "company", "email", "street"] {
        for at in of(name) {
            found.extend(by_standard(fields[at], &[at], &fields[at].name));
        }
    }
    let phones = of("phone");
    if let Some(first) = phones.first() {
        let names: Vec<&str> = phones.iter().map(|at| fields[*at].name.as_str()).collect();
        found.extend(by_standard(fields[*first], &phones, &names.join("+")));
    }
    let place: Vec<usize> =
        ["postcode", "city", "region"].iter().filter_map(|name| of(name).first().copied()).collect();
    if place.iter().any(|at| standard(fields[*at]) != Some("region")) {
        let names: Vec<&str> = place.iter().map(|at| fields[*at].name.as_str()).collect();
        let fields = place_of(&place, fields);
        found.push(Feature { kind: Kind::Place, name: names.join("+"), fields, part: false });
    }
    for (at, field) in fields.iter().enumerate() {
        let day = matches!(field.data_type, FieldType::Date | FieldType::DateTime | FieldType::Text(_));
        if day && telling(field, BIRTH) {
            found.push(Feature { kind: Kind::Date, name: field.name.clone(), fields: vec![Some(at)], part: false });
        } else if telling(field, NUMBERS) && field.data_type != FieldType::Boolean {
            found.push(Feature { kind: Kind::Number, name: field.name.clone(), fields: vec![Some(at)], part: false });
        }
    }
    found
}

/// The blocks where `block` does not say.
fn default_blocks(
    fields: &[&Field],
    at: &Placed<String>,
    schema: &Schema,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Vec<Block>> {
    let first = |name: &str| fields.iter().find(|field| standard(field) == Some(name)).map(|field| quoted(&field.name));
    let all = |name: &'static str| {
        fields.iter().filter(move |field| standard(field) == Some(name)).map(|field| quoted(&field.name))
    };
    let named = |words: &'static [&'static str]| {
        fields.iter().filter(move |field| telling(field, words)).map(|field| quoted(&field.name))
    };
    let whole = first("person_name");
    let part = |what: &str| whole.as_ref().map(|name| format!("name_part({name}, '{what}')"));
    let given = first("given_name").or_else(|| part("given"));
    let family = first("family_name").or_else(|| part("family"));
    let postcode = first("postcode").map(|name| format!("split_part({name}, '-', 1)"));
    let company = first("company").map(|name| format!("fold({name})"));
    let street = first("street");
    let born = named(BIRTH).next();

    let mut lists: Vec<Vec<String>> = Vec::new();
    lists.extend(all("email").map(|name| vec![format!("split_part({name}, '@', 1)")]));
    lists.extend(all("phone").map(|name| vec![name]));
    lists.extend(named(NUMBERS).map(|name| vec![name]));
    lists.extend(born.iter().map(|name| vec![name.clone()]));
    if let Some(family) = &family {
        lists.push(vec![format!("soundex({family})")]);
    }
    if let (Some(given), Some(family)) = (&given, &family) {
        // In this order for names that stand in each other's place.
        let sounds = format!("soundex({given}), soundex({family})");
        lists.push(vec![format!("least({sounds})"), format!("greatest({sounds})")]);
    }
    let mut both = |one: Option<String>, other: Option<String>| lists.extend(one.zip(other).map(|(a, b)| vec![a, b]));
    let sound = |name: &Option<String>| name.as_ref().map(|name| format!("soundex({name})"));
    let beginning = |name: &Option<String>, letters: u32| name.as_ref().map(|name| format!("left({name}, {letters})"));
    both(sound(&given), postcode.clone());
    both(sound(&given), beginning(&born.map(|name| format!("cast({name} as text)")), 4));
    both(given, first("city"));
    both(family.map(|name| format!("left(fold({name}), 3)")), postcode.clone());
    both(street.as_ref().map(|name| format!("digits({name})")), postcode.clone());
    both(beginning(&company, 5), postcode);
    lists.extend(street.map(|name| vec![format!("left(fold({name}), 8)")]));
    lists.extend(company.map(|name| vec![name]));
    let placed = |text: String| Placed { value: text, span: at.span.clone() };
    let blocks = lists.into_iter().map(|list| {
        let texts: Vec<Placed<String>> = list.into_iter().map(placed).collect();
        block(&texts, schema, scope, faults)
    });
    blocks.collect::<Vec<_>>().into_iter().collect()
}

/// Checks `households`.
pub(super) fn households(
    raw: &RawHouseholds,
    names: &[&str],
    fields: &[Option<Field>],
    faults: &mut Faults,
) -> Option<Households> {
    let field = position(&raw.field, names, faults)?;
    let kind = fields.get(field).and_then(Option::as_ref).map(|field| (field.data_type, field.references.is_some()));
    if let Some((kind, references)) = kind
        && (references || !matches!(kind, FieldType::Text(None | Some(36..)) | FieldType::Uuid))
    {
        let message = format!("`{}` cannot hold the identifier of a household", raw.field.value);
        faults.push("config.wrong-value", raw.field.span.clone(), message).help("give the field the type `uuid`");
    }
    if raw.same.value.is_empty() {
        faults.push("config.wrong-value", raw.same.span.clone(), "names no field in which a household agrees");
    }
    let same: Vec<Option<usize>> = raw.same.value.iter().map(|word| position(word, names, faults)).collect();
    Some(Households { field, same: same.into_iter().collect::<Option<_>>()? })
}
