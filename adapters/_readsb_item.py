"""One aircraft of a live readsb reply: which fields we read, and what they may hold."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from adapters._csv import Tally
from adapters._fixes import Fix
from adapters._json import Object
from adapters._readsb_columns import VIA
from schemas.records import Flag, Via

FRESH_S = 10.0
"""At 2,000 ft/min an altitude is 330 ft off after so long."""
LISTED_S = 60
"""So long a position stays among the valid ones (README-json.md, lastPosition)."""
T_MAX_S = datetime(2100, 1, 1, tzinfo=UTC).timestamp()

_ICAO24 = re.compile(r"~?[0-9a-f]{6}", re.ASCII)
_CALLSIGN = re.compile(r"[!-~]{1,8}", re.ASCII)
_SQUAWK = re.compile(r"[0-7]{4}", re.ASCII)

_Latitude = Annotated[float, Meta(ge=-90, le=90)]
_Longitude = Annotated[float, Meta(ge=-180, le=180)]
_Altitude = Annotated[float, Meta(ge=-5_000, le=150_000)]
_Speed = Annotated[float, Meta(ge=0, le=5_000)]
_Degrees = Annotated[float, Meta(ge=0, le=360)]
_Rate = Annotated[float, Meta(ge=-100_000, le=100_000)]
_Age = Annotated[float, Meta(ge=0, le=86_400)]
_Level = Annotated[int, Meta(ge=0, le=15)]


class LastPosition(msgspec.Struct):
    """A position older than `LISTED_S`."""

    lat: _Latitude
    lon: _Longitude
    seen_pos: _Age | None = None
    age: _Age | None = None
    nic: _Level | None = None


class Item(msgspec.Struct):
    """The fields we read, by readsb's own names, with the values they may have."""

    hex: str
    type: str | None = None
    flight: str | None = None
    squawk: str | None = None
    r: str | None = None
    t: str | None = None
    owner: str | None = msgspec.field(default=None, name="ownOp")
    lat: _Latitude | None = None
    lon: _Longitude | None = None
    seen_pos: _Age | None = None
    seen: _Age | None = None
    last_position: LastPosition | None = msgspec.field(default=None, name="lastPosition")
    alt_baro: _Altitude | Literal["ground"] | None = None
    alt_geom: _Altitude | None = None
    gs: _Speed | None = None
    track: _Degrees | None = None
    true_heading: _Degrees | None = None
    baro_rate: _Rate | None = None
    geom_rate: _Rate | None = None
    nav_qnh: Annotated[float, Meta(ge=500, le=1_500)] | None = None
    nic: _Level | None = None
    nac_p: _Level | None = None
    sil: Annotated[int, Meta(ge=0, le=3)] | None = None
    gps_ok_before: float | None = msgspec.field(default=None, name="gpsOkBefore")
    mlat: list[str] = []
    tisb: list[str] = []
    now: Annotated[float, Meta(ge=0, lt=T_MAX_S)] | None = None
    """Lines of readsb's JSON port carry their own time."""


_READ = frozenset(field.encode_name for field in msgspec.structs.fields(Item))
_UNREAD = frozenset(
    (
        *("acas_ra", "alert", "calc_track", "category", "dbFlags", "desc", "dir", "dst"),
        *("emergency", "gpsOkLat", "gpsOkLon", "gva", "ias", "mach", "mag_heading", "messages"),
        *("nac_v", "nav_altitude_fms", "nav_altitude_mcp", "nav_heading", "nav_modes", "nic_a"),
        *("nic_baro", "nic_c", "noRegData", "oat", "r_dir", "r_dst", "rc", "receiverCount"),
        *("recentReceiverIds", "roll", "rr_lat", "rr_lon", "rssi", "sda", "sil_type"),
        *("spi", "tas", "tat", "track_rate", "uuid", "version", "wd", "ws", "year"),
    )
)
"""Known, and of no use here."""
_OLD = frozenset(("altitude", "speed", "vert_rate"))
"""What receiver programs before 2018 called alt_baro, gs and baro_rate."""


class Odd(ValueError):
    """An item that is not believed; `str()` is why."""


