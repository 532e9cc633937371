"""`/v1/feeds/…`: a watch's alerts for feed readers and calendars. The address is the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from service.api import example_watching as examples
from service.api.answers import body_answer
from service.api.deps import TYPED_MAX, DeskDep, WorkDep, public_url_of
from service.api.openapi import STORED, Responses, answers, problems
from service.api.routes import StrictRoute
from service.desk import Desk
from service.errors import NotFound
from service.notify import atom, ics
from service.notify.feed import entries
from service.storage.alerts import alerts_before
from service.storage.database import reading
from service.storage.watches import watch_of_feed

NEWEST: Final = 200
"""Alerts that a feed is made of."""

router = APIRouter(prefix="/v1/feeds", tags=["Feeds"], route_class=StrictRoute)

Token = Annotated[
    str,
    Path(max_length=TYPED_MAX, description="As the address was given.", examples=[examples.TOKEN]),
]
Details = Annotated[
    bool,
    Query(
        description="Whether the entries say what happened, or only that something did: a reader"
        " may be a service that knows who you are.",
        examples=[True],
    ),
]


def _feed_answers(shown: Mapping[str, object], media_type: str) -> Responses:
    made = answers(shown, media_type)
    made[200]["content"][media_type]["schema"] = {"type": "string"}
    return {**made, **problems("not-found", "rate-limited", *STORED, keyed=False)}


@router.get(
    "/{token}.atom",
    summary="A watch's alerts as an Atom feed",
    response_class=Response,
    responses=_feed_answers(examples.ATOM, atom.MEDIA_TYPE),
)
async def atom_feed(
    request: Request, desk: DeskDep, work: WorkDep, token: Token, details: Details = False
) -> Response:
    """One entry for each thing that happened, as it is known now: a correction changes it, a
    withdrawal says so."""
    return await work(lambda: _answer(request, desk, token, "atom", details=details))


@router.get(
    "/{token}.ics",
    summary="A watch's alerts as a calendar",
    response_class=Response,
    responses=_feed_answers(examples.ICS, ics.MEDIA_TYPE),
)
async def calendar(
    request: Request, desk: DeskDep, work: WorkDep, token: Token, details: Details = False
) -> Response:
    """One event for each thing that happened. Without details it lies when it was told."""
    return await work(lambda: _answer(request, desk, token, "ics", details=details))


def _answer(
    request: Request, desk: Desk, token: str, kind: Literal["atom", "ics"], *, details: bool
) -> Response:
    with reading(desk.engine) as conn:
        watch = watch_of_feed(conn, desk.sealer, token, now=desk.clock())
        if watch is None:
            raise NotFound("There is no feed at this address; its owner may have made a new one.")
        told = alerts_before(conn, desk.sealer, watch.owner, watch_id=watch.id, limit=NEWEST)
    base = public_url_of(request)
    listed = entries(watch, told, public_url=base, details=details)
    if kind == "ics":
        body = ics.calendar(watch, listed, details=details)
        return body_answer(request, body, media_type=f"{ics.MEDIA_TYPE}; charset=utf-8")
    own_url = f"{base}{request.url.path}" + ("?details=true" if details else "")
    body = atom.feed(watch, listed, own_url=own_url, details=details)
    return body_answer(request, body, media_type=f"{atom.MEDIA_TYPE}; charset=utf-8")
