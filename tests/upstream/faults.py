"""What goes wrong with public sources: each a value that is played on the next answers."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from tests.upstream.messages import Asked, Reply
from tests.upstream.wire import Wire


def _same_question(asked: Asked) -> Asked:
    return asked


def _same_answer(reply: Reply) -> Reply:
    return reply


def _sent(wire: Wire, reply: Reply) -> None:
    wire.send(reply)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, at any of three places."""

    name: str
    question: Callable[[Asked], Asked] = _same_question
    """The site answers this instead."""
    answer: Callable[[Reply], Reply] = _same_answer
    """What becomes of the answer."""
    delivery: Callable[[Wire, Reply], None] = _sent
    """How it gets there."""


def web_page() -> Fault:
    """A page for readers, with status 200: consent, maintenance, a check for robots."""
    page = Reply.page(200, "Just a moment... Checking your browser before accessing this site.")
    return Fault("web_page", answer=lambda _: page)


def nothing() -> Fault:
    """Status 200 and no content at all."""
    return Fault("nothing", answer=lambda _: Reply(200))


def status(code: int, **headers: str) -> Fault:
    """That status, with a page for readers; header names with ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    page = Reply.page(code, f"Error {code}")
    page = replace(page, headers={**page.headers, **named})
    return Fault(f"status_{code}", answer=lambda _: page)


def too_many(retry_after: str | None = None) -> Fault:
    """429; `retry_after` in seconds or as a date, None = the site does not say."""
    return status(429, **({} if retry_after is None else {"Retry_After": retry_after}))


def refused() -> Fault:
    """403 with a page."""
    return status(403)


def broken_off(share: float = 0.5) -> Fault:
    """The line closes after a part of what was promised."""

    def deliver(wire: Wire, reply: Reply) -> None:
        wire.head(reply.status, reply.headers, len(reply.content))
        wire.body(reply.content[: int(len(reply.content) * share)])
        wire.hang_up()

    return Fault("broken_off", delivery=deliver)


def cut_short(share: float = 0.5) -> Fault:
    """A part of the file, served as if it were the whole."""
    return Fault(
        "cut_short",
        answer=lambda reply: replace(
            reply, content=reply.content[: int(len(reply.content) * share)]
        ),
    )


def slow(part_bytes: int = 16, pause_s: float = 0.02) -> Fault:
    """The answer drips."""

    def deliver(wire: Wire, reply: Reply) -> None:
        wire.head(reply.status, reply.headers, len(reply.content))
        for start in range(0, len(reply.content), part_bytes):
            if wire.wait(pause_s):
                return
            wire.body(reply.content[start : start + part_bytes])

    return Fault("slow", delivery=deliver)


def silent(seconds: float = 30.0) -> Fault:
    """Nothing comes at all; then the line closes."""

    def deliver(wire: Wire, _: Reply) -> None:
        wire.wait(seconds)
        wire.hang_up()

    return Fault("silent", delivery=deliver)


def reset(share: float | None = None) -> Fault:
    """RST: before the answer, or in the middle of it."""

    def deliver(wire: Wire, reply: Reply) -> None:
        if share is not None:
            wire.head(reply.status, reply.headers, len(reply.content))
            wire.body(reply.content[: int(len(reply.content) * share)])
        wire.reset()

    return Fault("reset", delivery=deliver)


def bomb(expanded_bytes: int = 5 * 2**30) -> Fault:
    """A few megabytes of gzip that expand to more than any file there is."""
    content = _bomb(max(1, expanded_bytes // _MEMBER_BYTES))
    return Fault("bomb", answer=lambda reply: Reply(200, content, _plain(reply)))


_MEMBER_BYTES = 64 * 2**20


@cache
def _bomb(members: int) -> bytes:
    return gzip.compress(b" " * _MEMBER_BYTES, mtime=0) * members


def _plain(reply: Reply) -> dict[str, str]:
    return {name: value for name, value in reply.headers.items() if name != "Content-Encoding"}


_DAY = re.compile(r"/(\d{4})/(\d\d)/(\d\d)/")


def day_before() -> Fault:
    """An archive serves the day before under the name of the day asked for."""

    def question(asked: Asked) -> Asked:
        found = _DAY.search(asked.target)
        if found is None:
            return asked
        day = date(int(found[1]), int(found[2]), int(found[3])) - timedelta(days=1)
        return replace(asked, target=_DAY.sub(f"/{day:%Y/%m/%d}/", asked.target))

    return Fault("day_before", question=question)


def new_schema() -> Fault:
    """The site has changed its fields: others names, a column more."""
    return Fault("new_schema", answer=_rewritten)


def _rewritten(reply: Reply) -> Reply:
    if reply.status != 200:
        return reply
    return replace(reply, content=_changed(reply.content))


def _changed(content: bytes) -> bytes:
    if content[:2] == b"\x1f\x8b":
        return gzip.compress(_changed(gzip.decompress(content)), mtime=0)
    if content[:2] == b"PK":
        return _changed_zip(content)
    if content[:1] in b"{[" and content:
        return json.dumps(_changed_json(json.loads(content))).encode()
    head, _, rest = content.partition(b"\n")
    if head.count(b";") > 3:  # no header: a column more in every row
        return b"\n".join(b"new;" + line for line in content.splitlines()) + b"\n"
    return re.sub(rb"(?i)(icao|n-number|ident|firstseen)", rb"new_\1", head) + b"\n" + rest


def _changed_zip(content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(name, _changed(old.read(name)))
    return held.getvalue()


_NEW_NAMES = {
    "lat": "latitude",
    "lon": "longitude",
    "lastPosition": "last_position",
    "firstSeen": "first_seen",
    "trace": "positions",
    "ModeS": "mode_s_code",
    "mode_s": "mode_s_code",
}


def _changed_json(document: Any) -> Any:
    if isinstance(document, dict):
        return {_NEW_NAMES.get(key, key): _changed_json(value) for key, value in document.items()}
    if isinstance(document, list) and document and isinstance(document[0], list):
        return [["new", *row] for row in document]
    if isinstance(document, list):
        return [_changed_json(value) for value in document]
    return document
