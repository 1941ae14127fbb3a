"""Writes customers.xlsx."""

import zipfile
from xml.sax.saxutils import escape
from generator.customers import HEAD, customers, formula_row
from generator.dice import D, chance
from generator.messes import N, tally
from generator.people import spell
from generator.place import HERE


def us_date(d, two=False):
    return f"{d.month}/{d.day}/{d.year % 100:02}" if two else f"{d.month}/{d.day}/{d.year}"


lost = texts = 0


def cells(r):
    global lost, texts
    c = r["country"]
    phone = lambda k: (
        r["bad"].get(k) or (spell(c, r[k], other=r["spelt"] in ("", "see memo") and c != "US") if r[k] else "")
    )
    z = r["zip"]
    if z.isdigit() and z[0] == "0" and c in ("US", "DE") and lost < N["lost_zero"] and chance(0.5):
        z = int(z)
        lost += 1
    last = r["last"]
    if last and texts < N["text_date"] and chance(0.2):
        last = us_date(last, chance(0.3))
        texts += 1
    direct, switch, fax = phone("direct"), phone("switch"), phone("fax")
    return [
        r["no"],
        r["type"],
        r["company"],
        r["contact"],
        r["person"]["title"] if r["contact"] else "",
        direct,
        switch,
        fax,
        r["email"],
        r["street"],
        r["city"],
        r["state"],
        z,
        r["spelt"],
        r["first"] or "",
        last or "",
        r["status"],
        r["group"],
        r["rep"],
        r["credit"],
        r["nomail"],
        r["faxflag"],
        r["memo1"],
        r["memo2"],
    ]


GROUPS = [
    ("A", "Case goods, list price", 0),
    ("B", "Regular trade", 5),
    ("C", "Trade, prompt payers", 7.5),
    ("D", "Distributors", 12.5),
    ("N", "Net, by quotation", 0),
    ("X", "Staff and family", 20),
]


def column_name(i):
    return chr(65 + i)


def sheet_xml(rows, strings, widths):
    out = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols>'
    ]
    out += [f'<col min="{i + 1}" max="{i + 1}" width="{w}" customWidth="1"/>' for i, w in enumerate(widths)] + [
        "</cols><sheetData>"
    ]
    for n, row in enumerate(rows, 1):
        out.append(f'<row r="{n}">')
        for i, v in enumerate(row):
            ref = f"{column_name(i)}{n}"
            if v == "" or v is None:
                continue
            if isinstance(v, tuple) and v[1] == "error":
                out.append(f'<c r="{ref}" t="e"><v>{v[0]}</v></c>')
            elif isinstance(v, tuple):
                out.append(f'<c r="{ref}"><f>{escape(v[0])}</f><v>{v[1]}</v></c>')
            elif isinstance(v, D):
                out.append(f'<c r="{ref}" s="1"><v>{(v - D(1899, 12, 30)).days}</v></c>')
            elif isinstance(v, (int, float)):
                out.append(f'<c r="{ref}"><v>{v}</v></c>')
            else:
                out.append(f'<c r="{ref}" s="2" t="s"><v>{strings.setdefault(v, len(strings))}</v></c>')
        out.append("</row>")
    return "".join(out) + "</sheetData></worksheet>"


def write_workbook():
    strings = {}
    rows = [["Alden Brook Supply Co."], ["Customer list, kept by Ruth; do not sort!"], [], HEAD]
    for r in customers:
        line = cells(r)
        if r is formula_row:
            line[19] = ("500*5", 2500)
        rows.append(line)
    groups = [["Price groups"], ["Code", "Description", "Discount %"]] + [list(g) for g in GROUPS]
    one, two = sheet_xml(rows, strings, [9, 6, 30, 22] + [16] * 20), sheet_xml(groups, strings, [8, 30, 12])
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    ns = "http://schemas.openxmlformats.org/"
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{ns}package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="/xl/{p}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{t}+xml"/>'
            for p, t in (
                ("workbook", "sheet.main"),
                ("worksheets/sheet1", "worksheet"),
                ("worksheets/sheet2", "worksheet"),
                ("styles", "styles"),
                ("sharedStrings", "sharedStrings"),
            )
        )
        + "</Types>",
        "_rels/.rels": f'{head}<Relationships xmlns="{ns}package/2006/relationships"><Relationship Id="rId1" Type="{ns}officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook xmlns="{ns}spreadsheetml/2006/main" xmlns:r="{ns}officeDocument/2006/relationships"><sheets><sheet name="Customers" sheetId="1" r:id="rId1"/><sheet name="Price Groups" sheetId="2" r:id="rId2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{ns}package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{i}" Type="{ns}officeDocument/2006/relationships/{t}" Target="{p}.xml"/>'
            for i, (t, p) in enumerate(
                (
                    ("worksheet", "worksheets/sheet1"),
                    ("worksheet", "worksheets/sheet2"),
                    ("styles", "styles"),
                    ("sharedStrings", "sharedStrings"),
                ),
                1,
            )
        )
        + "</Relationships>",
        "xl/styles.xml": f'{head}<styleSheet xmlns="{ns}spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
        "xl/worksheets/sheet1.xml": one,
        "xl/worksheets/sheet2.xml": two,
        "xl/sharedStrings.xml": f'{head}<sst xmlns="{ns}spreadsheetml/2006/main" uniqueCount="{len(strings)}">'
        + "".join(f'<si><t xml:space="preserve">{escape(s)}</t></si>' for s in strings)
        + "</sst>",
    }
    with zipfile.ZipFile(HERE / "customers.xlsx", "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (2026, 5, 29, 17, 40, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            z.writestr(info, text.encode())
    for g in GROUPS:
        tally("price_group", "price_groups", "load")
