"""`/v1/airports/…`: which airport it is, and who came and went."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from schemas.api import AirportDocument, AirportMovements
from service.api import examples
from service.api.access import needs
from service.api.answers import json_answer, next_page
from service.api.deps import (
    TYPED_MAX,
    After,
    AirportPath,
    AsOf,
    DeskDep,
    From,
    Limit,
    To,
    WorkDep,
)
from service.api.openapi import answers, problems
from service.api.routes import StrictRoute
from service.api.windows import read_as_of, read_day, read_window
from service.ask.sources import attributions
from service.storage.database import reading
from service.storage.movements import movements_at

router = APIRouter(
    prefix="/v1/airports",
    tags=["Airports"],
    route_class=StrictRoute,
    dependencies=[needs("query")],
)

CodeOn = Annotated[
    str | None,
    Query(
        max_length=TYPED_MAX,
        description="The date for which a code is read: some moved from one airport to another."
        " Unless given: today.",
        examples=["2018-06-01"],
    ),
]
_WHICH: Final = ("bad-input", "unknown-airport", "ambiguous-airport", "too-slow")


@router.get(
    "/{airport}",
    summary="Which airport is this?",
    response_model=AirportDocument,
    responses={**answers(examples.AIRPORT), **problems(*_WHICH, in_path=True)},
)
async def airport(
    request: Request, desk: DeskDep, work: WorkDep, airport: AirportPath, on: CodeOn = None
) -> Response:
    """Where it is, how high, which zone its dates are read in, where its runways begin.

    A name that several airports bear is answered with the choice of them, never with a guess.
    """
    day = None if on is None else read_day("on", on)

    def answer() -> Response:
        document = AirportDocument(
            airport=desk.airports.resolve(airport, on=day), reference_version=desk.airports.version
        )
        return json_answer(request, document)

    return await work(answer)


@router.get(
    "/{airport}/movements",
    summary="Who came to an airport and left it",
    response_model=AirportMovements,
    responses={
        **answers(examples.AIRPORT_MOVEMENTS),
        **problems(*_WHICH, "storage", in_path=True),
    },
)
async def movements(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    airport: AirportPath,
    t_from: From = None,
    t_to: To = None,
    as_of: AsOf = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """By their best time, from every source: one landing told by two sources is listed twice.

    A date is read in the airport's own zone, and a code as it was used on the first day. What is
    not listed was not seen; it may have happened.
    """
    now = desk.clock()
    moment = read_as_of(as_of, now)
    about = read_window(t_from, t_to, now=now).t_from

    def answer() -> Response:
        place = desk.airports.resolve(airport, on=about.date() if about is not None else None)
        window = read_window(t_from, t_to, now=now, zone=place.zone)
        with reading(desk.engine) as conn:
            page = movements_at(
                conn,
                place.ident,
                t_from=window.t_from,
                t_to=window.t_to,
                as_of=moment,
                after=after,
                limit=limit,
            )
        more = next_page(request, after=page.after) if page.after is not None else None
        document = AirportMovements(
            airport=place.ident,
            airport_name=place.name,
            zone=place.zone,
            t_from=window.t_from,
            t_to=window.t_to,
            movements=page.movements,
            attributions=attributions(desk, (m.source for m in page.movements)),
            next=more,
        )
        return json_answer(request, document, more=more)

    return await work(answer)
