//! Dumps in, records out.

mod property;
mod real;
mod servers;

use std::io::Write;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use tempfile::NamedTempFile;

use super::{DumpOptions, Source};
use crate::sources::kind::{Opener, Place};
use crate::sources::{ReadError, Relation};

fn of(table: Option<&str>) -> DumpOptions {
    DumpOptions { table: table.map(str::to_string), dialect: None, encoding: None, columns: Vec::new() }
}

fn file(dump: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::with_suffix(".sql").expect("a file");
    file.write_all(dump).expect("written");
    file
}

fn open_at(path: &Path, options: &DumpOptions) -> Result<Box<dyn Source>, ReadError> {
    options.open(&Place::Files(vec![path.to_path_buf()]))
}

fn place(file: &NamedTempFile) -> Place {
    Place::Files(vec![file.path().to_path_buf()])
}

/// Every row: fault and notes if there are any, then its cells, `-` for null.
fn lines(batch: &RecordBatch) -> Vec<String> {
    let cell = |column: usize, row: usize| {
        let column = batch.column(column);
        (!column.is_null(row)).then(|| column.as_string::<i32>().value(row).to_string())
    };
    let line = |row: usize| {
        let own = cell(0, row).expect("a place");
        let own = own.split_once(':').map_or(own.as_str(), |(_, line)| line).to_string();
        let said: String =
            [1, 2].into_iter().filter_map(|column| cell(column, row)).map(|said| format!("!{said} ")).collect();
        let cells: Vec<String> =
            (3..batch.num_columns()).map(|column| cell(column, row).unwrap_or_else(|| "-".into())).collect();
        format!("{own} {said}{}", cells.join("|"))
    };
    (0..batch.num_rows()).map(line).collect()
}

fn rows_of(source: &dyn Source) -> Vec<String> {
    let batches = source.open(7).expect("opened");
    batches.flat_map(|batch| lines(&batch.expect("read"))).collect()
}

fn read_with(dump: &[u8], options: &DumpOptions) -> Vec<String> {
    let file = file(dump);
    rows_of(open_at(file.path(), options).expect("opened").as_ref())
}

fn read(dump: &str, table: &str) -> Vec<String> {
    read_with(dump.as_bytes(), &of(Some(table)))
}

fn names(source: &dyn Source) -> Vec<String> {
    source.schema().fields().iter().map(|field| field.name().clone()).collect()
}

/// `name rows` of each table.
fn listed(dump: &str) -> Vec<String> {
    let file = file(dump.as_bytes());
    let tables = of(None).tables(&place(&file)).expect("listed");
    tables.iter().map(|entry| format!("{} {}", entry.name, entry.rows.expect("counted"))).collect()
}

const MYSQL: &str = r#"/*M!999999\- enable the sandbox mode */
-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `contact`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `contact` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `the name` varchar(80) DEFAULT 'x,(y)' COMMENT 'it''s; one',
  `kind` enum('a','b''c') NOT NULL,
  `photo` blob DEFAULT NULL,
  `flags` bit(12) DEFAULT b'0',
  `boss` int(10) unsigned DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `by_name` (`the name`(10)),
  CONSTRAINT `fk` FOREIGN KEY (`boss`) REFERENCES `contact` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4;
LOCK TABLES `contact` WRITE;
/*!40000 ALTER TABLE `contact` DISABLE KEYS */;
INSERT INTO `contact` VALUES
(1,'O\'Neil; \"Bob\"','a',_binary '\0\'\\ÿ','\n\0',NULL),(2,'line\nbreak\\ % \%','b\'c',0x00FF,b'101',1),
(3,'','a','',NULL,2); -- a remark (4)
/*!40000 ALTER TABLE `contact` ENABLE KEYS */;
UNLOCK TABLES;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t BEFORE INSERT ON contact FOR EACH ROW
BEGIN
  INSERT INTO contact VALUES (99,'no','a',NULL,NULL,NULL); IF 1 THEN SET @x = 1; END IF;
END */;;
DELIMITER ;
INSERT INTO `contact` VALUES (5,'café # -- /* no comment */','a',NULL,NULL,NULL);
-- Dump completed on 2024-01-01
"#;

