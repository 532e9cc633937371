"""A watch's alerts as a calendar (RFC 5545): each thing that happened is an event without length.

With details an event lies when it happened, and without them when it was told: the time of a
landing is known to everybody who heard it, so it would tell which aircraft is meant. A correction
is the same event with a higher SEQUENCE, a withdrawal cancels it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from icalendar import Calendar, Event

from schemas.watching import Watch
from service.notify.feed import Entry, name_of

MEDIA_TYPE: Final = "text/calendar"

_LOOK_AGAIN: Final = timedelta(minutes=15)


def calendar(watch: Watch, entries: Sequence[Entry], *, details: bool) -> bytes:
    """The calendar in UTF-8."""
    made = Calendar()
    made.add("prodid", "-//Tailcheck//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name_of(watch, details=details))
    made.add("refresh-interval", _LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    for entry in entries:
        made.add_component(_event(entry, details=details))
    body: bytes = made.to_ical()
    return body


def _event(entry: Entry, *, details: bool) -> Event:
    occasion = entry.alert.occasion
    event = Event()
    event.add("uid", str(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.alert.created_at)
    event.add("last-modified", entry.alert.created_at)
    event.add("dtstart", occasion.at if details else entry.first_at or entry.alert.created_at)
    event.add("summary", entry.title)
    event.add("description", entry.body)
    event.add("url", entry.link)
    event.add("status", _status(entry))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if details and occasion.airport is not None:
        event.add("location", occasion.airport)
    if details and occasion.lat is not None and occasion.lon is not None:
        event.add("geo", (occasion.lat, occasion.lon))
    return event


def _status(entry: Entry) -> str:
    if entry.is_withdrawn:
        return "CANCELLED"
    return "CONFIRMED" if entry.alert.occasion.grade == "observed" else "TENTATIVE"
