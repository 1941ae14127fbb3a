"""The address cards: vCard 2.1, 3.0 and 4.0."""

import base64
import quopri
from generator.dice import D, below, day, pick, shuffled
from generator.goldmine import from_book, someone, triples
from generator.messes import N, tally
from generator.people import spell
from generator.place import HERE
from generator.words import PLACES, STREETS

DOT = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).decode()
cards = []
NOTES = [
    "Second drawer, behind the letter K. Prefers to be called before noon, never on Fridays; ask for the extension at the desk.",
    "Met at the packaging fair in Boston; wants to hear of the new void fill as soon as the samples are in.",
    "Took over from old Mr. Lamont. Sign for deliveries at the rear dock only, ring twice, and mind the dog.",
    "Do not send the calendar again; they return it each year. Coffee, yes. Ask about the boat.",
]


def card_of(p, kind, **more):
    c = {"p": p, "kind": kind, "email": p["email"], "org": "", "uid": True, "rev": None}
    c.update(more)
    cards.append(c)
    return c


for r in from_book(N["vcf_email"]):
    card_of(r["person"], "vcf_email", org=r["company"])
for r in from_book(N["vcf_phone"]):
    card_of(r["person"], "vcf_phone", email="", org=r["company"])
for r in triples:
    card_of(r["person"], "triple", email="", org=r["company"])
for i in range(46):
    card_of(
        someone(),
        "vcf_no_uid" if i < N["vcf_no_uid"] else "clean",
        uid=i >= N["vcf_no_uid"],
        rev=day(D(2023, 8, 1), D(2026, 5, 1)) if i % 3 == 0 else None,
    )
for i in range(N["vcf_no_name"]):
    card_of(
        someone(),
        "vcf_no_name",
        org=["Ware Town Hall", "Pioneer Freight", "Mill River Bank", "County Recycling"][i],
        email=f"office{i + 1}@example.org",
    )


def fold(line):
    raw, out = line.encode(), []
    while len(raw) > 74:
        cut = 74
        while raw[cut] & 0xC0 == 0x80:
            cut -= 1
        out.append(raw[:cut])
        raw = b" " + raw[cut:]
    return b"\r\n".join(out + [raw]) + b"\r\n"


def esc(t):
    return t.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def qp(name, value):
    text = quopri.encodestring(value.encode("latin-1")).replace(b"=\n", b"=\r\n")
    return f"{name};CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:".encode() + text + b"\r\n"


def vcard(c, version, n):
    p, person_named = c["p"], c["kind"] != "vcf_no_name"
    g, f = (p["given"], p["family"]) if person_named else ("", "")
    city, region, zipcode = pick(PLACES[p["country"]])
    tel = spell(p["country"], p["phone"], other=True)
    street = f"{3 + below(200)} {pick(STREETS[p['country']])}"
    name = f"{g} {f}".strip() or c["org"]
    land = {"US": "USA", "CA": "Canada", "GB": "United Kingdom", "DE": "Germany", "FR": "France"}[p["country"]]
    uid = f"aldenbrook-card-{n:04}" if c["uid"] else None
    note = pick(NOTES)
    lines = [b"BEGIN:VCARD\r\n", f"VERSION:{version}\r\n".encode()]
    if version == "2.1":
        plain_text = lambda name, v: f"{name}:{v}\r\n".encode() if v.isascii() else qp(name, v)
        lines += [plain_text("N", f"{f};{g}"), plain_text("FN", name), f"TEL;WORK;VOICE:{tel}\r\n".encode()]
        if c["org"]:
            lines.append(plain_text("ORG", c["org"].replace(";", " ")))
        if c["email"]:
            lines.append(f"EMAIL;INTERNET:{c['email']}\r\n".encode())
        lines += [plain_text("ADR;WORK", f";;{street};{city};{region};{zipcode};{land}")]
        if n % 4 == 0:
            lines.append(
                qp(
                    "NOTE",
                    note + " Zweigstelle: Größe und Maß wie im Vorjahr."
                    if p["country"] == "DE"
                    else note + " Best lunch: Café René, next door.",
                )
            )
    else:
        four = version == "4.0"
        lines += [fold(f"N:{esc(f)};{esc(g)};;;"), fold(f"FN:{esc(name)}")]
        lines.append(fold(f'TEL;VALUE=uri;TYPE="work,voice":tel:{tel}' if four else f"TEL;TYPE=WORK,VOICE:{tel}"))
        if c["org"]:
            lines.append(fold(f"ORG:{esc(c['org'])}"))
        if c["email"]:
            lines.append(fold(f"EMAIL;TYPE=work:{c['email']}" if four else f"item1.EMAIL;TYPE=INTERNET:{c['email']}"))
        if c["email"] and not four:
            lines.append(b"item1.X-ABLabel:_$!<Work>!$_\r\n")
        lines.append(fold(f"ADR;TYPE=work:;;{esc(street)};{esc(city)};{region};{zipcode};{land}"))
        if n % 5 == 0:
            lines.append(fold("NOTE:" + esc(note)))
        if n % 9 == 0:
            lines.append(fold(f"PHOTO:data:image/png;base64,{DOT}" if four else f"PHOTO;ENCODING=b;TYPE=PNG:{DOT}"))
    if c["rev"]:
        lines.append(
            f"REV:{c['rev'].strftime('%Y%m%d') + 'T120000Z' if version == '4.0' else c['rev'].isoformat() + 'T12:00:00Z'}\r\n".encode()
        )
    if uid:
        lines.append(f"UID:{uid}\r\n".encode())
    return b"".join(lines + [b"END:VCARD\r\n"])


def write_cards():
    folder = HERE / "rolodex"
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.vcf"):
        path.unlink()
    plan = [
        ("palm-1999.vcf", "2.1", 9),
        ("nokia-2003.vcf", "2.1", 8),
        ("outlook-2006.vcf", "2.1", 6),
        ("ruth-a-f.vcf", "3.0", 9),
        ("ruth-g-m.vcf", "3.0", 8),
        ("ruth-n-z.vcf", "3.0", 8),
        ("addressbook.vcf", "3.0", 6),
        ("dan-phone.vcf", "4.0", 8),
        ("marge-phone.vcf", "4.0", 7),
        ("single-a.vcf", "3.0", 1),
        ("single-b.vcf", "4.0", 1),
    ]
    rest = shuffled(cards)
    n = 0
    plan.append(("shoebox-2004.vcf", "2.1", len(rest) - sum(p[2] for p in plan)))
    for name, version, many in plan:
        data = b""
        for c in rest[:many]:
            n += 1
            data += vcard(c, version, n)
        del rest[:many]
        if name.startswith("shoebox"):
            data += b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Quill;Harriet\r\nFN:Harriet Quill\r\nTEL;WORK;VOICE:+14135550199\r\nUID:aldenbrook-card-cut\r\n"
        (folder / name).write_bytes(data)
    for c in cards:
        end, codes = {
            "vcf_email": ("merge", []),
            "vcf_phone": ("merge", []),
            "triple": ("merge", []),
            "vcf_no_name": ("reject", ["required.missing"]),
        }.get(c["kind"], ("load", []))
        tally("contact", "rolodex", end, *codes, because=c["kind"])
    tally("contact", "rolodex", "reject", "vcard.unclosed", because="vcf_no_end")
