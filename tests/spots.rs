//! Messes planted in the sample estate, one by one: the record as it stands in
//! the source, told in the comment, and the fields that must come of it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::dump::{self, Staged};
use crate::harness::Case;

/// A null.
const NONE: &str = "∅";

/// Entity, source, legacy key, fields and their values.
type Row = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Rows of the target. A reference reads as
/// `entity:source:key` of the record that it leads to.
const ROWS: &[Row] = &[
    // A row without a fault: `394 Mill Street`, credit 5000, no country.
    (
        "account",
        "customers",
        "00001",
        &[
            ("name", "Silver Textiles Corp."),
            ("kind", "customer"),
            ("status", "active"),
            ("street", "394 Mill St"),
            ("city", "Holyoke"),
            ("region", "MA"),
            ("postcode", "01040"),
            ("country", NONE),
            ("first_order", "2011-10-21"),
            ("last_order", "2025-01-22"),
            ("price_group_id", "D"),
            ("owner", "marge"),
            ("credit_limit", "5000.00"),
            ("primary_contact_id", "contact:customers:00001"),
            ("notes", "Pays by check"),
        ],
    ),
    // lost_zero: Zip is the number 1069, or 3431.
    ("account", "customers", "00004", &[("postcode", "01069"), ("city", "Palmer")]),
    ("account", "customers", "00010", &[("postcode", "03431"), ("country", "US")]),
    // text_date: `11/25/2023` and `3/26/24` among date cells.
    ("account", "customers", "00003", &[("last_order", "2023-11-25"), ("first_order", "2014-12-01")]),
    ("account", "customers", "00012", &[("last_order", "2024-03-26"), ("country", "DE"), ("postcode", "10117")]),
    // Credit Limit is a formula, `500*5`: its value.
    ("account", "customers", "00007", &[("credit_limit", "2500.00"), ("postcode", "K1P 5M7"), ("country", "CA")]),
    // formula_text stays text; a lone `-` is nothing.
    ("account", "customers", "00061", &[("notes", "+1 pallet free per 20"), ("owner", "dan")]),
    ("account", "customers", "00062", &[("notes", "=HYPERLINK(\"http://www.example.com\",\"web shop\")")]),
    ("account", "customers", "00295", &[("notes", "@aldenbrook_fan on the web")]),
    ("account", "customers", "00412", &[("notes", NONE)]),
    // bad_country: `see memo`.
    (
        "account",
        "customers",
        "00081",
        &[("country", NONE), ("postcode", "15222"), ("name", "Amherst Box & Crate Corp.")],
    ),
    ("contact", "customers", "00081", &[("country", NONE), ("phone", "+14125550156"), ("family_name", "Snyder")]),
    // bad_postcode: `??`; bad_date: `13/45/2009`.
    ("account", "customers", "00217", &[("postcode", NONE), ("city", "Providence")]),
    ("account", "customers", "00063", &[("first_order", NONE), ("last_order", "2025-08-09"), ("country", "FR")]),
    // bad_direct: `413-555-012`. The switchboard is a contact point all the same.
    ("contact", "customers", "00032", &[("phone", NONE), ("given_name", "Joshua"), ("family_name", "Bennett")]),
    ("contact_point", "customers", "00032#2", &[("number", "+17165550119"), ("kind", "switchboard")]),
    // bad_email: `www.example.com`, `ask for it`.
    ("contact", "customers", "00003", &[("email", NONE), ("phone", "+14125550151")]),
    ("contact", "customers", "00044", &[("email", NONE), ("opt_out", "1"), ("given_name", "Janet")]),
    // same_phone: `1-604-555-0197` and `6045550197`.
    ("contact_point", "customers", "00009#1", &[("number", "+16045550197"), ("account_id", "account:customers:00009")]),
    // unreachable: the account stands without its contact.
    ("account", "customers", "00051", &[("primary_contact_id", NONE), ("name", "Millbrook Paper")]),
    // error_cell: Memo2 is #REF!.
    ("account", "customers", "00104", &[("notes", NONE), ("owner", "dan")]),
    // A prospect has no orders; no_contact has no contact.
    ("account", "customers", "00471", &[("kind", "prospect"), ("first_order", NONE), ("last_order", NONE)]),
    (
        "account",
        "customers",
        "00541",
        &[("city", "München"), ("primary_contact_id", NONE), ("street", "Bahnhofstraße 383")],
    ),
    // old_key_account, old_live_activity, old_live_contact: old, and kept.
    ("account", "customers", "00733", &[("last_order", "2013-06-26"), ("status", "key_account")]),
    ("account", "customers", "00738", &[("last_order", "2020-03-09"), ("city", "Toronto")]),
    (
        "account",
        "customers",
        "00744",
        &[("last_order", "2021-01-01"), ("primary_contact_id", "contact:customers:00744")],
    ),
    // … whose contact is newer in GoldMine: its address, its memo in cp850, its `No Mail`.
    (
        "contact",
        "customers",
        "00744",
        &[
            ("last_touch", "2026-05-13"),
            ("street", "134 Union Ave"),
            ("city", "Providence"),
            ("postcode", "02903"),
            ("opt_out", "1"),
            ("notes", "Très gentille. Bruxelles office closed."),
            ("email", "deborah.silva744@example.com"),
            ("account_id", "account:customers:00744"),
        ],
    ),
    // twice_key: the first record with the key stands.
    (
        "contact",
        "customers",
        "00012",
        &[("given_name", "Rüdiger"), ("family_name", "Lehmann"), ("phone", "+496990009716")],
    ),
    // gm_email: in capitals there; the workbook's is the survivor.
    (
        "contact",
        "customers",
        "00389",
        &[("email", "steven.hobbs389@example.org"), ("notes", "Café account next door, same owner.")],
    ),
    // gm_self: twice in GoldMine, once with a wish for no mail.
    (
        "contact",
        "goldmine",
        "A0005198011918|R7411933801",
        &[
            ("given_name", "Clive"),
            ("last_touch", "2025-12-20"),
            ("opt_out", "1"),
            ("phone", "+441314960202"),
            ("city", "Manchester"),
        ],
    ),
    // gm_bad_phone: `see memo`.
    ("contact", "goldmine", "A0046998605822|R4450305036", &[("phone", NONE), ("email", "klamont1187@example.com")]),
    // gm_long_memo: `Thistlethwaite, Hazel`, of `England`.
    (
        "contact",
        "goldmine",
        "A0007198769628|R4166282250",
        &[("family_name", "Thistlethwaite"), ("given_name", "Hazel"), ("country", "GB")],
    ),
    // act_edge, act_short_key (`85`), act_multiline.
    ("activity", "activities", "10022", &[("happened", "2023-06-30"), ("kind", "Quote"), ("owner", "ruth")]),
    ("activity", "activities", "10141", &[("account_id", "account:customers:00085"), ("happened", "2024-03-06")]),
    (
        "activity",
        "activities",
        "10014",
        &[
            ("notes", "Spoke with the front desk.\r\nWill call back; \"not before noon\".\nSent the sheet."),
            ("happened", "2026-05-19"),
        ],
    ),
    // opp_text_amount, opp_lost_parent, opp_chain.
    ("opportunity", "opportunities", "1001", &[("amount", "24819.87"), ("stage", "won"), ("closes", "2024-06-24")]),
    (
        "opportunity",
        "opportunities",
        "1287",
        &[("parent_id", NONE), ("amount", "36623.01"), ("account_id", "account:customers:00025")],
    ),
    (
        "opportunity",
        "opportunities",
        "1294",
        &[("parent_id", "opportunity:opportunities:1293"), ("amount", "21085.70")],
    ),
    ("price_group", "price_groups", "C", &[("id", "C"), ("name", "Trade, prompt payers"), ("discount", "7.50")]),
];

