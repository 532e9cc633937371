"""From a draft of a flight to the leg that is shown; a question for all that is not settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from schemas.claims import (
    ClockTime,
    Leg,
    Read,
    ReadingChoice,
    ReadingQuestion,
    Role,
    Stop,
)
from service.domain.claims.clocks import LOCAL, TimeName
from service.domain.claims.dates import DateName
from service.domain.claims.legs import Draft
from service.domain.claims.places import PlaceName, Places
from service.domain.claims.telling import Told
from service.domain.claims.text import Piece

_MAX_CHOICES = 8


@dataclass(slots=True, kw_only=True)
class Asker:
    """Makes legs of drafts; collects questions and the pieces that were used."""

    text: str
    published: date
    places: Places
    questions: list[ReadingQuestion] = field(default_factory=list)
    used: list[Piece] = field(default_factory=list)

    def ask(self, where: str, sentence: str, piece: Piece | None, *choices: ReadingChoice) -> None:
        """One question, once."""
        mark = None if piece is None else piece.mark(self.text)
        one = ReadingQuestion(field=where, text=sentence, choices=choices[:_MAX_CHOICES], mark=mark)
        if one not in self.questions:
            self.questions.append(one)

    def leg(self, draft: Draft, where: str, before: Read[date] | None) -> Leg:
        """The leg of a draft; `where` is its path, `before` the date of the leg before it."""
        departure = self._stop("departure", draft.departure, f"{where}.departure", before)
        arrival = self._stop("arrival", draft.arrival, f"{where}.arrival", before)
        presence = self._stop("presence", draft.presence, f"{where}.presence", before)
        on = self._date_of_leg(draft, where, before, departure, arrival, presence)
        if draft.order_unsaid:
            self.ask(
                f"{where}.departure",
                "Whether this is the departure of the flight told before, or of a later one, "
                "is not said.",
                draft.departure[0].scene.verb,
            )
        self._check_halves(draft, where)
        return Leg(
            departure=departure,
            arrival=arrival,
            presence=presence,
            on=on,
            duration_min=self._duration(draft, where),
        )

    def _check_halves(self, draft: Draft, where: str) -> None:
        for told in draft.told():
            if told.either_end and told.times:
                self.ask(
                    f"{where}.departure.at",
                    "Whether this is the time of take-off or of landing is not said.",
                    told.times[0],
                )
            if told.scene.unsure:
                self.ask(
                    f"{where}.on",
                    "Which part of the sentence the time or date belongs to is not clear.",
                    told.scene.clause,
                )

    def _duration(self, draft: Draft, where: str) -> Read[int] | None:
        if draft.duration is None:
            return None
        if draft.more_durations:
            self.ask(
                f"{where}.minutes", "Two lengths of the flight are told.", draft.more_durations[0]
            )
        self.used.append(draft.duration)
        note = "The text says about." if draft.duration.about else ""
        return Read(value=draft.duration.minutes, mark=draft.duration.mark(self.text), note=note)

    # --- one end --------------------------------------------------------------------------------

    def _stop(
        self, role: Role, tellings: list[Told], where: str, before: Read[date] | None
    ) -> Stop | None:
        if not tellings:
            return None
        first = tellings[0]
        self.used.extend(told.scene.verb for told in tellings)
        place = self._place(tellings, where)
        at = self._time(tellings, where, place)
        dates = [date for told in tellings for date in told.dates]
        on = self._settled(dates, f"{where}.on", before)
        hedge = next((t.scene.hedge for t in tellings if t.scene.hedge is not None), None)
        return Stop(
            role=role,
            said=first.scene.verb.mark(self.text),
            place=None
            if place is None or not place.fits or place.rivals
            else place.read(self.text),
            on=on,
            at=at,
            hedge=None if hedge is None else hedge.mark(self.text),
        )

    def _place(self, tellings: list[Told], where: str) -> PlaceName | None:
        said = [place for told in tellings for place in told.places]
        self.used.extend(said)
        if not said:
            if tellings[0].role != "departure":
                self.ask(
                    f"{where}.place",
                    "Where this was is not said, or not known here.",
                    tellings[0].scene.verb,
                )
            return None
        best = min(said, key=lambda place: (not place.fits, len(place.fits)))
        for place in said:
            if (
                not {a.ident for a in place.fits} & {a.ident for a in best.fits}
                and place is not best
            ):
                self.ask(
                    f"{where}.place",
                    "Two places are told here; which of them is meant is not clear.",
                    place,
                )
        if not best.fits:
            self.ask(f"{where}.place", f"{best.note} Say the airport.", best)
        elif best.rivals:
            choices = (
                ReadingChoice(value=a.ident, text=f"{a.name}, {a.city}, {a.country}")
                for a in (*best.fits, *best.rivals)
            )
            name = self.text[best.start : best.end]
            self.ask(
                f"{where}.place",
                f"“{name}” is a place in several countries or states.",
                best,
                *choices,
            )
        return best

    def _time(
        self, tellings: list[Told], where: str, place: PlaceName | None
    ) -> Read[ClockTime] | None:
        times = [time for told in tellings for time in told.times]
        self.used.extend(times)
        if not times:
            return None
        first, *more = times
        if any((t.options, t.zone) != (first.options, first.zone) for t in more):
            choices = (
                ReadingChoice(value=f"{t.options[0]:%H:%M}", text=self.text[t.start : t.end])
                for t in times
                if len(t.options) == 1
            )
            self.ask(f"{where}.at", "More than one time is told here.", more[0], *choices)
            return None
        if len(first.options) != 1:
            choices = (ReadingChoice(value=f"{o:%H:%M}", text=f"{o:%H:%M}") for o in first.options)
            self.ask(f"{where}.at", first.note, first, *choices)
            return None
        zone, known = self._zone(first, place)
        if not known:
            self.ask(f"{where}.zone", "Which time zone is meant is not clear.", first)
            return None
        note = "The text does not say in which zone." if zone is None else ""
        about = " The text says about, before or after." if first.about else ""
        clock = ClockTime(at=first.options[0], zone=zone, about=first.about)
        return Read(value=clock, mark=first.mark(self.text), note=(note + about).strip())

    def _zone(self, time: TimeName, place: PlaceName | None) -> tuple[str | None, bool]:
        if time.unknown_zone:
            return None, False
        if time.zone == LOCAL:
            return (place.fits[0].zone, True) if place is not None and place.fits else (None, False)
        if time.zone_city:
            there = self.places.of_name(time.zone_city)
            zones = {airport.zone for airport in there}
            return (zones.pop(), True) if len(zones) == 1 else (None, False)
        return time.zone, True

    # --- dates ----------------------------------------------------------------------------------

    def _settled(
        self, names: list[DateName], where: str, before: Read[date] | None
    ) -> Read[date] | None:
        self.used.extend(names)
        if not names:
            return None
        first = names[0]
        if first.step is not None:
            if before is None or before.value > _earlier(self.published, first.step):
                self.ask(where, "Which day that is counted from is not clear.", first)
                return None
            value = before.value + timedelta(days=first.step)
            return Read(
                value=value, mark=first.mark(self.text), note=f"The day after {before.value}."
            )
        if any(set(name.options) != set(first.options) for name in names[1:]):
            options = sorted({o for name in names for o in name.options})
            self.ask(where, "More than one date is told here.", names[1], *map(_choice, options))
            return None
        if len(first.options) != 1:
            self.ask(
                where,
                first.note or "Which day that is cannot be read.",
                first,
                *map(_choice, first.options),
            )
            return None
        if first.options[0] > self.published:
            self.ask(
                where, f"{first.options[0]} lies after the publication on {self.published}.", first
            )
            return None
        return Read(value=first.options[0], mark=first.mark(self.text), note=first.note)

    def _date_of_leg(
        self, draft: Draft, where: str, before: Read[date] | None, *stops: Stop | None
    ) -> Read[date] | None:
        said = [stop.on for stop in stops if stop is not None and stop.on is not None]
        if said:
            if any(abs((one.value - said[0].value).days) > 2 for one in said):
                self.ask(f"{where}.on", "The two ends of the flight are told days apart.", None)
            return said[0]
        if draft.dates():
            return None  # asked already
        if draft.inherited:
            taken = self._settled(list(draft.inherited), f"{where}.on", before)
            if taken is None:
                return None
            note = f"Told of what went before in the same sentence. {taken.note}".strip()
            return Read(value=taken.value, mark=taken.mark, note=note)
        near = (
            (self.published, self.published - timedelta(days=1))
            if self.published > date(1, 1, 2)
            else ()
        )
        verb = draft.told()[0].scene.verb
        self.ask(f"{where}.on", "On which date this was is not said.", verb, *map(_choice, near))
        return None


def _earlier(day: date, days: int) -> date:
    return day - timedelta(days=days) if (day - date.min).days >= days else date.min


def _choice(day: date) -> ReadingChoice:
    return ReadingChoice(
        value=day.isoformat(), text=f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    )


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
