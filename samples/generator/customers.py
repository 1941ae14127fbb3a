"""The rows of Ruth's list, and what must become of each."""

from generator.dice import D, below, chance, day, pick, rng, shuffled
from generator.messes import N, tally
from generator.people import ascii_of, bad_phone, full, number, person
from generator.words import FIRST, FORM, KIND, PLACES, REPS, SPELT, STREETS

HEAD = [
    "Cust No",
    "Type",
    "Company",
    "Contact",
    "Job Title",
    "Direct",
    "Switchboard",
    "Fax",
    "E-mail",
    "Street",
    "City",
    "State",
    "Zip",
    "Country",
    "First Order",
    "Last Order",
    "Status",
    "Price Grp",
    "Rep",
    "Credit Limit",
    "No Mail",
    "FAXFLAG",
    "Memo1",
    "Memo2",
]
MEMOS = [
    "Ask for the loading dock",
    "Closed Fridays",
    "Pays by check",
    "Wants samples with each order",
    "Delivery after 10 only",
    "Prefers e-mail",
    "PO number needed",
    "Tax exempt, form on file",
]
companies = shuffled([(a, k) for a in FIRST for k in KIND])


def country_of():
    r = rng.random()
    return "US" if r < 0.78 else "CA" if r < 0.86 else "GB" if r < 0.91 else "DE" if r < 0.96 else "FR"


def customer(no, country=None, **more):
    c = country or country_of()
    a, k = companies.pop()
    form = pick(FORM[c])
    city, region, zipcode = pick(PLACES[c])
    street = pick(STREETS[c])
    n = 2 + below(480)
    first = day(D(2001, 4, 2), D(2018, 12, 31))
    p = person(c)
    row = {
        "no": no,
        "type": "C",
        "company": f"{a} {k} {form}".strip(),
        "country": c,
        "person": p,
        "contact": full(p),
        "direct": p["phone"],
        "switch": number(c),
        "fax": number(c) if chance(0.5) else None,
        "email": p["email"],
        "street": f"{street} {n}" if c == "DE" else f"{n} {street}",
        "city": city,
        "state": region,
        "zip": zipcode,
        "spelt": pick(SPELT[c]),
        "first": first,
        "last": day(D(2023, 8, 1), D(2026, 6, 26)),
        "status": pick(["A", "A", "ACT", "Active", "active"]),
        "group": pick(["A", "B", "C", "D", "N"]),
        "rep": pick(REPS),
        "credit": pick([500, 1000, 2500, 5000, "", ""]),
        "nomail": pick(["", "", "", "Y", "N"]),
        "faxflag": pick(["X", ""]),
        "memo1": pick(MEMOS) if chance(0.4) else "",
        "memo2": pick(MEMOS) if chance(0.1) else "",
        "is": "clean",
        "issues": {"account": [], "contact": []},
        "bad": {},
    }
    if c in ("GB", "DE", "FR"):
        row["spelt"] = pick(SPELT[c])
    row.update(more)
    return row


customers, spare = [], []
counter = 0


def add(kind, n, **more):
    global counter
    made = []
    for _ in range(n):
        counter += 1
        row = customer(f"{counter:05}", **more)
        row["is"] = kind
        made.append(row)
    customers.extend(made)
    return made


plain = add("clean", 440)
vendors = add("vendors", N["vendors"], type="V")
prospects = add("prospect", 70, type="P", status="PROSP", first=None, last=None)
quiet = add("no_contact", N["no_contact"], contact="", email="", direct=None)
bad_status = add("bad_status", N["bad_status"], country="US", status="see Ruth")
no_name = add("no_name", N["no_name"], country="US", company="")
OLD = lambda: day(D(2003, 1, 6), D(2023, 5, 31))
old = add("old_account", N["old_account"], status="I")
old_key = add("old_key_account", N["old_key_account"], status="KEY", contact="", email="", direct=None)
old_act = add("old_live_activity", N["old_live_activity"], status="I", contact="", email="", direct=None)
old_con = add("old_live_contact", N["old_live_contact"], status="I", country="US")
for row in old + old_key + old_act + old_con:
    row["first"] = day(D(2001, 4, 2), D(2002, 12, 31))
    row["last"] = OLD()
pool = shuffled(plain)  # each mess takes rows of its own


def take(n, where=lambda r: True):
    got = [r for r in pool if where(r)][:n]
    assert len(got) == n
    ids = {id(r) for r in got}
    pool[:] = [r for r in pool if id(r) not in ids]
    return got


