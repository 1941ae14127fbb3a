"""activities.csv, Windows-1252."""

from generator.customers import customers, old, old_act
from generator.dice import D, below, day, pick, shuffled
from generator.goldmine import live_accounts
from generator.messes import N, tally
from generator.place import HERE
from generator.words import REPS
from generator.workbook import us_date

WHAT = ["Call", "Visit", "Fax", "E-mail", "Quote", "Complaint"]
SUBJECT = [
    "Order follow-up",
    "Price list sent",
    "Tape and void fill",
    "Stretch wrap quote",
    "Late delivery",
    "New catalog",
    "Credit question",
    "Café cups, 12 oz",
    "Samples for Müller line",
    "Pallet return",
    "Kraft rolls",
    "Año nuevo card",
]


def activity_date(d):
    return [d.isoformat(), f"{d.month:02}/{d.day:02}/{d.year}", f"{d.day:02}-{d.strftime('%b')}-{d.year}", us_date(d)][
        below(4)
    ]


def write_activities():
    rows = []

    def act(kind, cust, d, verdict, *codes, **more):
        row = {
            "no": None,
            "cust": cust,
            "date": activity_date(d),
            "type": pick(WHAT),
            "subject": pick(SUBJECT),
            "notes": "",
            "who": pick(REPS),
            "kind": kind,
        }
        row.update(more)
        rows.append(row)
        tally("activity", "activities", verdict, *codes, because=kind)
        return row

    live = [r["no"] for r in live_accounts] + [r["no"] for r in customers if r["is"] == "dup_account"]
    gone = [r["no"] for r in old]
    new = lambda: day(D(2023, 8, 1), D(2026, 6, 29))
    past = lambda: day(D(2001, 5, 1), D(2023, 5, 31))
    clean = [act("clean", pick(live), new(), "load") for _ in range(520)]
    for row in clean[: N["act_multiline"]]:
        row["notes"] = 'Spoke with the front desk.\r\nWill call back; "not before noon".\nSent the sheet.'
    for row in clean[60 : 60 + N["act_short_key"]]:
        row["cust"] = row["cust"].lstrip("0")
    for _ in range(N["act_old"]):
        act("act_old", pick(live), past(), "archive")
    for _ in range(210):
        act("old_account", pick(gone), past(), "archive")
    for r in old_act:
        act("old_live_activity", r["no"], day(D(2026, 2, 2), D(2026, 6, 20)), "load")
    act("act_edge", live[3], D(2023, 6, 29), "archive")
    act("act_edge", live[3], D(2023, 6, 30), "load")
    for _ in range(N["act_sys"]):
        act("act_sys", pick(live), new(), "exclude", type="SYS", subject="Record locked by DAN")
    for i in range(N["act_orphan"]):
        act("act_orphan", f"98{i:03}", new(), "hold", "reference.missing")
    rows = shuffled(rows)
    for n, row in enumerate(rows, 1):
        row["no"] = str(10000 + n)
    for kind, code in (("act_empty_key", "key.empty"), ("act_twice_key", "key.duplicate")):
        row = act(kind, live[0], new(), "reject", code)
        row["no"] = "" if kind == "act_empty_key" else "10007"
        # the list `rows` that act() appends to is the shuffled one from here on

    def quoted(v):
        return '"' + v.replace('"', '""') + '"' if any(ch in v for ch in ';"\r\n') else v

    lines = [
        ";".join(quoted(row[k]) for k in ("no", "cust", "date", "type", "subject", "notes", "who")) for row in rows
    ]
    wrong = [
        ("act_ragged", "19001;00021;2025-03-04;Call;Tape; cups; wrap;left word;RUTH", "csv.ragged"),
        ("act_ragged", "19002;00022;2025-04-11;Visit;Boxes; lids;;MARGE", "csv.ragged"),
        ("act_ragged", "19003;00023;2025-05", "csv.ragged"),
        ("act_nul", "19004;00024;2025-06-02;Call;Kraft\0 rolls;;TL", "csv.nul"),
        ("act_quote", '19005;00025;2025-06-03;Call;"2" tape, 36 rolls";;TL', "csv.quote"),
    ]
    for i, (kind, line, code) in enumerate(wrong):
        lines.insert(200 + 217 * i, line)
        tally("activity", "activities", "reject", code, because=kind)
    (HERE / "activities.csv").write_bytes(
        ("\r\n".join(["Act No;Cust No;Date;Type;Subject;Notes;Who"] + lines) + "\r\n").encode("cp1252")
    )
