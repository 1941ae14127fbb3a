//! What the text of an expression may hold: checked on the syntax tree, where
//! each name still knows its place.

use std::ops::{ControlFlow, Range};

use arrow::datatypes::Schema;
use datafusion::common::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::Volatility;
use datafusion::sql::sqlparser::ast::{
    Expr, ExprWithAlias, Function, Ident, Spanned, visit_expressions, visit_expressions_mut,
};
use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use super::ExpressionError;
use crate::diagnostic::nearest;

/// Reads a clock or rolls dice: another value every time.
const CHANGING: &[&str] = &[
    "now",
    "today",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "random",
    "uuid",
];

/// End the run on a value that they cannot read.
const FAILING: &[&str] = &[
    "to_date",
    "to_time",
    "to_timestamp",
    "to_timestamp_seconds",
    "to_timestamp_millis",
    "to_timestamp_micros",
    "to_timestamp_nanos",
    "to_unixtime",
];

/// The first thing in the expression that has no place there.
pub(super) fn check(
    text: &str,
    parsed: &ExprWithAlias,
    schema: &Schema,
    state: &SessionState,
) -> Result<(), ExpressionError> {
    let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    if let Some(alias) = &parsed.alias {
        let error = ExpressionError::new("expression.syntax", "a value has no other name here");
        return Err(error.at(place(text, alias.span)).help("leave out `as …`"));
    }
    let found = visit_expressions(&parsed.expr, |expr| match one(text, expr, &columns, state) {
        Some(error) => ControlFlow::Break(error),
        None => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Makes `account_id.country` one name where there is a column of that name.
pub(super) fn whole_names(parsed: &mut ExprWithAlias, schema: &Schema) {
    let _ = visit_expressions_mut(&mut parsed.expr, |expr| {
        if let Expr::CompoundIdentifier(names) = expr {
            let whole = names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".");
            if schema.column_with_name(&whole).is_some() {
                let span = expr.span();
                *expr = Expr::Identifier(Ident { value: whole, quote_style: Some('"'), span });
            }
        }
        ControlFlow::<()>::Continue(())
    });
}

fn one(text: &str, expr: &Expr, columns: &[&str], state: &SessionState) -> Option<ExpressionError> {
    match expr {
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => Some(
            ExpressionError::new("expression.subquery", "an expression sees one record, not other tables")
                .at(place(text, expr.span()))
                .help("use a value list, a reference, or a `query` in the source"),
        ),
        Expr::Function(function) => call(text, function, state),
        Expr::Identifier(name) => column(text, name, columns),
        Expr::CompoundIdentifier(names) => {
            let whole = names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".");
            Some(unknown_column(&whole, columns, place(text, expr.span())))
        }
        _ => None,
    }
}

fn column(text: &str, name: &Ident, columns: &[&str]) -> Option<ExpressionError> {
    // A quoted name with nothing like it among the columns is mostly meant as text.
    let known = columns.contains(&name.value.as_str());
    (!known).then(|| {
        let mut error = unknown_column(&name.value, columns, place(text, name.span));
        if name.quote_style == Some('"') && error.help.is_none() {
            error.help = Some(format!("text goes in single quotes: '{}'", name.value));
        }
        error
    })
}

fn unknown_column(name: &str, columns: &[&str], offset: Option<Range<usize>>) -> ExpressionError {
    let error = ExpressionError::new("expression.unknown-column", format!("unknown column `{name}`")).at(offset);
    match nearest(name, columns.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    }
}

fn call(text: &str, function: &Function, state: &SessionState) -> Option<ExpressionError> {
    let name = function.name.to_string().to_lowercase();
    let offset = place(text, function.name.span());
    let refuse =
        |code, message: String, help: &str| Some(ExpressionError::new(code, message).at(offset.clone()).help(help));
    let changes =
        state.scalar_functions().get(&name).is_some_and(|known| known.signature().volatility != Volatility::Immutable);
    if changes || CHANGING.contains(&name.as_str()) {
        let message = format!("`{name}` gives another value each time; same in must be same out");
        return refuse("expression.changing", message, "`as_of()` is the day that the pipeline counts from");
    }
    if FAILING.contains(&name.as_str()) {
        let message = format!("`{name}` would end the run at a value that it cannot read");
        return refuse("expression.failing", message, "use the standard `date`, or `try_cast(… as timestamp)`");
    }
    if function.over.is_some() || (state.window_functions().contains_key(&name) && !scalar(state, &name)) {
        let message = format!("`{name}` is a window function; an expression sees one record");
        return refuse("expression.aggregate", message, "use a `query` in the source, or `[duplicates]`");
    }
    if scalar(state, &name) {
        return None;
    }
    if state.aggregate_functions().contains_key(&name) {
        let message = format!("`{name}` is an aggregate; an expression sees one record");
        return refuse("expression.aggregate", message, "use a `query` in the source, or `[duplicates]`");
    }
    let mut names: Vec<&str> = state.scalar_functions().keys().map(String::as_str).collect();
    names.sort_unstable();
    let error = ExpressionError::new("expression.unknown-function", format!("unknown function `{name}`")).at(offset);
    Some(match nearest(&name, names) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    })
}

