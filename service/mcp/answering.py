"""From a tool's name and what it was handed to an answer with its limits, or to a refusal."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from mcp_types import (
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    TextContent,
)

from service.clock import Clock
from service.errors import BadInput
from service.formats.plain import moment
from service.mcp.asking import Call, Reply
from service.mcp.limits import limits_of
from service.mcp.tools import BY_NAME

Ask = Callable[[Call], Awaitable[Reply]]

MOST_ENCLOSED_BYTES: Final = 256 << 10
"""A larger bundle is fetched: a model's context is no place for it."""


async def answer(ask: Ask, clock: Clock, name: str, given: Mapping[str, Any]) -> CallToolResult:
    """What the tool says. A refusal is an answer too, in the sentences of the HTTP API."""
    tool = BY_NAME.get(name)
    if tool is None:
        return _refused(f"There is no such tool here; there are: {', '.join(BY_NAME)}.")
    try:
        call = tool.call(given)
    except BadInput as error:
        return _refused(str(error))
    if name == "bundle":
        return await _bundle(ask, call, given["check"])
    reply = await ask(call)
    if reply.status != 200 or not reply.is_whole:
        return _no_answer(reply)
    document = reply.document()
    as_of = given.get("as_of") or moment(clock())
    return _told(document, limits_of(name, document, as_of))


async def _bundle(ask: Ask, call: Call, check: str) -> CallToolResult:
    """The bundle's answer is looked up first: its limits are the bundle's."""
    number = call.query.get("revision", "")
    kept = call.path.removesuffix("/bundle")
    shown = await ask(Call(path=f"{kept}/revisions/{number}" if number else kept))
    if shown.status != 200 or not shown.is_whole:
        return _no_answer(shown)
    found = shown.document()
    if not number:
        number, found = str(found["number"]), found["answer"]
    reply = await ask(Call(path=call.path, query={"revision": number}))
    if reply.status != 200:
        return _no_answer(reply)
    address = f"{call.path}?revision={number}"
    enclosed = reply.is_whole and reply.size_bytes <= MOST_ENCLOSED_BYTES
    document = {
        "root": reply.headers["etag"].strip('"'),
        "revision": int(number),
        "size_bytes": reply.size_bytes,
        "enclosed": enclosed,
        "fetch": f"GET {address}, or: tailcheck bundle --check {check} --revision {number}",
        "check": "tailcheck verify FILE --root ROOT, or the verify.py in it, with Python alone",
        "sentence": found["sentence"],
    }
    limits = limits_of("bundle", found, found["as_of"])
    if not enclosed:
        return _told(document, limits)
    file = BlobResourceContents(
        uri=f"tailcheck:{address}",
        mime_type="application/zip",
        blob=base64.b64encode(reply.body).decode("ascii"),
    )
    return _told(document, limits, EmbeddedResource(type="resource", resource=file))


def _told(
    document: dict[str, Any], limits: dict[str, Any], *beside: ContentBlock
) -> CallToolResult:
    """The limits come first, where nobody who stops reading misses them."""
    whole = {"limits": limits, "answer": document}
    text = TextContent(type="text", text=json.dumps(whole, ensure_ascii=False))
    return CallToolResult(content=[text, *beside], structured_content=whole)


def _no_answer(reply: Reply) -> CallToolResult:
    if reply.status == 200:
        return _refused("The answer is too long to be handed over here: ask for less at once.")
    said = reply.document()
    choices = said.get("choices", [])
    lines = [said.get("detail", said["title"])]
    lines += [f"{choice['code']}: {choice['text']}" for choice in choices]
    return _refused("\n".join(lines), said)


def _refused(sentence: str, problem: dict[str, Any] | None = None) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=sentence)],
        structured_content=problem,
        is_error=True,
    )
