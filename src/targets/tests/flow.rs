//! Each test runs on every target that there is, with the same expectations.

use super::fixture::{Place, Run, connect, entity, field, id, places, reference, shown, text};
use crate::config::pipeline::{Entity, Field, FieldType, KeyKind, Limit, Policy, TargetSpec};
use crate::targets::{LoadError, open_bare};

type Rows<'a> = &'a [&'a [&'a str]];

fn account() -> Entity {
    let unique = Some(Policy::Reject);
    entity("account", KeyKind::Uuid, vec![Field { unique, ..text("name") }, field("size", FieldType::Integer)])
}

fn contact() -> Entity {
    let fields = vec![
        Field { required: Some(Policy::Reject), ..text("name") },
        reference("account_id", "account", Policy::Hold),
        Field { protect: true, ..text("owner") },
        field("born", FieldType::Date),
        field("seen", FieldType::DateTime),
        field("debt", FieldType::Decimal { precision: 10, scale: 2 }),
        field("vip", FieldType::Boolean),
        field("code", FieldType::Text(Some(4))),
    ];
    entity("contact", KeyKind::Uuid, fields)
}

const ACCOUNTS: Rows<'_> = &[&["load", "A1", "Acme", "7"], &["load", "A2", "Børge & Co", "-"]];
const CONTACTS: Rows<'_> = &[
    &["load", "1", "Ann", "@account/A1", "U1", "1970-02-28", "2020-01-02T03:04:05", "12.50", "true", "ab"],
    &["reject", "2", "-", "-", "-", "-", "-", "-", "-", "-"],
    &["load", "3", "B\0ob", "-", "-", "-", "-", "-0.01", "false", "日本語字"],
    &["merge:1", "4", "Anne", "@account/A1", "-", "-", "-", "-", "-", "-"],
];

fn go(place: &Place, run: &Run<'_>) -> Vec<String> {
    shown(&place.load(run).unwrap_or_else(|error| panic!("{error}")))
}

const CONTACT_ROWS: &str = "select name, account_id, owner, cast(born as text), replace(cast(seen as text), 'T', ' '), \
    cast(debt as text), cast(vip as integer), code from crm.contact order by name";

#[cfg(test)]
fn contact_rows(place: &Place) -> Vec<String> {
    let sql = if place.is_postgres() {
        CONTACT_ROWS.replace("cast(vip as integer)", "vip::int")
    } else {
        CONTACT_ROWS.into()
    };
    place.rows(&sql)
}

#[test]
fn a_first_load_creates_and_a_second_changes_nothing() {
    let (account, contact) = (account(), contact());
    for place in places("first") {
        let run = Run::of(vec![(&account, ACCOUNTS), (&contact, CONTACTS)]);
        assert_eq!(go(&place, &run), ["account: 2 0 0", "contact: 2 0 0"]);
        let a1 = id("account", "A1");
        let expected =
            [format!("Ann|{a1}|U1|1970-02-28|2020-01-02 03:04:05|12.50|1|ab"), "Bob|-|-|-|-|-0.01|0|日本語字".into()];
        assert_eq!(contact_rows(&place), expected);
        let ledger = "select entity, legacy_key, target_key, run, inserted, merged from cutover.key order by 1, 2";
        let (c1, c3) = (id("contact", "1"), id("contact", "3"));
        let a2 = id("account", "A2");
        let expected = [
            format!("account|A1|{a1}|1|1|0"),
            format!("account|A2|{a2}|1|1|0"),
            format!("contact|1|{c1}|1|1|0"),
            format!("contact|3|{c3}|1|1|0"),
            format!("contact|4|{c1}|1|-|1"),
        ];
        assert_eq!(place.rows(ledger), expected);
        assert_eq!(go(&place, &run), ["account: 0 0 2", "contact: 0 0 2"]);
        assert_eq!(place.rows("select id, name, as_of, config_hash from cutover.run"), ["1|0001|2026-06-30|c0ffee"]);
        assert_eq!(place.rows(ledger), expected);
    }
}

