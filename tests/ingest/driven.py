"""One asking of each make of source, at the played sites."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from adapters._contract import (
    Area,
    Wanted,
)
from service.ingest.fetching.driving import Answer, drive
from service.ingest.fetching.fetcher import Fetcher
from tests.ingest.fetcher import ADAPTERS
from tests.upstream import Upstream
from tests.upstream.conftest import FLOWN

OURS = frozenset(("14fc0b",))
OUR_DAY = Wanted.on(FLOWN.date(), icao24=OURS)
MINSK = Wanted(area=Area(lat=53.8825, lon=28.0307, radius_nm=30))
WANTED: Mapping[str, Wanted] = {
    "adsblol": Wanted(icao24=OURS),
    "opensky_states": MINSK,
    "adsblol_history": OUR_DAY,
    "opensky_flights": OUR_DAY,
    "opensky_flightlist": Wanted.on(date(2020, 8, 18)),
    "tar1090db": Wanted(),
    "hexdb": Wanted(icao24=OURS),
}
"""One source of each make."""
COVERING = sorted(WANTED.keys() - {"tar1090db", "hexdb"})


def asked(
    up: Upstream,
    fetcher: Fetcher,
    key: str,
    wanted: Wanted | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Answer:
    adapter = up.moved(ADAPTERS[key])
    known = up.secrets(adapter) if secrets is None else secrets
    return drive(adapter, WANTED[key] if wanted is None else wanted, fetcher, known)
