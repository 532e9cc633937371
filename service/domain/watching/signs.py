"""Signs of life: heard again after a long silence, and lost in the air.

Silence is that of the aircraft towards us: whoever was not asked cannot have heard it. So both are
inferred, and a silence is one only from when the watch was added: before, nobody may have asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

from schemas.watching import Occasion, Trigger, Watch
from service.domain.ordering import in_order
from service.domain.watching import words
from service.domain.watching.known import HeardSpan, Known, Unasked
from service.domain.watching.phrases import moment

_SAME_FLIGHT: Final = timedelta(hours=3)
"""A source that heard the aircraft so shortly before its last sign might have heard it on."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """Time in which somebody heard it, without a break."""

    first: HeardSpan
    """Where it begins."""
    last: HeardSpan
    """Where it ends; of several that end at one moment, one on the ground."""


def reappearances(watch: Watch, known: Known) -> Iterator[Occasion]:
    """Signs of life after `silent_days` without one, counted from the last sign, but from no
    earlier than when the watch was added."""
    least = timedelta(days=watch.wishes.silent_days)
    silent_since = max(known.last_heard_before or watch.added_at, watch.added_at)
    heard_before = known.last_heard_before == silent_since
    for stretch in _stretches(known.heard):
        silent = stretch.first.t_first - silent_since
        if silent >= least:
            text = words.reappeared(
                stretch.first, known, silent.total_seconds(), heard_before=heard_before
            )
            yield _occasion("reappeared", known, stretch.first, text, begins=True)
        if stretch.last.t_last >= silent_since:
            silent_since, heard_before = stretch.last.t_last, True


def losses(watch: Watch, known: Known) -> tuple[list[Occasion], list[Unasked]]:
    """The present loss of signal, if there is one; and every end of being heard that is none, with
    why it is none: each was one as far as was known at some time."""
    minutes = watch.wishes.lost_minutes
    stretches = _stretches(known.heard)
    ends = [
        _occasion("signal_lost", known, each.last, words.lost(each.last, known, minutes))
        for each in stretches
    ]
    over = [
        Unasked(occasion=end, why=f"It was heard again at {moment(after.first.t_first)}.")
        for end, (_, after) in zip(ends, pairwise(stretches), strict=False)
    ]
    if not stretches:
        return [], over
    last = stretches[-1].last
    if not last.airborne_at_end:
        why = "When last heard it was on the ground."
    elif not _asked_in_vain(known, last, timedelta(minutes=minutes)):
        why = f"Nobody has asked for it in vain for {minutes} minutes."
    else:
        return [ends[-1]], over
    return [], [*over, Unasked(occasion=ends[-1], why=why)]


def _asked_in_vain(known: Known, last: HeardSpan, least: timedelta) -> bool:
    """Whether a source was asked that could have heard it on: the one that heard it last, else,
    where that is not a live one, one that heard it shortly before."""
    able = {last.source} & set(known.looked_until) or {
        span.source
        for span in known.heard
        if span.source in known.looked_until and last.t_last - span.t_last <= _SAME_FLIGHT
    }
    return any(known.looked_until[source] - last.t_last >= least for source in able)


def _stretches(spans: Sequence[HeardSpan]) -> list[_Heard]:
    """When it was heard by anybody, in time order."""
    found: list[_Heard] = []
    for span in in_order(spans, lambda span: (span.t_first, span.t_last, span.source)):
        if found and span.t_first <= found[-1].last.t_last:
            found[-1] = _Heard(found[-1].first, _later(found[-1].last, span))
        else:
            found.append(_Heard(span, span))
    return found


def _later(a: HeardSpan, b: HeardSpan) -> HeardSpan:
    return max((a, b), key=lambda span: (span.t_last, not span.airborne_at_end))


def _occasion(
    trigger: Trigger, known: Known, span: HeardSpan, text: str, *, begins: bool = False
) -> Occasion:
    at = span.t_first if begins else span.t_last
    return Occasion(
        trigger=trigger,
        icao24=known.icao24,
        registration=known.registration,
        at=at,
        t_earliest=at,
        t_latest=at,
        grade="inferred",
        sources=(span.source,),
        lat=None if begins else span.lat,
        lon=None if begins else span.lon,
        words=text,
    )
