//! What a cell looks like, as far as headings are told from records by it.

/// The look of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    Empty,
    Text,
    /// Digits alone: it could be the heading of a year or a number.
    Integer,
    /// Digits with one separator, a sign or a currency.
    Number,
    /// Digits with several separators: a date, a time, a phone number.
    Digits,
    Mail,
    Url,
    Guid,
}

impl Shape {
    pub(super) fn of(cell: Option<&str>) -> Self {
        let Some(text) = cell.map(str::trim).filter(|text| !text.is_empty()) else { return Self::Empty };
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits == text.len() {
            return Self::Integer;
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Self::Url;
        }
        if is_guid(text) {
            return Self::Guid;
        }
        let mut at = text.split('@');
        if let (Some(name), Some(host), None) = (at.next(), at.next(), at.next())
            && !text.contains(char::is_whitespace)
        {
            let dot = host.find('.').is_some_and(|dot| dot > 0 && dot + 1 < host.len());
            return if dot && !name.is_empty() { Self::Mail } else { Self::Text };
        }
        let others = text.chars().filter(|c| !c.is_ascii_digit());
        let is_mark = |c: char| matches!(c, '.' | ',' | '-' | '/' | ':' | ' ' | '+' | '(' | ')' | '\'' | 'T' | 'Z');
        if digits == 0 || others.clone().any(|c| !is_mark(c) && !matches!(c, '$' | '€' | '£' | '¥' | '%')) {
            return Self::Text;
        }
        let separators = others.filter(|c| matches!(c, '-' | '/' | ':' | ' ' | 'T')).count();
        let leading = usize::from(text.starts_with('-'));
        if separators > leading { Self::Digits } else { Self::Number }
    }

    /// Whether no heading looks like that.
    pub(super) fn is_value(self) -> bool {
        !matches!(self, Self::Empty | Self::Text | Self::Integer)
    }
}

fn is_guid(text: &str) -> bool {
    let bare = text.trim_matches(['{', '}']);
    let parts: Vec<usize> = bare.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && bare.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn cells_have_a_shape() {
        for (text, shape) in [
            ("", Shape::Empty),
            (" ", Shape::Empty),
            ("Name", Shape::Text),
            ("Line 2", Shape::Text),
            ("2019", Shape::Integer),
            ("-5", Shape::Number),
            ("$74.69", Shape::Number),
            ("1,250.00", Shape::Number),
            ("28/01/2018", Shape::Digits),
            ("2019-04-30 00:00:00.000", Shape::Digits),
            ("00:15", Shape::Digits),
            ("1 (11) 500 555-0190", Shape::Digits),
            ("ann@example.org", Shape::Mail),
            ("@home", Shape::Text),
            ("https://example.org/x", Shape::Url),
            ("B84F78B1-4EFE-4A0E-8CB7-70E9F112F886", Shape::Guid),
            ("MG-8769", Shape::Text),
        ] {
            assert_eq!(Shape::of(Some(text).filter(|text| !text.is_empty())), shape, "{text}");
        }
    }
}
