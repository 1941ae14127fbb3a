//! Turns a panic in a crate that reads or writes files into an answer, without a
//! word on standard error. Our own code does not panic on what input can reach,
//! and this is no excuse for it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; `None` if it panicked.
///
/// calamine indexes into the bytes of a file in places that a damaged workbook
/// can reach, and panics there; `rust_xlsxwriter` panics when the disk is full. A
/// panic must not reach a user, so this is the one place that catches it. The
/// caller must not use what `work` was changing again, except to drop it: that is
/// why asserting unwind safety is sound.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(before);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[test]
    fn a_panic_is_an_answer() {
        assert_eq!(caught(|| 1), Some(1));
        assert_eq!(caught(|| Vec::<u8>::new()[3]), None);
    }
}
