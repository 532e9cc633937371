"""A moment as people write it: date, time of day and zone, on one line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters._bytes import shown

_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T|\s+)(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*(\S.*)?", re.ASCII
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d\d))?", re.ASCII)
_NAMED = {"Z": "UTC", "UTC": "UTC", "GMT": "UTC", "MSK": "Europe/Moscow"}
"""The only abbreviations that mean one thing to everybody who may write here."""

HOW = "write it as 2020-08-18 16:00 Europe/Moscow or 2020-08-18 16:00 +03:00"


class NotAMoment(ValueError):
    """`str()` completes a sentence: "departed …"."""


def zoned_time(text: str) -> datetime:
    """The moment in UTC.

    Raises `NotAMoment` when there is no zone, no such date, or the clock never showed it there
    or showed it twice.
    """
    parts = _MOMENT.fullmatch(text.strip())
    if parts is None:
        raise NotAMoment(f"is no date with a time and a zone: {shown(text, 60)}; {HOW}")
    if not parts[3]:
        raise NotAMoment(f"has no time zone: {shown(text, 60)}; {HOW}")
    try:
        local = datetime.fromisoformat(f"{parts[1]}T{parts[2]}")
    except ValueError as error:
        raise NotAMoment(f"is a date or a time that does not exist: {shown(text, 60)}") from error
    if not _FIRST_YEAR <= local.year < _LAST_YEAR:
        raise NotAMoment(f"lies outside {_FIRST_YEAR} to {_LAST_YEAR}: {shown(text, 60)}")
    zone = _zone(parts[3])
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        if back != local:
            raise NotAMoment(
                f"never was: the clocks in {parts[3]} were put forward across {parts[2]} that day"
            )
        raise NotAMoment(
            f"was twice: the clocks in {parts[3]} were put back across {parts[2]} that day; "
            "write the offset, e.g. +03:00"
        )
    return first.astimezone(UTC)


def _zone(name: str) -> tzinfo:
    name = name.strip()
    offset = _OFFSET.fullmatch(name.upper())
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            raise NotAMoment(f"has an offset that no place has: {shown(name, 40)}")
        ahead = timedelta(hours=hours, minutes=minutes)
        return timezone(ahead if offset[1] == "+" else -ahead)
    known = _NAMED.get(name.upper(), name)
    if "/" not in known and known != "UTC":
        raise NotAMoment(
            f"has a zone that is not clear, {shown(name, 40)}: abbreviations mean different "
            "things in different places; write a name such as Europe/Minsk, or +03:00"
        )
    if known.startswith("Etc/GMT"):
        raise NotAMoment(f"has a zone whose sign is upside down, {shown(name, 40)}; write +03:00")
    try:
        return ZoneInfo(known)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NotAMoment(
            f"has an unknown time zone, {shown(name, 40)}; write a name such as Europe/Minsk"
        ) from error
