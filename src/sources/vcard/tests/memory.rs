//! What reading takes, measured: run each alone, as the counter is the process's.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::super::{VcardOptions, open};

/// The most memory that this process has had, in MiB.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib >> 10)
}

/// Writes cards with a picture of `picture` letters each, `mib` in all; gives their number.
fn write(path: &Path, mib: usize, picture: usize) -> usize {
    let mut file = BufWriter::new(File::create(path).expect("creates"));
    let line = "QUJD".repeat(18);
    let cards = (mib << 20) / picture;
    for card in 0..cards {
        write!(file, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Card {card}\r\nPHOTO;ENCODING=b;TYPE=JPEG:").expect("writes");
        for _ in 0..picture / line.len() {
            write!(file, "{line}\r\n ").expect("writes");
        }
        write!(file, "\r\nTEL;TYPE=WORK:{card}\r\nEND:VCARD\r\n").expect("writes");
    }
    cards
}

fn read(mib: usize, picture: usize) -> u64 {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.vcf");
    let cards = write(&path, mib, picture);
    let source = open(&[path], &VcardOptions { encoding: None }).expect("opens");
    let rows: usize = source.open(8192).expect("streams").map(|batch| batch.expect("reads").num_rows()).sum();
    assert_eq!(rows, cards);
    let peak = peak().unwrap_or_default();
    println!("{mib} MiB, {cards} cards: peak {peak} MiB");
    peak
}

#[test]
#[ignore = "200 MB; run alone: cargo test --lib vcard::tests::memory::pictures -- --ignored --nocapture"]
fn pictures() {
    assert!(read(200, 100_000) < 150);
}

/// Cards that are written to take as much memory and time as a few bytes can.
#[test]
#[ignore = "run alone: cargo test --lib vcard::tests::memory::hostile -- --ignored --nocapture"]
fn hostile() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.vcf");
    let size = 31 << 20;
    let repeated = |piece: &str| piece.repeat(size / piece.len());
    let numbered = |piece: &str| (0..size / 12).map(|at| format!("{piece}{at}")).collect::<String>();
    let texts: [&dyn Fn() -> String; 11] = [
        &|| format!("BEGIN:VCARD\n{}END:VCARD\n", repeated("A:b\n")),
        &|| format!("BEGIN:VCARD\nFN{}:x\nEND:VCARD\n", numbered(";A")),
        &|| format!("BEGIN:VCARD\nFN{}:x\nEND:VCARD\n", numbered(";TYPE=")),
        &|| format!("BEGIN:VCARD\n{}END:VCARD\n", repeated("a.X-ABLabel:b\na.TEL:1\n")),
        &|| format!("BEGIN:VCARD\n{}END:VCARD\n", repeated("AGENT:\nBEGIN:VCARD\n")),
        &|| format!("BEGIN:VCARD\nADR:{}\nEND:VCARD\n", repeated(";,")),
        &|| format!("[\"vcard\",[{}1]]", repeated("1,")),
        &|| format!("[\"vcard\",{}", repeated("[")),
        &|| format!("<vcard>{}</vcard>", repeated("<a/>")),
        &|| format!("<vcard>{}", repeated("<a>")),
        &|| format!("<vcard {}></vcard>", repeated("a='1' ")),
    ];
    for text in texts {
        let text = text();
        fs::write(&path, &text).expect("writes");
        let start: String = text.chars().take(20).collect();
        drop(text);
        let began = std::time::Instant::now();
        let source = open(std::slice::from_ref(&path), &VcardOptions { encoding: None });
        let rows: usize = source.map_or(0, |source| {
            source.open(8192).expect("streams").map(|batch| batch.expect("reads").num_rows()).sum()
        });
        println!("{start:?}: {rows} rows, {:?}, peak {:?} MiB", began.elapsed(), peak());
    }
    assert!(peak().unwrap_or_default() < 500);
}

#[test]
#[ignore = "run alone: cargo test --lib vcard::tests::memory::one_picture -- --ignored --nocapture"]
fn one_picture_as_large_as_may_be() {
    assert!(read(30, 29 << 20) < 400);
}
