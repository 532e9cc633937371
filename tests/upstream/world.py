"""What the server plays: the clock, who flies where, what the archives and registries hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.upstream.files import hand_made as hand_made_files
from tests.upstream.files import looked_up, opensky_track
from tests.upstream.sky import Sky, hand_made


def secret(name: str) -> str:
    """What the sites take as the right value of that secret."""
    return f"hush-{name}"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class World:
    """Change any of it while the server runs: every request looks anew."""

    now: Callable[[], datetime] = _now
    """The sites' clock; also their ``Date`` header."""
    sky: Sky = hand_made
    """What the live sites and OpenSky's states hear."""
    receiver_sky: Sky | None = None
    """What the own receiver hears, where that is not the same."""
    approved: bool = False
    """Whether airplanes.live has approved us."""
    flights: list[dict[str, Any]] = field(default_factory=list)
    """OpenSky's flights, as it tells them."""
    tracks: MutableMapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    """OpenSky's tracks, by address."""
    credits: int = 4_000
    """What OpenSky lets us ask; each asking takes one."""
    credits_back_s: int = 3_600
    token_life_s: int = 1_800
    tokens: MutableMapping[str, datetime] = field(default_factory=dict)
    """Those that were issued, and until when they hold."""
    traces: MutableMapping[tuple[date, str], bytes] = field(default_factory=dict)
    """The archives' trace files by day and address, gzip as readsb writes them."""
    files: MutableMapping[str, bytes] = field(default_factory=hand_made_files)
    """What the file sites hold, by ``site/path``."""
    aircraft: Mapping[str, Mapping[str, str]] = field(default_factory=looked_up)
    """What hexdb and adsbdb know, by address: registration, type, maker, owner."""

    def add_flight(
        self,
        icao24: str,
        first_seen: datetime,
        last_seen: datetime,
        *,
        origin: str | None = None,
        destination: str | None = None,
        **changed: Any,
    ) -> None:
        """A flight that OpenSky heard from take-off to landing, with its track."""
        flight = {
            "icao24": icao24,
            "firstSeen": int(first_seen.timestamp()),
            "estDepartureAirport": origin,
            "lastSeen": int(last_seen.timestamp()),
            "estArrivalAirport": destination,
            "callsign": "RSD010  ",
            "estDepartureAirportHorizDistance": 1958 if origin else None,
            "estDepartureAirportVertDistance": 86 if origin else None,
            "estArrivalAirportHorizDistance": 2104 if destination else None,
            "estArrivalAirportVertDistance": 61 if destination else None,
            "departureAirportCandidatesCount": 2,
            "arrivalAirportCandidatesCount": 1,
            **changed,
        }
        self.flights.append(flight)
        self.tracks.setdefault(icao24, []).append(opensky_track(flight))

    def today(self) -> datetime:
        """Midnight by the sites' clock: OpenSky's flights end before it."""
        return self.now().replace(hour=0, minute=0, second=0, microsecond=0)

    def yesterday(self) -> date:
        """The last whole day."""
        return (self.today() - timedelta(days=1)).date()
