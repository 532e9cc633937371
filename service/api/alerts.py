"""`/v1/alerts` and `/v1/deliveries`: what watches were told, and whether it arrived."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from schemas.api_watching import AlertDocument, AlertList, DeliveryList
from schemas.watching import Alert, Delivery, DeliveryState
from service.api import example_watching as examples
from service.api.access import CallerDep, needs
from service.api.answers import json_answer, next_page
from service.api.deps import DeskDep, Limit, WorkDep
from service.api.openapi import CHANGING, STORED, answers, problems
from service.api.routes import StrictRoute
from service.ask.sources import attributions
from service.errors import BadInput, Conflict, NotFound
from service.storage.alerts import alert_of, alerts_after, alerts_before
from service.storage.database import reading, writing
from service.storage.deliveries import deliveries_in, delivery_of, resend

router = APIRouter(
    prefix="/v1", tags=["Alerts"], route_class=StrictRoute, dependencies=[needs("watch")]
)

_END: Final = 2**62

AlertId = Annotated[int, Path(ge=1, le=_END, description="Its number.", examples=[42])]
DeliveryId = Annotated[int, Path(ge=1, le=_END, description="Its number.", examples=[7])]


@router.get(
    "/alerts",
    summary="What watches were told",
    response_model=AlertList,
    responses={**answers(examples.ALERTS), **problems("bad-input", *STORED)},
)
async def alerts(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    caller: CallerDep,
    after: Annotated[
        int | None,
        Query(
            ge=0,
            le=_END,
            description="Only later ones than this number, oldest first: to take up where one was.",
            examples=[41],
        ),
    ] = None,
    before: Annotated[
        int | None,
        Query(ge=1, le=_END, description="Only earlier ones than this number, newest first."),
    ] = None,
    watch: Annotated[
        int | None, Query(ge=1, le=_END, description="Only of this watch, newest first.")
    ] = None,
    limit: Limit = 100,
) -> Response:
    """Newest first, unless `after` is given. A correction or a withdrawal is an alert of its own
    that refers to the first; what is told is never changed.
    """
    if after is not None and (before is not None or watch is not None):
        raise BadInput("`after` goes with neither `before` nor `watch`: it takes up a stream.")

    def answer() -> Response:
        with reading(desk.engine) as conn:
            if after is not None:
                found = alerts_after(conn, desk.sealer, caller.owner, after, limit=limit + 1)
            else:
                found = alerts_before(
                    conn, desk.sealer, caller.owner, before, watch_id=watch, limit=limit + 1
                )
        page = found[:limit]
        more = None
        if len(found) > limit:
            last = str(page[-1].id)
            more = next_page(request, **{"before" if after is None else "after": last})
        document = AlertList(
            alerts=page,
            attributions=attributions(desk, (key for a in page for key in a.occasion.sources)),
            next=more,
        )
        return json_answer(request, document, more=more)

    return await work(answer)


@router.get(
    "/alerts/{alert}",
    summary="One alert",
    response_model=AlertDocument,
    responses={**answers(examples.ALERT), **problems("not-found", *STORED)},
)
async def alert(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, alert: AlertId
) -> Response:
    """Where the link in a message leads. The bytes that show it are under `/v1/captures`."""

    def answer() -> Response:
        with reading(desk.engine) as conn:
            found: Alert | None = alert_of(conn, desk.sealer, alert, owner=caller.owner)
        if found is None:
            raise NotFound(f"There is no alert {alert}; /v1/alerts lists what was told.")
        document = AlertDocument(
            alert=found, attributions=attributions(desk, found.occasion.sources)
        )
        return json_answer(request, document)

    return await work(answer)


@router.get(
    "/deliveries",
    summary="What is on its way, what arrived, what could not be sent",
    response_model=DeliveryList,
    responses={**answers(examples.DELIVERIES), **problems(*STORED)},
)
async def deliveries(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    caller: CallerDep,
    state: Annotated[
        DeliveryState,
        Query(description="`dead` = not tried any more unless sent again.", examples=["dead"]),
    ] = "dead",
    after: Annotated[
        int, Query(ge=0, le=_END, description="The number of the last one on the page before.")
    ] = 0,
    limit: Limit = 100,
) -> Response:
    """Of one state, in the order in which they were to be sent."""

    def answer() -> Response:
        with reading(desk.engine) as conn:
            found = deliveries_in(conn, caller.owner, state, after=after, limit=limit + 1)
        page = found[:limit]
        more = next_page(request, after=str(page[-1].id)) if len(found) > limit else None
        return json_answer(request, DeliveryList(deliveries=page, next=more), more=more)

    return await work(answer)


@router.post(
    "/deliveries/{delivery}/resend",
    summary="Send a dead letter after all",
    response_model=Delivery,
    responses={
        **answers(examples.DELIVERY),
        **problems("not-found", "conflict", *CHANGING, *STORED),
    },
)
async def send_again(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, delivery: DeliveryId
) -> Response:
    """It is tried as if it were new, with the same id: a receiver that has it already knows it."""

    def answer() -> Response:
        with writing(desk.engine) as conn:
            found = delivery_of(conn, delivery, owner=caller.owner)
            if found is None:
                raise NotFound(f"There is no delivery {delivery}; /v1/deliveries lists them.")
            if found.state != "dead":
                raise Conflict(f"It is no dead letter: it is {found.state}.")
            if not resend(conn, delivery, owner=caller.owner, now=desk.clock()):
                raise Conflict("Its receiver takes nothing: it is stopped, or was removed.")
            again = delivery_of(conn, delivery, owner=caller.owner)
        return json_answer(request, again)

    return await work(answer)
