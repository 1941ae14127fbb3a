#!/usr/bin/env python3
"""Writes the sample estate: Alden Brook Supply Co., a wholesaler without a CRM.

    python3 samples/make.py            writes samples/ anew, the same bytes each time
    python3 samples/make.py --check    reads it back with independent readers
                                       (pip install openpyxl dbf vobject phonenumbers)

Standard library only, one fixed seed, no clock. Every mess is planted by a
number in generator/messes.py, and what must become of it is counted while it is planted: this
file never runs Cutover, so `expected.toml` is a second opinion on its outcome.
All people and companies are invented; the phone numbers lie in the ranges that
the numbering authorities keep for fiction; mail domains are reserved ones.
"""

import sys

sys.dont_write_bytecode = True  # leave nothing but the estate behind

from generator.workbook import write_workbook  # noqa: E402, I001  (in the order of writing)
from generator.goldmine import write_dbf  # noqa: E402
from generator.rolodex import write_cards  # noqa: E402
from generator.activities import write_activities  # noqa: E402
from generator.opportunities import write_opportunities  # noqa: E402
from generator.outcome import write_expected, write_readme  # noqa: E402

write_workbook()
write_dbf()
write_cards()
write_activities()
write_opportunities()
write_expected()
write_readme()
if "--check" in sys.argv:
    from generator.readback import check

    check()
