"""What somebody says of a watch, word by word, to what it is: wishes, label, note, expiry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, get_args

from schemas.movements import MovementGrade
from schemas.watching import TRIGGERS, USUAL, Digest, QuietHours, Trigger, Watch, WatchKind, Wishes
from service.ask.countries import place_of
from service.ask.typed import parse_date, parse_moment
from service.domain import texts
from service.domain.airports.table import Airports
from service.domain.dates import local_day, zone_of
from service.errors import BadInput

T = TypeVar("T")

MOST_PLACES: Final = 100
LONGEST_LABEL: Final = 100
LONGEST_NOTE: Final = 2_000
LONGEST_SILENCE_DAYS: Final = 3_650
LONGEST_LOSS_MINUTES: Final = 24 * 60
FARTHEST: Final = timedelta(days=100 * 365)
"""A watch that expires later is a typing error."""

_OF_ONE_LIFE: Final[frozenset[Trigger]] = frozenset(
    {"first_visit", "away_from_home", "reappeared", "signal_lost", "meeting"}
)
"""They need the whole life of an aircraft, of which a place sees a moment."""
_OF_AIRCRAFT: Final[frozenset[Trigger]] = frozenset(TRIGGERS) - {"verdict_changed"}
FITTING: Final[Mapping[WatchKind, frozenset[Trigger]]] = {
    "aircraft": _OF_AIRCRAFT,
    "type": _OF_AIRCRAFT,
    "operator": _OF_AIRCRAFT,
    "airport": frozenset({"takeoff", "landing", "emergency"}),
    "area": frozenset({"takeoff", "landing", "emergency", "off_airport"}),
    "check": frozenset({"verdict_changed"}),
}
"""What a watch of each kind can be told."""
READS: Final[Mapping[WatchKind, str]] = {
    "aircraft": "an aircraft",
    "type": "a type",
    "operator": "an operator",
    "airport": "an airport",
    "area": "an area",
    "check": "a kept check",
}
_QUIET: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was said; None = nothing, and then it stays as it is. An empty text takes away."""

    triggers: Sequence[str] | None = None
    at: Sequence[str] | None = None
    """Airports or countries, by code or name."""
    home: str | None = None
    silent_days: int | None = None
    lost_minutes: int | None = None
    min_grade: str | None = None
    quiet: str | None = None
    """As ``22:00-07:00``."""
    zone: str | None = None
    """Of the quiet hours, and of a date in `until`."""
    digest: str | None = None
    label: str | None = None
    note: str | None = None
    until: str | None = None
    """A date, that whole day included, or a moment with its zone."""
    radius_nm: float | None = None
    """Of the circle round an airport."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The same, read: what to change in a watch and in its wishes."""

    kind: WatchKind
    watch: Mapping[str, Any] = field(default_factory=dict)
    wishes: Mapping[str, Any] = field(default_factory=dict)
    zone: str | None = None

    def on(self, watch: Watch) -> Watch:
        """The watch as it was said to be.

        Raises `BadInput` when what was said does not go with what it is.
        """
        wishes = self.wishes_on(watch.wishes)
        return replace(watch, **self.watch, wishes=wishes)

    def wishes_on(self, before: Wishes) -> Wishes:
        """The wishes as they were said to be, from those before."""
        after = replace(before, **self.wishes)
        if after.quiet is not None:
            zone = self.zone or after.quiet.zone or (before.quiet.zone if before.quiet else "")
            if not zone:
                raise BadInput("Say in which `zone` the quiet hours are, as Europe/Minsk.")
            after = replace(after, quiet=replace(after.quiet, zone=zone))
        if "away_from_home" in after.triggers and after.home is None:
            raise BadInput(
                "`away_from_home` needs to know the home base: say which airport with `home`."
            )
        for word, trigger in _ONLY_FOR:
            if self.wishes.get(word) is not None and trigger not in after.triggers:
                raise BadInput(
                    f"`{word}` matters to the trigger `{trigger}` only: ask for that one as well."
                )
        return after


_ONLY_FOR: Final[Sequence[tuple[str, Trigger]]] = (
    ("home", "away_from_home"),
    ("silent_days", "reappeared"),
    ("lost_minutes", "signal_lost"),
)


def usual(kind: WatchKind) -> Wishes:
    """What a new watch of that kind is told unless its owner says otherwise."""
    return Wishes(triggers=(USUAL & FITTING[kind]) or FITTING[kind])