/// Records of the staged datasets: entity, source, legacy key, then
/// `verdict reason` and the issues; what was merged, also into which.
const VERDICTS: &[(&str, &str, &str, &str, &str)] = &[
    ("account", "customers", "00441", "exclude where", ""),
    ("contact", "customers", "00441", "exclude where", ""),
    ("contact", "customers", "00541", "exclude where", ""),
    ("account", "customers", "00586", "reject value.unmapped:status", "value.unmapped:status"),
    ("contact", "customers", "00586", "hold reference.left-out:account_id", "reference.left-out:account_id"),
    ("contact_point", "customers", "00586#3", "hold reference.left-out:account_id", "reference.left-out:account_id"),
    ("account", "customers", "00591", "reject required.missing:name", "required.missing:name"),
    ("contact_point", "customers", "00032#1", "reject phone.invalid:number", "phone.invalid:number"),
    ("contact_point", "customers", "00068#3", "reject phone.invalid:number", "phone.invalid:number"),
    ("contact_point", "customers", "00009#2", "merge merge:account_id+number into customers:00009#1", ""),
    ("contact", "customers", "00051", "reject rule.broken:reachable", "rule.broken:reachable"),
    ("account", "customers", "00051", "load", "reference.left-out:primary_contact_id"),
    ("account", "customers", "00081", "load", "country.invalid:country"),
    ("account", "customers", "00104", "load", "sheet.error-cell:Memo2"),
    ("contact", "customers", "00104", "load", ""),
    ("account", "customers", "00593", "archive cutoff", ""),
    ("contact", "customers", "00593", "archive cutoff", ""),
    ("contact_point", "customers", "00593#1", "archive parent", ""),
    ("contact", "goldmine", "A0000198625697|R8304942070", "merge merge:email into customers:00254", ""),
    ("contact", "goldmine", "A0002798196826|R0109953095", "merge merge:family_name+phone into customers:00178", ""),
    ("contact", "goldmine", "A0004598140985|R7159982552", "merge merge:email into customers:00282", ""),
    (
        "contact",
        "goldmine",
        "A0035198908050|R3606592460",
        "merge merge:email into goldmine:A0005198011918|R7411933801",
        "",
    ),
    ("contact", "goldmine", "A0035698836933|R8767146595", "exclude where", ""),
    (
        "contact",
        "goldmine",
        "A0037098405033|R1270869125",
        "reject required.missing:family_name",
        "required.missing:family_name",
    ),
    ("contact", "goldmine", "A0037598910188|R3039351323", "archive cutoff", ""),
    (
        "contact",
        "goldmine",
        "A0046598000279|R4792781982",
        "hold reference.missing:account_id",
        "reference.missing:account_id",
    ),
    ("contact", "goldmine", "A0007198769628|R4166282250", "load", "length.too-long:notes"),
    ("contact", "rolodex", "aldenbrook-card-cut", "reject vcard.unclosed", "vcard.unclosed"),
    ("activity", "activities", "10181", "hold reference.missing:account_id", "reference.missing:account_id"),
    ("activity", "activities", "11170", "archive cutoff", ""),
    ("activity", "activities", "19001", "reject csv.ragged", "csv.ragged"),
    ("activity", "activities", "19003", "reject csv.ragged", "csv.ragged"),
    ("activity", "activities", "19004", "reject csv.nul", "csv.nul"),
    ("activity", "activities", "19005", "reject csv.quote", "csv.quote"),
    ("opportunity", "opportunities", "1290", "hold value.unmapped:stage", "value.unmapped:stage"),
    ("opportunity", "opportunities", "1281", "hold reference.missing:account_id", "reference.missing:account_id"),
    ("opportunity", "opportunities", "1287", "load", "reference.missing:parent_id"),
    ("opportunity", "opportunities", "1166", "archive cutoff", ""),
];