fn scalar(state: &SessionState, name: &str) -> bool {
    state.scalar_functions().contains_key(name)
}

/// A mistake in the syntax, with the place that the parser names in its message.
pub(super) fn error(text: &str, error: &DataFusionError, schema: &Schema) -> ExpressionError {
    let full = match error {
        DataFusionError::SQL(parser, _) => parser.to_string(),
        other => other.strip_backtrace(),
    };
    let full = full.lines().next().unwrap_or_default();
    let full =
        ["sql parser error: ", "SQL error: "].iter().fold(full, |rest, start| rest.strip_prefix(start).unwrap_or(rest));
    let (said, offset) = match full.split_once(" at Line: ") {
        Some((said, numbers)) => (said, numbers_at(text, numbers)),
        None => (full, None),
    };
    let said = said.trim_start_matches("ParserError(\"").trim_start_matches("TokenizerError(\"");
    let said = said.replace("found: EOF", "found its end").replace("Expected: ", "expected ");
    let mut message: String = said.chars().take(160).collect();
    if let Some(first) = message.get(..1) {
        let lowered = first.to_lowercase();
        message.replace_range(..1, &lowered);
    }
    let error = ExpressionError::new("expression.syntax", message).at(offset);
    // Mostly it was meant as a column's name: those have spaces and slashes.
    let columns = schema.fields().iter().map(|field| field.name().as_str());
    match nearest(text, columns).filter(|near| !text.trim().is_empty() && text.len() <= near.len() + 3) {
        Some(near) => error.help(format!("did you mean the column `{near}`?")),
        None => error,
    }
}

/// `1, Column: 7`
fn numbers_at(text: &str, numbers: &str) -> Option<Range<usize>> {
    let (line, column) = numbers.split_once(", Column: ")?;
    let digits: String = column.chars().take_while(char::is_ascii_digit).collect();
    let at = Location { line: line.trim().parse().ok()?, column: digits.parse().ok()? };
    let start = byte_of(text, at)?;
    let rest = text.get(start..)?;
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let length = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
    Some(start..start + length)
}

/// Where a span of the tokenizer (lines and columns from 1, in characters) lies in the text.
fn place(text: &str, span: Span) -> Option<Range<usize>> {
    let start = byte_of(text, span.start)?;
    let end = byte_of(text, span.end)?;
    (start < end).then_some(start..end)
}

fn byte_of(text: &str, at: Location) -> Option<usize> {
    let line_index = usize::try_from(at.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(at.column).ok()?.checked_sub(1)?;
    let mut before = 0;
    for (index, line) in text.split('\n').enumerate() {
        if index == line_index {
            let within = line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte);
            return Some(before + within);
        }
        before += line.len() + 1;
    }
    None
}
