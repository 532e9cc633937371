"""`/v1/sources`: where evidence comes from, on which terms, and what each was asked."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from schemas.api import SourceDocument, SourceLedger, SourceList
from schemas.records import Outcome
from service.api import example_sources as examples
from service.api.access import needs
from service.api.answers import json_answer, next_page
from service.api.deps import TYPED_MAX, After, DeskDep, Limit, WorkDep
from service.api.openapi import STORED, answers, problems
from service.api.routes import StrictRoute
from service.ask.sources import must_exist, source_here, sources_here
from service.storage.database import reading
from service.storage.source_health import ledger_of

router = APIRouter(prefix="/v1/sources", tags=["Sources"], route_class=StrictRoute)

Key = Annotated[
    str,
    Path(
        max_length=TYPED_MAX,
        description="The source's key, as evidence names it.",
        examples=["adsblol"],
    ),
]
OnlyOutcome = Annotated[
    Outcome | None,
    Query(description="Only askings that came to this.", examples=["failed"]),
]
_ONE: Final = ("not-found", *STORED)


@router.get(
    "",
    dependencies=[needs("query")],
    summary="Every source, and how it has been doing",
    response_model=SourceList,
    responses={**answers(examples.SOURCES), **problems(*STORED)},
)
async def sources(request: Request, desk: DeskDep, work: WorkDep) -> Response:
    """What each source is, what it allows, how far it reaches, whether it is asked here (and if
    not, why), and what came of the askings of the last seven days.
    """

    def answer() -> Response:
        document = SourceList(sources=sources_here(desk), as_of=desk.clock())
        return json_answer(request, document, volatile=True)

    return await work(answer)


@router.get(
    "/{key}",
    dependencies=[needs("query")],
    summary="One source",
    response_model=SourceDocument,
    responses={**answers(examples.SOURCE), **problems(*_ONE)},
)
async def source(request: Request, desk: DeskDep, work: WorkDep, key: Key) -> Response:
    """As in the list of all."""
    return await work(lambda: json_answer(request, source_here(desk, key)))


@router.get(
    "/{key}/ledger",
    dependencies=[needs("evidence")],
    summary="What a source was asked, and what came of it",
    response_model=SourceLedger,
    responses={**answers(examples.LEDGER), **problems("bad-input", *_ONE)},
)
async def ledger(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    key: Key,
    outcome: OnlyOutcome = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The latest asking first. This is what makes silence mean something: `empty` says that the
    source was asked and had nothing, all but `data` and `empty` that nothing is known.
    """

    def answer() -> Response:
        must_exist(desk, key)
        with reading(desk.engine) as conn:
            page = ledger_of(conn, key, outcome=outcome, after=after, limit=limit)
        more = next_page(request, after=page.after) if page.after is not None else None
        document = SourceLedger(source=key, ledger=page.rows, next=more)
        return json_answer(request, document, more=more)

    return await work(answer)