/// Checks all of them on a run into SQLite, and tells all that are wrong at once.
pub fn check(case: &Case) {
    let mut wrong = rows(&case.path("out/crm.sqlite"));
    wrong.extend(verdicts(&case.path("out/runs/0001/staged")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    twins(case);
}

fn rows(target: &Path) -> Vec<String> {
    let ledger = dump::query(target, "select entity, source, legacy_key, target_key from cutover_key where merged = 0");
    let mut keys = BTreeMap::new();
    let mut names = BTreeMap::new();
    for row in ledger {
        let [entity, source, legacy, key] = [0, 1, 2, 3].map(|index| row[index].clone().unwrap_or_default());
        let name = format!("{entity}:{source}:{legacy}");
        if entity != "price_group" {
            names.insert(key.clone(), name.clone());
        }
        keys.insert(name, key);
    }
    let tables = dump::sqlite(target);
    let mut wrong = Vec::new();
    for (entity, source, legacy, fields) in ROWS {
        let name = format!("{entity}:{source}:{legacy}");
        let table = tables.iter().find(|table| table.name == *entity).expect("a table");
        let row = keys.get(&name).and_then(|key| table.rows.iter().find(|row| row[0].as_ref() == Some(key)));
        let Some(row) = row else {
            wrong.push(format!("{name}: not in the target"));
            continue;
        };
        for (field, expected) in *fields {
            let at = table.columns.iter().position(|column| column == field).expect("a column");
            let found = row[at].as_deref().unwrap_or(NONE);
            let found = if at > 0 { names.get(found).map_or(found, String::as_str) } else { found };
            if found != *expected {
                wrong.push(format!("{name}: {field} is {found:?}, not {expected:?}"));
            }
        }
    }
    wrong
}

fn verdicts(staged: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut entities: BTreeMap<&str, Vec<Staged>> = BTreeMap::new();
    for (entity, source, key, expected, issues) in VERDICTS {
        let records = entities.entry(entity).or_insert_with(|| dump::staged(&staged.join(format!("{entity}.parquet"))));
        let found = records.iter().find(|record| record.source == *source && record.key.as_deref() == Some(key));
        let Some(found) = found else {
            wrong.push(format!("{entity}:{source}:{key}: not staged"));
            continue;
        };
        let mut ended = format!("{} {}", found.verdict, found.reason).trim_end().to_string();
        if let Some(survivor) = records.iter().find(|record| record.id == found.survivor) {
            ended.push_str(&format!(" into {}:{}", survivor.source, survivor.key.as_deref().unwrap_or(NONE)));
        }
        if (ended.as_str(), found.issues.as_str()) != (*expected, *issues) {
            wrong.push(format!("{entity}:{source}:{key}: {ended} [{}], not {expected} [{issues}]", found.issues));
        }
    }
    wrong
}

/// Records that no key tells: where they stand does.
fn twins(case: &Case) {
    let staged = |entity: &str| dump::staged(&case.path(&format!("out/runs/0001/staged/{entity}.parquet")));
    let accounts = staged("account");
    let last = accounts.last().expect("records");
    assert_eq!(
        (last.row.as_str(), last.key.as_deref(), last.verdict.as_str(), last.reason.as_str()),
        ("customers.xlsx!Customers:777", Some("00012"), "reject", "key.duplicate")
    );
    let empty = &accounts[accounts.len() - 2];
    assert_eq!((empty.key.as_deref(), empty.reason.as_str()), (None, "key.empty"));
    let twin = accounts.iter().find(|record| record.key.as_deref() == Some("00748")).expect("a record");
    let survivor = accounts.iter().find(|record| record.id == twin.survivor).expect("the survivor");
    assert_eq!((twin.reason.as_str(), survivor.verdict.as_str()), ("merge:name+postcode", "load"));
    let target = case.path("out/crm.sqlite");
    let name = dump::query(&target, &format!("select name from account where id = '{}'", survivor.id));
    assert_eq!(name, [[Some("Lakeside Gift Shop Co.".to_string())]]);
    let longest = dump::query(&target, "select max(length(notes)) from contact");
    assert_eq!(longest, [[Some("2000".to_string())]]);
}
