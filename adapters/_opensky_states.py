"""OpenSky state vectors: where aircraft are now, everybody's at once or within a box.

A row (https://openskynetwork.github.io/opensky-api/rest.html)::

     0 icao24   1 callsign   2 country   3 time_position   4 last_contact   5 lon   6 lat
     7 baro m   8 on_ground   9 m/s   10 track   11 m/s up   12 sensors   13 geom m   14 squawk
    15 spi   16 source (0 ADS-B, 1 ASTERIX, 2 MLAT, 3 FLARM)   17 category, not always there

A position older than 15 s is not given. `last_contact` is when anything was last heard: where
that is long after the position, the other columns are of another moment; the position is counted
and is no fix, for the reason that `adapters._readsb_live` gives.
"""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx
from msgspec import Meta

from adapters._bytes import shown
from adapters._contract import Area, Covered, Page, Record, UnreadablePage, Wanted
from adapters._csv import Tally
from adapters._fixes import FPM_PER_MPS, FT_PER_M, KT_PER_MPS, Fix, track_of
from adapters._json import Object, read_json
from adapters._opensky import ACCESS, CAP_BYTES, Access, Asked, Odd, converted, has_secrets
from adapters._readsb_item import FRESH_S, T_MAX_S
from schemas.records import EVERYTHING, Flag, Rejected, Track, Via
from schemas.sources import Source

LISTED = timedelta(seconds=15)
_TICK = timedelta(seconds=1)
_JUST_NOW = timedelta(seconds=120)
_AT_ONCE = 50
"""Addresses in one request."""

