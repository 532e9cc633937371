"""Two tables of airports made one: the embedded table stays the base, OurAirports adds to it.

A row that bears a code of ours and lies where ours does is the same field. Where the two places
are apart, the runways' own thresholds decide; where these cannot, the field is withdrawn: of an
airport that may lie elsewhere nothing true can be said. Nothing is ever averaged. What is new is
added when it is a field for aeroplanes, far enough from every known one to be told apart, and in a
place whose time zone its neighbours agree on. Heliports, seaplane bases and closed fields are
known and nothing else: detection puts no movement there, so nothing can be said of one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final

from schemas.places import Airport, AirportRow, RunwayRow
from service.domain.airports.exonyms import MOVED_CODES
from service.domain.airports.names import key_of
from service.domain.geo import distance_nm
from service.ingest.reference.counts import AirportCounts
from service.ingest.reference.neighbours import Neighbours
from service.ingest.reference.own_fields import CLOSED_FIELDS, MISPLACED
from service.ingest.reference.runways import ELEVATIONS_DISAGREE_FT, TIE_NM, Thresholds

COMBINING_VERSION = "1"
"""Counts up with every change of the rules; part of the reference version that verdicts name."""
SIZES: Final = ("large_airport", "medium_airport", "small_airport")
"""Fields for aeroplanes, the greatest first."""

_NO_CODE = ("AFIL", "ZZZZ")
"""What flight plans say where a field has no code."""
_BY_HAND = frozenset({*MISPLACED, *(airport.ident for airport in CLOSED_FIELDS)})
_IATA = re.compile("[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The airports, ours first."""

    airports: tuple[Airport, ...]
    named: int
    """So many of them, from the first, are ours and known by name; the others by code only."""
    unplaced: Mapping[str, str]
    """Codes of fields that are known and placed nowhere, and what is to be said of each."""
    codes: Mapping[str, str]
    """OurAirports' idents of airports that we call something else, and what we call them."""
    strangers: Collection[str]
    """Idents of OurAirports that are none of `airports`: their runways belong to nobody."""
    counts: AirportCounts


def combine(
    base: Sequence[Airport],
    rows: Sequence[AirportRow],
    runway_rows: Iterable[RunwayRow],
    *,
    city_codes: Collection[str] = (),
) -> Combined:
    """One table of both. Pure; the order of rows changes nothing."""
    work = _Combining(base, Neighbours(base), Thresholds.of(runway_rows))
    return work.done(rows, {*city_codes, *MOVED_CODES, *_NO_CODE})


