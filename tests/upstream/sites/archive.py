"""Archives of traces: gzip under a json name and without a Content-Encoding; 404 for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from tests.upstream.messages import Asked, Reply
from tests.upstream.world import World

_PATH = re.compile(
    r"/(\d{4})/(\d\d)/(\d\d)/(?:traces/)?([0-9a-f]{2})/trace_full_(~?[0-9a-f]{6})\.json"
)


def _archive(asked: Asked, world: World) -> Reply:
    found = _PATH.fullmatch(asked.path)
    if found is None or found[4] != found[5][-2:]:
        return Reply.page(404, "Not Found")
    day = date(int(found[1]), int(found[2]), int(found[3]))
    content = world.traces.get((day, found[5]))
    if content is None:
        return Reply.page(404, "Not Found")
    return Reply(200, content, {"Content-Type": "application/json"})


SITES: Mapping[str, Callable[[Asked, World], Reply]] = {
    "adsblol_history": _archive,
    "adsbx_samples": _archive,
}
