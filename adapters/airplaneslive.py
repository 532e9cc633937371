"""airplanes.live, live: https://airplanes.live/api-guide. Non-commercial, and closed to whoever
has not been approved."""

from __future__ import annotations

from datetime import timedelta

from adapters._readsb_api import COMMUNITY_FEEDERS, Paths, ReadsbApi
from schemas.sources import Pace, Reach, Source, Terms

adapter = ReadsbApi(
    source=Source(
        key="airplaneslive",
        title="airplanes.live, live",
        url="https://api.airplanes.live",
        kind="live",
        terms=Terms(
            licence="airplanes.live terms: non-commercial use",
            attribution="airplanes.live (https://airplanes.live)",
            personal_only=True,
            may_redistribute=False,
            needs_agreement=True,
            note="Since August 2026 it answers 403 to whoever has not been approved by mail.",
        ),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(),
        reach=Reach(days_back=0),
        independence_group=COMMUNITY_FEEDERS,
    ),
    paths=Paths(at_once=100, addresses_at_once=100),
)