#[test]
fn a_dump_of_mysql() {
    let expected = [
        r#"20 1|O'Neil; "Bob"|a|0x00275cc3bf|2560|-"#,
        "20#2 2|line\nbreak\\ % \\%|b'c|0x00ff|5|1",
        "21 3||a|0x|-|2",
        "30 5|café # -- /* no comment */|a|-|-|-",
    ];
    assert_eq!(read(MYSQL, "contact"), expected);
    assert_eq!(listed(MYSQL), ["contact 4"]);
    let file = file(MYSQL.as_bytes());
    let source = open_at(file.path(), &of(None)).expect("the only table");
    assert_eq!(names(source.as_ref()), ["id", "the name", "kind", "photo", "flags", "boss"]);
    assert_eq!(source.declared_key(), ["id"]);
    let declared: Vec<String> = source.declared().into_iter().flatten().collect();
    assert_eq!(
        declared,
        ["int(10) unsigned", "varchar(80)", "enum('a','b''c')", "blob", "bit(12)", "int(10) unsigned"]
    );
    let relation = Relation { columns: vec!["boss".into()], table: "contact".into(), their_columns: vec!["id".into()] };
    assert_eq!(source.relations(), [relation]);
    assert_eq!(source.detected()[0].1, "MySQL dump, utf-8");
}

const POSTGRES: &str = "--\n-- PostgreSQL database dump\n--\n\\restrict abc\nSET client_encoding = 'UTF8';\n\
SET standard_conforming_strings = on;\nCREATE FUNCTION public.f() RETURNS void\n    LANGUAGE plpgsql\n    AS $_$\n\
BEGIN; INSERT INTO contact VALUES (1); END;\n$_$;\n\
CREATE TABLE public.contact (\n    id integer NOT NULL,\n    \"Full Name\" character varying(80) DEFAULT 'x'::text,\n\
    since timestamp without time zone,\n    active boolean,\n    tags text[],\n    price numeric(10,2)\n);\n\
ALTER TABLE public.contact OWNER TO crm;\n\
CREATE TABLE sales.contact (\n    id integer,\n    note text\n);\n\
COPY public.contact (id, \"Full Name\", since, active, tags, price) FROM stdin;\n\
1\tAnn\\tB.\\\\\t2020-01-02 03:04:05\tt\t{a,b}\t12.50\n\
2\t\\N\t\\N\tf\t\\N\t\\N\n\
3\t\t\\N\t\\N\t{}\t\\x41\\101\n\
\\.\n\n\
INSERT INTO sales.contact VALUES (7, 'it''s \\n'), (8, E'it\\'s\\n'), (9, NULL);\n\
ALTER TABLE ONLY public.contact\n    ADD CONSTRAINT contact_pkey PRIMARY KEY (id);\n\
ALTER TABLE ONLY sales.contact\n    ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES public.contact(id);\n";

#[test]
fn a_dump_of_postgres() {
    let expected = ["26 1|Ann\tB.\\|2020-01-02T03:04:05|true|{a,b}|12.50", "27 2|-|-|false|-|-", "28 3||-|-|{}|AA"];
    assert_eq!(read(POSTGRES, "public.contact"), expected);
    assert_eq!(read(POSTGRES, "contact"), expected);
    assert_eq!(read(POSTGRES, "sales.contact"), ["31 7|it's \\n", "31#2 8|it's\n", "31#3 9|-"]);
    assert_eq!(listed(POSTGRES), ["contact 3", "sales.contact 3"]);
    let file = file(POSTGRES.as_bytes());
    let source = open_at(file.path(), &of(Some("contact"))).expect("opened");
    assert_eq!(source.declared_key(), ["id"]);
    let declared: Vec<String> = source.declared().into_iter().flatten().collect();
    let expected =
        ["integer", "character varying(80)", "timestamp without time zone", "boolean", "text[]", "numeric(10,2)"];
    assert_eq!(declared, expected);
    let source = open_at(file.path(), &of(Some("sales.contact"))).expect("opened");
    assert_eq!(source.relations()[0].table, "contact");
    // Lines of Windows.
    let windows = POSTGRES.replace('\n', "\r\n");
    assert_eq!(read(&windows, "contact")[1..], ["27 2|-|-|false|-|-", "28 3||-|-|{}|AA"]);
}

