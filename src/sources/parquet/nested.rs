//! A value of a column as text; values within values as JSON.

use arrow::array::{
    Array, AsArray, BinaryArray, BinaryViewArray, FixedSizeBinaryArray, GenericListArray, LargeBinaryArray,
    OffsetSizeTrait,
};
use arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type, TimeUnit};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::Bytes;

/// A column, ready to be written value by value.
pub(super) struct Written<'a> {
    array: &'a dyn Array,
    form: Form<'a>,
}

enum Form<'a> {
    /// As Arrow writes it; in JSON with quotes around it, if so.
    Plain(ArrayFormatter<'a>, bool),
    Float,
    Bytes(Bytes),
    List(Vec<usize>, Box<Written<'a>>),
    Struct(Vec<(&'a str, Written<'a>)>),
    Map(Vec<usize>, Box<(Written<'a>, Written<'a>)>),
}

/// The value is outside of what its type can hold.
pub(super) struct OutOfRange;

impl<'a> Written<'a> {
    pub(super) fn new(array: &'a dyn Array, bytes: Bytes) -> Result<Self, ArrowError> {
        let inner = |array: &'a dyn Array| Self::new(array, bytes);
        let form = match array.data_type() {
            DataType::Float16 | DataType::Float32 | DataType::Float64 => Form::Float,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                Form::Bytes(bytes)
            }
            DataType::List(_) => list(array.as_list::<i32>(), bytes)?,
            DataType::LargeList(_) => list(array.as_list::<i64>(), bytes)?,
            DataType::FixedSizeList(_, width) => {
                let width = usize::try_from(*width).unwrap_or_default();
                let ends = (0..=array.len()).map(|row| row * width).collect();
                Form::List(ends, Box::new(inner(array.as_fixed_size_list().values().as_ref())?))
            }
            DataType::Struct(fields) => {
                let columns = fields.iter().zip(array.as_struct().columns());
                let columns = columns.map(|(field, column)| Ok((field.name().as_str(), inner(column.as_ref())?)));
                Form::Struct(columns.collect::<Result<_, ArrowError>>()?)
            }
            DataType::Map(..) => {
                let map = array.as_map();
                let pair = (inner(map.keys().as_ref())?, inner(map.values().as_ref())?);
                Form::Map(ends(map.value_offsets()), Box::new(pair))
            }
            kind => {
                let options = FormatOptions::new().with_display_error(false);
                let quoted = !(kind.is_numeric() || *kind == DataType::Boolean);
                Form::Plain(ArrayFormatter::try_new(array, &options)?, quoted)
            }
        };
        Ok(Self { array, form })
    }

    /// The value of a row; `None` for a null.
    pub(super) fn text(&self, row: usize) -> Result<Option<String>, OutOfRange> {
        if self.array.is_null(row) {
            return Ok(None);
        }
        let mut text = String::new();
        match &self.form {
            Form::Plain(formatter, _) => return formatter.value(row).try_to_string().map(Some).map_err(|_| OutOfRange),
            Form::Float => text.push_str(&self.float(row)),
            Form::Bytes(how) => text.push_str(&self.bytes(row, *how)),
            Form::List(..) | Form::Struct(_) | Form::Map(..) => self.json(row, &mut text)?,
        }
        Ok(Some(text))
    }

    fn json(&self, row: usize, into: &mut String) -> Result<(), OutOfRange> {
        if self.array.is_null(row) {
            into.push_str("null");
            return Ok(());
        }
        match &self.form {
            Form::List(ends, values) => {
                into.push('[');
                for (index, row) in range(ends, row).enumerate() {
                    comma(index, into);
                    values.json(row, into)?;
                }
                into.push(']');
            }
            Form::Struct(columns) => {
                into.push('{');
                for (index, (name, column)) in columns.iter().enumerate() {
                    comma(index, into);
                    quoted(name, into);
                    into.push(':');
                    column.json(row, into)?;
                }
                into.push('}');
            }
            Form::Map(ends, pair) => {
                into.push('{');
                for (index, row) in range(ends, row).enumerate() {
                    comma(index, into);
                    quoted(&pair.0.text(row)?.unwrap_or_default(), into);
                    into.push(':');
                    pair.1.json(row, into)?;
                }
                into.push('}');
            }
            Form::Float => {
                let text = self.float(row);
                let is_number = text.bytes().all(|byte| !byte.is_ascii_alphabetic() || byte == b'E');
                if is_number { into.push_str(&text) } else { quoted(&text, into) }
            }
            Form::Plain(_, false) => into.push_str(&self.text(row)?.unwrap_or_default()),
            Form::Plain(..) | Form::Bytes(_) => quoted(&self.text(row)?.unwrap_or_default(), into),
        }
        Ok(())
    }

    /// The shortest text that gives the same number again, without `.0`.
    fn float(&self, row: usize) -> String {
        let (real, text) = match self.array.data_type() {
            DataType::Float64 => {
                let real = self.array.as_primitive::<Float64Type>().value(row);
                (real, if real.abs() < 1e21 { real.to_string() } else { format!("{real:E}") })
            }
            DataType::Float32 => {
                let real = self.array.as_primitive::<Float32Type>().value(row);
                (f64::from(real), if real.abs() < 1e21 { real.to_string() } else { format!("{real:E}") })
            }
            _ => {
                let real = self.array.as_primitive::<Float16Type>().value(row).to_f32();
                (f64::from(real), real.to_string())
            }
        };
        match real {
            0.0 => "0".into(),
            _ if real.is_nan() => "NaN".into(),
            _ if real.is_infinite() => if real > 0.0 { "Infinity" } else { "-Infinity" }.into(),
            _ if real.abs() < 1e-12 => format!("{real:E}"),
            _ => text,
        }
    }

    fn bytes(&self, row: usize, how: Bytes) -> String {
        let any = self.array.as_any();
        let bytes = if let Some(array) = any.downcast_ref::<BinaryArray>() {
            array.value(row)
        } else if let Some(array) = any.downcast_ref::<LargeBinaryArray>() {
            array.value(row)
        } else if let Some(array) = any.downcast_ref::<BinaryViewArray>() {
            array.value(row)
        } else if let Some(array) = any.downcast_ref::<FixedSizeBinaryArray>() {
            array.value(row)
        } else {
            &[]
        };
        match std::str::from_utf8(bytes) {
            Ok(text) if how == Bytes::Text => text.to_string(),
            _ => format!("0x{}", crate::digest::hex(bytes)),
        }
    }
}