_Time = Annotated[float, Meta(ge=0, lt=T_MAX_S)]
_Metres = Annotated[float, Meta(ge=-2_000, le=50_000)]
_Row = tuple[
    str,
    str | None,
    str | None,
    _Time | None,
    _Time | None,
    Annotated[float, Meta(ge=-180, le=180)] | None,
    Annotated[float, Meta(ge=-90, le=90)] | None,
    _Metres | None,
    bool,
    Annotated[float, Meta(ge=0, le=2_500)] | None,
    Annotated[float, Meta(ge=0, le=360)] | None,
    Annotated[float, Meta(ge=-500, le=500)] | None,
    Any,
    _Metres | None,
    str | None,
    bool,
    Annotated[int, Meta(ge=0)] | None,
]
_NAMES = (
    *("icao24", "callsign", "country", "time_position", "last_contact", "longitude", "latitude"),
    *("altitude", "on_ground", "speed", "track", "vertical rate", "sensors"),
    *("geometric altitude", "squawk", "spi", "position source", "category"),
)
_VIA = {0: Via.ADSB, 1: Via.OTHER, 2: Via.MLAT, 3: Via.OTHER}
_ICAO24 = re.compile(r"[0-9a-f]{6}", re.ASCII)
_CALLSIGN = re.compile(r"[!-~]{1,8}", re.ASCII)
_SQUAWK = re.compile(r"[0-7]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _States:
    now: datetime
    tracks: tuple[Track, ...]
    doubtful: frozenset[str]
    """Addresses whose row was not believed; empty text where it does not tell its address."""
    unused: tuple[datetime, ...]
    """Of positions that are no fixes: only since then the reply says no."""
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSkyStates:
    """State vectors."""

    source: Source
    access: Access = ACCESS

    def fetch(
        self, wanted: Wanted, secrets: Mapping[str, str]
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """By address, by box around the area, or with neither everything there is.

        Registrations and windows are not heeded. Asking by address tells whom we look for.
        """
        covered: list[Covered] = []
        if not has_secrets(secrets):
            return covered
        addresses = sorted(wanted.icao24)
        for start in range(0, len(addresses), _AT_ONCE):
            names = addresses[start : start + _AT_ONCE]
            query = "&".join(f"icao24={name}" for name in names)
            page = yield from self._get(f"?{query}", secrets)
            covered += self._covered([page], names)
        if wanted.area is not None:
            pages = []
            for box in boxes(wanted.area):
                query = "&".join(f"{name}={value:.4f}" for name, value in box.items())
                pages.append((yield from self._get(f"?{query}", secrets)))
            covered += self._covered(pages, [wanted.area.target])
        if not (wanted.icao24 or wanted.registrations or wanted.area or wanted.airport):
            page = yield from self._get("", secrets)
            covered += self._covered([page], [EVERYTHING])
        return covered

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A track of one fix for each aircraft with a position, and the rejected rows."""
        states = _states(page)
        yield from states.tracks
        yield from states.rejected

    def _get(self, query: str, secrets: Mapping[str, str]) -> Asked:
        return self.access.get(f"{self.source.url}/states/all{query}", secrets)

    def _covered(self, pages: Sequence[Page | None], targets: Sequence[str]) -> Iterator[Covered]:
        """What all of these replies together say yes or no to."""
        answers = [_answer(page) for page in pages]
        doubtful = {name for answer in answers if answer for name in answer.doubtful}
        if "" in doubtful:
            return
        starts = [answer.now - LISTED for answer in answers if answer]
        starts += [when + _TICK for answer in answers if answer for when in answer.unused]
        t_from = max(starts, default=None)
        t_to = min((answer.now for answer in answers if answer), default=None)
        if None in answers or t_from is None or t_to is None or t_from >= t_to:
            return
        for target in targets:
            if target not in doubtful if _ICAO24.fullmatch(target) else not doubtful:
                yield Covered(source=self.source.key, target=target, t_from=t_from, t_to=t_to)


def boxes(area: Area) -> Iterator[Mapping[str, float]]:
    """One box around the circle, two where it crosses the antimeridian; a pole widens it to all
    longitudes."""
    reach = area.radius_nm / 60
    south, north = area.lat - reach, area.lat + reach
    edges = [(-180.0, 180.0)]
    if south > -90 and north < 90:
        sine = math.sin(math.radians(reach)) / math.cos(math.radians(area.lat))
        half = math.degrees(math.asin(min(1.0, sine))) + 0.001
        west, east = area.lon - half, area.lon + half
        edges = [(max(west, -180.0), min(east, 180.0))]
        if west < -180:
            edges.append((west + 360, 180.0))
        if east > 180:
            edges.append((-180.0, east - 360))
    for west, east in edges:
        yield {"lamin": max(south, -90.0), "lomin": west, "lamax": min(north, 90.0), "lomax": east}


def _answer(page: Page | None) -> _States | None:
    if page is None or page.capture.status != httpx.codes.OK:
        return None
    try:
        states = _states(page)
    except UnreadablePage:
        return None
    return states if abs(states.now - page.capture.received_at) <= _JUST_NOW else None


def _states(page: Page) -> _States:
    reply = read_json(page.content, cap_bytes=CAP_BYTES)
    if not isinstance(reply, Object) or not {"time", "states"} <= reply.keys():
        raise UnreadablePage(f"The reply is no list of states: {shown(reply, 80)}.")
    rows, now_s = reply["states"], reply["time"]
    if isinstance(now_s, bool) or not isinstance(now_s, int | float) or not 0 <= now_s < T_MAX_S:
        raise UnreadablePage(f"The reply's time is no moment after 1970: {shown(now_s, 40)}.")
    if not isinstance(rows, list | None):
        raise UnreadablePage(f"The reply's list of states is no list but {shown(rows, 40)}.")
    tally = Tally()
    fixes: dict[str, list[Fix]] = {}
    doubtful = set()
    unused = []
    for number, row in enumerate(rows or ()):
        try:
            icao24, fix = _fix(row, number, tally)
        except Odd as error:
            tally.add(str(error), number, row)
            doubtful.add(_address(row[0]) if isinstance(row, list) and row else "")
            continue
        if fix is None:
            tally.add("heard, but without a position", number, row)
        elif fix.flags & Flag.STALE:
            tally.add("position older than what else is said", number, row)
            unused.append(datetime.fromtimestamp(fix.t_us / 1e6, UTC))
        else:
            fixes.setdefault(icao24, []).append(fix)
    return _States(
        now=datetime.fromtimestamp(now_s, UTC),
        tracks=tuple(
            track_of(found, icao24=icao24, source=page.capture.source, sha256=page.capture.sha256)
            for icao24, found in fixes.items()
        ),
        doubtful=frozenset(doubtful),
        unused=tuple(unused),
        rejected=tuple(tally.rejected()),
    )


def _address(value: object) -> str:
    address = value.strip().lower() if isinstance(value, str) else ""
    return address if _ICAO24.fullmatch(address) else ""


def _fix(raw: object, number: int, tally: Tally) -> tuple[str, Fix | None]:
    if not isinstance(raw, list) or len(raw) not in (17, 18):
        raise Odd("row is not 17 or 18 columns long")
    row: Any = converted(raw[:17], _Row, _NAMES)
    icao24 = _address(row[0])
    if not icao24:
        raise Odd("icao24 is no address")
    t_s, heard_s, lon, lat = row[3:7]
    if lat is None and lon is None:
        return icao24, None
    if t_s is None or lat is None or lon is None:
        raise Odd("half a position, or one without a time")
    if row[16] is not None and row[16] not in _VIA:
        tally.add("kind of position not known; kept as other", number, row[16])
    place = {"t_us": round(t_s * 1e6), "lat": lat, "lon": lon, "row": number}
    via = _VIA.get(row[16], Via.OTHER)
    if heard_s is None or heard_s - t_s > FRESH_S:
        return icao24, Fix(**place, on_ground=row[8], via=via, flags=Flag.STALE)
    return icao24, Fix(
        **place,
        alt_baro_ft=math.nan if row[8] else _times(row[7], FT_PER_M),
        alt_geom_ft=_times(row[13], FT_PER_M),
        on_ground=row[8],
        gs_kt=_times(row[9], KT_PER_MPS),
        track_deg=_times(row[10], 1.0),
        rate_fpm=_times(row[11], FPM_PER_MPS),
        via=via,
        callsign=_text(row[1], _CALLSIGN, "callsign", number, tally),
        squawk=_text(row[14], _SQUAWK, "squawk", number, tally),
    )


def _times(value: float | None, factor: float) -> float:
    return math.nan if value is None else value * factor


def _text(raw: str | None, form: re.Pattern[str], name: str, number: int, tally: Tally) -> str:
    text = raw.strip() if raw else ""
    if text and not form.fullmatch(text):
        tally.add(f"{name} unreadable", number, raw)
        return ""
    return text
