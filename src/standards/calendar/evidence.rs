//! What the dates of a column say of the order of their parts: those that can be
//! read one way only decide for those that can be read both ways.

use arrow::array::StringArray;

use super::{DateOrder, Reading};

/// Dates of a column that can be read in one order only, so far.
#[derive(Debug, Clone)]
pub(in crate::standards) struct Evidence {
    reading: Reading,
    month_first: u64,
    day_first: u64,
}

impl Evidence {
    pub(super) fn new(reading: Reading) -> Self {
        Self { reading, month_first: 0, day_first: 0 }
    }

    pub(in crate::standards) fn see(&mut self, input: &StringArray) {
        let order = |order| Reading { order, ..self.reading };
        let (month, day) = (order(DateOrder::MonthDayYear), order(DateOrder::DayMonthYear));
        for value in input.iter().flatten().map(str::trim).filter(|value| is_numeric(value)) {
            match (month.read_strictly(value).is_some(), day.read_strictly(value).is_some()) {
                (true, false) => self.month_first += 1,
                (false, true) => self.day_first += 1,
                _ => {}
            }
        }
    }

    /// The order of the column, and that in words. Where as many dates speak for
    /// one as for the other, it is the pipeline's.
    pub(in crate::standards) fn settle(&self) -> (DateOrder, String) {
        let all = self.month_first + self.day_first;
        let values = if all == 1 { "value" } else { "values" };
        let by =
            |order: DateOrder, count: u64| (order, format!("{} by {count} of {all} decidable {values}", order.word()));
        match self.month_first.cmp(&self.day_first) {
            std::cmp::Ordering::Greater => by(DateOrder::MonthDayYear, self.month_first),
            std::cmp::Ordering::Less => by(DateOrder::DayMonthYear, self.day_first),
            std::cmp::Ordering::Equal => {
                let order = self.reading.order;
                (order, format!("{} as the pipeline says; {all} decidable {values}", order.word()))
            }
        }
    }
}

/// Whether a value begins as a numeric date with slashes or dashes does, the day
/// or month in front. Points part days first whatever the order.
fn is_numeric(value: &str) -> bool {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let sign = value.get(digits..).and_then(|rest| rest.trim_start().bytes().next());
    (1..=2).contains(&digits) && matches!(sign, Some(b'/' | b'-'))
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::{DateOrder, Evidence, Reading};

    fn settled(values: &[&str]) -> (DateOrder, String) {
        let mut evidence = Evidence::new(Reading { order: DateOrder::MonthDayYear, pivot: 30 });
        evidence.see(&StringArray::from(values.to_vec()));
        evidence.settle()
    }

    #[test]
    fn dates_that_decide() {
        let found = |order, told: &str| (order, told.to_string());
        assert_eq!(
            settled(&["03/04/2019", "13/04/2019", "31/12/99", "2019-03-04", "1.2.2020", "x"]),
            found(DateOrder::DayMonthYear, "dmy by 2 of 2 decidable values")
        );
        assert_eq!(
            settled(&["12/31/2019", "11/30/2019 14:00", "30-11-2019"]),
            found(DateOrder::MonthDayYear, "mdy by 2 of 3 decidable values")
        );
        assert_eq!(
            settled(&["03/04/2019"]),
            found(DateOrder::MonthDayYear, "mdy as the pipeline says; 0 decidable values")
        );
        assert_eq!(settled(&["31/01/2019"]).1, "dmy by 1 of 1 decidable value");
    }
}
