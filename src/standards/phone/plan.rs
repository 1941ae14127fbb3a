//! Numbering plans: whether a number is valid, and whether its E.164 form leads
//! back to it. The answers are libphonenumber's own, from its own metadata.
//!
//! `is_valid_number` looks for the kind of a number: it asks for each kind in
//! turn, in each of the regions that share the country code, and then once more
//! in the region that it found. Whether there is any kind takes fewer questions.

use std::sync::OnceLock;

use regex::Regex;
use rlibphonenumber::interfaces::AsOriginal;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};

/// Country codes have three digits at most.
const CODES: usize = 1000;

/// For a country code of several regions, what all numbers of any kind in any of
/// them look like: what does not is valid in none.
static ANY_KIND: [OnceLock<Option<Regex>>; CODES] = [const { OnceLock::new() }; CODES];

/// The kinds of numbers in a region's metadata, but for the two that most numbers are.
macro_rules! rare_kinds {
    ($of:expr) => {
        [
            &$of.toll_free,
            &$of.premium_rate,
            &$of.shared_cost,
            &$of.voip,
            &$of.personal_number,
            &$of.pager,
            &$of.uan,
            &$of.voicemail,
        ]
    };
}

/// Whether the number is valid; `national` is its national significant number.
pub(super) fn is_valid(number: &PhoneNumber, national: &str) -> bool {
    let util = PHONE_NUMBER_UTIL.as_original();
    let code = number.country_code;
    let Some(regions) = util.get_regions_for_country_calling_code(code) else { return false };
    if regions.len() > 1 && any_kind(code).is_some_and(|any| !any.is_match(national)) {
        return false;
    }
    for region in regions {
        let Some(plan) = util.get_metadata_for_region_or_calling_code(code, region) else { return false };
        let is = |described| util.is_number_matching_desc(national, described).is_ok_and(|is| is);
        let one = plan.original.same_mobile_and_fixed_line_pattern();
        if is(&plan.general_desc)
            && (is(&plan.fixed_line) || (!one && is(&plan.mobile)) || rare_kinds!(plan).into_iter().any(is))
        {
            return true;
        }
        // A number that begins so is this region's and no later one's.
        let own = plan.leading_digits().anchor_start().ok().flatten();
        if own.is_some_and(|own| own.is_match(national)) {
            return false;
        }
    }
    false
}

fn any_kind(code: i32) -> Option<&'static Regex> {
    let place = ANY_KIND.get(usize::try_from(code).ok()?)?;
    place.get_or_init(|| pattern_of(code)).as_ref()
}

fn pattern_of(code: i32) -> Option<Regex> {
    let util = PHONE_NUMBER_UTIL.as_original();
    let mut patterns: Vec<&str> = Vec::new();
    for region in util.get_regions_for_country_calling_code(code)? {
        let plan = util.get_metadata_for_region_or_calling_code(code, region)?;
        let kinds = [&plan.fixed_line, &plan.mobile].into_iter().chain(rare_kinds!(plan));
        patterns.extend(kinds.map(|kind| kind.national_number_pattern().original_base()));
    }
    patterns.retain(|pattern| !pattern.is_empty());
    patterns.sort_unstable();
    patterns.dedup();
    Regex::new(&format!("^(?:{})$", patterns.join("|"))).ok()
}

/// Whether the E.164 form of a valid number is surely read as that number: its
/// country code is no other's beginning, and nothing is taken off behind it.
pub(super) fn leads_back(number: &PhoneNumber, national: &str) -> bool {
    let util = PHONE_NUMBER_UTIL.as_original();
    let code = number.country_code;
    let main = util.get_region_for_country_code(code);
    let plan = main.and_then(|main| util.get_metadata_for_region_or_calling_code(code, main));
    plan.is_some_and(|plan| {
        let rest = util.maybe_strip_national_prefix_and_carrier_code(plan, national);
        rest.is_ok_and(|(rest, _)| rest == national)
    })
}

#[cfg(test)]
mod tests {
    use rlibphonenumber::interfaces::AsOriginal;
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, get_national_significant_number_owned};

    use super::{is_valid, leads_back};
    use crate::standards::phone::read::same;

    /// The example of each kind of number in each region of a country code.
    fn examples(code: i32) -> Vec<String> {
        let util = PHONE_NUMBER_UTIL.as_original();
        let mut found = Vec::new();
        for region in util.get_regions_for_country_calling_code(code).into_iter().flatten() {
            let plan = util.get_metadata_for_region_or_calling_code(code, region).expect("a plan");
            let kinds = [&plan.general_desc, &plan.fixed_line, &plan.mobile].into_iter().chain(rare_kinds!(plan));
            found.extend(kinds.map(|kind| kind.original.example_number().to_owned()));
        }
        found.retain(|example| !example.is_empty());
        found
    }

    fn number(code: i32, national: &str) -> PhoneNumber {
        let zeros = national.bytes().take_while(|digit| *digit == b'0').count().min(national.len() - 1);
        PhoneNumber {
            country_code: code,
            national_number: national.parse().expect("figures"),
            italian_leading_zero: (zeros > 0).then_some(true),
            number_of_leading_zeros: i32::try_from(zeros).ok().filter(|zeros| *zeros > 1),
            ..PhoneNumber::default()
        }
    }

    /// On all kinds of numbers of countries that share a code and of some that
    /// do not, each as it is and with some figures changed.
    #[test]
    fn answers_are_those_of_libphonenumber() {
        let mut seed = 7_u64;
        let mut roll = |sides: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % sides
        };
        let (mut valid, mut invalid) = (0, 0);
        for code in [1, 7, 33, 39, 44, 47, 49, 54, 61, 800] {
            for example in examples(code) {
                for round in 0..40 {
                    let mut figures = example.clone().into_bytes();
                    for _ in 0..round % 4 {
                        let at = roll(figures.len());
                        figures[at] = b'0' + roll(10) as u8;
                    }
                    if round % 10 == 9 {
                        figures.insert(0, b'0' + roll(10) as u8);
                    }
                    let national = String::from_utf8(figures).expect("figures");
                    let number = number(code, &national);
                    assert_eq!(get_national_significant_number_owned(&number), national);
                    let truth = PHONE_NUMBER_UTIL.is_valid_number(&number);
                    assert_eq!(is_valid(&number, &national), truth, "+{code} {national}");
                    if truth && leads_back(&number, &national) {
                        let again = PHONE_NUMBER_UTIL.parse(format!("+{code}{national}"), None).expect("a number");
                        assert!(same(&again, &number), "+{code} {national}");
                    }
                    *(if truth { &mut valid } else { &mut invalid }) += 1;
                }
            }
        }
        assert!(valid > 1000 && invalid > 1000, "{valid} valid, {invalid} not");
    }
}
