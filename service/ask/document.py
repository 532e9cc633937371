"""An answer as a document: the same one on the command line and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schemas.verdicts import Verdict
from service.domain.verdict.phrases import utc


def verdict_json(verdict: Verdict) -> bytes:
    """The whole answer as JSON, UTF-8, times as RFC 3339 in UTC."""
    return msgspec.json.encode(verdict)


def verdict_text(verdict: Verdict) -> str:
    """The answer for people, most important first."""
    return "\n".join(_lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"{verdict.reads.upper()}  [{verdict.verdict}, {verdict.grade}]"
    yield verdict.sentence
    if verdict.other_date is not None:
        yield f"Mind the date: {verdict.other_date.text}"
    yield from _section("Why", (reason.text for reason in verdict.reasons))
    yield from _section(
        "Evidence",
        (
            f"{item.text} [{item.source}{_where(item.capture, item.row_from, item.row_to)}]"
            for item in verdict.evidence
        ),
    )
    yield from _section("Silences", (gap.text for gap in verdict.gaps))
    yield from _section("Rivals", (f"{r.airport}: {r.why}" for r in verdict.rivals))
    yield from _section("Conflicts", (reason.text for reason in verdict.conflicts))
    yield from _section(
        "Other aircraft heard there",
        (f"{utc(hour.hour)} {hour.source}: {hour.aircraft}" for hour in verdict.coverage),
    )
    yield from _section("Taken for granted", iter(verdict.assumptions))
    yield from _section("Would change this", iter(verdict.would_change))
    yield from _section("Does not show", iter(verdict.does_not_show))
    yield from _section("Sources", (f"{k}: {text}" for k, text in verdict.attributions.items()))
    yield f"As of {utc(verdict.as_of)}; {verdict.rules_version}; {verdict.reference_version}"


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = [f"  - {line}" for line in lines]
    if found:
        yield f"{title}:"
        yield from found


def _where(capture: str, row_from: int | None, row_to: int | None) -> str:
    if not capture:
        return ""
    rows = "" if row_from is None else f" row {row_from}"
    if row_from is not None and row_to is not None and row_to != row_from:
        rows = f" rows {row_from} to {row_to}"
    return f", capture {capture[:12]}{rows}"