#[test]
fn an_update_keeps_the_row_before_and_leaves_protected_fields() {
    let (account, contact) = (account(), contact());
    for place in places("update") {
        go(&place, &Run::of(vec![(&account, ACCOUNTS), (&contact, CONTACTS)]));
        place.execute("update crm.contact set owner = 'by hand' where name = 'Ann'");
        let changed: Rows<'_> = &[
            &["load", "1", "Ann", "@account/A2", "U1", "1970-02-28", "2020-01-02T03:04:05", "12.50", "true", "ab"],
            &["load", "3", "Bob", "-", "-", "-", "-", "-0.01", "false", "日本語字"],
            &["load", "5", "Cy", "-", "-", "-", "-", "-", "-", "-"],
        ];
        let run = Run { name: "0002", ..Run::of(vec![(&account, ACCOUNTS), (&contact, changed)]) };
        assert_eq!(go(&place, &run), ["account: 0 0 2", "contact: 1 1 1"]);
        let ann = format!("Ann|{}|by hand|1970-02-28|2020-01-02 03:04:05|12.50|1|ab", id("account", "A2"));
        assert_eq!(contact_rows(&place).first(), Some(&ann));
        let before =
            if place.is_postgres() { "before ->> 'account_id'" } else { "json_extract(before, '$.account_id')" };
        let undo = place.rows(&format!("select run, entity, target_key, {before} from cutover.undo"));
        assert_eq!(undo, [format!("2|contact|{}|{}", id("contact", "1"), id("account", "A1"))]);
    }
}

#[test]
fn a_dry_run_counts_alike_and_leaves_nothing() {
    let (account, contact) = (account(), contact());
    for place in places("dry") {
        let run = Run { dry: true, ..Run::of(vec![(&account, ACCOUNTS), (&contact, CONTACTS)]) };
        assert_eq!(go(&place, &run), ["account: 2 0 0", "contact: 2 0 0"]);
        match &place.spec {
            TargetSpec::Sqlite { path } => {
                assert!(!path.exists());
                assert!(!path.parent().expect("a folder").exists());
            }
            TargetSpec::Postgres { .. } => {
                let left = "select nspname from pg_namespace where nspname in ('cutover', 'crm')";
                assert_eq!(place.rows(left), Vec::<String>::new());
            }
        }
        let run = Run { dry: false, ..run };
        assert_eq!(go(&place, &run), ["account: 2 0 0", "contact: 2 0 0"]);
        let run = Run { dry: true, data: vec![(&account, &[&["load", "A1", "Other", "8"]])], ..run };
        assert_eq!(go(&place, &run), ["account: 0 1 0"]);
        assert_eq!(place.rows("select name from crm.account where size = 7"), ["Acme"]);
    }
}

#[test]
fn refused_records_cost_themselves_and_their_children() {
    let account = account();
    let children = vec![
        text("name"),
        reference("account_id", "account", Policy::Hold),
        reference("partner_id", "account", Policy::Null),
        field("code", FieldType::Text(Some(3))),
    ];
    let contact = entity("contact", KeyKind::Legacy, children);
    let accounts: Rows<'_> =
        &[&["load", "A1", "Acme", "1"], &["load", "A2", "Acme", "2"], &["load", "A3", "Zeta", "3"]];
    let contacts: Rows<'_> = &[
        &["load", "1", "Ann", "@account/A1", "-", "abc"],
        &["load", "2", "Bob", "@account/A2", "-", "abc"],
        &["load", "3", "Cy", "@account/A3", "@account/A2", "abc"],
        &["load", "4", "Di", "@account/A3", "-", "abcd"],
        &["load", "5", "Ed", "@account/none", "-", "abc"],
        &["load", "6", "Flo", "-", "-", "äöü"],
    ];
    for place in places("refused") {
        let run = Run::of(vec![(&account, accounts), (&contact, contacts)]);
        let expected = [
            "account: 2 0 0 1=target.unique",
            "contact: 3 0 0 1=target.parent-refused 3=target.too-long 4=target.foreign-key",
        ];
        let dry = Run { dry: true, ..Run::of(run.data.clone()) };
        assert_eq!(go(&place, &dry), expected);
        assert_eq!(go(&place, &run), expected);
        let a3 = id("account", "A3");
        let rows = [format!("1|{}|-", id("account", "A1")), format!("3|{a3}|-"), "6|-|-".into()];
        assert_eq!(place.rows("select id, account_id, partner_id from crm.contact order by id"), rows);
        let again = [
            "account: 0 0 2 1=target.unique",
            "contact: 0 0 3 1=target.parent-refused 3=target.too-long 4=target.foreign-key",
        ];
        assert_eq!(go(&place, &run), again);
        let few = Run { refuse: Limit::Records(1), ..run };
        let taken_back = place.load(&few).unwrap_or_else(|error| panic!("{error}"));
        assert!(!taken_back.within_limits);
    }
}

