//! What a backslash makes of the signs behind it, by dialect.

/// An escape of MySQL at the beginning of `bytes`; gives how many it takes.
pub(super) fn mysql_escape(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    let Some(&next) = bytes.get(1) else {
        out.push(b'\\');
        return 1;
    };
    match next {
        b'0' => out.push(0),
        b'b' => out.push(8),
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        b'Z' => out.push(0x1A),
        // These keep their backslash: it means something to `like`.
        b'%' | b'_' => out.extend([b'\\', next]),
        other => out.push(other),
    }
    2
}

/// An escape of PostgreSQL's `E'…'`.
pub(super) fn postgres_escape(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    let code = |digits: usize| -> Option<char> {
        let text = std::str::from_utf8(bytes.get(2..2 + digits)?).ok()?;
        char::from_u32(u32::from_str_radix(text, 16).ok()?)
    };
    let unicode = match bytes.get(1) {
        Some(b'u') => code(4).map(|c| (c, 6)),
        Some(b'U') => code(8).map(|c| (c, 10)),
        _ => None,
    };
    match unicode {
        Some((c, used)) => {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
            used
        }
        None => copy_escape(bytes, out),
    }
}

/// An escape of PostgreSQL's `COPY`.
pub(super) fn copy_escape(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    let Some(&next) = bytes.get(1) else {
        out.push(b'\\');
        return 1;
    };
    let number = |from: usize, most: usize, radix: u32| {
        let digits = bytes.iter().skip(from).take(most).take_while(|byte| char::from(**byte).is_digit(radix)).count();
        let text = bytes.get(from..from + digits).and_then(|digits| std::str::from_utf8(digits).ok())?;
        let value = u32::from_str_radix(text, radix).ok()?;
        Some((u8::try_from(value & 0xFF).unwrap_or(0), from + digits))
    };
    let coded = match next {
        b'x' => number(2, 2, 16),
        b'0'..=b'7' => number(1, 3, 8),
        _ => None,
    };
    if let Some((byte, used)) = coded {
        out.push(byte);
        return used;
    }
    out.push(match next {
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        other => other,
    });
    2
}
