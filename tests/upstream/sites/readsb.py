"""The live v2 APIs and a receiver, with what is peculiar to each.

adsb.lol serves nobody without a User-Agent; airplanes.live nobody whom it has not approved;
ADS-B Exchange nobody without a key in the right header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from tests.upstream.messages import Asked, Reply
from tests.upstream.replies import aircraft_json, v2_reply
from tests.upstream.sky import Item, distance_nm
from tests.upstream.world import World, secret

_NUMBER = r"(-?\d+(?:\.\d+)?)"


@dataclass(frozen=True, slots=True)
class V2:
    """One API: where it answers, and whom it refuses."""

    by_address: str
    by_registration: str
    by_area: str
    refusal: Callable[[Asked, World], Reply | None]
    most_at_once: int = 1_000

    def __call__(self, asked: Asked, world: World) -> Reply:
        refusal = self.refusal(asked, world)
        if refusal is not None:
            return refusal
        now = world.now()
        listed = self._listed(unquote(asked.path), list(world.sky(now)))
        if listed is None:
            return Reply.json({"detail": "Not Found"}, 404)
        return Reply.json(v2_reply(listed, now)).zipped(asked)

    def _listed(self, path: str, heard: list[Item]) -> list[Item] | None:
        if found := re.fullmatch(self.by_address, path):
            names = found[1].lower().split(",")
            return self._of(names, [item for item in heard if item["hex"] in names])
        if found := re.fullmatch(self.by_registration, path):
            names = found[1].upper().split(",")
            return self._of(names, [item for item in heard if item.get("r") in names])
        if found := re.fullmatch(self.by_area, path):
            lat, lon, radius_nm = (float(value) for value in found.groups())
            if radius_nm > 250 or radius_nm != int(radius_nm):
                return None
            return [
                {**item, "dst": round(distance_nm((lat, lon), (item["lat"], item["lon"])), 3)}
                for item in heard
                if "lat" in item
                if distance_nm((lat, lon), (item["lat"], item["lon"])) <= radius_nm
            ]
        return None

    def _of(self, names: list[str], listed: list[Item]) -> list[Item] | None:
        return None if len(names) > self.most_at_once else listed


def _anonymous(asked: Asked, _: World) -> Reply | None:
    return None if asked.headers.get("user-agent") else Reply.page(403, "Forbidden")


def _unapproved(_: Asked, world: World) -> Reply | None:
    return None if world.approved else Reply.page(403, "Access denied. Mail us for approval.")


def _open(_: Asked, __: World) -> Reply | None:
    return None


def _keyed(header: str, name: str) -> Callable[[Asked, World], Reply | None]:
    def refusal(asked: Asked, _: World) -> Reply | None:
        if asked.headers.get(header) == secret(name):
            return None
        return Reply.json({"message": "Invalid API key"}, 403)

    return refusal


def _receiver(asked: Asked, world: World) -> Reply:
    if asked.path != "/data/aircraft.json":
        return Reply.page(404, "Not Found")
    now = world.now()
    return Reply.json(aircraft_json((world.receiver_sky or world.sky)(now), now)).zipped(asked)


_DIST = rf"/lat/{_NUMBER}/lon/{_NUMBER}/dist/{_NUMBER}"
_POINT = rf"/v2/point/{_NUMBER}/{_NUMBER}/{_NUMBER}"

SITES: Mapping[str, Callable[[Asked, World], Reply]] = {
    "adsblol": V2("/v2/(?:hex|icao)/(.+)", "/v2/reg/(.+)", _POINT, _anonymous),
    "adsbfi": V2("/v2/(?:hex|icao)/(.+)", "/v2/registration/(.+)", f"/v3{_DIST}", _open),
    "airplaneslive": V2("/v2/hex/(.+)", "/v2/reg/(.+)", _POINT, _unapproved),
    "adsbexchange": V2(
        "/icao/([^/]+)/?",
        "/registration/([^/]+)/?",
        f"{_DIST}/?",
        _keyed("api-auth", "adsbexchange_api_auth"),
    ),
    "adsbexchange_rapidapi": V2(
        "/icao/([^/]+)/",
        "/registration/([^/]+)/",
        f"{_DIST}/",
        _keyed("x-rapidapi-key", "adsbexchange_rapidapi_key"),
        most_at_once=1,
    ),
    "readsb_local": _receiver,
}