#[test]
fn numbers_come_from_the_target_and_references_follow_them() {
    let account = entity("account", KeyKind::Serial, vec![text("name"), reference("head_id", "contact", Policy::Null)]);
    let contact = entity(
        "contact",
        KeyKind::Serial,
        vec![
            text("name"),
            reference("account_id", "account", Policy::Hold),
            reference("boss_id", "contact", Policy::Hold),
        ],
    );
    let accounts: Rows<'_> = &[&["load", "A1", "Acme", "@contact/2"], &["load", "A2", "Zeta", "-"]];
    let contacts: Rows<'_> = &[
        &["load", "1", "Ann", "@account/A2", "@contact/2"],
        &["load", "2", "Bob", "@account/A1", "-"],
        &["load", "3", "Cy", "-", "@contact/3"],
    ];
    for place in places("serial") {
        let run = Run::of(vec![(&account, accounts), (&contact, contacts)]);
        assert_eq!(go(&place, &run), ["account: 2 0 0", "contact: 3 0 0"]);
        let query = "select id, name, account_id, boss_id from crm.contact order by id";
        assert_eq!(place.rows(query), ["1|Ann|2|2", "2|Bob|1|-", "3|Cy|-|3"]);
        assert_eq!(place.rows("select id, head_id from crm.account order by id"), ["1|2", "2|-"]);
        assert_eq!(go(&place, &run), ["account: 0 0 2", "contact: 0 0 3"]);
        let accounts: Rows<'_> = &[&["load", "A1", "Acme", "@contact/4"], &["load", "A2", "Zeta", "-"]];
        let contacts: Rows<'_> = &[
            &["load", "1", "Ann", "@account/A2", "@contact/4"],
            &["load", "2", "Bob", "@account/A1", "-"],
            &["load", "4", "Di", "-", "-"],
        ];
        let run = Run { name: "0002", ..Run::of(vec![(&account, accounts), (&contact, contacts)]) };
        assert_eq!(go(&place, &run), ["account: 0 1 1", "contact: 1 1 1"]);
        assert_eq!(place.rows(query), ["1|Ann|2|4", "2|Bob|1|-", "3|Cy|-|3", "4|Di|-|-"]);
        assert_eq!(place.rows("select id, head_id from crm.account order by id"), ["1|4", "2|-"]);
        assert_eq!(go(&place, &run), ["account: 0 0 2", "contact: 0 0 3"]);
    }
}