#[test]
fn tables_of_one_name_are_kept_apart() {
    let old = "-- PostgreSQL database dump\nSET search_path = public, pg_catalog;\nCREATE TABLE t (a integer);\n\
        SET search_path = sales, pg_catalog;\nCREATE TABLE t (a integer);\n\
        COPY t (a) FROM stdin;\n2\n\\.\nSET search_path = public, pg_catalog;\nCOPY t (a) FROM stdin;\n1\n\\.\n";
    assert_eq!(listed(old), ["t 1", "sales.t 1"]);
    assert_eq!(read(old, "t"), ["11 1"]);
    assert_eq!(read(old, "sales.t"), ["7 2"]);
    let two = "-- MySQL dump\nUSE `one`;\nINSERT INTO `t` VALUES (1);\nUSE `two`;\nINSERT INTO `t` VALUES (2),(3);\n";
    assert_eq!(listed(two), ["one.t 1", "two.t 2"]);
    assert_eq!(read(two, "two.t"), ["5 2", "5#2 3"]);
}

#[test]
fn a_dump_of_sqlite() {
    let dump = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n\
        CREATE TABLE IF NOT EXISTS \"person\" (id INTEGER PRIMARY KEY, [full name] TEXT, boss REFERENCES person(id), raw);\n\
        INSERT INTO person VALUES(1,'a\\b',NULL,X'00FF');\n\
        INSERT INTO person VALUES(2,replace(replace('one\\r\\ntwo','\\r',char(13)),'\\n',char(10)),1,-1.5e+300);\n\
        INSERT INTO person VALUES(3,unistr('tab\\u0009 \\\\'),1,'it''s');\n\
        CREATE TRIGGER t AFTER INSERT ON person BEGIN INSERT INTO person VALUES(9,'no',1,1); \
        SELECT CASE 1 WHEN 1 THEN 2 END; END;\n\
        DELETE FROM sqlite_sequence;\nINSERT INTO sqlite_sequence VALUES('person',3);\nCOMMIT;\n";
    let expected = ["4 1|a\\b|-|0x00ff", "5 2|one\r\ntwo|1|-1.5e+300", "6 3|tab\t \\|1|it's"];
    assert_eq!(read(dump, "person"), expected);
    assert_eq!(listed(dump), ["person 3"]);
    let file = file(dump.as_bytes());
    let source = open_at(file.path(), &of(None)).expect("opened");
    assert_eq!(source.declared_key(), ["id"]);
    assert_eq!(source.relations()[0].columns, ["boss"]);
}

#[test]
fn a_script_for_sql_server() {
    let dump = "USE [crm]\nGO\nSET ANSI_NULLS ON\nGO\nSET QUOTED_IDENTIFIER ON\nGO\n\
        CREATE TABLE [dbo].[Order Details](\n\t[ID] [int] IDENTITY(1,1) NOT NULL,\n\t[When] [datetime] NULL,\n\
        \t[Price] [decimal](18, 2) NULL,\n\t[Note] [nvarchar](max) NULL,\n CONSTRAINT [PK] PRIMARY KEY CLUSTERED \n(\n\
        \t[ID] ASC\n)WITH (PAD_INDEX = OFF) ON [PRIMARY]\n) ON [PRIMARY]\nGO\n\
        SET IDENTITY_INSERT [dbo].[Order Details] ON \n\n\
        INSERT [dbo].[Order Details] ([ID], [When], [Price], [Note]) VALUES (1, CAST(N'2020-01-02T00:00:00.000' AS DateTime), \
        CAST(12.50 AS Decimal(18, 2)), N'it''s ; \\ GO')\n\
        INSERT [dbo].[Order Details] ([ID], [Note], [When], [Price]) VALUES (2, N'line\nGO on', getdate(), -(5))\nGO\n\
        insert \"Order Details\" values (3, '1/2/1997', 0x15, null)\ngo\n\
        create procedure p as\nINSERT [dbo].[Order Details] VALUES (99, 1, 1, N'no')\nGO\n\
        ALTER TABLE [dbo].[Order Details]  WITH CHECK ADD  CONSTRAINT [FK] FOREIGN KEY([ID])\n\
        REFERENCES [dbo].[Orders] ([Order ID])\nGO\n\
        UPDATE [dbo].[Order Details] SET Price = 1 WHERE ID = 2\nGO\n";
    let expected = [
        "20 !dump.expression:When;dump.expression:Price 1|CAST(N'2020-01-02T00:00:00.000' AS DateTime)|CAST(12.50 AS Decimal(18, 2))|it's ; \\ GO",
        "21 !dump.expression:When;dump.expression:Price 2|getdate()|-(5)|line\nGO on",
        "24 3|1/2/1997|0x15|-",
    ];
    assert_eq!(read(dump, "Order Details"), expected);
    let file = file(dump.as_bytes());
    let source = open_at(file.path(), &of(None)).expect("opened");
    assert_eq!(source.declared_key(), ["ID"]);
    assert_eq!(source.relations()[0].table, "Orders");
    assert_eq!(source.relations()[0].their_columns, ["Order ID"]);
    assert_eq!(source.declared()[2].as_deref(), Some("decimal(18,2)"));
    assert_eq!(source.detected()[0].1, "SQL Server dump, utf-8; not followed: `update` once, first in line 32");
}

