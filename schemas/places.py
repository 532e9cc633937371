"""Airports and their runways, as the detection and the verdict need them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunwayEnd:
    """One landing direction: the threshold, and the way one flies over it."""

    name: str
    """Designator as painted, e.g. ``30L``."""
    lat: float
    lon: float
    """Threshold, degrees (WGS84). The displaced threshold is not applied."""
    heading_deg: float
    """Degrees true, along the runway when landing in this direction."""
    length_ft: float
    elevation_ft: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Airport:
    """One airport: a place with a field elevation and a local time."""

    ident: str
    """The code we name it by: ICAO where it has one, else the local code."""
    name: str
    city: str
    country: str
    """ISO 3166 alpha-2."""
    lat: float
    lon: float
    """Reference point, degrees. Thresholds lie up to 6 km away from it."""
    elevation_ft: float | None
    """Field elevation above mean sea level; None where the table does not know it."""
    zone: str
    """IANA time zone; every local date at this airport is read in it."""
    iata: str = ""
    local: str = ""
    closed: bool = False
    aliases: tuple[str, ...] = ()
    """Codes it had before, or has in other tables (``KPBI`` for ``KDJT``)."""
    runways: tuple[RunwayEnd, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AirportRow:
    """One field as a table gives it, not yet compared with the airports we know.

    `ident` is the table's own name for it, which may differ from ours; `icao` and `gps` are codes
    that it may be known by elsewhere. Codes are capital letters, digits and dashes; "" = none.
    """

    ident: str
    kind: str
    """``large_airport``, ``medium_airport``, ``small_airport``, ``heliport``, ``seaplane_base``,
    ``balloonport`` or ``closed``; a closed one does not say what it was."""
    name: str
    city: str = ""
    country: str = ""
    """ISO 3166 alpha-2."""
    lat: float
    lon: float
    """Reference point, degrees."""
    elevation_ft: float | None = None
    icao: str = ""
    gps: str = ""
    iata: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunwayRow:
    """One runway as a table gives it, not yet tied to an airport of ours.

    ``le`` is the end with the lower number, ``he`` the other one, as OurAirports names them.
    None = the table does not say; an end without both coordinates cannot be placed.
    """

    airport_ident: str
    """The table's own name for the airport, which may differ from ours (``KPBI``, ``KDJT``)."""
    length_ft: float | None = None
    width_ft: float | None = None
    surface: str = ""
    closed: bool = False
    le_ident: str = ""
    le_lat: float | None = None
    le_lon: float | None = None
    le_elevation_ft: float | None = None
    le_heading_deg: float | None = None
    """Degrees true."""
    he_ident: str = ""
    he_lat: float | None = None
    he_lon: float | None = None
    he_elevation_ft: float | None = None
    he_heading_deg: float | None = None
