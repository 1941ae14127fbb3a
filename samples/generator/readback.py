"""Reads all back with independent readers."""

import collections
import csv
import dbf
import io
import openpyxl
import phonenumbers
import sqlite3
import vobject
from generator.customers import HEAD, customers
from generator.goldmine import gm
from generator.messes import verdicts
from generator.people import DIAL, INVALID, VALID
from generator.place import HERE
from generator.rolodex import cards


def check_merges():
    """Counts the duplicates of contact by their keys, from the records as planted."""
    people = []
    for r in customers:
        reachable = r["contact"] and not r.get("unreachable")
        if reachable and r["is"] not in ("vendors", "empty_key", "twice_key", "bad_status", "no_name"):
            people.append((r["email"].lower(), r["person"], r["bad"].get("direct") is None))
    for r in gm:
        if r["kind"] not in ("gm_deleted", "gm_personal", "gm_no_name"):
            people.append((r["EMAIL"].lower(), r["p"], r["kind"] != "gm_bad_phone"))
    people += [(c["email"], c["p"], True) for c in cards if c["kind"] != "vcf_no_name"]
    leader = list(range(len(people)))

    def find(i):
        while leader[i] != i:
            i = leader[i]
        return i

    first = {}
    for i, (email, p, phone) in enumerate(people):
        keys = [email] if email.count("@") == 1 and not email.endswith("@") else []
        keys += [(p["family"], p["country"], p["phone"])] if phone else []
        for key in keys:
            leader[find(i)] = find(first.setdefault(key, i))
    merged = sum(leader[i] != i for i in range(len(people)))
    assert merged == verdicts["contact"]["merge"], merged
    names = collections.Counter(
        (" ".join(r["company"].split()), str(r["zip"])) for r in customers if r["is"] not in ("vendors", "no_name")
    )
    assert sum(n - 1 for n in names.values()) == verdicts["account"]["merge"]


def check():
    check_merges()
    for text, country, want in VALID:
        n = phonenumbers.parse(text, country)
        assert phonenumbers.is_valid_number(n) and phonenumbers.format_number(n, 0) == want, (text, country, want)
    for text in INVALID:
        try:
            assert not phonenumbers.is_valid_number(phonenumbers.parse(text, "US")), text
        except phonenumbers.NumberParseException:
            pass
    book = openpyxl.load_workbook(HERE / "customers.xlsx", data_only=True)
    sheet = book["Customers"]
    assert [c.value for c in sheet[4]] == HEAD and sheet.max_row == len(customers) + 4
    for i, r in enumerate(customers):
        assert (sheet.cell(i + 5, 1).value or "") == r["no"] and (sheet.cell(i + 5, 3).value or "") == r["company"]
    assert book["Price Groups"].max_row == 8
    table = dbf.Table(str(HERE / "CONTACT1.DBF"), codepage="cp850")
    table.open(dbf.READ_ONLY)
    there = {r.recid.strip(): r for r in table if not dbf.is_deleted(r)}
    assert len(there) == len([r for r in gm if r["kind"] != "gm_deleted"])
    for r in gm:
        if r["kind"] != "gm_deleted":
            assert (
                there[r["RECID"]].contact.strip() == r["CONTACT"] and (there[r["RECID"]].notes or "") == r["NOTES"]
            ), r
    read = {}
    for path in sorted((HERE / "rolodex").glob("*.vcf")):
        text = path.read_bytes().decode()
        text = text[: text.rindex("END:VCARD")] + "END:VCARD\r\n"  # the card that was cut off
        for c in vobject.readComponents(text, allowQP=True):
            read[c.tel.value.replace("tel:", "")] = (c.n.value.family, c.n.value.given)
    for c in cards:
        p = c["p"]
        want = (p["family"], p["given"]) if c["kind"] != "vcf_no_name" else ("", "")
        assert read[f"+{DIAL[p['country']]}{p['phone']}"] == want, (want, read[f"+{DIAL[p['country']]}{p['phone']}"])
    rows = list(
        csv.reader(
            io.StringIO((HERE / "activities.csv").read_bytes().decode("cp1252").replace("\0", ""), newline=""),
            delimiter=";",
        )
    )
    assert len(rows) == 1 + sum(verdicts["activity"].values()) and sum(len(r) != 7 for r in rows) == 3, len(rows)
    db = sqlite3.connect(HERE / "opportunities.db")
    assert db.execute("select count(*) from opportunity").fetchone()[0] == sum(verdicts["opportunity"].values())
    emails = collections.Counter(r["email"] for r in customers if "@" in r["email"])
    assert max(emails.values()) == 1
    print(
        f"all read back: {len(customers)} customers, {len(there)} GoldMine records, {len(cards) + 1} cards, {len(rows) - 1} activities"
    )
