"""adsb.lol, live: https://api.adsb.lol/docs. Open data, ODbL; it refuses to serve anonymous
programs, so whoever drives must send a User-Agent of its own."""

from __future__ import annotations

from datetime import timedelta

from adapters._readsb_api import COMMUNITY_FEEDERS, Paths, ReadsbApi
from schemas.sources import Pace, Reach, Source, Terms

adapter = ReadsbApi(
    source=Source(
        key="adsblol",
        title="adsb.lol, live",
        url="https://api.adsb.lol",
        kind="live",
        terms=Terms(
            licence="ODbL-1.0",
            attribution="© adsb.lol contributors",
            note="Limits are dynamic; a key may be asked for in future.",
        ),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(),
        reach=Reach(days_back=0),
        independence_group=COMMUNITY_FEEDERS,
    ),
    paths=Paths(at_once=100, addresses_at_once=100),
)
