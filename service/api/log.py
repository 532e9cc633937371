"""`/v1/log/…`: heads of the log of receptions, and what proves that bytes are in it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from schemas.log import LogHead, LogHeads, LogProofs
from service.api import example_log
from service.api.access import needs
from service.api.answers import json_answer, next_page
from service.api.deps import TYPED_MAX, DeskDep, Limit, WorkDep
from service.api.example_verdicts import CAPTURE
from service.api.openapi import STORED, answers, problems
from service.api.routes import StrictRoute
from service.ask import log as asked
from service.errors import NotFound
from service.storage.database import reading
from service.storage.log_heads import heads_after, last_head

router = APIRouter(
    prefix="/v1/log",
    tags=["Evidence"],
    route_class=StrictRoute,
    dependencies=[needs("evidence")],
)

_MOST: Final = 1 << 53


@router.get(
    "/head",
    summary="What the log is",
    response_model=LogHead,
    responses={**answers(example_log.HEAD), **problems("not-found", *STORED)},
)
async def newest(request: Request, desk: DeskDep, work: WorkDep) -> Response:
    """The newest head: how many receptions the log holds, the root of the tree over them, when,
    signed. Whoever keeps it can prove later that nothing before it was changed.
    """

    def answer() -> Response:
        with reading(desk.engine) as conn:
            head = last_head(conn)
        if head is None:
            raise NotFound("The log has no head yet: the worker makes one a day.")
        return json_answer(request, head)

    return await work(answer)


@router.get(
    "/heads",
    summary="Every head, oldest first",
    response_model=LogHeads,
    responses={**answers(example_log.HEADS), **problems(*STORED)},
)
async def heads(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    after: Annotated[int, Query(ge=0, le=_MOST, description="Only heads after this number.")] = 0,
    limit: Limit = 100,
) -> Response:
    """Each with the proof that its tree begins with the tree of the head before, and its time
    stamps. A page may be kept and published elsewhere.
    """

    def answer() -> Response:
        with reading(desk.engine) as conn:
            found = heads_after(conn, after, limit + 1)
        page = found[:limit]
        more = next_page(request, after=str(page[-1].number)) if len(found) > limit else None
        return json_answer(request, LogHeads(heads=page, next=more), more=more)

    return await work(answer)


@router.get(
    "/proof/{sha256}",
    summary="What proves that bytes are in the log",
    response_model=LogProofs,
    responses={**answers(example_log.PROOFS), **problems("not-found", *STORED)},
)
async def proof(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    sha256: Annotated[
        str,
        Path(
            max_length=TYPED_MAX,
            description="The sha256 of the bytes, as answers name it.",
            examples=[CAPTURE],
        ),
    ],
) -> Response:
    """For every reception of these bytes: the record that is bound, its salt, its place, and the
    path to the root of the first head that covers it. With it, nothing else is needed to verify.
    """
    return await work(lambda: json_answer(request, asked.proofs(desk, sha256)))
