use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::Field;
use arrow::util::display::array_value_to_string;
use datafusion::common::DFSchema as Columns;

use super::*;

fn schema() -> Schema {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Schema::new(vec![text("First Name"), text("Memo1"), text("MEMO2"), text("Amount")])
}

fn expressions() -> Expressions {
    Expressions::new(NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day"), [])
}

/// The value for the one record `Ann`, `m1`, null, `1x`.
fn value(text: &str) -> String {
    let typed = expressions().typed(text, &schema()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let cell = |value: Option<&str>| std::sync::Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let cells = vec![cell(Some("Ann")), cell(Some("m1")), cell(None), cell(Some("1x"))];
    let batch = RecordBatch::try_new(Arc::new(schema()), cells).expect("a batch");
    let columns = Columns::try_from(schema()).expect("columns");
    let physical = SessionContext::new().create_physical_expr(typed.expr, &columns).expect("a plan");
    let array = physical.evaluate(&batch).expect("a value").into_array(1).expect("an array");
    if array.is_null(0) { "null".into() } else { array_value_to_string(&array, 0).expect("text") }
}

/// Code, message, the text that the place covers, and the help.
fn refused(text: &str) -> (&'static str, String, String, String) {
    let error = expressions().condition(text, &schema()).expect_err(text);
    let covered = error.offset.map(|at| text.get(at).expect("inside").to_string()).unwrap_or_default();
    (error.code, error.message, covered, error.help.unwrap_or_default())
}

#[test]
fn columns_keep_their_case_and_functions_need_none() {
    assert_eq!(value("Memo1"), "m1");
    assert_eq!(value("\"First Name\""), "Ann");
    assert_eq!(value("UPPER(\"First Name\")"), "ANN");
    assert_eq!(value("Concat_WS('; ', Memo1, MEMO2)"), "m1");
    assert_eq!(value("case when Memo1 = 'm1' then 'a' else 'b' end"), "a");
}

#[test]
fn the_day_is_the_pipelines() {
    assert_eq!(value("as_of()"), "2026-06-30");
    assert_eq!(value("AS_OF() - interval '1 day'"), "2026-06-29");
}

#[test]
fn a_value_that_cannot_be_cast_is_null() {
    assert_eq!(value("cast(Amount as integer)"), "null");
    assert_eq!(value("Amount::integer + 1"), "null");
    assert_eq!(value("1 / (length(Memo1) - 2)"), "null");
    assert_eq!(value("6 / length(Memo1)"), "3");
}

#[test]
fn unknown_names_are_placed_and_the_nearest_named() {
    let error = refused("upper(memo1) = 'A'");
    assert_eq!(
        error,
        ("expression.unknown-column", "unknown column `memo1`".into(), "memo1".into(), "did you mean `Memo1`?".into())
    );
    let error = refused("uper(Memo1) = 'A'");
    assert_eq!(
        error,
        (
            "expression.unknown-function",
            "unknown function `uper`".into(),
            "uper".into(),
            "did you mean `upper`?".into()
        )
    );
    let error = refused("Memo1 =\n \"xyzzy\"");
    let help = "text goes in single quotes: 'xyzzy'".to_string();
    assert_eq!(error, ("expression.unknown-column", "unknown column `xyzzy`".into(), "\"xyzzy\"".into(), help));
    let error = refused("c.Memo1 = 'x'");
    assert_eq!(error.1, "unknown column `c.Memo1`");
}

#[test]
fn what_depends_on_more_than_the_record_is_refused() {
    assert_eq!(refused("cast(Memo1 as date) < now()").0, "expression.changing");
    assert_eq!(refused("cast(Memo1 as date) < CURRENT_DATE").0, "expression.changing");
    assert_eq!(refused("random() < 0.5").0, "expression.changing");
    assert_eq!(refused("count(Memo1) > 1").0, "expression.aggregate");
    assert_eq!(refused("row_number() over () > 1").0, "expression.aggregate");
    assert_eq!(refused("sum(1) over () > 1").0, "expression.aggregate");
    assert_eq!(refused("Memo1 in (select 1)").0, "expression.subquery");
    assert_eq!(refused("exists (select 1)").0, "expression.subquery");
    assert_eq!(refused("(select true)").0, "expression.subquery");
    assert_eq!(refused("to_date(Memo1) is null").0, "expression.failing");
}

#[test]
fn a_condition_is_true_or_false() {
    let help = "compare it with something, such as `… = 'A'` or `… is not null`".to_string();
    let message = "expected true or false, this gives text".to_string();
    assert_eq!(refused("Memo1"), ("expression.not-a-condition", message, String::new(), help));
}

#[test]
fn syntax_errors_have_a_place() {
    assert_eq!(refused("Memo1 = = 'A'").2, "=");
    assert_eq!(refused("Memo1 = 'A").0, "expression.syntax");
    assert_eq!(refused("").0, "expression.syntax");
    assert_eq!(refused("Memo1 = 'A' garbage more").0, "expression.syntax");
    assert_eq!(refused("First Nam").3, "did you mean the column `First Name`?");
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "[ -~éß]{0,40}") {
        let _ = expressions().typed(&text, &schema());
    }
}