fn list<O: OffsetSizeTrait>(array: &GenericListArray<O>, bytes: Bytes) -> Result<Form<'_>, ArrowError> {
    Ok(Form::List(ends(array.value_offsets()), Box::new(Written::new(array.values().as_ref(), bytes)?)))
}

fn ends<O: OffsetSizeTrait>(offsets: &[O]) -> Vec<usize> {
    offsets.iter().map(|offset| offset.as_usize()).collect()
}

fn range(ends: &[usize], row: usize) -> std::ops::Range<usize> {
    let end = |row: usize| ends.get(row).copied().unwrap_or_default();
    end(row)..end(row + 1)
}

fn comma(index: usize, into: &mut String) {
    if index > 0 {
        into.push(',');
    }
}

fn quoted(text: &str, into: &mut String) {
    into.push_str(&serde_json::Value::from(text).to_string());
}

/// What a column is declared as, in words.
pub(super) fn type_name(kind: &DataType) -> String {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Date32 | DataType::Date64 => "date".into(),
        DataType::Timestamp(_, None) => "timestamp".into(),
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone".into(),
        DataType::Time32(TimeUnit::Second | TimeUnit::Millisecond) | DataType::Time64(_) => "time".into(),
        DataType::Decimal32(digits, places)
        | DataType::Decimal64(digits, places)
        | DataType::Decimal128(digits, places)
        | DataType::Decimal256(digits, places) => format!("decimal({digits},{places})"),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "bytes".into()
        }
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "list".into(),
        DataType::Struct(_) => "struct".into(),
        DataType::Map(..) => "map".into(),
        DataType::Dictionary(_, values) => type_name(values),
        kind => kind.to_string().to_lowercase(),
    }
}
