"""Replies of the live interfaces, as documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.upstream.sky import Item


def v2_reply(items: Sequence[Item], now: datetime) -> dict[str, Any]:
    """What the readsb v2 APIs say; times in milliseconds."""
    now_ms = round(now.timestamp() * 1_000)
    return {
        "ac": list(items),
        "msg": "No error",
        "now": now_ms,
        "total": len(items),
        "ctime": now_ms,
        "ptime": 0,
    }


def aircraft_json(items: Sequence[Item], now: datetime) -> dict[str, Any]:
    """What a receiver writes; times in seconds."""
    return {"now": round(now.timestamp(), 3), "messages": 11_329_251, "aircraft": list(items)}


def states_reply(items: Sequence[Item], now: datetime) -> dict[str, Any]:
    """The same sky in OpenSky's columns and metric units; nobody heard = null, not a list."""
    now_s = int(now.timestamp())
    rows = [_state(item, now_s) for item in items if not item["hex"].startswith("~")]
    return {"time": now_s, "states": rows or None}


def _state(item: Item, now_s: int) -> list[Any]:
    seen_pos = item.get("seen_pos", 99.0)
    placed = seen_pos <= 15 and "lat" in item
    ground = item.get("alt_baro") == "ground"
    rate = item.get("baro_rate", item.get("geom_rate"))
    return [
        item["hex"],
        item.get("flight"),
        "Russian Federation",
        now_s - int(seen_pos) if placed else None,
        now_s,
        item["lon"] if placed else None,
        item["lat"] if placed else None,
        None if ground else _scaled(item.get("alt_baro"), 0.3048),
        ground,
        _scaled(item.get("gs"), 1852 / 3600),
        item.get("track", item.get("true_heading")),
        _scaled(rate, 0.3048 / 60),
        None,
        _scaled(item.get("alt_geom"), 0.3048),
        item.get("squawk"),
        False,
        2 if item.get("mlat") else 0,
    ]


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else round(value * factor, 2)
