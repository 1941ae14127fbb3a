//! SQL expressions of mappings: parsed, resolved and typed before anything runs.
//!
//! An expression reads one record and gives one value, the same value for the
//! same record on every day and machine. So there are no subqueries, aggregates
//! or window functions here, nothing that reads a clock or rolls dice, and
//! nothing that stops a run because of one value: a cast that fails gives null,
//! and so does a division by zero. Column names are case-sensitive and are never
//! folded (`Memo1` is `Memo1`); those of functions are not.

mod codes;
mod compiled;
mod syntax;

use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use chrono::NaiveDate;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DataFusionError, ScalarValue};
use datafusion::execution::context::SessionContext;
use datafusion::functions::core::expr_fn::nullif;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ScalarUDF, TryCast, Volatility, create_udf,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::prelude::SessionConfig;

pub use codes::CODES;
pub(crate) use compiled::Compiled;

/// The function that gives the day the pipeline counts from.
pub const AS_OF: &str = "as_of";

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    pub code: &'static str,
    /// A lowercase fragment.
    pub message: String,
    /// Bytes of the expression that it is about, where known.
    pub offset: Option<Range<usize>>,
    pub help: Option<String>,
}

impl ExpressionError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), offset: None, help: None }
    }

    fn at(mut self, offset: Option<Range<usize>>) -> Self {
        self.offset = offset;
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// An expression that can be run.
#[derive(Debug, Clone)]
pub struct Typed {
    pub expr: Expr,
    pub data_type: DataType,
}

/// The functions that expressions may use, and the day that `as_of()` gives.
pub struct Expressions {
    session: SessionContext,
    as_of: NaiveDate,
}

impl Expressions {
    /// With the functions of the engine, `as_of()`, and `functions` (the standards).
    pub fn new(as_of: NaiveDate, functions: impl IntoIterator<Item = ScalarUDF>) -> Self {
        let mut config = SessionConfig::new();
        let parser = &mut config.options_mut().sql_parser;
        parser.enable_ident_normalization = false;
        parser.map_string_types_to_utf8view = false;
        let session = SessionContext::new_with_config(config);
        for function in functions {
            session.register_udf(function);
        }
        let day = ScalarValue::Date32(Some(days(as_of)));
        let give = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(day.clone()));
        session.register_udf(create_udf(AS_OF, vec![], DataType::Date32, Volatility::Immutable, Arc::new(give)));
        Self { session, as_of }
    }

    /// The expression over the columns of `schema`.
    pub fn parse(&self, text: &str, schema: &Schema) -> Result<Expr, ExpressionError> {
        self.typed(text, schema).map(|typed| typed.expr)
    }

    /// The expression over the columns of `schema`, which must be true or false.
    pub fn condition(&self, text: &str, schema: &Schema) -> Result<Expr, ExpressionError> {
        let typed = self.typed(text, schema)?;
        if matches!(typed.data_type, DataType::Boolean | DataType::Null) {
            return Ok(typed.expr);
        }
        let kind = kind_of(&typed.data_type);
        Err(ExpressionError::new("expression.not-a-condition", format!("expected true or false, this gives {kind}"))
            .help("compare it with something, such as `… = 'A'` or `… is not null`"))
    }

    /// The expression over the columns of `schema`, and the type of its value.
    pub fn typed(&self, text: &str, schema: &Schema) -> Result<Typed, ExpressionError> {
        let state = self.session.state();
        let dialect = state.config().options().sql_parser.dialect;
        let mut parsed =
            state.sql_to_expr_with_alias(text, &dialect).map_err(|error| syntax::error(text, &error, schema))?;
        syntax::whole_names(&mut parsed, schema);
        syntax::check(text, &parsed, schema, &state)?;
        let columns = DFSchema::try_from(schema.clone()).map_err(|error| planning(&error))?;
        let planned = state.create_logical_expr_from_sql_expr(parsed, &columns).map_err(|error| planning(&error))?;
        let planned = self.with_day(planned).map_err(|error| planning(&error))?;
        let columns = Arc::new(columns);
        let context = SimplifyContext::builder().with_schema(Arc::clone(&columns)).build();
        let coerced = ExprSimplifier::new(context).coerce(planned, &columns).map_err(|error| planning(&error))?;
        let safe = unfailing(coerced, &columns).map_err(|error| planning(&error))?;
        self.session.create_physical_expr(safe.clone(), &columns).map_err(|error| planning(&error))?;
        let data_type = safe.get_type(columns.as_ref()).map_err(|error| planning(&error))?;
        Ok(Typed { expr: safe, data_type })
    }

    /// The names of all functions, sorted.
    pub fn functions(&self) -> Vec<String> {
        let mut names: Vec<String> = self.session.state().scalar_functions().keys().cloned().collect();
        names.sort();
        names
    }

    fn with_day(&self, expr: Expr) -> Result<Expr, DataFusionError> {
        let day = ScalarValue::Date32(Some(days(self.as_of)));
        let replaced = expr.transform_up(|node| match &node {
            Expr::ScalarFunction(call) if call.func.name() == AS_OF => {
                Ok(Transformed::yes(Expr::Literal(day.clone(), None)))
            }
            _ => Ok(Transformed::no(node)),
        })?;
        Ok(replaced.data)
    }
}

/// Days since 1970-01-01, as Arrow's `Date32` counts them.
pub fn days(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

/// The expression with casts that give null instead of failing, and divisions
/// that give null for a zero divisor: one bad value must not end a run.
fn unfailing(expr: Expr, columns: &DFSchema) -> Result<Expr, DataFusionError> {
    let rewritten = expr.transform_up(|node| match node {
        Expr::Cast(cast) => Ok(Transformed::yes(Expr::TryCast(TryCast { expr: cast.expr, field: cast.field }))),
        Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::Divide | Operator::Modulo), right }) => {
            let kind = right.get_type(columns)?;
            let zero = ScalarValue::new_zero(&kind)?;
            let right = Box::new(nullif(*right, Expr::Literal(zero, None)));
            Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr { left, op, right })))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(rewritten.data)
}

/// A type in words.
pub fn kind_of(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text",
        DataType::Boolean => "true or false",
        DataType::Date32 | DataType::Date64 => "a date",
        DataType::Timestamp(..) => "a date and time",
        DataType::Null => "nothing but null",
        kind if kind.is_integer() => "a whole number",
        kind if kind.is_numeric() => "a number",
        _ => "a value of another kind",
    }
}

/// An error of the engine's planner, without its preamble and its lists.
fn planning(error: &DataFusionError) -> ExpressionError {
    let full = error.strip_backtrace();
    let first = full.lines().next().unwrap_or_default();
    let mut rest = first;
    for preamble in ["type_coercion caused by", "Error during planning: ", "Execution error: ", "Schema error: "] {
        rest = rest.strip_prefix(preamble).unwrap_or(rest);
    }
    let rest = rest.split(". Candidate functions").next().unwrap_or(rest).trim_end_matches('.');
    let message = if rest.is_empty() { "cannot be understood" } else { rest };
    let mut short: String = message.chars().take(160).collect();
    if let Some(first) = short.get(..1).filter(|_| !short.starts_with("SQL")) {
        let lowered = first.to_lowercase();
        short.replace_range(..1, &lowered);
    }
    ExpressionError::new("expression.wrong-type", short)
}

#[cfg(test)]
mod tests;
