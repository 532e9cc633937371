"""Every airport we know: where it is, how high, where its runways begin, what it is called.

Built once and never changed. The position in `Airports.airports` is the airport's index
everywhere; runway ends lie flat in columns, those of airport i from `end_start[i]` to
`end_start[i + 1]`, so that detection and the verdict compute on arrays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from schemas.places import Airport
from schemas.records import Float64, Int32
from service.domain import texts
from service.domain.airports.exonyms import MOVED_CODES
from service.domain.airports.grid import PlaceGrid
from service.domain.airports.names import CityGroup, NameIndex
from service.errors import AmbiguousAirport, Choice, UnknownAirport

MAX_TYPED = 80
"""Longer input names no airport."""
MAX_CHOICES = 12
_Array = TypeVar("_Array", Int32, Float64)
_AROUND = " \"'`´‘’‚“”„«»()[]{}<>,;:!?.…·|"


@dataclass(frozen=True, eq=False, kw_only=True)
class Airports:
    """All airports with their runways, and the ways to find one."""

    airports: tuple[Airport, ...]
    version: str
    """Names the tables it was built from."""
    lat: Float64
    lon: Float64
    """Reference points, degrees."""
    elevation_ft: Float64
    """Above mean sea level; NaN = unknown."""
    end_start: Int32
    """n + 1 positions: the runway ends of airport i are `end_start[i]:end_start[i + 1]`."""
    end_airport: Int32
    end_lat: Float64
    end_lon: Float64
    """Thresholds, degrees."""
    end_heading_deg: Float64
    """Degrees true, landing over this threshold."""
    end_length_ft: Float64
    end_elevation_ft: Float64
    """NaN = unknown."""
    end_name: tuple[str, ...]
    city_groups: tuple[CityGroup, ...] = ()
    """Cities with several airports, and their IATA codes (``MOW``)."""
    named: int = 0
    """So many of the airports, from the first, are found by name too; the others by code only."""
    unplaced: Mapping[str, str] = field(default_factory=dict)
    """Codes of places where no movement is ever put, and what each is: for a hint, and never an
    answer."""

    @classmethod
    def build(
        cls,
        airports: Iterable[Airport],
        version: str,
        *,
        city_groups: Iterable[CityGroup] = (),
        named: int | None = None,
        unplaced: Mapping[str, str] = MappingProxyType({}),
    ) -> Airports:
        """Lay out the columns; all airports are found by name unless `named` says how many.

        Raises `ValueError` when two airports share an ident.
        """
        all_of_them = tuple(airports)
        seen: set[str] = set()
        for airport in all_of_them:
            if airport.ident in seen:
                raise ValueError(f"two airports with the ident {airport.ident}")
            seen.add(airport.ident)
        ends = [end for airport in all_of_them for end in airport.runways]
        counts = np.array([len(airport.runways) for airport in all_of_them], dtype=np.int32)
        return cls(
            airports=all_of_them,
            version=version,
            lat=_column(airport.lat for airport in all_of_them),
            lon=_column(airport.lon for airport in all_of_them),
            elevation_ft=_column(airport.elevation_ft for airport in all_of_them),
            end_start=_frozen(np.concatenate(([0], np.cumsum(counts))).astype(np.int32)),
            end_airport=_frozen(np.repeat(np.arange(len(counts), dtype=np.int32), counts)),
            end_lat=_column(end.lat for end in ends),
            end_lon=_column(end.lon for end in ends),
            end_heading_deg=_column(end.heading_deg for end in ends),
            end_length_ft=_column(end.length_ft for end in ends),
            end_elevation_ft=_column(end.elevation_ft for end in ends),
            end_name=tuple(end.name for end in ends),
            city_groups=tuple(city_groups),
            named=len(all_of_them) if named is None else named,
            unplaced=unplaced,
        )

    def __len__(self) -> int:
        return len(self.airports)

    def ends_of(self, index: int) -> slice:
        """Where the runway ends of one airport lie in the `end_…` columns."""
        return slice(int(self.end_start[index]), int(self.end_start[index + 1]))

    # --- by place -------------------------------------------------------------------------------

    def near(self, lat: Float64, lon: Float64, radius_nm: float) -> tuple[Int32, Int32, Float64]:
        """All pairs of a fix and an airport whose reference point lies within the radius.

        Returns the index of the fix (ascending), the index of the airport and the distance in NM,
        three columns of one length; see `service.domain.airports.grid`.
        """
        return self._grid.near(lat, lon, radius_nm)

    @cached_property
    def _grid(self) -> PlaceGrid:
        return PlaceGrid.build(self.lat, self.lon)

    # --- by code --------------------------------------------------------------------------------

    def index_of(self, ident: str) -> int | None:
        """Position of the airport with exactly this ident."""
        return self._idents.get(ident)

    def get(self, code: str, *, on: date | None = None) -> Airport | None:
        """The airport that this code names: ident, else old code, else IATA, else local code.

        None when nothing has that code, and when several airports share it. `on` as in `resolve`.
        """
        found = self._by_code(code.strip().upper(), on)
        return self.airports[found[0]] if len(found) == 1 else None

    @cached_property
    def _idents(self) -> dict[str, int]:
        return {airport.ident: index for index, airport in enumerate(self.airports)}

    @cached_property
    def _codes(self) -> tuple[dict[str, tuple[int, ...]], ...]:
        """Old codes, IATA codes, local codes: each with the airports that bear it."""
        kinds: tuple[dict[str, list[int]], ...] = ({}, {}, {})
        for index, airport in enumerate(self.airports):
            borne = (airport.aliases, (airport.iata,), (airport.local,))
            for kind, codes in zip(kinds, borne, strict=True):
                for code in codes:
                    if code:
                        kind.setdefault(code, []).append(index)
        return tuple({code: tuple(found) for code, found in kind.items()} for kind in kinds)

    def _by_code(self, code: str, on: date | None) -> tuple[int, ...]:
        if (ident := self._idents.get(code)) is not None:
            return (ident,)
        if on is not None and code in MOVED_CODES:
            moved, before = MOVED_CODES[code]
            old = self._idents.get(before)
            if on < moved and old is not None:
                return (old,)
        for kind in self._codes:
            if code in kind:
                return kind[code]
        groups = (group for group in self.city_groups if group.code == code)
        members = (self._idents.get(ident) for group in groups for ident in group.idents)
        return tuple(index for index in members if index is not None)

    # --- as typed -------------------------------------------------------------------------------

    def resolve(self, text: str, *, on: date | None = None) -> Airport:
        """The airport that people mean by a code or a name, Latin or Cyrillic.

        Order: ICAO ident, old code, IATA, local code, IATA city code; then names and cities. A
        word in capitals is a code first (``GOA`` is Genoa); in small letters it may be either
        (``goa`` is asked back); with one capital it is a name (``Bar`` is no code). Only a city
        with an IATA code makes a code in capitals doubtful that has none (``LIMA``).

        `on` is the date that is asked about: some codes moved house (``IST`` was Atatürk until
        April 2019). Without it a code means what it means today.

        Raises `AmbiguousAirport` with the choices when several airports fit, `UnknownAirport`
        when none does; a misspelt name is never taken silently, what is close is suggested.
        """
        shown = texts.shown(text[:MAX_TYPED]).strip()
        if len(text) > MAX_TYPED:
            raise UnknownAirport(f"“{shown}…” is too long to be an airport.")
        typed = " ".join(unicodedata.normalize("NFKC", text).split()).strip(_AROUND)
        typed = typed.removeprefix("г. ")
        prefix, colon, code = typed.partition(":")
        if colon and prefix.lower() in ("icao", "iata", "local", "code"):
            return self._one(shown, self._by_code(code.strip().upper(), on))
        coded = self._by_code(typed.upper(), on)
        if typed == typed.upper() and any(self.airports[index].iata for index in coded):
            # No name is better known than that, and the index of names takes half a second to make.
            return self._one(shown, coded)
        named = self._names.exact(typed)
        if coded and typed == typed.upper():
            named = tuple(i for i in named if self._is_better_known(i, than=coded))
        elif coded and not named and typed.isalpha() and typed.istitle():
            # "Bar" is a town in Montenegro before it is the code of Qionghai.
            raise UnknownAirport(self._unknown(shown, coded))
        if coded or named:
            return self._one(shown, (*coded, *named))
        return self._one(shown, self._names.find(typed))

    def known_as(self, name: str, *, by_sound: bool = False) -> tuple[Airport, ...]:
        """All airports of that name or city, the most plausible first; none for a code.

        `by_sound` also takes what is spelled otherwise but sounds alike in Latin letters.
        """
        found = self._names.find(name) if by_sound else self._names.exact(name)
        return tuple(self.airports[i] for i in sorted(set(found), key=self._plausibility))

    @cached_property
    def _names(self) -> NameIndex:
        return NameIndex(self.airports[: self.named], self.city_groups)

    def _is_better_known(self, index: int, *, than: tuple[int, ...]) -> bool:
        """Has an IATA code, which none of the others has: ``LIMA`` is hardly the airfield."""
        return bool(self.airports[index].iata) and not any(self.airports[i].iata for i in than)

    def _one(self, shown: str, found: tuple[int, ...]) -> Airport:
        best_first = sorted(set(found), key=self._plausibility)
        if len(best_first) == 1:
            return self.airports[best_first[0]]
        if not best_first:
            raise UnknownAirport(self._unknown(shown))
        choices = tuple(
            Choice(code=self.airports[i].ident, text=_described(self.airports[i]))
            for i in best_first[:MAX_CHOICES]
        )
        listed = "; ".join(f"{choice.code} = {choice.text}" for choice in choices)
        more = len(best_first) - len(choices)
        raise AmbiguousAirport(
            f"“{shown}” can be {len(best_first)} airports. Ask by code: {listed}"
            + (f"; and {more} more." if more else "."),
            choices,
        )

    def _plausibility(self, index: int) -> tuple[bool, bool, float, str]:
        airport = self.airports[index]
        longest = max((end.length_ft for end in airport.runways), default=0.0)
        return airport.closed, not airport.iata, -longest, airport.ident

    def _unknown(self, shown: str, coded: tuple[int, ...] = ()) -> str:
        unplaced = self.unplaced.get(shown.rpartition(":")[2].strip(_AROUND).upper())
        if unplaced is not None:
            return f"“{shown}” is {unplaced}."
        found = coded or self._names.suggest(shown)
        close = sorted(found, key=self._plausibility)[:3]
        hint = " or ".join(
            f"{self.airports[i].ident} ({_described(self.airports[i])})" for i in close
        )
        return f"No airport is known as “{shown}”." + (
            f" Did you mean {hint}?"
            if close
            else " Ask by ICAO or IATA code, or by the name of the airport or its city."
        )


def _described(airport: Airport) -> str:
    place = ", ".join(part for part in (airport.name, airport.city, airport.country) if part)
    iata = f", IATA {airport.iata}" if airport.iata else ""
    return place + iata + (", closed" if airport.closed else "")


def _column(values: Iterable[float | None]) -> Float64:
    return _frozen(np.array([np.nan if v is None else v for v in values], dtype=np.float64))


def _frozen(array: _Array) -> _Array:
    array.flags.writeable = False
    return array
