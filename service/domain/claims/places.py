"""Places in running text: an airport or a city behind a preposition, in any case.

Only what stands behind "from", "in", «из», «до» and their like is looked up, and only with a
capital letter: towns are called like people, and like words. Airports of one city are one place,
any of which fits the claim; a namesake elsewhere is an alternative, and one as well known is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from schemas.claims import Alternative, Read
from schemas.places import Airport
from service.domain.airports.exonyms import AIRPORTS, CITIES_CYRILLIC
from service.domain.airports.names import key_of
from service.domain.airports.table import Airports
from service.domain.claims.calendar_words import WEEKDAY, month_of
from service.domain.claims.capitals import CAPITALS, COUNTRY, DESCRIBED, capital_of
from service.domain.claims.inflect import bases, forms
from service.domain.claims.place_names import ALSO
from service.domain.claims.place_words import (
    BEFORE,
    CODE,
    CODE_BEHIND,
    COUNTRY_BEHIND,
    NAME,
    TAIL,
    WAYS,
    Direction,
)
from service.domain.claims.text import Piece
from service.domain.geo import distance_nm

ONE_CITY_NM = 55.0
"""Airports of one city lie no farther from its main one (Baltimore from Dulles, Gatwick from
Stansted)."""
_FORMER_UNION = frozenset("RU BY UA KZ KG UZ TJ TM AM AZ GE MD LT LV EE".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName(Piece):
    """A place named in the text, and which way the word before it points."""

    way: Direction
    begin: int
    """Where the preposition starts."""
    fits: tuple[Airport, ...] = ()
    """The airports that are this place, the likeliest first; () = to be asked."""
    namesakes: tuple[Airport, ...] = ()
    """Others of that name, which are not meant."""
    rivals: tuple[Airport, ...] = ()
    """Others of that name which may be meant as well: to be asked."""
    note: str = ""

    def read(self, text: str) -> Read[str]:
        """As it is shown; only where something `fits`."""
        first, *rest = self.fits
        said = text[self.start : self.end]
        alike = (Alternative(value=a.ident, why=_why_also(a, first, said)) for a in rest)
        other = (
            Alternative(value=a.ident, why=f"{a.name}, {a.country}, is called so too.")
            for a in self.namesakes
        )
        return Read(
            value=first.ident, mark=self.mark(text), alternatives=(*alike, *other), note=self.note
        )


def _why_also(airport: Airport, first: Airport, said: str) -> str:
    closed = (
        " It is closed today; since when, the airport table does not say." if airport.closed else ""
    )
    return f"{airport.name} is at “{said}” as well as {first.name}: either fits.{closed}"


class Places:
    """Finds places in texts, by one table of airports; what names know is made on first use."""

    def __init__(self, airports: Airports) -> None:
        self.airports = airports

    def named_in(self, text: str) -> tuple[PlaceName, ...]:
        """Every place behind a preposition, in order; unknown ones have nothing that `fits`."""
        found: list[PlaceName] = []
        for match in BEFORE.finditer(text):
            if found and match.end() < found[-1].end:
                continue
            way = next(w for w, _ in WAYS if match[w] is not None)
            place = self._after(text, match.end(), way, match.start(), match[way].lower())
            if place is not None:
                found.append(place)
        return tuple(found)

    def of_name(self, name: str) -> tuple[Airport, ...]:
        """The airports of one city or name, as for a place in a text; () when it is not clear."""
        place = self._resolved(name, 0, len(name), "at", 0)
        return () if place is None or place.rivals else place.fits

    @staticmethod
    def are_one_city(first: Airport, other: Airport) -> bool:
        """Whether the other is an airport of the city of the first."""
        return other.country == first.country and _nm(first, other) <= ONE_CITY_NM

    def _after(self, text: str, at: int, way: Direction, begin: int, word: str) -> PlaceName | None:
        if (capital := self._described(text, at, way, begin)) is not None:
            return capital
        match = NAME.match(text, at)
        if match is None:
            return None
        if CODE.fullmatch(match[0].split()[0]) and (coded := self._coded(match, way, begin)):
            return coded
        first = re.split(r"[\s]", match[0])[0]
        if month_of(first) or WEEKDAY.match(first):
            return None
        words = list(re.finditer(r"[^\s]+", match[0]))[:5]
        for last in range(len(words), 0, -1):
            end = at + words[last - 1].end()
            for start, stop in self._trimmed(text, at, end):
                place = self._resolved(text[start:stop], start, stop, way, begin)
                if place is not None:
                    return self._refined(text, place)
        if word in ("on", "с", "со", "з", "на", "for", "у", "ў") or len(first) < 3:
            return None
        if first.isupper() and len(first) > 1:
            return None  # FSB, NATO
        end = at + len(TAIL.sub("", match[0] if len(words) <= 3 else first))
        country = COUNTRY.match(text, at)
        note = (
            f"{text[at:end]} is a country: which airport of it is not said."
            if country is not None and country.end() >= at + len(first)
            else f"No airport or city is known here as “{text[at:end]}”."
        )
        return PlaceName(start=at, end=end, way=way, begin=begin, note=note)

    def _trimmed(self, text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
        said = text[start:end]
        yield start, start + len(TAIL.sub("", said))
        owner = re.match(r"[^\s]+['’]s\s", said)  # Moscow's Vnukovo
        if owner is not None:
            yield start + owner.end(), start + len(TAIL.sub("", said))

    def _described(self, text: str, at: int, way: Direction, begin: int) -> PlaceName | None:
        match = DESCRIBED.match(text, at) or DESCRIBED.match(text, text.rfind(" ", begin, at) + 1)
        if match is None:
            the = re.compile(r"the\s", re.IGNORECASE).match(text, at)
            match = DESCRIBED.match(text, the.end()) if the else None
        if match is None:
            match = self._described_with_filler(text, begin, at)
        if match is None:
            return None
        capital = capital_of(match)
        fits, _, _ = self._clustered(self._in_city(capital.city), home=capital.country)
        return PlaceName(
            start=match.start(), end=match.end(), way=way, begin=begin, fits=fits,
            note=f"“{match[0]}” is {capital.city}.",
        )  # fmt: skip

    def _described_with_filler(self, text: str, begin: int, at: int) -> re.Match[str] | None:
        """An adjective that was taken for a filler: "in the Belarusian capital"."""
        for word in re.finditer(r"\S+\s", text[begin:at]):
            if (match := DESCRIBED.match(text, begin + word.start())) is not None:
                return match
        return None

    def _coded(self, match: re.Match[str], way: Direction, begin: int) -> PlaceName | None:
        code = match[0].split()[0]
        airport = self.airports.get(code)
        if airport is None:
            return None
        return PlaceName(
            start=match.start(), end=match.start() + len(code), way=way, begin=begin, fits=(airport,),
            note=f"Code of {airport.name}.",
        )  # fmt: skip

    def _refined(self, text: str, place: PlaceName) -> PlaceName:
        """A code in brackets behind the name settles which airport it is, a country which city."""
        code = CODE_BEHIND.match(text, place.end)
        if code is not None:
            airport = self.airports.get(code["code"])
            if airport is not None and airport in (*place.fits, *place.rivals, *place.namesakes):
                return PlaceName(
                    start=place.start,
                    end=code.end(),
                    way=place.way,
                    begin=place.begin,
                    fits=(airport,),
                )
        country = COUNTRY.search(text, place.end, place.end + 40)
        if country is not None and COUNTRY_BEHIND.fullmatch(text[place.end : country.start()]):
            home = capital_of(country).country
            every = (*place.fits, *place.rivals, *place.namesakes)
            fits, namesakes, rivals = self._clustered(every, home=home)
            if fits and fits[0].country == home:
                return PlaceName(
                    start=place.start, end=country.end(), way=place.way, begin=place.begin,
                    fits=fits, namesakes=namesakes, rivals=rivals,
                )  # fmt: skip
        return place

    def _resolved(
        self, said: str, start: int, end: int, way: Direction, begin: int
    ) -> PlaceName | None:
        every, note, name = self._named(said)
        if not every:
            return None
        home = next((c.country for c in CAPITALS.values() if c.city.lower() == name.lower()), "")
        fits, namesakes, rivals = self._clustered(every, home=home, name=name)
        return PlaceName(
            start=start,
            end=end,
            way=way,
            begin=begin,
            fits=fits,
            namesakes=namesakes,
            rivals=rivals,
            note=note,
        )

    def _named(self, said: str) -> tuple[tuple[Airport, ...], str, str]:
        """Airports of that name, how it was read, and the name as the table has it."""
        if not re.search("[Ѐ-ӿ]", said):
            return self.airports.known_as(said), "", said
        folded = said.lower().replace("ё", "е").replace("’", "'").replace("ʼ", "'")
        known = self._cyrillic.get(re.sub(r"\s*-\s*", "-", folded))
        if known is not None:
            shown = "" if folded == known.lower().replace("ё", "е") else f"A form of {known}."
            return self._airports_called(known), shown, ""
        if " " in said or len(said) < 4:
            return (), "", ""
        for base in bases(said):
            found = self.airports.known_as(base.capitalize(), by_sound=True)
            found = tuple(a for a in found if a.country in _FORMER_UNION)
            if found:
                return found, f"Read by its sound as {found[0].city or found[0].name}.", ""
        return (), "", ""

    def _airports_called(self, name: str) -> tuple[Airport, ...]:
        found = self.airports.known_as(name)
        if found:
            return found
        by_sound = self.airports.known_as(name, by_sound=True)
        return tuple(a for a in by_sound if a.country in _FORMER_UNION) or by_sound

    @cached_property
    def _cyrillic(self) -> dict[str, str]:
        """Every form of every known Cyrillic name, and the name. The name itself comes first."""
        names = {**dict.fromkeys(CITIES_CYRILLIC), **dict.fromkeys(AIRPORTS)}
        known = {name: name for name in names if re.search("[Ѐ-ӿ]", name)} | dict(ALSO)
        plain = {name.lower().replace("ё", "е"): real for name, real in known.items()}
        declined: dict[str, str] = {}
        for name, real in known.items():
            for form in forms(name):
                declined.setdefault(form, real)
        return {**declined, **plain}

    def _in_city(self, city: str) -> tuple[Airport, ...]:
        return self.airports.known_as(city)

    def _clustered(
        self, every: Iterable[Airport], *, home: str = "", name: str = ""
    ) -> tuple[tuple[Airport, ...], tuple[Airport, ...], tuple[Airport, ...]]:
        """The one place, namesakes, and rivals; each the likeliest first."""
        found = list(every)
        at_home = [a for a in found if a.country == home]
        if not found:
            return (), (), ()
        first = max(
            at_home or found,
            key=lambda a: (_is_whole(a, name), bool(a.iata), not a.closed, _company(a, found)),
        )
        near = [a for a in found if self.are_one_city(first, a)]
        near.sort(key=lambda a: a is not first)
        far = [a for a in found if a not in near]
        rivals = (
            [] if at_home else [a for a in far if a.iata and not a.closed and _is_whole(a, name)]
        )
        return tuple(near), tuple(a for a in far if a not in rivals), tuple(rivals)


def _is_whole(airport: Airport, name: str) -> bool:
    """Its city has the very name, not as a part of a longer one."""
    key = key_of(name)
    return not name or key_of(airport.city) == key or key_of(airport.name).startswith(key)


def _company(airport: Airport, found: Iterable[Airport]) -> int:
    """With how many of the others, open to airlines, it shares the city."""
    return sum(bool(a.iata) and not a.closed and _nm(a, airport) <= ONE_CITY_NM for a in found)


def _nm(one: Airport, other: Airport) -> float:
    return float(distance_nm(one.lat, one.lon, other.lat, other.lon))
