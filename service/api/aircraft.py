"""`/v1/aircraft/…`: which aircraft it is, what it did, where it stood, where it was heard."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from schemas.api import AircraftDocument, AircraftMovements, AircraftStays, AircraftTrack
from service.api import examples, stays, tracks
from service.api.access import needs
from service.api.answers import json_answer, next_page
from service.api.deps import (
    TYPED_MAX,
    After,
    AircraftPath,
    AsOf,
    DeskDep,
    From,
    FromNeeded,
    IdentityOn,
    Limit,
    To,
    ToNeeded,
    WorkDep,
)
from service.api.openapi import STORED, answers, problems
from service.api.routes import StrictRoute
from service.api.windows import read_as_of, read_bound_window, read_day, read_window
from service.ask.sources import attributions
from service.ask.whose import described, differs_on, whose
from service.storage.database import reading
from service.storage.movements import movements_of

LONGEST_STAYS: Final = timedelta(days=93)
LONGEST_TRACK: Final = timedelta(days=31)
MOST_FIXES: Final = 50_000

router = APIRouter(prefix="/v1/aircraft", tags=["Aircraft"], route_class=StrictRoute)

_WHO: Final = ("bad-input", "unknown-aircraft", *STORED)
_WHOSE: Final = ("bad-input", "unknown-aircraft", "unsettled-aircraft", *STORED)

Source = Annotated[
    str | None,
    Query(max_length=TYPED_MAX, description="Only this source, by key.", examples=["adsblol"]),
]


@router.get(
    "/{aircraft}",
    dependencies=[needs("query")],
    summary="Which aircraft is this, and who says so?",
    response_model=AircraftDocument,
    responses={**answers(examples.AIRCRAFT), **problems(*_WHO, in_path=True)},
)
async def aircraft(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    aircraft: AircraftPath,
    on: IdentityOn = None,
    as_of: AsOf = None,
) -> Response:
    """The identity on one day, and all statements about the registration and the address.

    More than one candidate means that sources disagree, or that nothing but a numbering rule
    speaks (`by_rule`): then nothing is established, and `note` says why.
    """
    now = desk.clock()
    moment = read_as_of(as_of, now)
    day = _day(on, None) or _utc_day(now)

    def answer() -> Response:
        identity, history = described(desk, aircraft, day, moment)
        document = AircraftDocument(
            on=day,
            identity=identity,
            history=history,
            attributions=attributions(desk, (said.source for said in history)),
            as_of=moment or now,
        )
        return json_answer(request, document, volatile=moment is None)

    return await work(answer)


@router.get(
    "/{aircraft}/movements",
    dependencies=[needs("query")],
    summary="Take-offs and landings of one aircraft",
    response_model=AircraftMovements,
    responses={**answers(examples.AIRCRAFT_MOVEMENTS), **problems(*_WHOSE, in_path=True)},
)
async def movements(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    aircraft: AircraftPath,
    t_from: From = None,
    t_to: To = None,
    on: IdentityOn = None,
    as_of: AsOf = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """By their best time, from every source: one landing told by two sources is listed twice.

    `grade` is `observed` only where the change between air and ground was received. The list is
    of one address; `identity` says whose it was on `identity_on`, and `identity_differs_on` on
    which days that may not hold.
    """
    now = desk.clock()
    window = read_window(t_from, t_to, now=now)
    moment = read_as_of(as_of, now)
    day = _day(on, window.t_from)

    def answer() -> Response:
        who = whose(desk, aircraft, day, now=now, as_of=moment)
        with reading(desk.engine) as conn:
            page = movements_of(
                conn,
                who.icao24,
                t_from=window.t_from,
                t_to=window.t_to,
                as_of=moment,
                after=after,
                limit=limit,
            )
        differs = differs_on(desk, who, (_utc_day(m.t_best) for m in page.movements), moment)
        more = next_page(request, after=page.after, on=who.on) if page.after is not None else None
        document = AircraftMovements(
            icao24=who.icao24,
            identity=who.identity,
            identity_on=who.on,
            identity_differs_on=differs,
            t_from=window.t_from,
            t_to=window.t_to,
            movements=page.movements,
            attributions=attributions(desk, (m.source for m in page.movements)),
            next=more,
        )
        return json_answer(request, document, more=more)

    return await work(answer)


@router.get(
    "/{aircraft}/stays",
    dependencies=[needs("query")],
    summary="Where one aircraft stood, and how long",
    response_model=AircraftStays,
    responses={**answers(examples.AIRCRAFT_STAYS), **problems(*_WHOSE, in_path=True)},
)
async def aircraft_stays(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    aircraft: AircraftPath,
    t_from: FromNeeded,
    t_to: ToNeeded,
    on: IdentityOn = None,
    as_of: AsOf = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Landing to next take-off at one airport, of at most 93 days at once.

    An end that is null was not seen, from `looked_from` to `looked_to`. Two sources that tell of
    one movement are one here.
    """
    now = desk.clock()
    window = read_bound_window(t_from, t_to, now=now, longest=LONGEST_STAYS)
    moment = read_as_of(as_of, now)
    day = _day(on, window.t_from)

    def answer() -> Response:
        who = whose(desk, aircraft, day, now=now, as_of=moment)
        page = stays.page_of(desk, who.icao24, window, as_of=moment, after=after, limit=limit)
        ends = [m for stay in page.stays for m in (stay.arrival, stay.departure) if m]
        differs = differs_on(desk, who, (_utc_day(m.t_best) for m in ends), moment)
        more = next_page(request, after=page.after, on=who.on) if page.after is not None else None
        document = AircraftStays(
            icao24=who.icao24,
            identity=who.identity,
            identity_on=who.on,
            identity_differs_on=differs,
            t_from=window.t_from,
            t_to=window.t_to,
            looked_from=page.looked_from,
            looked_to=page.looked_to,
            stays=page.stays,
            attributions=attributions(desk, (key for stay in page.stays for key in stay.sources)),
            next=more,
        )
        return json_answer(request, document, more=more)

    return await work(answer)


