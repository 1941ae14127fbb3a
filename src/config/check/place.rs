//! Expressions in their file: parsed, and their mistakes put under the carets.

use std::ops::Range;

use arrow::datatypes::Schema;
use datafusion::logical_expr::Expr;

use crate::config::decode::Placed;
use crate::diagnostic::Faults;
use crate::mapping::expression::{ExpressionError, Expressions, Typed};

/// The expression, or `None` after noting what is wrong with it.
pub(super) fn typed(text: &Placed<String>, schema: &Schema, known: &Expressions, faults: &mut Faults) -> Option<Typed> {
    known.typed(&text.value, schema).map_err(|error| note(&error, text, faults)).ok()
}

/// The condition, or `None` after noting what is wrong with it.
pub(super) fn condition(
    text: &Placed<String>,
    schema: &Schema,
    known: &Expressions,
    faults: &mut Faults,
) -> Option<Expr> {
    known.condition(&text.value, schema).map_err(|error| note(&error, text, faults)).ok()
}

fn note(error: &ExpressionError, text: &Placed<String>, faults: &mut Faults) {
    let span = error.offset.as_ref().and_then(|offset| inside(&faults.file().text, text, offset));
    let fault = faults.push(error.code, span.unwrap_or_else(|| text.span.clone()), error.message.clone());
    if let Some(help) = &error.help {
        fault.help(help.clone());
    }
}

/// Where a part of a TOML string stands in the file; `None` where escapes or
/// folded lines move it about.
fn inside(file: &str, text: &Placed<String>, part: &Range<usize>) -> Option<Range<usize>> {
    let written = file.get(text.span.clone())?;
    let within = written.find(text.value.as_str())?;
    let quote = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
    // Anything but quotes and the first line break around it means escapes.
    let around = written.len().checked_sub(text.value.len())?;
    let broken = usize::from(within > quote) * within.saturating_sub(quote);
    (around == 2 * quote + broken && broken <= 2).then(|| {
        let start = text.span.start + within;
        start + part.start..start + part.end
    })
}