def said(airports: Airports, kind: WatchKind, typed: Typed, *, now: datetime) -> Said:
    """What was typed about a watch of that kind, read word by word.

    Raises:
        BadInput: with a sentence that names the word and says what may stand there.
    """
    wishes: dict[str, Any] = {}
    if typed.triggers is not None:
        wishes["triggers"] = _triggers(kind, typed.triggers)
    if typed.at is not None:
        wishes["at"] = _places(airports, kind, typed.at)
    if typed.home is not None:
        wishes["home"] = airports.resolve(typed.home).ident if typed.home.strip() else None
    if typed.silent_days is not None:
        wishes["silent_days"] = _between("silent_days", typed.silent_days, 1, LONGEST_SILENCE_DAYS)
    if typed.lost_minutes is not None:
        wishes["lost_minutes"] = _between(
            "lost_minutes", typed.lost_minutes, 1, LONGEST_LOSS_MINUTES
        )
    if typed.min_grade is not None:
        wishes["min_grade"] = _one_of("min_grade", typed.min_grade, get_args(MovementGrade))
    if typed.digest is not None:
        wishes["digest"] = _one_of("digest", typed.digest, get_args(Digest))
    zone = _zone(typed.zone)
    if typed.quiet is not None:
        wishes["quiet"] = _quiet(typed.quiet, zone)
    watch: dict[str, Any] = {}
    if typed.label is not None:
        watch["label"] = one_line("label", typed.label, LONGEST_LABEL)
    if typed.note is not None:
        watch["note"] = _note(typed.note)
    if typed.until is not None:
        watch["expires_at"] = _until(typed.until, zone or "UTC", now)
    if typed.radius_nm is not None:
        watch["radius_nm"] = _radius(kind, typed.radius_nm)
    return Said(kind=kind, watch=watch, wishes=wishes, zone=zone)


def one_line(name: str, text: str, longest: int) -> str:
    """The text on one line, without what cannot be printed.

    Raises `BadInput` when it is too long.
    """
    line = texts.one_line(text)
    if len(line) > longest:
        raise BadInput(f"`{name}` is longer than {longest} characters.")
    return line


def quiet_words(quiet: QuietHours | None) -> str | None:
    """Quiet hours as one types them."""
    if quiet is None:
        return None
    return f"{_clock(quiet.from_minute)}-{_clock(quiet.to_minute)}"


def radius(text: float) -> float:
    """The radius of a circle that can be asked for, in NM."""
    if not 1 <= text <= 250:
        raise BadInput("The radius of a circle is 1 to 250 NM.")
    return text


def _triggers(kind: WatchKind, typed: Sequence[str]) -> frozenset[Trigger]:
    words = {word.strip().lower().replace("-", "_") for each in typed for word in each.split(",")}
    words -= {""}
    fitting = FITTING[kind]
    there = ", ".join(trigger for trigger in TRIGGERS if trigger in fitting)
    for word in sorted(words - set(TRIGGERS)):
        raise BadInput(f"There is no trigger “{word[:40]}”; there are: {', '.join(TRIGGERS)}.")
    for word in sorted(words - fitting):
        why = (
            "it is about the life of one aircraft: watch the aircraft, its type or its operator"
            if word in _OF_ONE_LIFE
            else f"it does not happen to {READS[kind]}"
        )
        raise BadInput(
            f"`{word}` cannot be told of {READS[kind]}; {why}. What can be told: {there}."
        )
    if not words:
        raise BadInput(f"Say at least one trigger: {there}.")
    return frozenset(trigger for trigger in TRIGGERS if trigger in words)


def _places(airports: Airports, kind: WatchKind, typed: Sequence[str]) -> tuple[str, ...]:
    found = dict.fromkeys(place_of(airports, place) for place in typed if place.strip())
    if found and kind in ("airport", "area", "check"):
        raise BadInput(
            f"`at` says where an aircraft is to be told of; a watch of {READS[kind]}"
            " has its place already."
        )
    if len(found) > MOST_PLACES:
        raise BadInput(f"`at` takes at most {MOST_PLACES} airports and countries.")
    return tuple(found)


def _between(name: str, number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise BadInput(f"`{name}` must be {least} to {most}.")
    return number


def _one_of(name: str, typed: str, words: Sequence[str]) -> str:
    word = typed.strip().lower()
    if word not in words:
        raise BadInput(f"`{name}` is one of {', '.join(words)}; “{word[:40]}” is none of them.")
    return word


def _zone(typed: str | None) -> str | None:
    if typed is None or not typed.strip():
        return None
    zone_of(typed.strip())
    return typed.strip()


def _quiet(typed: str, zone: str | None) -> QuietHours | None:
    if not typed.strip():
        return None
    found = _QUIET.fullmatch(typed.strip())
    if found is None:
        raise BadInput(f"“{typed.strip()[:40]}” are no quiet hours; write them as 22:00-07:00.")
    hours = [int(part) for part in found.groups()]
    if hours[0] > 23 or hours[2] > 23 or hours[1] > 59 or hours[3] > 59:
        raise BadInput("Quiet hours go from 00:00 to 23:59; write them as 22:00-07:00.")
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if start == end:
        raise BadInput("Quiet hours that end when they begin are none, or all; say which hours.")
    return QuietHours(from_minute=start, to_minute=end, zone=zone or "")


def _note(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        raise BadInput(f"`note` is longer than {LONGEST_NOTE} characters.")
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()


def _until(typed: str, zone: str, now: datetime) -> datetime | None:
    text = typed.strip()
    if not text:
        return None
    try:
        if "T" in text or ":" in text:
            moment = parse_moment(text)
        else:
            moment = local_day(parse_date(text), zone).t_to
    except (BadInput, OverflowError) as error:
        raise BadInput(f"`until`: {error}") from error
    if moment - now > FARTHEST:
        raise BadInput("`until` lies more than a hundred years ahead; check the year.")
    if moment <= now:
        raise BadInput("`until` lies in the past: the watch would end before it begins.")
    return moment


def _radius(kind: WatchKind, typed: float) -> float:
    if kind != "airport":
        raise BadInput("`radius_nm` is of the circle round an airport; an area names its own.")
    return radius(typed)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
