"""`GET /v1/check`: was this aircraft at this airport on this date?"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from schemas.verdicts import Verdict
from service.api import examples
from service.api.access import needs
from service.api.answers import body_answer
from service.api.deps import TYPED_MAX, AsOf, desk_of, public_url_of, work_of
from service.api.forms import FormTyped, form_answer, form_of, other_forms
from service.api.openapi import answers, problems
from service.api.routes import TextRoute
from service.api.windows import read_as_of, read_day
from service.ask.check import check as ask
from service.ask.document import verdict_json
from service.ask.shown import shown
from service.formats.forms import Form

router = APIRouter(
    prefix="/v1", tags=["Questions"], route_class=TextRoute, dependencies=[needs("query")]
)

_PROBLEMS: Final = problems(
    "bad-input", "bad-parameters", "unknown-aircraft", "unknown-airport", "ambiguous-airport"
)


@router.get(
    "/check",
    summary="Was this aircraft at this airport on this date?",
    response_model=Verdict,
    responses={**other_forms(answers(examples.CHECKS)), **_PROBLEMS},
)
async def check(
    request: Request,
    aircraft: Annotated[
        str,
        Query(
            max_length=TYPED_MAX,
            description="Registration or 24-bit address, as people type it, Cyrillic too.",
            examples=["N899DN", "RA-64523", "14fc0b"],
        ),
    ],
    airport: Annotated[
        str,
        Query(
            max_length=TYPED_MAX,
            description="Code (ICAO, IATA, local) or name. Where several are meant, the answer is"
            " a problem with the choices.",
            examples=["KMSP", "MSQ", "Внуково"],
        ),
    ],
    date: Annotated[
        str,
        Query(
            max_length=TYPED_MAX,
            description="The date, YYYY-MM-DD, as the calendar at the airport had it.",
            examples=["2025-02-04"],
        ),
    ],
    zone: Annotated[
        str | None,
        Query(
            max_length=TYPED_MAX,
            description="Read the date in this IANA zone instead of the airport's own.",
            examples=["UTC", "Europe/Moscow"],
        ),
    ] = None,
    as_of: AsOf = None,
    format: FormTyped = None,  # noqa: A002 - a `TextRoute` hands parameters over by name
) -> Response:
    """A verdict: one of eight words, a sentence to quote, and all that it rests on.

    Where the UTC date gives another verdict than the local one, `other_date` says so. "Can't
    tell" is an answer like any other: `reasons` says why, `would_change` what would settle it.

    The `ETag` stands for the answer without the moment of asking: ask again with `If-None-Match`
    and 304 means that nothing has changed. The same document is printed by
    `tailcheck check … --format json`. Other forms of it are `format`s, or by `Accept`.
    """
    form = form_of(request, format)
    desk, work = desk_of(request), work_of(request)
    on = read_day("date", date)
    moment = read_as_of(as_of, desk.clock())

    def judged() -> Verdict:
        return ask(desk, aircraft=aircraft, airport=airport, on=on, zone=zone, as_of=moment)

    def answer() -> bytes:
        return verdict_json(judged())

    if form is not Form.JSON:
        url = public_url_of(request)
        return await work(
            lambda: form_answer(
                request, form, shown(desk, judged(), form, url), volatile=moment is None
            )
        )
    # A name is searched among all names, which takes a while; a code is looked up.
    named_by_code = desk.airports.get(airport) is not None
    body = await (work.brief(answer) if named_by_code else work(answer))
    return body_answer(request, body, volatile=moment is None)
