"""When a message is sent: at once, after the quiet hours, or with a digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.watching import QuietHours, Wishes

DAILY_AT_MINUTE: Final = 8 * 60
"""A daily digest is sent at eight in the morning, local time."""
_DAY: Final = 24 * 60
_MINUTE: Final = timedelta(minutes=1)
_LOOKED_THROUGH: Final = 2 * _DAY
"""Minutes. A wall clock that skips the hour looked for today shows it tomorrow."""


def due(wishes: Wishes, now: datetime) -> tuple[datetime, str]:
    """When what happened now is to be sent, and with what: the batch, empty = by itself.

    A digest goes at the full hour (hourly) or at `DAILY_AT_MINUTE`, on the wall clock of the zone
    of the quiet hours, else UTC; where that falls into quiet hours, at their end. Whatever waits
    for the end of quiet hours goes together. A batch is named by its moment, which is always in the
    future: once it is due, nothing is added to it.
    """
    zone = _zone(wishes.quiet.zone) if wishes.quiet else ZoneInfo("UTC")
    sent_at = now
    if wishes.digest == "hourly":
        sent_at = _next(sent_at, zone, lambda minute: minute % 60 == 0)
    elif wishes.digest == "daily":
        sent_at = _next(sent_at, zone, lambda minute: minute == DAILY_AT_MINUTE)
    if wishes.quiet and is_quiet(wishes.quiet, sent_at):
        sent_at = _end_of_quiet(wishes.quiet, _whole_minute(sent_at))
    if sent_at == now:
        return now, ""
    why = "quiet" if wishes.digest == "none" else wishes.digest
    return sent_at, f"{why}-{sent_at:%Y%m%dT%H%MZ}"


def is_quiet(quiet: QuietHours, moment: datetime) -> bool:
    """Whether the wall clock there stands within the quiet hours. From and to the same = never."""
    minute = _minute_of_day(moment, _zone(quiet.zone))
    return (minute - quiet.from_minute) % _DAY < (quiet.to_minute - quiet.from_minute) % _DAY


@lru_cache(maxsize=4096)
def _end_of_quiet(quiet: QuietHours, whole_minute: datetime) -> datetime:
    """The first moment after that is not quiet. Minute by minute: clocks are put back and forth."""
    moment = whole_minute
    for _ in range(_LOOKED_THROUGH):
        moment += _MINUTE
        if not is_quiet(quiet, moment):
            return moment
    return moment


def _next(now: datetime, zone: ZoneInfo, fits: Callable[[int], bool]) -> datetime:
    """The first whole minute after `now` whose minute of the local day fits."""
    moment = _whole_minute(now)
    for _ in range(_LOOKED_THROUGH):
        moment += _MINUTE
        if fits(_minute_of_day(moment, zone)):
            break
    return moment


def _whole_minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _minute_of_day(moment: datetime, zone: ZoneInfo) -> int:
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A name is checked when it is typed. That a zone was renamed since must not lose an alert.
        return ZoneInfo("UTC")
