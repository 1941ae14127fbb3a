"""CONTACT1.DBF and its memo file, dBase III."""

import struct
from generator.customers import companies, old_con, plain, pool
from generator.dice import D, below, chance, day, pick, shuffled
from generator.messes import N, tally
from generator.people import bad_phone, full, person, spell
from generator.place import HERE
from generator.words import PLACES, SPELT, STREETS

DBF = [
    ("ACCOUNTNO", "C", 20),
    ("RECID", "C", 15),
    ("COMPANY", "C", 40),
    ("CONTACT", "C", 40),
    ("TITLE", "C", 35),
    ("PHONE1", "C", 25),
    ("EMAIL", "C", 50),
    ("ADDRESS1", "C", 40),
    ("CITY", "C", 30),
    ("STATE", "C", 20),
    ("ZIP", "C", 10),
    ("COUNTRY", "C", 20),
    ("KEY1", "C", 20),
    ("KEY2", "C", 20),
    ("LASTDATE", "C", 8),
    ("CREATEON", "D", 8),
    ("NOMAIL", "C", 1),
    ("NOTES", "M", 10),
]
NOTES = [
    "Met at the trade show in Springfield. Wants the fall catalog.\r\nSend the kraft samples.",
    "Café account next door, same owner.",
    "Called 3x, left word with the front desk.",
    "Orders by fax only until the line is fixed.",
    "Très gentille. Bruxelles office closed.",
    "Liefert an die Straße hinter dem Bahnhof; Tor 4.",
]
gm = []


def gm_record(p, kind, cust=None, company="", last=None, **more):
    c = p["country"]
    city, region, zipcode = pick(PLACES[c])
    r = {
        "ACCOUNTNO": f"A{len(gm) + 1:05}{98000000 + below(999999)}",
        "RECID": f"R{below(10**9):09}{len(gm) % 7}",
        "COMPANY": company,
        "CONTACT": full(p),
        "TITLE": p["title"],
        "PHONE1": spell(c, p["phone"], other=c != "US" and chance(0.3)),
        "EMAIL": p["email"],
        "ADDRESS1": f"{2 + below(300)} {pick(STREETS[c])}",
        "CITY": city,
        "STATE": region,
        "ZIP": zipcode,
        "COUNTRY": pick([s for s in SPELT[c] if s]) if c != "US" else pick(SPELT[c]),
        "KEY1": cust["no"] if cust else "",
        "KEY2": "",
        "LASTDATE": (last or day(D(2023, 8, 1), D(2026, 6, 1))).strftime("%m/%d/%y"),
        "CREATEON": day(D(1998, 2, 2), D(2002, 12, 30)),
        "NOMAIL": pick(["", "", "N", "Y"]),
        "NOTES": pick(NOTES) if chance(0.3) else "",
        "kind": kind,
        "p": p,
    }
    r.update(more)
    gm.append(r)
    return r


in_book = [r for r in pool if r["email"]]


def from_book(n):
    got = in_book[:n]
    del in_book[:n]
    return got


for r in from_book(N["gm_email"]):
    gm_record(r["person"], "gm_email", r, r["company"], EMAIL=r["email"].upper())
for r in from_book(N["gm_phone"]):
    gm_record(r["person"], "gm_phone", r, r["company"], EMAIL="", PHONE1=spell(r["country"], r["direct"], other=True))
for r in old_con:
    gm_record(r["person"], "old_live_contact", r, r["company"], day(D(2026, 1, 5), D(2026, 6, 1)))
triples = from_book(N["triple"])
for r in triples:
    gm_record(r["person"], "triple", r, r["company"], EMAIL=r["email"].title())


def someone():
    return person(pick(["US", "US", "US", "US", "CA", "DE", "FR", "GB"]))


live_accounts = [r for r in plain if not r.get("unreachable")]


def plain_record():
    cust = pick(live_accounts) if chance(0.6) else None
    return gm_record(someone(), "clean", cust, cust["company"] if cust else " ".join(companies.pop()))


gm_plain = [plain_record() for _ in range(300)]
for r in gm_plain[: N["gm_self"]]:
    gm_record(r["p"], "gm_self", None, EMAIL=r["p"]["email"])
for i in range(N["gm_personal"]):
    gm_record(
        person("US"),
        "gm_personal",
        None,
        ["Foss Dental", "Quabbin Boat Yard", "Ware Middle School", "Stan's Snow Plowing"][i % 4],
        KEY2="PERSONAL",
        TITLE="",
        ADDRESS1="",
        CITY="Ware",
        STATE="MA",
        ZIP="01082",
    )
for _ in range(N["gm_no_name"]):
    gm_record(someone(), "gm_no_name", None, "Front desk", CONTACT="")
for _ in range(N["gm_old"]):
    gm_record(someone(), "gm_old", None, " ".join(companies.pop()), day(D(2001, 5, 1), D(2023, 5, 31)))
for i in range(N["gm_orphan"]):
    gm_record(someone(), "gm_orphan", None, KEY1=f"99{i:03}")
for i in range(N["gm_bad_phone"]):
    gm_record(person("US"), "gm_bad_phone", None, PHONE1=bad_phone(i))
gm_plain[20]["NOTES"] = ("History of the account. " + "Called, no answer, called again. " * 90)[:2600]
gm_plain[20]["long"] = True
for r in gm:
    end, codes = {
        "gm_email": ("merge", []),
        "gm_phone": ("merge", []),
        "gm_self": ("merge", []),
        "old_live_contact": ("merge", []),
        "triple": ("merge", []),
        "gm_personal": ("exclude", []),
        "gm_no_name": ("reject", ["required.missing"]),
        "gm_old": ("archive", []),
        "gm_orphan": ("hold", ["reference.missing"]),
        "gm_bad_phone": ("load", ["phone.invalid"]),
    }.get(r["kind"], ("load", []))
    tally("contact", "goldmine", end, *codes, *(["length.too-long"] if r.get("long") else []), because=r["kind"])


def write_dbf():
    gone = []
    for i in range(N["gm_deleted"]):
        gone.append(gm_record(someone(), "gm_deleted"))
    rows = shuffled(gm)
    memo = bytearray(512)
    memo[16] = 3
    body = bytearray()
    for r in rows:
        body += b"*" if r["kind"] == "gm_deleted" else b" "
        for name, kind, size in DBF:
            v = r[name]
            if kind == "D":
                cell = v.strftime("%Y%m%d").encode()
            elif kind == "M":
                cell = b" " * 10
                if v:
                    cell = b"%10d" % (len(memo) // 512)
                    text = v.encode("cp850") + b"\x1a\x1a"
                    memo += text + b"\0" * (-len(text) % 512)
            else:
                cell = v.encode("cp850")[:size].ljust(size)
            body += cell
    struct.pack_into("<I", memo, 0, len(memo) // 512)
    head = (
        struct.pack("<BBBBIHH", 0x83, 126, 5, 29, len(rows), 32 + 32 * len(DBF) + 1, 1 + sum(f[2] for f in DBF))
        + bytes(17)
        + b"\x02"
        + bytes(2)
    )
    for name, kind, size in DBF:
        head += name.encode().ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([size, 0]) + bytes(14)
    (HERE / "CONTACT1.DBF").write_bytes(head + b"\r" + bytes(body) + b"\x1a")
    (HERE / "CONTACT1.DBT").write_bytes(bytes(memo))