#[test]
fn a_circle_with_a_refused_record_is_taken_apart() {
    let head = || reference("head_id", "contact", Policy::Hold);
    let account = entity("account", KeyKind::Uuid, vec![text("name"), head()]);
    let contact = entity(
        "contact",
        KeyKind::Uuid,
        vec![field("code", FieldType::Text(Some(2))), reference("boss_id", "contact", Policy::Hold)],
    );
    let accounts: Rows<'_> = &[&["load", "A1", "Acme", "@contact/3"], &["load", "A2", "Zeta", "@contact/4"]];
    let contacts: Rows<'_> = &[
        &["load", "1", "long", "-"],
        &["load", "2", "b", "@contact/1"],
        &["load", "3", "c", "@contact/2"],
        &["load", "4", "d", "@contact/5"],
        &["load", "5", "e", "@contact/4"],
    ];
    for place in places("circle") {
        let run = Run::of(vec![(&account, accounts), (&contact, contacts)]);
        let gone = "0=target.too-long 1=target.parent-refused 2=target.parent-refused";
        let expected = ["account: 1 0 0 0=target.parent-refused".to_string(), format!("contact: 2 0 0 {gone}")];
        assert_eq!(go(&place, &run), expected);
        let bosses = [format!("d|{}", id("contact", "5")), format!("e|{}", id("contact", "4"))];
        assert_eq!(place.rows("select code, boss_id from crm.contact order by code"), bosses);
    }
}

#[test]
fn existing_tables_are_used_as_they_are() {
    let account = account();
    for place in places("existing") {
        let key = if place.is_postgres() { "uuid" } else { "text" };
        place.execute(&format!(
            "create table crm.account (id {key} primary key, size integer, name varchar(20) not null, \
             colour text default 'red', check (size < 100)); \
             insert into crm.account (id, size, name) values ('{}', 1, 'Acme')",
            id("account", "A1")
        ));
        let accounts: Rows<'_> = &[
            &["load", "A1", "Acme", "1"],
            &["load", "A2", "Zeta", "100"],
            &["load", "A3", "-", "2"],
            &["load", "A4", "New", "3"],
        ];
        let expected = ["account: 1 0 1 1=target.check 2=target.not-null"];
        assert_eq!(go(&place, &Run::of(vec![(&account, accounts)])), expected);
        let rows = place.rows("select name, size, colour from crm.account order by name");
        assert_eq!(rows, ["Acme|1|red", "New|3|red"]);
        let wrong = entity("account", KeyKind::Uuid, vec![text("colur")]);
        let error = place.load(&Run::of(vec![(&wrong, &[&["load", "A1", "x"]])])).expect_err("no such column");
        let LoadError::Target { what, help, .. } = error else { panic!("another error") };
        assert_eq!(what, "table `account` has no column `colur`");
        assert_eq!(help.as_deref(), Some("did you mean `colour`?"));
        let columns = open_bare(&place.spec).expect("opened").describe("account").expect("described").expect("there");
        let size = columns.iter().find(|column| column.name == "size").expect("size");
        assert_eq!((size.data_type, size.nullable), (Some(FieldType::Integer), true));
        assert_eq!(open_bare(&place.spec).expect("opened").describe("nothing").expect("described"), None);
    }
}

#[test]
fn what_a_trigger_refuses_or_drops_is_accounted_for() {
    let account = account();
    for place in places("trigger") {
        if place.is_postgres() {
            place.execute(
                "create table crm.account (id uuid primary key, name text, size bigint); \
                 create function crm.guard() returns trigger language plpgsql as $$ begin \
                 if new.size = 1 then raise exception 'no ones here'; end if; \
                 if new.size = 2 then return null; end if; return new; end $$; \
                 create trigger guard before insert on crm.account for each row execute function crm.guard()",
            );
        } else {
            place.execute(
                "create table account (id text primary key, name text, size integer); \
                 create trigger guard before insert on account begin \
                 select raise(abort, 'no ones here') where new.size = 1; \
                 select raise(ignore) where new.size = 2; end",
            );
        }
        let accounts: Rows<'_> =
            &[&["load", "A1", "Acme", "1"], &["load", "A2", "Beta", "2"], &["load", "A3", "Zeta", "3"]];
        let loaded = place.load(&Run::of(vec![(&account, accounts)])).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(shown(&loaded), ["account: 1 0 0 0=target.other 1=target.other"]);
        let messages: Vec<&str> = loaded.entities[0].refused.iter().map(|refused| refused.message.as_str()).collect();
        assert_eq!(messages, ["no ones here", "the target kept no row of it, and gave no reason"]);
        assert_eq!(place.rows("select legacy_key from cutover.key"), ["A3"]);
    }
}