US = lambda r: r["country"] == "US"
for r in take(N["bad_country"], US):
    r["spelt"] = "see memo"
    r["issues"]["account"].append("country.invalid")
    r["issues"]["contact"].append("country.invalid")
    r["issues"]["point"] = ["country.invalid"]
for r in take(N["bad_postcode"], US):
    r["zip"] = "??"
    r["issues"]["account"].append("postcode.invalid")
for r in take(N["bad_date"]):
    r["first"] = "13/45/2009"
    r["issues"]["account"].append("date.invalid")
for i, r in enumerate(take(N["bad_direct"], US)):
    r["direct"] = None
    r["bad"]["direct"] = bad_phone(i)
    r["issues"]["contact"].append("phone.invalid")
for i, r in enumerate(take(N["bad_fax"], US)):
    r["fax"] = None
    r["bad"]["fax"] = bad_phone(i)
for r in take(N["same_phone"]):
    r["switch"] = r["direct"]
    r["same"] = True
for i, r in enumerate(take(N["bad_email"])):
    name = r["person"]["family"].lower()
    r["email"] = [f"{ascii_of(name)}@", f"{ascii_of(name)}@@example.com", "www.example.com", "ask for it"][i % 4]
    r["issues"]["contact"].append("email.invalid")
for r in take(N["unreachable"]):
    r.update(email="", direct=None, switch=None)
    r["unreachable"] = True
for i, r in enumerate(take(N["error_cell"])):
    r["rep" if i < 4 else "memo2"] = ("#N/A" if i < 4 else "#REF!", "error")
for r, t in zip(
    take(N["formula_text"]),
    ['=HYPERLINK("http://www.example.com","web shop")', "+1 pallet free per 20", "@aldenbrook_fan on the web", "-"],
):
    r["memo1"] = t
formula_row = take(1)[0]
dups_of = take(N["dup_account"])
for twin in dups_of:
    counter += 1
    row = customer(f"{counter:05}", twin["country"])
    row["is"] = "dup_account"
    row.update({k: twin[k] for k in ("street", "city", "state", "zip", "spelt")})
    words = twin["company"].split(" ")
    row["company"] = [" ".join(words) + "  ", "  ".join(words), " " + " ".join(words)][below(3)]
    customers.append(row)
for kind, no in (("empty_key", ""), ("twice_key", plain[11]["no"])):
    row = customer(no, "US")
    row["is"] = kind
    row["fax"] = number("US")
    customers.append(row)
for r in bad_status + no_name:
    r["fax"] = number("US")

for r in customers:
    kind, live = r["is"], r["is"] not in ("old_account",)
    if kind == "vendors":
        for e, n in (("account", 1), ("contact", 1), ("contact_point", 3)):
            tally(e, "customers", "exclude", because=kind, n=n)
        continue
    if kind in ("empty_key", "twice_key"):
        code = "key.empty" if kind == "empty_key" else "key.duplicate"
        for e, n in (("account", 1), ("contact", 1), ("contact_point", 3)):
            tally(e, "customers", "reject", code, because=kind, n=n)
        continue
    end = {"bad_status": "reject", "no_name": "reject", "dup_account": "merge", "old_account": "archive"}.get(
        kind, "load"
    )
    codes = list(r["issues"]["account"]) + {"bad_status": ["value.unmapped"], "no_name": ["required.missing"]}.get(
        kind, []
    )
    if r.get("unreachable"):
        codes.append("reference.left-out")
    if isinstance(r["rep"], tuple) or isinstance(r["memo2"], tuple):
        codes.append("sheet.error-cell")
    tally("account", "customers", end, *codes, because=kind)
    if not r["contact"]:
        tally("contact", "customers", "exclude", because=kind)
    elif r.get("unreachable"):
        tally("contact", "customers", "reject", "rule.broken", because="unreachable")
    elif end == "reject":
        tally("contact", "customers", "hold", "reference.left-out", because=kind)
    else:
        tally(
            "contact",
            "customers",
            "archive" if kind == "old_account" else "load",
            *r["issues"]["contact"],
            because=kind,
        )
    for column in ("direct", "switch", "fax"):
        if column in r["bad"]:
            tally("contact_point", "customers", "reject", "phone.invalid", because="bad_" + column)
        elif r[column] is None:
            tally("contact_point", "customers", "exclude", because="no number in the column")
        elif column == "switch" and r.get("same"):
            tally("contact_point", "customers", "merge", because="same_phone")
        elif end == "reject":
            tally("contact_point", "customers", "hold", "reference.left-out", because=kind)
        else:
            tally(
                "contact_point",
                "customers",
                "archive" if kind == "old_account" else "load",
                *r["issues"].get("point", []),
                because=kind,
            )
