"""What the HTTP face takes about claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.api_watching import STRICT, Address, Short, Words

Answers = Annotated[Mapping[Short, Short], Field(max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAsked:
    """One end of a flight, or a place where it was."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    place: Short = ""
    """A code or a name, as in a question."""
    date: Short = ""
    """YYYY-MM-DD, as the calendar there had it; unless given, the flight's."""
    time: Short = ""
    """HH:MM, as a clock in `zone` shows it."""
    zone: Short = ""
    """IANA name. Unless given, the time is tried in that of either end and in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightAsked:
    """One flight of one aircraft, or where it is said to have been."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    aircraft: Short
    """Registration or 24-bit address."""
    type: Short = ""
    """ICAO designator, as T204."""
    date: Short = ""
    """YYYY-MM-DD."""
    departure: StopAsked | None = None
    arrival: StopAsked | None = None
    presence: StopAsked | None = None
    minutes: int | None = None
    """From take-off to landing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAsked:
    """A claim: as text with the date of its publication, or in fields."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    text: str = ""
    """English, Russian, Belarusian or Ukrainian; at most 20,000 characters. Kept nowhere."""
    published: Short = ""
    """YYYY-MM-DD; with a text it must be said, since "yesterday" is counted from it."""
    answers: Answers = field(default_factory=dict)
    """To the questions of an earlier reading of the same text, by their `field`."""
    assertions: Annotated[tuple[FlightAsked, ...], Field(max_length=20)] = ()
    """Instead of a text."""
    publisher: Short = ""
    """Whose claim it is. What he reported elsewhere is no evidence for it."""
    url: Address = ""
    """Where it stands; likewise."""
    cites: Words = ()
    """Whom it rests on, beside those that the text names."""
