"""README.txt of a bundle: what it is, how to check it, and what it cannot show."""

from __future__ import annotations

import textwrap

import msgspec

from schemas.verdicts import Verdict
from service.evidence.bundle.parts import Contents

_WHAT = """\
This is the evidence behind one answer of Tailcheck, an open-source service that asks public flight
data whether an aircraft was at an airport on a date.
"""
_HOW = """\
HOW TO CHECK IT

  python3 verify.py BUNDLE.zip        needs Python 3.8 or later, nothing else
  tailcheck verify BUNDLE.zip         also derives the verdict again, from the bytes as received

Whoever hands you a bundle hands you this verify.py too. A copy from elsewhere is a better judge of
it. The sha256 of tagmanifest-sha256.txt is the bundle's root: it stands for every byte in here.
Anybody can make another bundle that is sound in itself. Only the root, if it was written down or
published at the time, or a head of the log that was published elsewhere, shows that this is the
one that was made.

WHAT IS IN IT

  data/verdict.json       the answer, byte for byte
  data/question.json      what was asked, and as of when
  data/captures/          bytes exactly as they were received, named by their sha256
  data/captures.json      where each came from and when; and those that are not enclosed, and why
  data/derived.json       what was derived from them: segments, movements, passes, ground spans
  data/coverage.json      which other aircraft were heard at the airport
  data/statements.json    who says which registration is which address
  data/reports.json       reports of flights without positions
  data/ledger.json        which source was asked what, and what came of it
  data/airports.json      the rows of the airport table that may have had a say
  data/sources.json       the sources as they are described
  data/licences.json      under which terms they may be used, and whom to name
  data/revisions.json     earlier answers to a kept check, in data/revisions/
  data/log.json           proofs that a log of captures holds them
  data/withheld.json      what the answer rests on and is not here
  data/versions.json      what it was made with

The ledger, and statements and reports whose page is not enclosed, are Tailcheck's own notes: they
are what it says it was told.
"""


def readme(contents: Contents) -> bytes:
    """UTF-8 text, at most 100 columns wide where that can be."""
    verdict = msgspec.json.decode(contents.verdict, type=Verdict)
    said = [
        f"{verdict.aircraft} at {verdict.airport} ({verdict.airport_name}) on {verdict.on}",
        "",
        _WHAT,
        f"THE ANSWER: {verdict.reads}",
        "",
        *textwrap.wrap(verdict.sentence, 96),
        "",
        f"As of {verdict.as_of.isoformat()}. It does not show:",
        *(f"  - {line}" for line in verdict.does_not_show),
        "",
        _HOW,
        *_withheld(contents),
        "SOURCES",
        "",
        *(f"  {licence.source}: {licence.terms.attribution}; {licence.terms.licence}"
          for licence in contents.licences),
        "",
    ]  # fmt: skip
    return "\n".join(said).encode("utf-8", "replace")


def _withheld(contents: Contents) -> list[str]:
    if not contents.withheld:
        return []
    lines = [f"  - {item.number} x {item.what} of {item.source}: {item.why}"
             for item in contents.withheld]  # fmt: skip
    return ["WHAT IS NOT IN IT", "", *lines, ""]
