"""An answer as CSV (RFC 4180): a row for the verdict, then one for each thing that bears on it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from schemas.verdicts import EvidenceItem, GapFinding
from service.formats.plain import moment, plain
from service.formats.shown import Shown

COLUMNS: Final = (
    "aircraft",
    "airport",
    "date",
    "zone",
    "as_of",
    "kind",
    "text",
    "grade",
    "source",
    "t_from",
    "t_to",
    "lat",
    "lon",
    "capture",
    "row_from",
    "row_to",
    "url",
    "marks",
    "attribution",
)
"""The first five say in every row what was asked, and when: rows get parted from each other."""


def table(shown: Shown) -> str:
    """The rows, with a header. No cell is a formula to a spreadsheet: a text that could be one
    begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    verdict = shown.verdict
    asked = {
        "aircraft": verdict.aircraft,
        "airport": verdict.airport,
        "date": verdict.on.isoformat(),
        "zone": verdict.zone,
        "as_of": verdict.as_of,
    }
    for row in _rows(shown):
        writer.writerow({name: _cell(value) for name, value in (asked | row).items()})
    return out.getvalue()


def _rows(shown: Shown) -> Iterator[dict[str, Any]]:
    verdict = shown.verdict
    yield {
        "kind": "verdict",
        "text": verdict.sentence,
        "grade": f"{verdict.verdict}: {verdict.grade}",
        "t_from": verdict.interval.t_from,
        "t_to": verdict.interval.t_to,
    }
    for item in verdict.evidence:
        yield _evidence(item, shown)
    for gap in verdict.gaps:
        yield _gap(gap)
    for hour in verdict.coverage:
        yield {
            "kind": "coverage",
            "text": f"{hour.aircraft} other aircraft heard there in this hour",
            "source": hour.source,
            "t_from": hour.hour,
            "attribution": verdict.attributions.get(hour.source, ""),
        }
    for limit in verdict.does_not_show:
        yield {"kind": "limit", "text": limit}


def _evidence(item: EvidenceItem, shown: Shown) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "text": item.text,
        "grade": item.grade,
        "source": item.source,
        "t_from": item.t_from,
        "t_to": item.t_to,
        "lat": item.lat,
        "lon": item.lon,
        "capture": item.capture,
        "row_from": item.row_from,
        "row_to": item.row_to,
        "url": item.url,
        "marks": " ".join(item.marks),
        "attribution": shown.verdict.attributions.get(item.source, ""),
    }


def _gap(gap: GapFinding) -> dict[str, Any]:
    return {
        "kind": "gap",
        "text": gap.text,
        "grade": "a visit is possible" if gap.possible else "no visit is possible",
        "t_from": gap.before.t if gap.before else None,
        "t_to": gap.after.t if gap.after else None,
    }


def _cell(value: object) -> object:
    """Numbers stay numbers, also below zero; text is text."""
    if isinstance(value, datetime):
        return moment(value)
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if text.lstrip()[:1] in _FORMULA else text


_FORMULA: Final = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\u2212|%")
"""What a formula begins with in one spreadsheet or another, full-width signs too. Tabs and
returns, which some of them skip, are spaces by then."""
