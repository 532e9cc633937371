"""`/v1/receivers`: where alerts are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from schemas.api_watching import (
    ReceiverAsked,
    ReceiverChange,
    ReceiverDocument,
    ReceiverList,
    ReceiverMade,
)
from schemas.watching import Receiver
from service.api import example_watching as examples
from service.api.access import CallerDep, needs
from service.api.answers import json_answer, made_answer
from service.api.deps import DeskDep, WorkDep, policy_of
from service.api.openapi import CHANGING, STORED, answers, bodies, problems
from service.api.routes import StrictRoute
from service.ask.followed import receiver_document, receiver_made
from service.ask.receiving import Made, make, mine, removed, retired, rotated
from service.ask.wishes import LONGEST_LABEL, one_line
from service.desk import Desk
from service.storage import receivers as store
from service.storage.database import Connection, reading, writing

router = APIRouter(
    prefix="/v1/receivers",
    tags=["Watches"],
    route_class=StrictRoute,
    dependencies=[needs("watch")],
)

ReceiverId = Annotated[
    int, Path(ge=1, le=2**62, description="Its number, as the list has it.", examples=[1])
]
_ONE: Final = ("not-found", *STORED)
_CHANGED: Final = ("bad-input", "not-found", *CHANGING, *STORED)


@router.get(
    "",
    summary="Where alerts may be sent",
    response_model=ReceiverList,
    responses={**answers(examples.RECEIVERS), **problems(*STORED)},
)
async def receivers(request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep) -> Response:
    """The asker's, and how each has been doing. A watch names those that it is sent to."""

    def answer() -> Response:
        with reading(desk.engine) as conn:
            found = store.receivers(conn, desk.sealer, owner=caller.owner)
        return json_answer(request, ReceiverList(receivers=tuple(map(receiver_document, found))))

    return await work(answer)


@router.post(
    "",
    summary="Make a receiver",
    status_code=201,
    response_model=ReceiverMade,
    responses={
        **answers(examples.RECEIVER_MADE, status=201),
        **answers(examples.RECEIVER_AGAIN, status=200, model=ReceiverMade),
        **problems("bad-input", *CHANGING, *STORED),
    },
    openapi_extra=bodies(examples.RECEIVER_ASKED),
)
async def add(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, asked: ReceiverAsked
) -> Response:
    """Nothing is sent there until a watch names it. The secret is shown this once; of a receiver
    that is there already the answer is 200, without it."""

    def answer() -> Response:
        with writing(desk.engine) as conn:
            made = make(
                conn,
                desk,
                policy_of(request),
                caller.owner,
                asked.url,
                label=asked.label,
                details=asked.details,
                signing=asked.signing,
            )
        document = receiver_made(made)
        if not made.is_new:
            return json_answer(request, document)
        return made_answer(document, f"/v1/receivers/{made.receiver.id}")

    return await work(answer)


@router.get(
    "/{receiver}",
    summary="One receiver",
    response_model=ReceiverDocument,
    responses={**answers(examples.RECEIVER), **problems(*_ONE)},
)
async def receiver(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, receiver: ReceiverId
) -> Response:
    """As in the list of all."""

    def answer() -> Response:
        with reading(desk.engine) as conn:
            found = mine(conn, desk, caller.owner, receiver)
        return json_answer(request, receiver_document(found))

    return await work(answer)


@router.patch(
    "/{receiver}",
    summary="Change what is sent there",
    response_model=ReceiverDocument,
    responses={**answers(examples.RECEIVER), **problems(*_CHANGED)},
    openapi_extra=bodies(examples.RECEIVER_CHANGE),
)
async def patch(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    caller: CallerDep,
    receiver: ReceiverId,
    asked: ReceiverChange,
) -> Response:
    """What is left out stays. Another address would be another receiver."""

    def changed(conn: Connection, found: Receiver) -> Receiver:
        said = replace(
            found,
            label=found.label
            if asked.label is None
            else one_line("label", asked.label, LONGEST_LABEL),
            details=found.details if asked.details is None else asked.details,
        )
        store.change(conn, desk.sealer, said)
        return said

    return await work(
        lambda: json_answer(
            request, receiver_document(_with(desk, caller.owner, receiver, changed))
        )
    )


@router.delete(
    "/{receiver}",
    summary="Send nothing there any more",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "Done."}, **problems("not-found", *CHANGING, *STORED)},
)
async def remove(desk: DeskDep, work: WorkDep, caller: CallerDep, receiver: ReceiverId) -> Response:
    """What still waits for it is among the dead letters; watches that named it name it no more."""

    def gone(conn: Connection, found: Receiver) -> Receiver:
        removed(conn, desk, found)
        return found

    def done() -> Response:
        _with(desk, caller.owner, receiver, gone)
        return Response(status_code=204)

    return await work(done)


@router.post(
    "/{receiver}/rotate",
    summary="A new secret beside the present one",
    response_model=ReceiverMade,
    responses={**answers(examples.RECEIVER_ROTATED), **problems(*_CHANGED)},
)
async def rotate(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, receiver: ReceiverId
) -> Response:
    """Both sign from now on, until `retire` ends the former one; so nothing is missed while the
    receiver learns the new one, which is shown this once."""

    def answer() -> Response:
        new = _with(desk, caller.owner, receiver, lambda conn, found: rotated(conn, desk, found))
        return json_answer(request, receiver_made(Made(receiver=new, is_new=True)))

    return await work(answer)


@router.post(
    "/{receiver}/retire",
    summary="End all secrets but the newest",
    response_model=ReceiverDocument,
    responses={**answers(examples.RECEIVER), **problems(*_CHANGED)},
)
async def retire(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, receiver: ReceiverId
) -> Response:
    """From now on only the newest one signs."""

    def answer() -> Response:
        left = _with(desk, caller.owner, receiver, lambda conn, found: retired(conn, desk, found))
        return json_answer(request, receiver_document(left))

    return await work(answer)


@router.post(
    "/{receiver}/resume",
    summary="Send there again",
    response_model=ReceiverDocument,
    responses={**answers(examples.RECEIVER), **problems(*_CHANGED)},
)
async def resume(
    request: Request, desk: DeskDep, work: WorkDep, caller: CallerDep, receiver: ReceiverId
) -> Response:
    """After it was stopped (it said 410, that it takes nothing any more), or to try at once.
    What is among the dead letters is sent again one by one, where that is wished."""

    def resumed(conn: Connection, found: Receiver) -> Receiver:
        store.resume(conn, found.id, owner=caller.owner)
        return mine(conn, desk, caller.owner, found.id)

    return await work(
        lambda: json_answer(
            request, receiver_document(_with(desk, caller.owner, receiver, resumed))
        )
    )


def _with(
    desk: Desk, owner: str, receiver_id: int, act: Callable[[Connection, Receiver], Receiver]
) -> Receiver:
    with writing(desk.engine) as conn:
        return act(conn, mine(conn, desk, owner, receiver_id))
