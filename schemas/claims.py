"""What a text says about aircraft: how it was read, marked on the text, and what that asserts.

Text → `Reading` (shown first, with every alternative) → `Assertion`s (judged, each apart). Whoever
has no text says a `StatedLeg` in fields and gets the same assertions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Final, Generic, Literal, TypeVar

Value = TypeVar("Value")

ClaimLanguage = Literal["en", "ru", "be", "uk"]
Role = Literal["departure", "arrival", "presence"]
AssertionKind = Literal["aircraft", "type", "departure", "arrival", "presence", "duration"]
ASSERTION_KINDS: Final[tuple[AssertionKind, ...]] = AssertionKind.__args__  # type: ignore[attr-defined]

MAX_TEXT: Final = 20_000
"""Characters of a text that is read in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A piece of the text: characters `start` to `end` (half-open), which spell `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)  # a generic one cannot have slots
class Alternative(Generic[Value]):
    """What else it can mean, and why that was not taken first."""

    value: Value
    why: str


@dataclass(frozen=True, kw_only=True)  # a generic one cannot have slots
class Read(Generic[Value]):
    """One thing read from the text."""

    value: Value
    mark: Mark
    alternatives: tuple[Alternative[Value], ...] = ()
    note: str = ""
    """How it was read, where that is not plain from the mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTime:
    """A time of day as a clock in `zone` shows it."""

    at: time
    """Naive, to the minute."""
    zone: str | None = None
    """IANA name or ``UTC``. None = the text does not say: to be tried in several."""
    about: bool = False
    """The text says "about", "around", "около"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One end of a leg, or a presence: where, when, and the word that says which."""

    role: Role
    said: Mark
    """The verb: "took off", "приземлился"."""
    place: Read[str] | None = None
    """Our airport ident; the other airports that the name may mean are its alternatives."""
    on: Read[date] | None = None
    """The date said of this stop; None = the leg's."""
    at: Read[ClockTime] | None = None
    hedge: Mark | None = None
    """"reportedly", "предположительно": the text itself does not vouch for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One flight, or a presence at one place; at least one of the three is there."""

    departure: Stop | None = None
    arrival: Stop | None = None
    presence: Stop | None = None
    on: Read[date] | None = None
    """The date it is said to have happened, with a note when it was said elsewhere in the text."""
    duration_min: Read[int] | None = None
    """Minutes from take-off to landing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AircraftRead:
    """One aircraft of the text, with the legs that are told of it and of no other."""

    name: Read[str] | None
    """Registration as written on paper, or icao24 in lower case; None = only its type is said."""
    named_by: Literal["registration", "icao24"] | None
    type_code: Read[str] | None = None
    """ICAO designator."""
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfReach:
    """Something that no position of an aircraft can show; named, never judged."""

    mark: Mark
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A piece of the text that nothing was taken from, and why."""

    mark: Mark
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChoice:
    """One answer to a question: the value to say in fields, and what it means."""

    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingQuestion:
    """What must be answered before anything is judged that depends on it."""

    field: str
    """As in `StatedLeg`, with the aircraft's and the leg's number: ``aircraft[0].legs[0].on``;
    ``text`` when it concerns the whole."""
    text: str
    choices: tuple[ReadingChoice, ...] = ()
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a text was read. Nothing in it has been judged."""

    published: date
    language: ClaimLanguage | None
    """None = none that is read here."""
    aircraft: tuple[AircraftRead, ...] = ()
    out_of_reach: tuple[OutOfReach, ...] = ()
    questions: tuple[ReadingQuestion, ...] = ()
    """Empty = it can be judged as it is."""
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One thing that is claimed, to be judged apart from the others.

    `kind` says which fields speak: ``aircraft`` (aircraft), ``type`` (type_codes), ``departure``
    and ``arrival`` (places and, where said, on and at), ``presence`` (places, on), ``duration``
    (minutes). All of one flight share `leg`.
    """

    kind: AssertionKind
    aircraft: str
    """Registration or icao24, as `service.domain.identity` reads it."""
    leg: int = 0
    """Counts through the flights of one claim, over all aircraft; 0 for the aircraft itself."""
    type_codes: tuple[str, ...] = ()
    """ICAO designators; several where the text names a family (Boeing 737): any of them fits."""
    places: tuple[str, ...] = ()
    """Airport idents; several where the text names a city: the likeliest first, but any of them
    fits the claim. () = unsaid."""
    on: date | None = None
    """Local date at the place."""
    at: time | None = None
    """Naive; in one of `zones`."""
    about: bool = False
    zones: tuple[str, ...] = ()
    """IANA names that `at` is to be tried in; one = it was said."""
    minutes: int | None = None
    hedged: bool = False
    marks: tuple[Mark, ...] = ()
    """Where the text says it; () when it was said in fields."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedStop:
    """One end of a flight, said in fields."""

    place: str = ""
    """A code or a name, as in a question."""
    on: date | None = None
    at: time | None = None
    """Naive."""
    zone: str | None = None
    """IANA name of the clock that shows `at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLeg:
    """One flight or presence, said in fields instead of text."""

    aircraft: str
    type_code: str = ""
    on: date | None = None
    departure: StatedStop | None = None
    arrival: StatedStop | None = None
    presence: StatedStop | None = None
    minutes: int | None = None
