"""`/healthz` and `/readyz`: whether the process lives, and whether it can work."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from schemas.api import Health
from service.api import examples
from service.api.answers import json_answer
from service.api.deps import DeskDep, WorkDep
from service.api.openapi import answers, problems
from service.api.problems import problem
from service.api.routes import StrictRoute
from service.desk import Desk
from service.errors import StorageError
from service.storage.migrate import is_current

router = APIRouter(tags=["Service"], route_class=StrictRoute)

WELL = "ok"


@router.get(
    "/healthz",
    summary="Does the process live?",
    response_model=Health,
    responses={**answers(examples.HEALTHZ), **problems(keyed=False)},
)
async def healthz(request: Request) -> Response:
    """Answers as long as the process can answer at all; looks at nothing."""
    return json_answer(request, Health())


@router.get(
    "/readyz",
    summary="Can the service work?",
    response_model=Health,
    responses={**answers(examples.READYZ), **problems("not-ready", "too-slow", keyed=False)},
)
async def readyz(request: Request, desk: DeskDep, work: WorkDep) -> Response:
    """The database answers and has the tables of this program; received bytes can be kept."""

    def answer() -> Response:
        checks = {"database": _database(desk), "captures": _captures(desk)}
        amiss = [f"{name}: {found}" for name, found in checks.items() if found != WELL]
        if amiss:
            return problem("not-ready", " ".join(amiss))
        return json_answer(request, Health(checks=checks))

    return await work(answer)


def _captures(desk: Desk) -> str:
    """Whether bytes could be kept, by beginning to and thinking better of it."""
    try:
        with desk.captures.begin():
            return WELL
    except StorageError:
        return "cannot be kept; look at the data folder and the disk."


def _database(desk: Desk) -> str:
    try:
        current = is_current(desk.engine)
    except StorageError:
        return "does not answer; the service's log says why."
    return WELL if current else "has older tables; run `tailcheck migrate`."
