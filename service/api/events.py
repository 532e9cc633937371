"""`/v1/events`: alerts as they are told, as server-sent events or as lines of JSON."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.sse import format_sse_event

from schemas.api_watching import AlertDocument
from schemas.watching import Alert
from service.api import example_watching as examples
from service.api.access import Caller, CallerDep, needs
from service.api.deps import TYPED_MAX, DeskDep
from service.api.openapi import STORED, answers, problems
from service.api.routes import StrictRoute
from service.api.streams import Stream, Streams
from service.ask.sources import attributions
from service.desk import Desk
from service.errors import BadInput

SSE: Final = "text/event-stream"
NDJSON: Final = "application/x-ndjson"
RETRY_MS: Final = 3_000
"""A browser asks again so long after a stream ended."""

router = APIRouter(
    prefix="/v1", tags=["Alerts"], route_class=StrictRoute, dependencies=[needs("watch")]
)

_NUMBER: Final = re.compile(r"\d{1,18}", re.ASCII)
_ANSWERS: Final = answers(examples.EVENTS, SSE)
_ANSWERS[200]["description"] = (
    "A stream: an event `alert` for each, its `id` to resume after, a comment now and then."
)
_ANSWERS[200]["content"][SSE]["schema"] = {"type": "string"}
_ANSWERS[200]["content"] |= answers(examples.EVENT_LINES, NDJSON)[200]["content"]
_ANSWERS[200]["content"][NDJSON]["schema"] = {"type": "string"}


@router.get(
    "/events",
    summary="What watches are told, as it comes",
    response_class=Response,
    responses={**_ANSWERS, **problems("bad-input", "too-many-streams", *STORED)},
)
async def events(
    request: Request,
    desk: DeskDep,
    caller: CallerDep,
    after: Annotated[
        int | None,
        Query(
            ge=0,
            le=2**62,
            description="The number of the last alert that is known already: the stream begins"
            " after it. Unless given: now.",
            examples=[41],
        ),
    ] = None,
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            max_length=TYPED_MAX,
            description="The same, as browsers say it when they ask again; counts for more than"
            " `after`.",
            examples=["41"],
        ),
    ] = None,
) -> Response:
    """Never ends by itself for long: when it does end, ask again with the last number, and nothing
    is missed. With `Accept: application/x-ndjson` each line is an alert, and an empty line shows
    that the stream lives.
    """
    streams: Streams = request.app.state.streams
    as_lines = NDJSON in request.headers.get("accept", "")
    media_type = NDJSON if as_lines else SSE
    start = after if last_event_id is None else _number(last_event_id)
    if request.scope.get("head"):
        return Response(media_type=media_type)
    if start is None:
        start = await streams.newest_of(caller)
    write = _lines if as_lines else _events
    leave = streams.enter(caller)
    return Stream(write(desk, streams, caller, start), leave, media_type=media_type)


async def _events(desk: Desk, streams: Streams, caller: Caller, after: int) -> AsyncIterator[bytes]:
    """The first block only says where the stream begins: one that breaks off before the first
    alert is resumed there."""
    yield format_sse_event(id=str(after), retry=RETRY_MS)
    async for page in streams.pages(caller, after):
        for alert in page:
            yield format_sse_event(
                data_str=_said(desk, alert).decode(), event="alert", id=str(alert.id)
            )
        if not page:
            yield format_sse_event(comment="nothing new")


async def _lines(desk: Desk, streams: Streams, caller: Caller, after: int) -> AsyncIterator[bytes]:
    async for page in streams.pages(caller, after):
        for alert in page:
            yield _said(desk, alert) + b"\n"
        if not page:
            yield b"\n"


def _said(desk: Desk, alert: Alert) -> bytes:
    document = AlertDocument(alert=alert, attributions=attributions(desk, alert.occasion.sources))
    return msgspec.json.encode(document)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text.strip()):
        raise BadInput("`Last-Event-ID` is the number of an alert; this is none.")
    return int(text)
