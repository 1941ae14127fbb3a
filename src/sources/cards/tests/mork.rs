//! Mork, as Mozilla describes it.

use std::sync::Arc;

use super::{read, shown, with};
use crate::sources::cards::{Book, CardsOptions, Preset};
use crate::sources::dbf::Deleted;
use crate::sources::entries;

const BOOK: &str = r#"// <!-- <mdb:mork:z v="1.4"/> -->
< <(a=c)> // names
  (80=ns:addrbk:db:row:scope:card:all)
  (81=ns:addrbk:db:row:scope:list:all)
  (82=ns:addrbk:db:row:scope:data:all)
  (83=FirstName)(84=DisplayName)(85=Notes)(86=PrimaryEmail)(87=LastRecordKey)
  (90=ns:addrbk:db:table:kind:pab)(91=ns:addrbk:db:table:kind:deleted)(92=ListName)
>
<(A0=Ann)(A1=Jos$C3$A9 \(x\\y\))(A2=a line \
and more$0Dnext)(A3
    =Bob)>
{1:^80 {(k^90:c)(s=9)}
  [1:^82(^87=4)]
  [1(^83^A0)(^84^A1)(^85^A2)(^86=ann@x.org)]
  [2(^83
    ^A3)]
  [1:^81(^92=friends)]}
{2:^80 {(k^91:c)(s=9)} [3(^83=Gone)]}
@$${1{@
<(A4=ann@new.org)>
[1:^80(^86^A4)-(^85)]
@$$}1}@
@$${2{@[1:^80(^83=Wrong)]@$$}~2}@
{-1:^80 {(k^90:c)(s=9)} 1 1:^81 2 [4(^83=Cid)] -2}
"#;

#[test]
fn changes_lead_to_cards() {
    let wanted = [
        vec!["DisplayName=José (x\\y)", "FirstName=Ann", "PrimaryEmail=ann@new.org", "_row=a.txt:21", "kind=card"],
        vec!["ListName=friends", "_row=a.txt:17", "kind=list"],
        vec!["FirstName=Cid", "_row=a.txt:24", "kind=card"],
    ];
    assert_eq!(shown(&read(Preset::Mork, BOOK)), wanted);
    let all = CardsOptions { deleted: Deleted::Read, ..CardsOptions::default() };
    let records = with(Preset::Mork, all, BOOK);
    let gone: Vec<&str> = records
        .iter()
        .filter(|record| record.contains_key("_deleted"))
        .map(|record| record["FirstName"].as_str())
        .collect();
    assert_eq!(gone, ["Bob", "Gone"]);
}

#[test]
fn a_value_may_go_over_lines() {
    let book = BOOK.split("@$${1{@").next().expect("a beginning");
    assert_eq!(read(Preset::Mork, book)[0]["Notes"], "a line and more\rnext");
}

#[test]
fn changes_that_were_never_finished_do_not_count_and_are_told() {
    let cut = BOOK.split("@$$}1}@").next().expect("a beginning");
    let records = shown(&read(Preset::Mork, cut));
    assert_eq!(records.len(), 4, "{records:?}");
    assert!(records[0].contains(&"PrimaryEmail=ann@x.org".to_string()), "{records:?}");
    assert_eq!(records[3], ["_fault=cards.broken", "_row=a.txt:19"]);
}

/// A value that is given once may be that of many rows.
#[test]
#[ignore = "run alone: cargo test --lib cards::tests::mork::a_value_is_kept_once -- --ignored"]
fn a_value_is_kept_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.mab");
    let rows: String = (1..=2000).map(|row| format!("[{row:X}(^83^A0)]")).collect();
    let text = format!(
        "// <!-- <mdb:mork:z v=\"1.4\"/> -->\n<<(a=c)>(80=c:all)(83=Notes)(90=pab)>\n<(A0={})>\n{{1:^80 {{(k^90:c)}}{rows}}}\n",
        "x".repeat(1 << 20)
    );
    std::fs::write(&path, text).expect("a file");
    let book = Book { preset: Preset::Mork, options: CardsOptions::default() };
    let source = entries::open(&[path], Arc::new(book)).expect("opens");
    let records: usize = source.open(8192).expect("streams").map(|batch| batch.expect("reads").num_rows()).sum();
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
    assert_eq!(records, 2000);
    assert!(peak.expect("a figure") < 300 << 10, "{peak:?} KiB");
}
