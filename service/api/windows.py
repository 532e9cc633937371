"""`from` and `to` as people write them, to a half-open window in UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar

from service.ask.typed import parse_date, parse_moment
from service.domain.dates import FIRST_DAY, local_day
from service.errors import BadInput

T = TypeVar("T")

FIRST: Final = datetime.combine(FIRST_DAY, time(), UTC)
AHEAD: Final = timedelta(days=2)
"""How far a window may reach into the future: to the end of today, in whatever zone."""


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open, aware UTC; None = no bound."""

    t_from: datetime | None
    t_to: datetime | None


@dataclass(frozen=True, slots=True)
class BoundWindow:
    """Half-open, aware UTC, with both ends."""

    t_from: datetime
    t_to: datetime


def read_window(
    t_from: str | None, t_to: str | None, *, now: datetime, zone: str = "UTC"
) -> Window:
    """The window between two typed ends. A date as `to` is included whole.

    Raises `BadInput` when an end cannot be read, lies before aircraft were tracked or ahead of
    now, or the window ends before it begins.
    """
    start = None if t_from is None else _typed("from", lambda: _starts(t_from, zone))
    end = None if t_to is None else _typed("to", lambda: _ends(t_to, zone))
    for name, moment in (("from", start), ("to", end)):
        if moment is not None and moment < FIRST:
            raise BadInput(f"`{name}` lies before public aircraft tracking; check the year.")
    if (start is not None and start > now) or (end is not None and end > now + AHEAD):
        raise BadInput("The window lies in the future; evidence exists only for the past.")
    if start is not None and end is not None and end <= start:
        raise BadInput("The window ends before it begins: `to` must come after `from`.")
    return Window(start, end)


def read_bound_window(t_from: str, t_to: str, *, now: datetime, longest: timedelta) -> BoundWindow:
    """As `read_window`, in UTC, with both ends and a greatest length."""
    window = read_window(t_from, t_to, now=now)
    assert window.t_from is not None
    assert window.t_to is not None
    if window.t_to - window.t_from > longest:
        raise BadInput(f"Ask for at most {longest.days} days at once.")
    return BoundWindow(window.t_from, window.t_to)


def read_day(name: str, text: str) -> date:
    """A date that evidence may speak about.

    Raises `BadInput` when it is no date, or lies before aircraft were tracked.
    """
    day = _typed(name, lambda: parse_date(text))
    if not FIRST_DAY <= day < LAST_DAY:
        raise BadInput(f"`{name}`: nothing is known of {day}; check the year.")
    return day


LAST_DAY: Final = date(9000, 1, 1)
"""Beyond this, arithmetic with days runs into the end of the calendar."""


def read_moment(name: str, text: str) -> datetime:
    """A moment with its zone, as UTC.

    Raises `BadInput` when it is none, or has no zone.
    """
    return _typed(name, lambda: parse_moment(_with_plus(text)))


def read_as_of(text: str | None, now: datetime) -> datetime | None:
    """The past moment to answer as of; None = the present.

    Raises `BadInput` when it cannot be read, or lies in the future.
    """
    if text is None:
        return None
    moment = read_moment("as_of", text)
    if moment > now:
        raise BadInput("`as_of` lies in the future; what will be known then is not known yet.")
    return moment


def _starts(text: str, zone: str) -> datetime:
    return _day(text, zone).t_from if _is_date(text) else parse_moment(_with_plus(text))


def _ends(text: str, zone: str) -> datetime:
    return _day(text, zone).t_to if _is_date(text) else parse_moment(_with_plus(text))


def _day(text: str, zone: str) -> BoundWindow:
    day = parse_date(text)
    if day >= LAST_DAY:
        raise OverflowError
    interval = local_day(day, zone)
    return BoundWindow(interval.t_from, interval.t_to)


def _is_date(text: str) -> bool:
    return ":" not in text and "T" not in text


def _with_plus(text: str) -> str:
    """``+03:00`` typed into a URL arrives as a space and the rest."""
    head, space, zone = text.strip().rpartition(" ")
    return f"{head}+{zone}" if space and "T" in head and zone[:1].isdigit() else text


def _typed(name: str, read: Callable[[], T]) -> T:
    """What `read` reads, with the parameter's name before the complaint."""
    try:
        return read()
    except OverflowError as error:
        raise BadInput(f"`{name}` lies outside of the calendar.") from error
    except BadInput as error:
        raise BadInput(f"`{name}`: {error}") from error
