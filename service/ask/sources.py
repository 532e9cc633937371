"""Which sources there are, whether they are asked here, and how they have been doing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from schemas.api import SourceDocument
from schemas.sources import Pace, Reach, Terms
from service.desk import Desk
from service.domain.verdict.phrases import utc
from service.errors import NotFound
from service.storage.database import reading
from service.storage.source_health import health_of


def sources_here(desk: Desk) -> tuple[SourceDocument, ...]:
    """Every source, by key."""
    with reading(desk.engine) as conn:
        health = health_of(conn, desk.sources, now=desk.clock())
    return tuple(
        SourceDocument(
            source=source,
            on=key not in desk.off,
            why_off=desk.off.get(key, ""),
            health=health[key],
        )
        for key, source in desk.sources.items()
    )


def source_here(desk: Desk, key: str) -> SourceDocument:
    """One source. Raises `NotFound` when there is none of that key."""
    must_exist(desk, key)
    with reading(desk.engine) as conn:
        health = health_of(conn, [key], now=desk.clock())[key]
    return SourceDocument(
        source=desk.sources[key],
        on=key not in desk.off,
        why_off=desk.off.get(key, ""),
        health=health,
    )


def must_exist(desk: Desk, key: str) -> None:
    """Raises `NotFound` when there is no source of that key."""
    if key not in desk.sources:
        raise NotFound(f"There is no such source; there are: {', '.join(desk.sources)}.")


def attributions(desk: Desk, keys: Iterable[str]) -> dict[str, str]:
    """Whom to name for what these sources said, by key, in their order; it goes with whatever is
    handed out. A source that is no longer known is not named."""
    known = desk.sources
    return {key: known[key].terms.attribution for key in sorted(set(keys)) if key in known}


def source_lines(document: SourceDocument) -> Iterator[str]:
    """A source for people: whether it is asked, what it allows, how it has been doing."""
    source, health = document.source, document.health
    yield f"{'on ' if document.on else 'off'}  {source.key}: {source.title}"
    if document.why_off:
        yield f"     {document.why_off}"
    elif source.terms.note:
        yield f"     {source.terms.note}"
    yield f"     {source.kind}; {_reach(source.reach)}; {_lag(source.lag)}; {_pace(source.pace)}"
    yield f"     {source.terms.attribution}; {_terms(source.terms)}"
    told = health.last_success
    yield f"     last success: {'never' if told is None else utc(told)}"
    if health.outcomes:
        counted = ", ".join(f"{number} {word}" for word, number in health.outcomes.items())
        yield f"     last 7 days: {counted}"
    if health.closed_until is not None:
        yield f"     closed until {utc(health.closed_until)}: {health.why_closed}"
    if source.pace.daily_credits is not None:
        left = "" if health.credits_left is None else f"; {health.credits_left} left, it says"
        yield (
            f"     credits today: {health.credits_spent} of {source.pace.daily_credits} spent{left}"
        )
    if health.unread:
        yield f"     pages that could not be read: {health.unread} (kept; `tailcheck rederive`)"


_HOUR: Final = timedelta(hours=1)


def _reach(reach: Reach) -> str:
    if reach.days_back == 0:
        return "reaches: only now"
    parts = []
    if reach.first_day is not None:
        parts.append(f"from {reach.first_day}")
    if reach.last_day is not None:
        parts.append(f"to {reach.last_day}")
    if reach.days_back is not None:
        parts.append(f"the last {reach.days_back} days")
    if reach.days_of_month:
        days = ", ".join(str(day) for day in reach.days_of_month)
        parts.append(f"only day {days} of each month")
    return f"reaches: {', '.join(parts)}" if parts else "no limit known to its reach"


def _lag(lag: timedelta) -> str:
    if not lag:
        return "speaks at once"
    if lag < timedelta(days=2):
        return f"speaks after {lag / _HOUR:g} h"
    return f"speaks after {lag / timedelta(days=1):g} days"


def _pace(pace: Pace) -> str:
    if pace.requests_per_s > 1:
        return f"at most {pace.requests_per_s:g} requests a second"
    return f"at most a request every {1 / pace.requests_per_s:g} s"


def _terms(terms: Terms) -> str:
    marks = [
        (terms.personal_only, "personal use only"),
        (not terms.may_store, "not to be stored"),
        (not terms.may_redistribute, "not to be passed on"),
        (terms.needs_agreement, "asks for an agreement"),
    ]
    return "; ".join([terms.licence, *(text for holds, text in marks if holds)])