#[test]
fn a_legacy_key_belongs_to_the_first_that_has_it() {
    let account = entity("account", KeyKind::Legacy, vec![text("name")]);
    let accounts: Rows<'_> = &[&["load", "1~a", "Acme"], &["load", "1~b", "Other"], &["load", "2", "Zeta"]];
    for place in places("legacy") {
        let run = Run::of(vec![(&account, accounts)]);
        assert_eq!(go(&place, &run), ["account: 2 0 0 1=target.unique"]);
        assert_eq!(go(&place, &run), ["account: 0 0 2 1=target.unique"]);
        let query = "select id, name from crm.account order by id";
        assert_eq!(place.rows(query), ["1|Acme", "2|Zeta"]);
    }
    for place in places("legacy_adopt") {
        place.execute("create table crm.account (id text primary key, name text); insert into crm.account values ('1', 'By hand')");
        let run = Run::of(vec![(&account, accounts)]);
        assert_eq!(go(&place, &run), ["account: 1 1 0 1=target.unique"]);
        assert_eq!(place.rows("select id, name from crm.account order by id"), ["1|Acme", "2|Zeta"]);
        assert_eq!(go(&place, &run), ["account: 0 0 2 1=target.unique"]);
    }
}

#[test]
fn a_second_run_is_kept_out() {
    let account = account();
    for place in places("lock") {
        let run = Run::of(vec![(&account, ACCOUNTS)]);
        go(&place, &run);
        match &place.spec {
            TargetSpec::Sqlite { path } => {
                let other = rusqlite::Connection::open(path).expect("opened");
                other.execute_batch("begin immediate").expect("locked");
                let error = place.load(&run).expect_err("locked").to_string();
                assert!(error.ends_with("another program is writing to the file"), "{error}");
            }
            TargetSpec::Postgres { url, .. } => {
                let other = connect(url);
                let lock = "select pg_advisory_lock(x'6375746f766572'::bigint)";
                other.runtime.block_on(other.client.batch_execute(lock)).expect("locked");
                let error = place.load(&run).expect_err("locked").to_string();
                assert!(error.ends_with("another run is loading into this database"), "{error}");
            }
        }
    }
}

#[test]
fn an_unusable_server_is_a_clear_error_without_the_password() {
    let account = account();
    let Ok(url) = std::env::var("CUTOVER_TEST_POSTGRES") else {
        eprintln!("skipped: no CUTOVER_TEST_POSTGRES");
        return;
    };
    let parsed = url::Url::parse(&url).expect("a URL");
    let password = parsed.password().expect("a password").to_string();
    let with = |change: &dyn Fn(&mut url::Url)| {
        let mut changed = parsed.clone();
        change(&mut changed);
        changed.to_string()
    };
    let cases = [
        (with(&|url| url.set_password(Some("hunter2")).expect("set")), "the server refused the user or the password"),
        (with(&|url| url.set_path("nowhere")), "there is no such database on the server"),
        (with(&|url| url.set_port(Some(1)).expect("set")), "the server cannot be reached"),
        (with(&|url| url.set_query(Some("sslmode=require"))), "no encrypted connection could be made"),
        ("postgres://u:hunter2@host:port/x".to_string(), "is not a usable database URL"),
    ];
    for (url, expected) in cases {
        let spec = TargetSpec::Postgres { url, schema: "crm".into() };
        let place = Place { folder: tempfile::tempdir().expect("a folder"), spec };
        let error = place.load(&Run::of(vec![(&account, ACCOUNTS)])).expect_err("unusable");
        let shown = format!("{error} {error:?}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!shown.contains(&password) && !shown.contains("hunter2"), "{shown}");
    }
}
