"""From a local date to the half-open UTC interval it is, days of 23, 25 and 0 hours included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.verdicts import Interval
from service.errors import BadInput

FIRST_DAY = date(1990, 1, 1)
"""Before this nobody received ADS-B; an earlier date is a typing error."""
_OF_THIS_MACHINE = frozenset({"localtime", "posixrules"})
"""Files beside the time zones that say where this machine stands; no answer may depend on it."""
_SHOWN = 40
"""So much of a wrong time zone is quoted back."""


@lru_cache(maxsize=1024)
def local_day(on: date, zone: str) -> Interval:
    """The UTC interval of the local date `on` in the IANA `zone`.

    A midnight that a clock change skips is the moment of the change. One that comes twice is the
    first, unless the clock goes back across it into the day before (Newfoundland until 2010):
    then the date begins for good the second time, and its first minute counts to the day before.

    Raises:
        BadInput: the zone is unknown, or the date never happened there (2011-12-30 at Apia).
    """
    where = zone_of(zone)
    try:
        t_from = _midnight(on, where)
        t_to = _midnight(on + timedelta(days=1), where)
    except OverflowError as error:
        raise BadInput(f"{on} is at the end of the calendar; check the year.") from error
    if t_to <= t_from:
        raise BadInput(f"{on} did not exist in {zone}: the calendar skipped that day there.")
    return Interval(t_from=t_from, t_to=t_to)


def check_askable(on: date, interval: Interval, now: datetime) -> None:
    """Refuse dates that no evidence can speak about.

    Raises:
        BadInput: the day has not begun yet, or lies before `FIRST_DAY`.
    """
    if interval.t_from > now:
        raise BadInput(f"{on} has not begun yet there; evidence exists only for the past.")
    if on < FIRST_DAY:
        raise BadInput(f"{on} is before public aircraft tracking; check the year.")


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of that name.

    Raises:
        BadInput: there is none.
    """
    try:
        return ZoneInfo("" if name in _OF_THIS_MACHINE else name)  # "" is no zone
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
        raise BadInput(
            f"{shown!r} is not a time zone; use a name such as Europe/Minsk, or UTC."
        ) from error


def _midnight(on: date, where: ZoneInfo) -> datetime:
    local = datetime.combine(on, time(), tzinfo=where)
    first = local.astimezone(UTC)
    again = local.replace(fold=1).astimezone(UTC)
    if again > first and (again - timedelta.resolution).astimezone(where).date() < on:
        return again
    return first
