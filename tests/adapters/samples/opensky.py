"""States, flights and a track, as OpenSky tells them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.adapters.samples import Samples
from tests.upstream.replies import states_reply
from tests.upstream.sky import HAND_MADE, NOON
from tests.upstream.world import World


def states_pages() -> Sequence[bytes]:
    """Nine aircraft, in metres."""
    return (json.dumps(states_reply(HAND_MADE, NOON)).encode(),)


def _world() -> World:
    world = World()
    world.add_flight(
        "14fc0b",
        datetime(2025, 12, 1, 13, 2, tzinfo=UTC),
        datetime(2025, 12, 1, 14, 16, tzinfo=UTC),
        origin="UUWW",
        destination="UMMS",
    )
    return world


def flights_pages() -> Sequence[bytes]:
    """One flight."""
    return (json.dumps(_world().flights).encode(),)


def tracks_pages() -> Sequence[bytes]:
    """Its track, and the list it was found in."""
    return (json.dumps(_world().tracks["14fc0b"][0]).encode(), *flights_pages())


SAMPLES: Samples = {
    "opensky_states": states_pages,
    "opensky_flights": flights_pages,
    "opensky_tracks": tracks_pages,
}
