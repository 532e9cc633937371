"""Sites that hand out files, and say 304 to whoever has them already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from tests.upstream.messages import Asked, Reply
from tests.upstream.world import World


def _file(asked: Asked, world: World) -> Reply:
    content = world.files.get(f"{asked.site}{asked.path}")
    if content is None:
        return Reply.page(404, "Not Found")
    headers = {
        "Content-Type": "application/octet-stream",
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"',
        "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
    }
    if asked.headers.get("if-none-match") == headers["ETag"]:
        return Reply(304, b"", headers)
    return Reply(200, content, headers)


_KEYS = (
    *("faa", "opensky_aircraftdb", "opensky_flightlist", "ourairports", "plane_alert_db"),
    "tar1090db",
)
SITES: Mapping[str, Callable[[Asked, World], Reply]] = dict.fromkeys(_KEYS, _file)
