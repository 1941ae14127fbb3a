//! The lines of a card as the lines that were meant: unfolded, with what belongs
//! to one value in one line.
//!
//! Knows how programs break lines, and nothing of what properties mean.

use super::cards::{is_mark, opens_agent_at_once};
use super::property::split_head;
use super::value::{Packing, packing_of};

/// Joins the lines that belong together: folded ones, those that quoted-printable
/// breaks, base64 that is not indented, and the card of an agent.
pub(super) fn unfold(lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut whole: Vec<Vec<u8>> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        if is_mark(line, b"BEGIN:VCARD") {
            let inner = agent(line.clone(), lines, &mut at);
            match whole.last_mut() {
                Some(agent) => agent.extend_from_slice(&inner),
                None => whole.push(inner),
            }
        } else if opens_agent_at_once(line) {
            whole.push(agent(line.clone(), lines, &mut at));
        } else {
            whole.push(joined(line.clone(), lines, &mut at));
        }
    }
    whole
}

/// The card of an agent up to its own end, which is the agent's value.
fn agent(mut inner: Vec<u8>, lines: &[Vec<u8>], at: &mut usize) -> Vec<u8> {
    let mut depth = 1_usize;
    while let Some(line) = lines.get(*at) {
        *at += 1;
        inner.push(b'\n');
        inner.extend_from_slice(line);
        if is_mark(line, b"BEGIN:VCARD") || opens_agent_at_once(line) {
            depth += 1;
        } else if is_mark(line, b"END:VCARD") {
            depth -= 1;
        }
        if depth == 0 {
            break;
        }
    }
    inner
}

/// A property's line with the lines that continue it.
fn joined(mut line: Vec<u8>, lines: &[Vec<u8>], at: &mut usize) -> Vec<u8> {
    let packing = split_head(&line).and_then(|(head, _)| packing_of(head));
    while let Some(next) = lines.get(*at) {
        if packing == Some(Packing::QuotedPrintable) && line.trim_ascii_end().ends_with(b"=") {
            // What follows a soft break is taken as it stands, blanks and all.
            line.truncate(line.trim_ascii_end().len() - 1);
            line.extend_from_slice(next);
        } else if let Some((b' ' | b'\t', rest)) = next.split_first()
            && !next.trim_ascii().is_empty()
        {
            line.extend_from_slice(rest);
        } else if packing == Some(Packing::Base64) && is_base64(next) {
            line.extend_from_slice(next);
        } else {
            break;
        }
        *at += 1;
    }
    line
}

/// A line of base64 that was not indented: no colon, no blank.
fn is_base64(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    !line.is_empty() && line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}
