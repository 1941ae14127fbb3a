"""opportunities.db, SQLite."""

import datetime
import sqlite3
import struct
from generator.customers import old
from generator.dice import D, below, day, pick
from generator.goldmine import live_accounts
from generator.messes import N, tally
from generator.place import HERE


def write_opportunities():
    path = HERE / "opportunities.db"
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.execute("PRAGMA page_size=4096")
    db.execute(
        "CREATE TABLE opportunity (id INTEGER PRIMARY KEY, parent_id INTEGER, cust_no TEXT, title TEXT NOT NULL, amount, stage TEXT, opened TEXT, closes TEXT, remarks TEXT)"
    )
    rows = []

    def opp(kind, cust, closes, verdict, *codes, parent=None, **more):
        row = {
            "id": 1001 + len(rows),
            "parent_id": parent,
            "cust_no": cust,
            "title": f"{pick(['Annual', 'Spring', 'Fall', 'Trial', 'Repeat'])} {pick(['carton', 'tape', 'wrap', 'kraft paper', 'mailer', 'cup'])} order",
            "amount": round(200 + below(4000000) / 100, 2),
            "stage": pick(["WON", "Won", "LOST", "Quote", "QUOTED", "Lead", "Negotiation"]),
            "opened": (closes - datetime.timedelta(days=20 + below(90))).isoformat(),
            "closes": closes.isoformat(),
            "remarks": None,
        }
        row.update(more)
        rows.append(row)
        tally("opportunity", "opportunities", verdict, *codes, because=kind)
        return row

    live, gone = [r["no"] for r in live_accounts], [r["no"] for r in old]
    new = lambda: day(D(2023, 8, 1), D(2026, 12, 15))
    past = lambda: day(D(2004, 5, 1), D(2023, 5, 31))
    clean = [opp("clean", pick(live), new(), "load") for _ in range(165)]
    for row in clean[: N["opp_text_amount"]]:
        row["amount"] = f"${row['amount']:,.2f}"
    for _ in range(N["opp_old"]):
        opp("opp_old", pick(live), past(), "archive")
    for _ in range(45):
        opp("old_account", pick(gone), past(), "archive")
    for i in range(N["opp_orphan"]):
        opp("opp_orphan", f"97{i:03}", new(), "hold", "reference.missing")
    for i in range(N["opp_lost_parent"]):
        opp("opp_lost_parent", pick(live), new(), "load", "reference.missing", parent=9001 + i)
    for _ in range(N["opp_bad_stage"]):
        opp("opp_bad_stage", pick(live), new(), "hold", "value.unmapped", stage="Ask Ruth")
    for _ in range(N["opp_chain"]):
        cust, parent = pick(live), None
        for title in ("Frame contract", "Call-off 1", "Repeat order", "Repeat order 2"):
            parent = opp("opp_chain", cust, new(), "load", parent=parent, title=title)["id"]
    for row in rows:
        db.execute(
            "INSERT INTO opportunity VALUES (:id,:parent_id,:cust_no,:title,:amount,:stage,:opened,:closes,:remarks)",
            row,
        )
    db.commit()
    db.execute("VACUUM")
    db.close()
    data = bytearray(path.read_bytes())  # the library writes its own version into bytes 96..100
    data[96:100] = struct.pack(">I", 3040000)
    path.write_bytes(data)