#[test]
fn records_without_a_table_have_numbered_or_given_columns() {
    let dump = "INSERT INTO t VALUES (1,'a');\nINSERT INTO t VALUES (2,'b','c');\n";
    assert_eq!(read(dump, "t"), ["1 !dump.width 1|a|-", "2 2|b|c"]);
    let file = file(dump.as_bytes());
    let source = open_at(file.path(), &of(None)).expect("opened");
    assert_eq!(names(source.as_ref()), ["column 1", "column 2", "column 3"]);
    let named = DumpOptions { columns: vec!["id".into(), "name".into(), "x".into()], ..of(None) };
    assert_eq!(names(open_at(file.path(), &named).expect("opened").as_ref()), ["id", "name", "x"]);
    let listed = "INSERT INTO t (a, b) VALUES (1, 2);\nINSERT INTO t (b, c) VALUES (3, 4);\n";
    assert_eq!(read(listed, "t"), ["1 1|2|-", "2 -|3|4"]);
}

#[test]
fn what_changes_the_records_is_said() {
    let dump = "CREATE TABLE t (a int, b int);\nDELETE FROM t;\nINSERT INTO t VALUES (1,2);\nUPDATE t SET a = 2;\n\
        UPDATE t SET a = 3;\nDELETE FROM t WHERE a = 1;\nALTER TABLE t ADD COLUMN c int, ADD PRIMARY KEY (a);\n\
        INSERT INTO t SELECT * FROM u;\nINSERT INTO t VALUES (1,2) ON CONFLICT DO NOTHING;\n";
    let file = file(dump.as_bytes());
    let source = open_at(file.path(), &of(None)).expect("opened");
    assert_eq!(source.declared_key(), ["a"]);
    let expected = "SQLite dump, utf-8; not followed: `update` 2 times, first in line 4; \
        not followed: `delete` once, first in line 6; not followed: `alter table … add column` once, first in line 7; \
        not followed: `insert … select` once, first in line 8; \
        not followed: `insert … on duplicate` once, first in line 9";
    assert_eq!(source.detected()[0].1, expected);
    assert_eq!(rows_of(source.as_ref()), ["3 1|2", "9 1|2"]);
}

#[test]
fn a_broken_dump_costs_what_is_broken() {
    let cut = "CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES (1,'x'),(2,'y";
    assert_eq!(read(cut, "t"), ["2 1|x", "2#2 !dump.cut 2|y"]);
    assert!(
        open_at(file(cut.as_bytes()).path(), &of(None)).expect("opened").detected()[0]
            .1
            .ends_with("within a statement")
    );
    assert_eq!(read("INSERT INTO t VALUES (1,2);\nINSERT INTO t VALUES (3,", "t"), ["1 1|2", "2 !dump.cut 3|-"]);
    let mid = "INSERT INTO t VALUES (1,2);\nINSERT INTO t VALUES (3;\nINSERT INTO t VALUES (4,5);\n";
    assert_eq!(read(mid, "t"), ["1 1|2", "2 !dump.cut 3|-", "3 4|5"]);
    let copy = POSTGRES.split_once("\tf\t").expect("a record").0;
    assert_eq!(read(copy, "contact")[1..], ["27 !dump.cut 2|-|-|-|-|-"]);
}