def item_of(raw: object) -> Item:
    """Checked against `Item`; its address in lower case. Raises `Odd`."""
    if not isinstance(raw, Object):
        raise Odd("no aircraft but something else")
    if raw.twice or getattr(raw.get("lastPosition"), "twice", ()):
        raise Odd("says the same thing twice")
    if raw.keys() & _OLD:
        raise Odd("of an older format (altitude, speed, vert_rate)")
    try:
        item = msgspec.convert(raw, Item)
    except msgspec.ValidationError as error:
        raise Odd(_why(str(error))) from error
    item.hex = address_of(raw)
    if not item.hex:
        raise Odd("hex is no address")
    return item


def address_of(raw: object) -> str:
    """The item's address in lower case, ``~`` before it where it is no ICAO address; or empty."""
    said = raw.get("hex") if isinstance(raw, Object) else None
    address = said.strip().lower() if isinstance(said, str) else ""
    return address if _ICAO24.fullmatch(address) else ""


def unknown_keys(raw: Any) -> frozenset[str]:
    """Fields that we have never heard of."""
    return frozenset(raw.keys() - _READ - _UNREAD)


_WHERE = re.compile(r"\$\.([\w.]+)")


def _why(message: str) -> str:
    where = _WHERE.search(message)
    if "missing required field" in message:
        return "without hex" if where is None else f"{where[1]} incomplete"
    name = where[1] if where else "item"
    return f"{name} {'out of range' if re.search('[<>]', message) else 'of the wrong type'}"


def fix_of(item: Item, number: int, now_s: float, tally: Tally) -> Fix | None:
    """The item's fix, None where it has no position. Raises `Odd`.

    A position more than `FRESH_S` older than the rest of the item comes as the bare place, marked
    `Flag.STALE`: altitude, speed and the ground flag are not of its moment.
    """
    if item.now is not None:
        if abs(item.now - now_s) > LISTED_S:
            raise Odd("its own time (now) is not that of the reply")
        now_s = item.now
    last = item.last_position
    if item.lat is not None and item.lon is not None:
        lat, lon, age, nic = item.lat, item.lon, item.seen_pos, item.nic
    elif item.lat is not None or item.lon is not None:
        raise Odd("half a position")
    elif last is not None:
        lat, lon, nic = last.lat, last.lon, last.nic
        age = last.age if last.seen_pos is None else last.seen_pos
    else:
        return None
    if age is None:
        raise Odd("position without its age (seen_pos)")
    if now_s < age:
        raise Odd("seen_pos out of range")
    if item.type is not None and item.type not in VIA:
        tally.add("kind of position not known; kept as other", number, item.type)
    if item.gps_ok_before is not None:
        nic = 0
    place = Fix(
        t_us=round((now_s - age) * 1_000) * 1_000,  # what is said has three decimals
        lat=lat,
        lon=lon,
        on_ground=item.alt_baro == "ground",
        via=_via(item),
        nic=-1 if nic is None else nic,
        row=number,
    )
    if item.lat is None or age - (item.seen or 0.0) > FRESH_S:
        return replace(place, flags=Flag.STALE)
    return _with_values(place, item, number, tally)


def _via(item: Item) -> Via:
    if "lat" in item.mlat:
        return Via.MLAT
    if "lat" in item.tisb:
        return Via.TISB
    return VIA.get(item.type, Via.OTHER)


def _with_values(place: Fix, item: Item, number: int, tally: Tally) -> Fix:
    """The place, with everything that the item says of that moment."""
    rate_is_geometric = item.baro_rate is None and item.geom_rate is not None
    course = item.track
    if course is None and place.on_ground:
        course = item.true_heading
    return replace(
        place,
        alt_baro_ft=_or_nan(None if isinstance(item.alt_baro, str) else item.alt_baro),
        alt_geom_ft=_or_nan(item.alt_geom),
        gs_kt=_or_nan(item.gs),
        track_deg=_or_nan(course),
        rate_fpm=_or_nan(item.geom_rate if rate_is_geometric else item.baro_rate),
        flags=Flag.RATE_GEOMETRIC if rate_is_geometric else 0,
        nac_p=-1 if item.nac_p is None else item.nac_p,
        sil=-1 if item.sil is None else item.sil,
        qnh_hpa=_or_nan(item.nav_qnh),
        callsign=_text(item.flight, _CALLSIGN, "callsign", number, tally),
        squawk=_text(item.squawk, _SQUAWK, "squawk", number, tally),
    )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _text(raw: str | None, form: re.Pattern[str], name: str, number: int, tally: Tally) -> str:
    text = raw.strip(" ") if raw else ""
    if text and not form.fullmatch(text):
        tally.add(f"{name} unreadable", number, raw)
        return ""
    return text
