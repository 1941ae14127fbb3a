//! Values, on their way into a SQLite file.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

/// One value of a batch, as SQLite keeps it.
pub(super) struct Cell<'a> {
    pub(super) column: &'a ArrayRef,
    pub(super) row: usize,
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let (column, row) = (self.column, self.row);
        if column.is_null(row) {
            return Ok(ToSqlOutput::Owned(Value::Null));
        }
        Ok(ToSqlOutput::Owned(match column.data_type() {
            DataType::Utf8 => {
                let text = column.as_string::<i32>().value(row);
                return Ok(ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())));
            }
            DataType::Int64 => Value::Integer(column.as_primitive::<Int64Type>().value(row)),
            DataType::Boolean => Value::Integer(i64::from(column.as_boolean().value(row))),
            DataType::Decimal128(..) => Value::Text(column.as_primitive::<Decimal128Type>().value_as_string(row)),
            DataType::Date32 => {
                let date = column.as_primitive::<Date32Type>().value_as_date(row);
                date.map_or(Value::Null, |date| Value::Text(date.format("%Y-%m-%d").to_string()))
            }
            DataType::Timestamp(..) => {
                let time = column.as_primitive::<TimestampMicrosecondType>().value_as_datetime(row);
                time.map_or(Value::Null, |time| Value::Text(time.format("%Y-%m-%dT%H:%M:%S%.f").to_string()))
            }
            other => return Err(rusqlite::Error::ToSqlConversionFailure(format!("no such type here: {other}").into())),
        }))
    }
}