@dataclass(slots=True)
class _Combining:
    """The work, and what it finds on the way."""

    base: Sequence[Airport]
    neighbours: Neighbours
    thresholds: Thresholds
    counts: Counter[str] = field(default_factory=Counter)
    codes: dict[str, str] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    unplaced: dict[str, str] = field(default_factory=dict)

    def done(self, rows: Sequence[AirportRow], reserved: set[str]) -> Combined:
        claims, unknown = self._claims(self._single(rows))
        agreed = [self._agreed(a, claims[a.ident]) if a.ident in claims else a for a in self.base]
        ours = [airport for airport in agreed if airport is not None]
        borne = reserved.union(*(_codes_of(airport) for airport in self.base))
        added = self._added(unknown, borne)
        known = reserved.union(*(_codes_of(airport) for airport in (*ours, *added)))
        return Combined(
            airports=(*ours, *added),
            named=len(ours),
            unplaced={code: what for code, what in self.unplaced.items() if code not in known},
            codes=self.codes,
            strangers=self.strangers,
            counts=AirportCounts(
                **{kind.name: self.counts[kind.name] for kind in fields(AirportCounts)}
            ),
        )

    def _single(self, rows: Sequence[AirportRow]) -> list[AirportRow]:
        """Those whose ident stands once: of two, nobody can tell which is meant."""
        times = Counter(row.ident for row in rows)
        single = [row for row in rows if times[row.ident] == 1]
        self.counts["doubled"] = len(rows) - len(single)
        return sorted(single, key=lambda row: row.ident)

    def _claims(
        self, rows: Iterable[AirportRow]
    ) -> tuple[dict[str, list[AirportRow]], list[AirportRow]]:
        """Rows by the airport of ours whose code they bear, and those that bear none."""
        idents = {airport.ident: airport.ident for airport in self.base}
        old = {alias: airport.ident for airport in self.base for alias in airport.aliases}
        ours = {**old, **idents}
        claims: dict[str, list[AirportRow]] = {}
        unknown: list[AirportRow] = []
        for row in rows:
            code = next((c for c in (row.ident, row.icao, row.gps) if c in ours), None)
            if code is None:
                unknown.append(row)
            else:
                claims.setdefault(ours[code], []).append(row)
        return claims, unknown

    # --- fields of ours ---------------------------------------------------------------------

    def _agreed(self, airport: Airport, rows: Sequence[AirportRow]) -> Airport | None:
        """One of our fields beside the rows that bear its code; None = it is withdrawn."""
        apart = {row.ident: _apart_nm(airport, row) for row in rows}
        here = [row for row in rows if apart[row.ident] <= TIE_NM]
        there = [row for row in rows if apart[row.ident] > TIE_NM]
        for row in there:
            self.strangers.add(row.ident)
        for row in here:
            self.codes[row.ident] = airport.ident
        self.counts["same"] += len(here)
        rivals = [] if here else [row for row in there if _may_be(airport, row)]
        self.counts["other_field"] += len(there) - len(rivals)
        if here:
            return self._mended(airport, min(here, key=lambda row: (apart[row.ident], row.ident)))
        if not rivals:
            return airport
        if airport.ident in _BY_HAND:
            self.counts["kept"] += len(rivals)
            return airport
        return self._settled(airport, rivals, max(apart[row.ident] for row in rivals))

    def _settled(
        self, airport: Airport, rivals: Sequence[AirportRow], apart_nm: float
    ) -> Airport | None:
        """Whom the runways bear out."""
        idents = {airport.ident, *(row.ident for row in rivals)}
        ours = self.thresholds.lie_at(idents, airport.lat, airport.lon)
        theirs = [row for row in rivals if self.thresholds.lie_at(idents, row.lat, row.lon)]
        if ours and not theirs:
            self.counts["kept"] += len(rivals)
            return airport
        if theirs and len(rivals) == 1 and not ours:
            (row,) = rivals
            zone = self.neighbours.zone(row.lat, row.lon, row.country)
            # Under another name it may be another field, which was given the code.
            if zone and key_of(row.name) == key_of(airport.name):
                self.counts["moved"] += 1
                self.strangers.discard(row.ident)
                self.codes[row.ident] = airport.ident
                return replace(
                    airport,
                    lat=row.lat,
                    lon=row.lon,
                    zone=zone,
                    elevation_ft=row.elevation_ft or None,
                    closed=airport.closed or row.kind == "closed",
                )
        self.counts["disputed"] += len(rivals)
        self.counts["withdrawn"] += 1
        self.strangers.add(airport.ident)
        why = f"two tables place it {apart_nm:,.0f} NM apart, so nothing is said of it"
        self._unplace((*_codes_of(airport),), airport.name, airport.city, airport.country, why)
        return None

    def _mended(self, airport: Airport, row: AirportRow) -> Airport:
        """With what the row knows better: an elevation that ours lacks, and that it is closed."""
        if row.kind == "closed" and not airport.closed:
            self.counts["marked_closed"] += 1
            airport = replace(airport, closed=True)
        said = row.elevation_ft or None  # 0 is what tables write for "unknown"
        if said is None or self.thresholds.have_heights({airport.ident, row.ident}):
            return airport  # thresholds decide when the runways are tied
        if airport.elevation_ft is None:
            self.counts["elevations_filled"] += 1
            return replace(airport, elevation_ft=said)
        if abs(airport.elevation_ft - said) > ELEVATIONS_DISAGREE_FT:
            self.counts["elevations_dropped"] += 1
            return replace(airport, elevation_ft=None)
        return airport

    # --- fields that are new ----------------------------------------------------------------

    def _added(self, rows: Sequence[AirportRow], borne: set[str]) -> list[Airport]:
        """The fields to add; all others are counted, and known as what they are."""
        fit: list[AirportRow] = []
        for row in rows:
            if row.kind in SIZES:
                fit.append(row)
                continue
            kind = "closed" if row.kind == "closed" else "no_runway"
            self.counts[kind] += 1
            self._unplace_row(row, f"{row.kind.replace('_', ' ')}; no landing is ever put there")
        fit.sort(key=lambda row: (SIZES.index(row.kind), row.ident))
        alone = self.neighbours.alone([(row.lat, row.lon) for row in fit], TIE_NM)
        added: list[Airport] = []
        for row, is_alone in zip(fit, alone, strict=True):
            if not is_alone:
                self.counts["beside_known"] += 1
                self._unplace_row(row, "too near another field to be told from it")
                continue
            zone = self.neighbours.zone(row.lat, row.lon, row.country)
            if not zone:
                self.counts["no_zone"] += 1
                self.strangers.add(row.ident)
                self._unplace_row(row, "its time zone cannot be told, so no date can be read there")
                continue
            codes = dict.fromkeys((row.icao, row.ident, row.gps))
            free = [code for code in codes if code and code not in borne]
            if not free:
                self.counts["other_field"] += 1
                self.strangers.add(row.ident)
                continue
            self.counts["added"] += 1
            added.append(self._new(row, free, zone, borne))
        return added

    def _new(self, row: AirportRow, free: Sequence[str], zone: str, borne: set[str]) -> Airport:
        """A field of its own, by those of its codes that nobody else bears."""
        ident, *others = free
        iata = row.iata if _IATA.fullmatch(row.iata) and row.iata not in borne else ""
        borne.update((ident, iata, *others))
        if ident != row.ident:
            self.codes[row.ident] = ident
        # Whoever flies low is near some strip. Without a runway to be in line with, only what
        # stops on its ground is put there: a flight lost low, whose height were compared, is not.
        is_placed = row.ident in self.thresholds.places
        return Airport(
            ident=ident,
            name=row.name,
            city=row.city,
            country=row.country,
            lat=row.lat,
            lon=row.lon,
            elevation_ft=(row.elevation_ft or None) if is_placed else None,
            zone=zone,
            iata=iata,
            aliases=tuple(others),
        )

    def _unplace_row(self, row: AirportRow, why: str) -> None:
        self._unplace((row.ident, row.icao, row.gps), row.name, row.city, row.country, why)

    def _unplace(self, codes: Iterable[str], name: str, city: str, country: str, why: str) -> None:
        what = f"{', '.join(part for part in (name, city, country) if part)} ({why})"
        for code in codes:
            if code:
                self.unplaced.setdefault(code, what)


def _codes_of(airport: Airport) -> set[str]:
    return {airport.ident, airport.iata, airport.local, *airport.aliases} - {""}


def _apart_nm(airport: Airport, row: AirportRow) -> float:
    return float(distance_nm(airport.lat, airport.lon, row.lat, row.lon))


def _may_be(airport: Airport, row: AirportRow) -> bool:
    """Whether a row elsewhere can speak of this field: codes are given anew when a field closes,
    and a code of one country may be another's too."""
    abroad = row.country and airport.country and row.country != airport.country
    return row.kind != "closed" and not abroad
