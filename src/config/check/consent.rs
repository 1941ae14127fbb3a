//! Flags of consent: nothing in a mapping may lose one.

use crate::config::consent::Consent;
use crate::config::decode::Placed;
use crate::config::pipeline::{Field, FieldType, Policy, Survive, ValueList};
use crate::config::raw::field::RawField;
use crate::config::raw::mapping::{RawChoice, RawSurvive};
use crate::diagnostic::Faults;

/// Checks a field's `consent`, and that no policy of the field takes a flag that
/// cannot be read for none.
pub(super) fn field(
    raw: &RawField,
    data_type: FieldType,
    values: Option<&ValueList>,
    faults: &mut Faults,
) -> Option<Consent> {
    let consent = raw.keys.consent.as_ref()?;
    if data_type != FieldType::Boolean {
        let message = format!("`consent` is for flags, and the field is {data_type}");
        faults
            .push("config.consent", consent.span.clone(), message)
            .help("give the field `type = \"boolean\"`; a value list says which words are true");
        return None;
    }
    let keys = &raw.keys;
    let unmapped = keys.unmapped.as_ref().map(|policy| policy.value);
    let policies = [("invalid", Some(keys.invalid)), ("unmapped", unmapped), ("otherwise", Some(keys.otherwise))];
    for (key, policy) in policies {
        // A flag that cannot be read is no flag, so to keep it is to lose it.
        if policy.is_some_and(|policy| matches!(policy, Policy::Null | Policy::Keep)) {
            let message = format!("`{key}` would lose a consent that cannot be read");
            faults
                .push("config.consent", consent.span.clone(), message)
                .help(format!("use `{key} = \"reject\"` or `\"hold\"`"));
        }
    }
    if values.is_some_and(|list| list.entries.iter().any(|(_, target)| target.is_empty())) {
        let message = "the value list gives nothing for a word, which would lose a consent";
        faults
            .push("config.consent", consent.span.clone(), message)
            .help("let each word of the list mean `true` or `false`");
    }
    Some(consent.value)
}

/// Checks that survivorship leaves flags of consent to their own rule.
pub(super) fn survivorship(raw: &RawSurvive, names: &[&str], fields: &[Option<Field>], faults: &mut Faults) {
    let consent = |word: &Placed<String>| {
        let at = names.iter().position(|name| *name == word.value)?;
        fields.get(at)?.as_ref()?.consent
    };
    for (word, rule) in &raw.fields {
        let Some(consent) = consent(word) else { continue };
        let own = if consent.restricts() { Survive::Any } else { Survive::All };
        if !matches!(&rule.value, RawChoice::Word(word) if *word == own) {
            let message =
                format!("the most restrictive consent holds, so the rule of `{}` is `{}`", word.value, own.word());
            faults.push("config.consent", rule.span.clone(), message).help("leave the rule out");
        }
    }
    for word in raw.together.iter().flatten().filter(|word| consent(word).is_some()) {
        let message = format!("`{}` is a consent, which follows its own rule", word.value);
        faults.push("config.consent", word.span.clone(), message).help("leave it out of the group");
    }
}
