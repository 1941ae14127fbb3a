use arrow::array::{ArrayRef, Int64Array, LargeStringArray, RecordBatch, StringArray, StringViewArray};
use arrow::util::display::array_value_to_string;
use datafusion::prelude::SessionContext;

use super::functions;
use crate::standards::registry::all;
use crate::standards::tests::defaults;
use std::sync::Arc;

/// What the expression gives for each row, or the error.
pub(in crate::standards) fn asked(expression: &str) -> Result<Vec<String>, String> {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("plain", Arc::new(StringArray::from(vec![Some("  a   b "), None]))),
        ("large", Arc::new(LargeStringArray::from(vec![Some(" c "), None]))),
        ("view", Arc::new(StringViewArray::from(vec![Some(" d "), None]))),
        ("number", Arc::new(Int64Array::from(vec![Some(7), None]))),
    ];
    let rows = RecordBatch::try_from_iter(columns).map_err(|error| error.to_string())?;
    let context = SessionContext::new();
    for function in functions(&defaults()) {
        context.register_udf(function);
    }
    let run = async {
        context.register_batch("rows", rows)?;
        context.sql(&format!("SELECT {expression} AS it FROM rows")).await?.collect().await
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    let batches = runtime.block_on(run).map_err(|error| error.strip_backtrace())?;
    let column = batches[0].column(0);
    Ok((0..column.len()).map(|row| array_value_to_string(column, row).unwrap_or_default()).collect())
}

pub(in crate::standards) fn given(expression: &str) -> Vec<String> {
    asked(expression).unwrap_or_else(|error| panic!("{expression}: {error}"))
}

#[test]
fn a_function_cleans_every_type_of_column() {
    assert_eq!(given("text(plain)"), ["a b", ""]);
    assert_eq!(given("text(large)"), ["c", ""]);
    assert_eq!(given("text(view)"), ["d", ""]);
    assert_eq!(given("text(number)"), ["7", ""]);
    assert_eq!(given("text(NULL)"), ["", ""]);
}

#[test]
fn a_function_cleans_constants_and_results_of_others() {
    assert_eq!(given("text('  x   y ')"), ["x y", "x y"]);
    assert_eq!(given("upper(text(plain || view))"), ["A B D", ""]);
}

#[test]
fn the_last_argument_holds_options() {
    assert_eq!(given(r#"text(plain, 'case = "upper"')"#), ["A B", ""]);
    assert_eq!(given(r#"text('a\nb', 'lines = "fold", case = "title"')"#), ["A\\Nb", "A\\Nb"]);
}

#[test]
fn every_standard_can_be_called() {
    for standard in all() {
        let name = standard.name;
        given(&format!("{name}(plain)"));
        given(&format!("{name}(plain, '')").replace(", ''", if standard.takes_country { ", 'DE'" } else { ", ''" }));
        assert!(asked(&format!("{name}()")).is_err(), "{name}");
    }
}

#[test]
fn a_country_comes_second_and_options_last() {
    assert_eq!(given("phone('030 901820', 'DE')")[0], "+4930901820");
    assert_eq!(given(r#"phone('030 901820', 'DE', 'format = "national"')"#)[0], "030 901820");
    assert_eq!(given(r#"phone('212 555 0100', 'format = "national"')"#)[0], "(212) 555-0100");
    assert_eq!(given("phone('030 901820', plain)"), ["", ""]);
}

#[test]
fn name_part_takes_a_name_apart() {
    let part = |part: &str| given(&format!("name_part('Dr. Ludwig Anton VAN DER BERG, Jr.', '{part}')"))[0].clone();
    assert_eq!(
        ["prefix", "given", "middle", "family", "suffix"].map(part),
        ["Dr", "Ludwig", "Anton", "van der Berg", "Jr"]
    );
    assert_eq!(given("name_part(plain, 'family')"), ["B", ""]);
    let wrong = asked("name_part(plain, 'first')").expect_err("no such part");
    assert!(wrong.contains("the part is one of 'prefix', 'given'"), "{wrong}");
}

#[test]
fn address_part_takes_an_address_apart() {
    let text = "Acme, 12 bis rue de la Paix, 75002 Paris";
    let part = |part: &str| given(&format!("address_part('{text}', '{part}', 'FR')"))[0].clone();
    assert_eq!(
        ["place", "street", "number", "road", "city", "postcode", "region"].map(part),
        ["Acme", "12 bis rue de la Paix", "12 bis", "rue de la Paix", "Paris", "75002", ""]
    );
    assert_eq!(given("address_part('5 Elm St, Troy, NY 12180', 'region')")[0], "NY");
    let wrong = asked("address_part(plain, 'town')").expect_err("no such part");
    assert!(wrong.contains("the part is one of 'place', 'street'"), "{wrong}");
}

#[test]
fn wrong_options_are_errors_of_the_plan() {
    let said = |expression| asked(expression).expect_err(expression);
    let unknown = said(r#"text(plain, 'case = "uper"')"#);
    assert!(
        unknown.contains("options of text: unknown word `uper` (one of `keep`, `lower`, `upper`, `title`)"),
        "{unknown}"
    );
    let key = said(r#"text(plain, 'cases = "upper"')"#);
    assert!(key.contains("options of text: unknown key `cases` (did you mean `case`?)"), "{key}");
    let toml = said("text(plain, 'case')");
    assert!(toml.contains("options of text: "), "{toml}");
    let outside = said(r#"text(plain, 'case = "upper" }, x = { ')"#);
    assert!(outside.contains("options of text: "), "{outside}");
    let column = said("text(plain, view)");
    assert!(column.contains("the options must be a literal text"), "{column}");
    let count = said("text(plain, 'a', 'b')");
    assert!(count.contains("wrong number of arguments"), "{count}");
}
