"""`/v1/watches`: whom and what somebody follows, and what they want to be told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from schemas.api_watching import (
    FeedAddresses,
    WatchAsked,
    WatchChange,
    WatchCounts,
    WatchDocument,
    WatchList,
    WatchMade,
)
from service.api import example_watching as examples
from service.api.access import CallerDep, needs
from service.api.answers import json_answer, made_answer, next_page
from service.api.deps import DeskDep, Limit, WorkDep, policy_of, public_url_of
from service.api.openapi import CHANGING, STORED, answers, bodies, problems
from service.api.routes import StrictRoute
from service.ask.followed import receiver_made, watch_document
from service.ask.following import Followed, change, follow, mine, unfollow
from service.ask.wishes import Typed
from service.errors import NotFound
from service.storage import watches as store
from service.storage.database import reading, writing

router = APIRouter(
    prefix="/v1/watches", tags=["Watches"], route_class=StrictRoute, dependencies=[needs("watch")]
)
counting = APIRouter(
    prefix="/v1/watches", tags=["Watches"], route_class=StrictRoute, dependencies=[needs("admin")]
)

WatchId = Annotated[
    int, Path(ge=1, le=2**62, description="Its number, as the list has it.", examples=[3])
]
_SAID: Final = ("bad-input", "unknown-aircraft", "unknown-airport", "ambiguous-airport")
_CHANGED: Final = (*_SAID, *CHANGING, *STORED)


@counting.get(
    "/counts",
    summary="How many watches everybody has",
    response_model=WatchCounts,
    responses={**answers(examples.COUNTS), **problems(*STORED)},
)
async def counts(request: Request, desk: DeskDep, work: WorkDep) -> Response:
    """By owner. What they follow is for nobody else to know, whoever runs the service included."""

    def answer() -> Response:
        with reading(desk.engine) as conn:
            owners = store.counts(conn, now=desk.clock())
        return json_answer(request, WatchCounts(owners=owners))

    return await work(answer)


@router.get(
    "",
    summary="What the asker follows",
    response_model=WatchList,
    responses={**answers(examples.WATCHES), **problems(*STORED)},
)
async def watches(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    caller: CallerDep,
    after: Annotated[
        int, Query(ge=0, le=2**62, description="The number of the last watch on the page before.")
    ] = 0,
    limit: Limit = 100,
) -> Response:
    """In the order in which they were added; those that have expired or were removed are not
    listed."""

    def answer() -> Response:
        with reading(desk.engine) as conn:
            found = store.watches(conn, desk.sealer, now=desk.clock(), owner=caller.owner)
        left = [watch for watch in found if watch.id > after]
        page = left[:limit]
        more = next_page(request, after=str(page[-1].id)) if len(left) > limit else None
        document = WatchList(watches=tuple(watch_document(watch) for watch in page), next=more)
        return json_answer(request, document, more=more)

    return await work(answer)


@router.post(
    "",
    summary="Follow somebody or something",
    status_code=201,
    response_model=WatchMade,
    responses={
        **answers(examples.WATCH_MADE, status=201),
        **answers(examples.WATCH_MADE_AGAIN, status=200, model=WatchMade),
        **problems(*_CHANGED),
    },
    openapi_extra=bodies(examples.WATCH_ASKED),
)
async def add(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, asked: WatchAsked
) -> Response:
    """Told is what happens from now on, however late it becomes known; nothing from before.

    What is followed already is changed by what is said, and the answer is 200. A receiver that is
    made on the way shows its secret in this answer, and never again.
    """

    def answer() -> Response:
        done = follow(
            desk,
            policy_of(request),
            asked.kind,
            asked.subject,
            _typed(asked),
            owner=caller.owner,
            to=_to(asked),
            details=asked.details,
        )
        document = _made(done)
        if not done.is_new:
            return json_answer(request, document)
        return made_answer(document, f"/v1/watches/{done.watch.id}")

    return await work(answer)


@router.get(
    "/{watch}",
    summary="One watch",
    response_model=WatchDocument,
    responses={**answers(examples.WATCH), **problems("not-found", *STORED)},
)
async def watch(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, watch: WatchId
) -> Response:
    """As in the list of all."""

    def answer() -> Response:
        with reading(desk.engine) as conn:
            found = mine(conn, desk, caller.owner, watch)
        return json_answer(request, watch_document(found))

    return await work(answer)


@router.patch(
    "/{watch}",
    summary="Change what is told of it, and how",
    response_model=WatchMade,
    responses={**answers(examples.WATCH_CHANGED), **problems("not-found", *_CHANGED)},
    openapi_extra=bodies(examples.WATCH_CHANGE),
)
async def patch(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    caller: CallerDep,
    watch: WatchId,
    asked: WatchChange,
) -> Response:
    """What is left out stays. Its subject cannot be changed: that would be another watch."""

    def answer() -> Response:
        done = change(
            desk,
            policy_of(request),
            watch,
            _typed(asked),
            owner=caller.owner,
            to=_to(asked),
            details=asked.details,
        )
        return json_answer(request, _made(done))

    return await work(answer)


@router.delete(
    "/{watch}",
    summary="Follow it no longer",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "Done."}, **problems("not-found", *CHANGING, *STORED)},
)
async def remove(desk: DeskDep, work: WorkDep, caller: CallerDep, watch: WatchId) -> Response:
    """What was found and told stays; its feeds end."""

    def done() -> Response:
        with writing(desk.engine) as conn:
            unfollow(conn, desk, caller.owner, watch)
        return Response(status_code=204)

    return await work(done)


@router.post(
    "/{watch}/feed",
    summary="New addresses of its feeds",
    status_code=201,
    response_model=FeedAddresses,
    responses={
        **answers(examples.FEED_ADDRESSES, status=201),
        **problems("not-found", *CHANGING, *STORED),
    },
)
async def feed(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, watch: WatchId
) -> Response:
    """An Atom feed and a calendar, for readers that cannot show a key: the address is the key, so
    keep it. The addresses from before end with this."""
    base = public_url_of(request)

    def answer() -> Response:
        with writing(desk.engine) as conn:
            mine(conn, desk, caller.owner, watch)
            token = store.new_feed_token(conn, watch, owner=caller.owner)
        if token is None:
            raise NotFound(f"There is no watch {watch}.")
        atom, ics = (f"{base}/v1/feeds/{token}.{kind}" for kind in ("atom", "ics"))
        return made_answer(FeedAddresses(atom=atom, ics=ics), atom)

    return await work(answer)


def _typed(asked: WatchChange) -> Typed:
    return Typed(
        triggers=asked.triggers,
        at=asked.at,
        home=asked.home,
        silent_days=asked.silent_days,
        lost_minutes=asked.lost_minutes,
        min_grade=asked.min_grade,
        quiet=asked.quiet,
        zone=asked.zone,
        digest=asked.digest,
        label=asked.label,
        note=asked.note,
        until=asked.until,
        radius_nm=asked.radius_nm,
    )


def _to(asked: WatchChange) -> Sequence[str] | None:
    return None if asked.to is None else [str(each) for each in asked.to]


def _made(done: Followed) -> WatchMade:
    return WatchMade(
        watch=watch_document(done.watch),
        receivers=tuple(receiver_made(made) for made in done.receivers),
    )
