"""An answer for people at a terminal, most important first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.verdicts import EvidenceItem, Verdict
from service.domain.verdict.phrases import utc
from service.formats.plain import plain


def verdict_text(verdict: Verdict) -> str:
    """The whole answer, a line for each thing."""
    return "\n".join(map(plain, _lines(verdict)))


def rows(item: EvidenceItem) -> str:
    """Which rows of the bytes as received show it: ``row 3``, ``rows 3 to 9``; empty = not said."""
    if item.row_from is None:
        return ""
    if item.row_to is None or item.row_to == item.row_from:
        return f"row {item.row_from}"
    return f"rows {item.row_from} to {item.row_to}"


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"{verdict.reads.upper()}  [{verdict.verdict}, {verdict.grade}]"
    yield verdict.sentence
    if verdict.other_date is not None:
        yield f"Mind the date: {verdict.other_date.text}"
    yield from _section("Why", (reason.text for reason in verdict.reasons))
    yield from _section(
        "Evidence", (f"{item.text} [{item.source}{_where(item)}]" for item in verdict.evidence)
    )
    yield from _section("Silences", (gap.text for gap in verdict.gaps))
    yield from _section("Rivals", (f"{r.airport}: {r.why}" for r in verdict.rivals))
    yield from _section("Conflicts", (reason.text for reason in verdict.conflicts))
    yield from _section(
        "Other aircraft heard there",
        (f"{utc(hour.hour)} {hour.source}: {hour.aircraft}" for hour in verdict.coverage),
    )
    yield from _section("Taken for granted", verdict.assumptions)
    yield from _section("Would change this", verdict.would_change)
    yield from _section("Does not show", verdict.does_not_show)
    yield from _section("Sources", (f"{k}: {name}" for k, name in verdict.attributions.items()))
    yield f"As of {utc(verdict.as_of)}; {verdict.rules_version}; {verdict.reference_version}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"  - {line}" for line in lines]
    if found:
        yield f"{title}:"
        yield from found


def _where(item: EvidenceItem) -> str:
    if not item.capture:
        return ""
    return f", capture {item.capture[:12]} {rows(item)}".rstrip()
