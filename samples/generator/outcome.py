"""expected.toml and README.md."""

from generator.messes import MESS, N, by_source, issues, verdicts, why
from generator.place import HERE

ORDER = ["load", "merge", "archive", "exclude", "hold", "reject", "refuse"]


def write_expected():
    out = [
        "# What the sample run must give. Written by make.py from its table of messes,",
        "# never by running Cutover. Per source, a cluster counts its first record as the",
        "# survivor (sources in the order of pipeline.toml).",
        "",
    ]
    for e in ("price_group", "account", "contact", "contact_point", "activity", "opportunity"):
        out += [f"[entity.{e}]", f"read = {sum(verdicts[e].values())}"] + [f"{v} = {verdicts[e][v]}" for v in ORDER]
        out += ["", f"[entity.{e}.issues]"] + [f'"{c}" = {n}' for c, n in sorted(issues[e].items())]
        for s in sorted({s for s, _ in by_source[e]}):
            out += [
                "",
                f"[entity.{e}.sources.{s}]",
                f"read = {sum(n for (t, _), n in by_source[e].items() if t == s)}",
            ] + [f"{v} = {by_source[e][s, v]}" for v in ORDER]
        out += (
            ["", f"# derivation of {e}"]
            + [
                f"#   {v:8} {n:5}  {b}"
                for (v, b), n in sorted(why[e].items(), key=lambda x: (ORDER.index(x[0][0]), x[0][1]))
            ]
            + [""]
        )
    (HERE / "expected.toml").write_text("\n".join(out).rstrip("\n") + "\n", encoding="utf-8")


def write_readme():
    out = [
        (HERE / "README.head.md").read_text(encoding="utf-8").rstrip("\n"),
        "",
        "| mess | how many | where | what it is | what becomes of it |",
        "|---|--:|---|---|---|",
    ]
    cell = lambda t: t.replace("|", "\\|")
    out += [f"| `{k}` | {n} | {cell(w)} | {cell(x)} | {cell(o)} |" for k, (n, w, x, o) in MESS.items()]
    (HERE / "README.md").write_text("\n".join(out) + "\n", encoding="utf-8")
