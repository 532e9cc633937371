"""`POST /v1/claims`: what a text claims about aircraft, read and judged."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Final

from fastapi import APIRouter, Request, Response

from schemas.api import ParameterProblem
from schemas.api_claims import ClaimAsked, FlightAsked, StopAsked
from schemas.claims import StatedLeg, StatedStop
from schemas.judging import ClaimOrigin, JudgedClaim
from service.api import example_claims as examples
from service.api.access import needs
from service.api.answers import json_answer
from service.api.deps import DeskDep, WorkDep
from service.api.openapi import CHANGING, STORED, answers, bodies, problems
from service.api.problems import BadParameters
from service.api.routes import StrictRoute
from service.ask.claims import judge_fields, judge_text
from service.ask.typed import parse_date
from service.errors import BadInput

router = APIRouter(
    prefix="/v1/claims", tags=["Questions"], route_class=StrictRoute, dependencies=[needs("query")]
)

_ASKED: Final = ("bad-input", "unknown-aircraft", "unknown-airport", "ambiguous-airport")
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


@router.post(
    "",
    summary="What does this text claim, and how much of it do the data bear out?",
    response_model=JudgedClaim,
    responses={**answers(examples.CLAIMS), **problems(*_ASKED, *CHANGING, *STORED)},
    openapi_extra=bodies(examples.ASKED),
)
async def judge(request: Request, desk: DeskDep, work: WorkDep, asked: ClaimAsked) -> Response:
    """First how it was read, marked on the text, with every alternative; then each assertion,
    judged apart, from `holds` to `impossible`. The whole is the weakest of them.

    What the reading asks back is not judged: send the text again with `answers`, by the `field` of
    each question. Reports that only repeat the claim's own publisher, or whom it cites, are shown
    in `origins` and are no evidence. The text is kept nowhere.
    """
    if bool(asked.text.strip()) == bool(asked.assertions):
        raise _bad("text", "Send either `text` or `assertions`.")
    published = parse_date(asked.published) if asked.published else None
    origin = ClaimOrigin(
        publisher=asked.publisher.strip(), url=asked.url.strip(), cites=asked.cites
    )
    if asked.assertions:
        if asked.answers:
            raise _bad("answers", "`answers` go with a `text`.")
        legs = [_flight(flight) for flight in asked.assertions]
        document = await work(lambda: judge_fields(desk, legs, published=published, origin=origin))
    else:
        if published is None:
            raise _bad("published", "`published` is missing: “yesterday” is counted from it.")
        day = published
        document = await work(
            lambda: judge_text(desk, asked.text, day, answers=asked.answers, origin=origin)
        )
    return json_answer(request, document, volatile=True)


def _flight(asked: FlightAsked) -> StatedLeg:
    return StatedLeg(
        aircraft=asked.aircraft,
        type_code=asked.type,
        on=_date(asked.date),
        departure=_stop(asked.departure),
        arrival=_stop(asked.arrival),
        presence=_stop(asked.presence),
        minutes=asked.minutes,
    )


def _stop(asked: StopAsked | None) -> StatedStop | None:
    if asked is None:
        return None
    return StatedStop(
        place=asked.place, on=_date(asked.date), at=_time(asked.time), zone=asked.zone or None
    )


def _date(typed: str) -> date | None:
    return parse_date(typed) if typed else None


def _time(typed: str) -> time | None:
    if not typed:
        return None
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        raise BadInput(f"{typed!r} is not a time of day; write it as 16:00.")
    return time(int(found[1]), int(found[2]))


def _bad(parameter: str, detail: str) -> BadParameters:
    return BadParameters([ParameterProblem(parameter=parameter, detail=detail)])
