"""hexdb.io and adsbdb.com: one aircraft at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from tests.upstream.messages import Asked, Reply
from tests.upstream.world import World


def hexdb_document(icao24: str, aircraft: Mapping[str, str]) -> dict[str, Any]:
    """As hexdb.io tells it."""
    return {
        "ICAOTypeCode": aircraft["type_code"],
        "Manufacturer": aircraft["maker"],
        "ModeS": icao24.upper(),
        "OperatorFlagCode": "",
        "RegisteredOwners": aircraft["owner"],
        "Registration": aircraft["registration"],
        "Type": aircraft["type"],
    }


def adsbdb_document(icao24: str, aircraft: Mapping[str, str]) -> dict[str, Any]:
    """As adsbdb.com tells it."""
    return {
        "response": {
            "aircraft": {
                "type": aircraft["type"],
                "icao_type": aircraft["type_code"],
                "manufacturer": aircraft["maker"],
                "mode_s": icao24.upper(),
                "registration": aircraft["registration"],
                "registered_owner_country_iso_name": "XX",
                "registered_owner_country_name": "Nowhere",
                "registered_owner_operator_flag_code": None,
                "registered_owner": aircraft["owner"],
                "url_photo": None,
                "url_photo_thumbnail": None,
            }
        }
    }


def _hexdb(asked: Asked, world: World) -> Reply:
    icao24 = unquote(asked.path).removeprefix("/api/v1/aircraft/").lower()
    if icao24 not in world.aircraft:
        return Reply.json({"status": "404", "error": "Aircraft not found."}, 404)
    return Reply.json(hexdb_document(icao24, world.aircraft[icao24]))


def _adsbdb(asked: Asked, world: World) -> Reply:
    name = unquote(asked.path).removeprefix("/v0/aircraft/")
    for icao24, aircraft in world.aircraft.items():
        if name.lower() == icao24 or name.upper() == aircraft["registration"]:
            return Reply.json(adsbdb_document(icao24, aircraft))
    return Reply.json({"response": "unknown aircraft"}, 404)


SITES: Mapping[str, Callable[[Asked, World], Reply]] = {"hexdb": _hexdb, "adsbdb": _adsbdb}
