//! A load that ends in the middle: by the user, by a kill, by a full disk. The
//! target is as it was before, and the next run does the whole work once.

use std::fmt::Write;
use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::database::Database;
use crate::dump;
use crate::failures::{PIPELINE, people};
use crate::harness::Case;

/// Longer than any of these waits should ever take.
const PATIENCE: Duration = Duration::from_secs(60);

const STOPPED: &str = "error: stopped by the user; nothing was loaded\n";

fn many(rows: usize) -> String {
    (0..rows).fold("no,name\n".to_string(), |mut text, row| {
        writeln!(text, "{row},Person number {}", row * 7919 % 100_003).expect("a text");
        text
    })
}

fn wait(what: &str, done: impl Fn() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().expect("a shell");
    assert!(sent.success());
}

fn start(case: &Case) -> Child {
    case.command(&["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
}

/// Starts a run, sends the signal in the middle of its load, waits for its end.
fn stopped(case: &Case, name: &str, loading: impl Fn() -> bool) -> Output {
    let child = start(case);
    wait("the load", loading);
    signal(&child, name);
    let begin = Instant::now();
    let output = child.wait_with_output().expect("ends");
    assert!(begin.elapsed() < Duration::from_secs(15), "took {:?} to stop", begin.elapsed());
    output
}

/// A SQLite target whose table takes some milliseconds for each row.
fn slow_sqlite() -> Case {
    let case = people(&many(3000));
    fs::create_dir_all(case.path("out")).expect("a folder");
    sqlite(
        &case,
        "create table person (id text primary key, name text);
         insert into person values ('before', 'Was here');
         create trigger slow after insert on person begin
             insert into pace select sum(i) from (with recursive n (i) as
                 (select 1 union all select i + 1 from n where i < 30000) select i from n);
         end;
         create table pace (n integer);",
    );
    case
}

fn sqlite(case: &Case, sql: &str) {
    let target = rusqlite::Connection::open(case.path("out/crm.sqlite")).expect("a target");
    target.execute_batch(sql).expect("SQL");
}

fn count(case: &Case) -> String {
    let rows = dump::query(&case.path("out/crm.sqlite"), "select count(*), count(distinct name) from person");
    rows[0].iter().map(|cell| cell.clone().expect("a count")).collect::<Vec<_>>().join(" ")
}

/// A run that is under way is staged, and a moment has gone by.
fn staged(case: &Case) -> bool {
    let files = dump::files(&case.path("out/runs"));
    let there = files.iter().filter(|path| path.ends_with("staged/person.parquet"));
    // The folder `work` is gone when a run has ended.
    let there = there.filter_map(|path| path.ancestors().nth(2)).any(|run| run.join("work").is_dir());
    if there {
        std::thread::sleep(Duration::from_millis(1500));
    }
    there
}

#[test]
fn ctrl_c_in_the_middle_of_a_load_into_sqlite() {
    let case = slow_sqlite();
    for name in ["INT", "TERM"] {
        let ended = case.ended(&stopped(&case, name, || staged(&case)), &["run"]);
        ended.exit(130).stdout("").stderr(STOPPED);
        assert_eq!(count(&case), "1 1");
        assert!(dump::files(&case.path("out")).iter().all(|path| !path.ends_with("summary.json")));
        assert!(
            dump::query(&case.path("out/crm.sqlite"), "select 1 from sqlite_master where name like 'cutover_%'")
                .is_empty()
        );
    }
    sqlite(&case, "drop trigger slow");
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(count(&case), "3001 3001");
}

#[test]
fn a_kill_in_the_middle_of_a_load_into_sqlite() {
    let case = slow_sqlite();
    let output = stopped(&case, "KILL", || staged(&case));
    assert_eq!(output.status.code(), None);
    assert_eq!(
        rusqlite::Connection::open(case.path("out/crm.sqlite"))
            .and_then(|target| { target.query_row("select count(*) from person", [], |row| row.get::<_, i64>(0)) }),
        Ok(1)
    );
    sqlite(&case, "drop trigger slow");
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(count(&case), "3001 3001");
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(count(&case), "3001 3001");
}

/// A Postgres target whose table takes ten milliseconds for each row.
fn slow_postgres(database: &Database) -> Case {
    database.execute(
        "create table person (id uuid primary key, name text);
         insert into person values ('00000000-0000-0000-0000-000000000000', 'Was here');
         create function slow() returns trigger language plpgsql as
             $$ begin perform pg_sleep(0.01); return new; end $$;
         create trigger slow before insert on person for each row execute function slow();",
    );
    let case = people(&many(5000)).env("DATABASE_URL", &database.url);
    case.file("pipeline.toml", &PIPELINE.replace("sqlite:out/crm.sqlite", "${DATABASE_URL}"))
}

/// A statement of another connection is in the table.
fn inserting(database: &Database) -> bool {
    let sql = "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() \
               and state = 'active' and wait_event = 'PgSleep'";
    !database.query(sql).is_empty()
}

fn people_of(database: &Database) -> String {
    let rows = database.query("select count(*), count(distinct name) from person");
    rows[0].iter().map(|cell| cell.clone().expect("a count")).collect::<Vec<_>>().join(" ")
}

#[test]
fn ctrl_c_in_the_middle_of_a_load_into_postgres() {
    let Some(database) = Database::new("interrupt") else { return };
    let case = slow_postgres(&database);
    let ended = case.ended(&stopped(&case, "INT", || inserting(&database)), &["run"]);
    ended.exit(130).stdout("").stderr(STOPPED);
    assert_eq!(people_of(&database), "1 1");
    assert!(database.query("select 1 from information_schema.schemata where schema_name = 'cutover'").is_empty());
    database.execute("drop trigger slow on person");
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(people_of(&database), "5001 5001");
}

#[test]
fn a_kill_in_the_middle_of_a_load_into_postgres() {
    let Some(database) = Database::new("kill") else { return };
    let case = slow_postgres(&database);
    let output = stopped(&case, "KILL", || inserting(&database));
    assert_eq!(output.status.code(), None);
    // The server ends what the killed client began, within a second or two.
    let begin = Instant::now();
    wait("the server", || !inserting(&database));
    assert!(begin.elapsed() < Duration::from_secs(10), "the statement went on for {:?}", begin.elapsed());
    assert_eq!(people_of(&database), "1 1");
    database.execute("drop trigger slow on person");
    for _ in 0..2 {
        case.run(&["run"]).exit(0).stderr("");
        assert_eq!(people_of(&database), "5001 5001");
    }
}

/// Ends with exit code 3 and a message that says why; nothing is loaded, and
/// what is half written has no name that a later run would trust.
fn out_of_room(case: &Case, ended: crate::harness::Ended, why: &[&str]) {
    let ended = ended.exit(3).stdout("");
    assert!(why.iter().any(|why| ended.stderr.contains(why)), "{}", ended.stderr);
    assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    let target = case.path("out/crm.sqlite");
    if target.exists() {
        let tables = dump::query(&target, "select name from sqlite_master");
        assert!(tables.is_empty(), "{tables:?}");
    }
    assert!(
        !case.path("out/archive").exists()
            && dump::files(&case.path("out")).iter().all(|path| !path.ends_with("summary.json"))
    );
}

#[test]
fn a_file_that_may_not_grow() {
    let case = people(&many(30_000));
    // In blocks of 1,024 bytes: in the snapshot, in the mapped records, in the target.
    for limit in ["8", "1500", "5000"] {
        let ended = case.under(&["bash", "-c", &format!("ulimit -f {limit}; exec \"$@\""), "bash"], &["run"]);
        out_of_room(&case, ended, &["the file may not grow so large", "disk I/O error", "the disk is full"]);
    }
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(count(&case).split(' ').next(), Some("30000"));
}

/// A small disk in memory, at `out`; it is gone when the test ends.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn new(case: &Case, size: &str) -> Option<Self> {
        let path = case.path("out");
        fs::create_dir_all(&path).expect("a folder");
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(path));
        }
        println!("skipped: a full disk is tried with a small one in memory, which wants the right to mount");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A test that failed still gives its disk back.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk() {
    let case = people(&many(30_000));
    // Full in the snapshot, in the mapped records, in the staged ones, in the target.
    for size in ["100k", "3m", "5m", "10m"] {
        let Some(_disk) = SmallDisk::new(&case, size) else { return };
        out_of_room(&case, case.run(&["run"]), &["the disk is full"]);
    }
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(count(&case).split(' ').next(), Some("30000"));
}