@router.get(
    "/{aircraft}/track",
    dependencies=[needs("evidence")],
    summary="Every position held of one aircraft",
    response_model=AircraftTrack,
    responses={
        **answers(examples.AIRCRAFT_TRACK),
        **problems(*_WHOSE, "unreadable", in_path=True),
    },
)
async def track(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    aircraft: AircraftPath,
    t_from: FromNeeded,
    t_to: ToNeeded,
    source: Source = None,
    on: IdentityOn = None,
    limit: Annotated[
        int, Query(ge=1, le=MOST_FIXES, description="Most fixes in one answer.")
    ] = 5_000,
) -> Response:
    """Read again from the bytes as received; nothing is smoothed, corrected or left out, and a
    position that no verdict would believe is here too. At most 31 days at once; `left_out` counts
    what the next pages hold.
    """
    now = desk.clock()
    window = read_bound_window(t_from, t_to, now=now, longest=LONGEST_TRACK)
    day = _day(on, window.t_from)

    def answer() -> Response:
        who = whose(desk, aircraft, day, now=now, as_of=None)
        page = tracks.page_of(desk, who.icao24, window, source=source, limit=limit)
        differs = differs_on(desk, who, (_utc_day(fix["time"]) for fix in page.fixes), None)
        more = None
        if page.goes_on_at is not None:
            more = next_page(request, **{"from": page.goes_on_at}, on=who.on)
        document = {
            "icao24": who.icao24,
            "identity": who.identity,
            "identity_on": who.on,
            "identity_differs_on": differs,
            "t_from": window.t_from,
            "t_to": window.t_to,
            "fixes": page.fixes,
            "left_out": page.left_out,
            "attributions": attributions(desk, (fix["source"] for fix in page.fixes)),
            "next": more,
        }
        return json_answer(request, document, more=more)

    return await work(answer)


def _day(on: str | None, t_from: datetime | None) -> date | None:
    """The day that the aircraft is looked up for, when the question says one."""
    if on is not None:
        return read_day("on", on)
    return None if t_from is None else _utc_day(t_from)


def _utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
