"""The OpenSky Network: states now, flights of past days, tracks of the last 30 days.

Each has credits of its own, so each is a source of its own. All need an account's client
credentials, and a written agreement for use in a live service.
"""

from __future__ import annotations

from datetime import timedelta

from adapters._contract import Adapter
from adapters._opensky import SECRETS, TERMS, URL
from adapters._opensky_flights import LAG, OpenSkyFlights
from adapters._opensky_states import OpenSkyStates
from adapters._opensky_tracks import OpenSkyTracks
from schemas.sources import Pace, Reach, Source

adapters: tuple[Adapter, ...] = (
    OpenSkyStates(
        source=Source(
            key="opensky_states",
            title="OpenSky Network, live",
            url=URL,
            kind="live",
            terms=TERMS,
            pace=Pace(requests_per_s=0.2, daily_credits=4_000),
            lag=timedelta(),
            reach=Reach(days_back=0),
            independence_group="opensky",
            secrets=SECRETS,
        )
    ),
    OpenSkyFlights(
        source=Source(
            key="opensky_flights",
            title="OpenSky Network, flights of past days",
            url=URL,
            kind="reports",
            terms=TERMS,
            pace=Pace(requests_per_s=0.5, burst=4, daily_credits=4_000),
            lag=LAG,
            reach=Reach(),
            independence_group="opensky",
            secrets=SECRETS,
        )
    ),
    OpenSkyTracks(
        source=Source(
            key="opensky_tracks",
            title="OpenSky Network, tracks of the last 30 days",
            url=URL,
            kind="history",
            terms=TERMS,
            pace=Pace(requests_per_s=0.5, burst=4, daily_credits=4_000),
            lag=LAG,
            reach=Reach(days_back=30),
            independence_group="opensky",
            secrets=SECRETS,
        )
    ),
)