#[test]
fn a_dump_that_ends_between_two_records_says_so() {
    let detected = |dump: &str| {
        let file = file(dump.as_bytes());
        open_at(file.path(), &of(None)).expect("opened").detected().remove(0).1
    };
    let (whole, cut) = ("SQLite dump, utf-8", "SQLite dump, utf-8; it ends within a statement");
    assert_eq!(detected("INSERT INTO t VALUES\n(1,2),\n(3,4);\n"), whole);
    assert_eq!(detected("INSERT INTO t VALUES\n(1,2),\n(3,4)\n"), whole);
    assert_eq!(detected("INSERT INTO t VALUES\n(1,2),\n"), cut);
    assert_eq!(detected("INSERT INTO t VALUES (1,2);\nINSERT INTO t VALUES\n"), cut);
    let copy = "PostgreSQL dump, utf-8";
    assert_eq!(detected("COPY t (a) FROM stdin;\n1\n2\n\\.\n"), copy);
    assert_eq!(detected("COPY t (a) FROM stdin;\n1\n2\n"), format!("{copy}; it ends within a statement"));
}

#[test]
fn records_that_cannot_be_told_from_a_broken_statement_are_counted() {
    let dump = "INSERT INTO t VALUES (1,2) (3,4), oops, (5,6);\nINSERT INTO t VALUES (7,8) RETURNING a;\n";
    let file = file(dump.as_bytes());
    let source = open_at(file.path(), &of(None)).expect("opened");
    assert_eq!(rows_of(source.as_ref()), ["1 1|2", "1#2 3|4", "2 7|8"]);
    let said = "SQLite dump, utf-8; not followed: `insert … values … and more` once, first in line 1";
    assert_eq!(source.detected()[0].1, said);
}

#[test]
fn encodings_are_those_of_the_dump_or_declared() {
    let latin = b"/*!40101 SET NAMES latin1 */;\nINSERT INTO `t` VALUES ('M\xfcller',_binary 'M\xfc');\n";
    assert_eq!(read_with(latin, &of(None)), ["2 Müller|0x4dfc"]);
    let bare = b"INSERT INTO t VALUES ('M\xfcller');\n";
    assert_eq!(read_with(bare, &of(None)), ["1 !dump.encoding M\u{fffd}ller"]);
    let declared = DumpOptions { encoding: super::Encoding::named("cp850"), ..of(None) };
    assert_eq!(read_with(b"INSERT INTO t VALUES ('M\x81ller');\n", &declared), ["1 Müller"]);
    // The second byte of 表 in Shift-JIS is a backslash.
    let japan = b"-- MySQL dump\n/*!40101 SET NAMES sjis */;\nINSERT INTO `t` VALUES ('\x95\x5c','b');\n";
    assert_eq!(read_with(japan, &of(None)), ["3 表|b"]);
    let wide: Vec<u8> = "\u{feff}SET ANSI_NULLS ON\r\nGO\r\nINSERT [dbo].[t] VALUES (N'Müller 表')\r\nGO\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read_with(&wide, &of(None)), ["3 Müller 表"]);
    let marked = "\u{feff}INSERT INTO t VALUES ('ü');\n";
    assert_eq!(read_with(marked.as_bytes(), &of(None)), ["1 ü"]);
}

#[test]
fn what_cannot_be_read_is_a_clear_error() {
    let error = |dump: &[u8], table: Option<&str>| {
        let file = file(dump);
        let error = open_at(file.path(), &of(table)).err().expect("cannot be opened");
        format!("{}; {}", error.what, error.help.unwrap_or_default())
    };
    assert_eq!(
        error(b"PGDMP\x01\x0e", None),
        "is an archive of pg_dump, and no SQL; turn it into SQL: `pg_restore --file=dump.sql ARCHIVE`"
    );
    assert_eq!(error(b"", None), "holds no table; is it a dump in SQL? if not, say what it is with `kind`");
    assert_eq!(
        error(b"Name,City\nAnn,Oslo\n", None),
        "holds no table; is it a dump in SQL? if not, say what it is with `kind`"
    );
    let two = b"INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);";
    assert_eq!(error(two, None), "no table is named; give a `table`; its tables: `a`, `b`");
    assert_eq!(error(two, Some("c")), "has no table `c`; its tables: `a`, `b`");
    assert_eq!(error(POSTGRES.as_bytes(), Some("contacts")), "has no table `contacts`; did you mean `contact`?");
}
