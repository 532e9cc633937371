"""OpenSky: tokens that run out, credits that are used up, an empty 404 for "none"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.upstream.messages import Asked, Reply
from tests.upstream.replies import states_reply
from tests.upstream.world import World, secret

_TWO_DAYS_S = 2 * 86_400


def _auth(asked: Asked, world: World) -> Reply:
    form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    right = {
        "grant_type": "client_credentials",
        "client_id": secret("opensky_client_id"),
        "client_secret": secret("opensky_client_secret"),
    }
    if asked.method != "POST" or asked.path != "/token":
        return Reply.page(404, "Not Found")
    if form != right:
        return Reply.json({"error": "invalid_client"}, 401)
    token = f"token.{len(world.tokens)}.issued"
    world.tokens[token] = world.now() + timedelta(seconds=world.token_life_s)
    return Reply.json(
        {"access_token": token, "expires_in": world.token_life_s, "token_type": "Bearer"}
    )


def _checked(answer: Callable[[Asked, World], Reply]) -> Callable[[Asked, World], Reply]:
    """With a token that holds, and a credit taken."""

    def site(asked: Asked, world: World) -> Reply:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            return Reply(403)
        if token not in world.tokens or world.tokens[token] <= world.now():
            return Reply(401)
        if world.credits <= 0:
            wait = {"X-Rate-Limit-Retry-After-Seconds": str(world.credits_back_s)}
            return Reply(429, b"", {"X-Rate-Limit-Remaining": "0", **wait})
        world.credits -= 1
        reply = answer(asked, world)
        headers = {**reply.headers, "X-Rate-Limit-Remaining": str(world.credits)}
        return Reply(reply.status, reply.content, headers).zipped(asked)

    return site


def _states(asked: Asked, world: World) -> Reply:
    if asked.path != "/states/all":
        return Reply(404)
    now = world.now()
    heard = list(world.sky(now))
    if names := asked.query.get("icao24"):
        heard = [item for item in heard if item["hex"] in names]
    if asked.first("lamin"):
        south, north, west, east = (
            float(asked.first(name)) for name in ("lamin", "lamax", "lomin", "lomax")
        )
        heard = [
            item
            for item in heard
            if "lat" in item
            if south <= item["lat"] <= north and west <= item["lon"] <= east
        ]
    return Reply.json(states_reply(heard, now))


def _flights(asked: Asked, world: World) -> Reply:
    """Only flights that lie wholly inside the window, and ended before today."""
    begin, end = int(asked.first("begin") or 0), int(asked.first("end") or 0)
    if not 0 < end - begin <= _TWO_DAYS_S:
        return Reply.json({"error": "window"}, 400)
    today_s = world.today().timestamp()
    told = [flight for flight in world.flights if flight["lastSeen"] < today_s]
    match asked.path:
        case "/flights/aircraft":
            found = [
                flight
                for flight in told
                if flight["icao24"] == asked.first("icao24")
                if begin <= flight["firstSeen"] and flight["lastSeen"] <= end
            ]
        case "/flights/arrival":
            found = _at(told, "estArrivalAirport", "lastSeen", asked, begin, end)
        case "/flights/departure":
            found = _at(told, "estDepartureAirport", "firstSeen", asked, begin, end)
        case _:
            return Reply(404)
    return Reply.json(found) if found else Reply(404)


def _at(
    flights: list[dict[str, Any]], place: str, when: str, asked: Asked, begin: int, end: int
) -> list[dict[str, Any]]:
    return [
        flight
        for flight in flights
        if flight[place] == asked.first("airport")
        if begin <= flight[when] <= end
    ]


def _tracks(asked: Asked, world: World) -> Reply:
    if asked.path != "/tracks/all":
        return _flights(asked, world)
    t_s = int(asked.first("time") or 0) or int(world.now().timestamp())
    for track in world.tracks.get(asked.first("icao24"), []):
        if track["startTime"] <= t_s <= track["endTime"]:
            return Reply.json(track)
    return Reply(404)


SITES: Mapping[str, Callable[[Asked, World], Reply]] = {
    "opensky_auth": _auth,
    "opensky_states": _checked(_states),
    "opensky_flights": _checked(_flights),
    "opensky_tracks": _checked(_tracks),
}
