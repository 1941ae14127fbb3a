//! Reads a numeral: sign, digits in groups, fraction, exponent. What stands
//! around the number (currencies, percent) is not its business.

/// Which sign parts the fraction from the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The point; commas part groups.
    Point,
    /// The comma; points part groups. A point that cannot part groups is read
    /// as the fraction's, so that clean values read back; nor can one before
    /// three digits with `thousandths`, where a clean value looks like that.
    Comma { thousandths: bool },
    /// The last of two different signs; see [`Mark::lone`] for a single one.
    /// Holds whether three digits may be a fraction.
    Auto { thousandths: bool },
    /// Either, as a zero fraction is all there may be: groups go first.
    Whole,
}

/// What a single sign is.
enum Role {
    Group,
    Fraction,
}

impl Mark {
    /// The role of a sign that stands once, with nothing else to tell by.
    /// `groups` says whether it could part a group of three digits.
    fn lone(self, sign: u8, groups: bool) -> Option<Role> {
        match self {
            Self::Point if sign == b'.' => Some(Role::Fraction),
            Self::Point => groups.then_some(Role::Group),
            Self::Comma { thousandths } if sign == b',' || thousandths => Some(Role::Fraction),
            Self::Comma { .. } | Self::Whole if groups => Some(Role::Group),
            _ if !groups => Some(Role::Fraction),
            Self::Auto { thousandths } if thousandths == (sign == b'.') => {
                Some(if thousandths { Role::Fraction } else { Role::Group })
            }
            _ => None,
        }
    }
}

/// Digits times ten to a power, and a sign. Leading zeros are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numeral {
    negative: bool,
    digits: u128,
    /// How many of the digits are fraction; negative where zeros are to follow.
    fraction: i32,
}

impl Numeral {
    /// Reads all of `text`, or nothing.
    pub(super) fn read(text: &str, mark: Mark) -> Option<Self> {
        let (negative, body) = sign(text.trim())?;
        if let Some(whole) = without_dashes(body) {
            return Self::of(negative, whole, "", 0);
        }
        let (body, exponent) = match body.find(['e', 'E']) {
            Some(at) => (&body[..at], exponent(&body[at + 1..])?),
            None => (body, 0),
        };
        let fraction_at = fraction_at(body, mark)?;
        let (whole, fraction) = match fraction_at {
            Some(at) => (&body[..at], &body[at + 1..]),
            None => (body, ""),
        };
        Self::of(negative, whole, fraction, exponent)
    }

    /// The number of these digits, the whole ones in groups or not.
    fn of(negative: bool, whole: &str, fraction: &str, exponent: i32) -> Option<Self> {
        if !fraction.bytes().all(|b| b.is_ascii_digit()) || !grouped(whole) {
            return None;
        }
        let mut digits: u128 = 0;
        let mut count = 0_usize;
        for digit in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit) {
            digits = digits.checked_mul(10)?.checked_add(u128::from(digit - b'0'))?;
            count += 1;
        }
        let places = i32::try_from(fraction.len()).ok()?;
        (count > 0).then_some(Self { negative, digits, fraction: places.checked_sub(exponent)? })
    }

    /// The value times ten to `scale`. Digits beyond it must be zero, unless
    /// `round`, which rounds halves away from zero.
    pub(super) fn scaled(self, scale: u32, round: bool) -> Option<i128> {
        let mut digits = self.digits;
        let places = i64::from(self.fraction) - i64::from(scale);
        if places < 0 && digits != 0 {
            let factor = 10_u128.checked_pow(u32::try_from(-places).ok()?)?;
            digits = digits.checked_mul(factor)?;
        } else if places > 0 {
            let factor = u32::try_from(places).ok().and_then(|places| 10_u128.checked_pow(places));
            let (kept, surplus, half) = match factor {
                Some(factor) => (digits / factor, digits % factor, factor / 2),
                None => (0, digits, u128::MAX),
            };
            if surplus != 0 && !round {
                return None;
            }
            digits = kept + u128::from(surplus != 0 && surplus >= half);
        }
        let value = i128::try_from(digits).ok()?;
        Some(if self.negative { -value } else { value })
    }
}

/// Takes the sign off either end, or the accountant's parentheses.
fn sign(text: &str) -> Option<(bool, &str)> {
    if let Some(inner) = text.strip_prefix('(') {
        let inner = inner.strip_suffix(')')?.trim();
        return (!inner.starts_with(['-', '+', '−'])).then_some((true, inner));
    }
    if let Some(rest) = text.strip_prefix(['-', '−']) {
        return Some((true, rest.trim_start()));
    }
    if let Some(rest) = text.strip_prefix('+') {
        return Some((false, rest.trim_start()));
    }
    match text.strip_suffix(['-', '−']) {
        Some(rest) if without_dashes(text).is_none() => Some((true, rest.trim_end())),
        _ => Some((false, text)),
    }
}

/// The whole number before dashes that stand for no cents: `12,-`, `1.234,--`,
/// `12.–`, as in Germany, Switzerland and the north; `12:-` in Sweden, `12/-` in
/// India. They are no sign.
pub(super) fn without_dashes(text: &str) -> Option<&str> {
    let before = text.trim_end_matches(['-', '−', '–', '—']);
    let dashes = text.get(before.len()..)?.chars().count();
    let whole = before.strip_suffix([',', '.', ':', '/'])?;
    ((1..=3).contains(&dashes) && whole.ends_with(|c: char| c.is_ascii_digit())).then_some(whole)
}

fn exponent(text: &str) -> Option<i32> {
    let value: i32 = text.parse().ok()?;
    (-60..=60).contains(&value).then_some(value)
}

/// Where the fraction's sign stands, if there is one; nothing if the signs
/// make no sense.
fn fraction_at(body: &str, mark: Mark) -> Option<Option<usize>> {
    let Some(last) = body.rfind(['.', ',']) else { return Some(None) };
    let sign = body.as_bytes().get(last).copied()?;
    let before = body.get(..last)?;
    let other = if sign == b'.' { ',' } else { '.' };
    let repeated = before.bytes().any(|b| b == sign);
    if before.contains(other) {
        // two kinds: the last is the fraction's, and stands once
        let allowed = match mark {
            Mark::Point => sign == b'.',
            Mark::Comma { .. } => sign == b',',
            Mark::Auto { .. } | Mark::Whole => true,
        };
        return (allowed && !repeated).then_some(Some(last));
    }
    if repeated {
        let groups = match mark {
            Mark::Point => sign == b',',
            Mark::Comma { .. } => sign == b'.',
            Mark::Auto { .. } | Mark::Whole => true,
        };
        return groups.then_some(None);
    }
    let groups = before.len() <= 3 && !before.starts_with('0') && body.len() - last == 4 && grouped(body);
    Some(match mark.lone(sign, groups)? {
        Role::Group => None,
        Role::Fraction => Some(last),
    })
}

/// Whether the text is digits, parted by one kind of separator into groups of
/// three behind a first of one to three, if it is parted at all.
fn grouped(whole: &str) -> bool {
    let mut separator = None;
    let mut run = 0;
    let mut first = true;
    for c in whole.chars() {
        if c.is_ascii_digit() {
            run += 1;
            continue;
        }
        let known = matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
        let fits = if first { (1..=3).contains(&run) } else { run == 3 };
        if !known || !fits || separator.is_some_and(|same| same != c) {
            return false;
        }
        separator = Some(c);
        first = false;
        run = 0;
    }
    first || run == 3
}
