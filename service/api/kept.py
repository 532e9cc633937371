"""`/v1/checks`: questions that stay, and every answer they were given since."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response

from schemas.api_kept import CheckAsked, KeptDocument, KeptList, KeptMade
from schemas.api_watching import WatchMade
from schemas.verdicts import Verdict
from service.api import example_kept as examples
from service.api.access import CallerDep, must, needs
from service.api.answers import body_answer, json_answer, made_answer, next_page
from service.api.deps import (
    TYPED_MAX,
    AsOf,
    DeskDep,
    Limit,
    WorkDep,
    policy_of,
    public_url_of,
)
from service.api.forms import FormTyped, form_answer, form_of, other_forms
from service.api.openapi import CHANGING, STORED, answers, bodies, problems
from service.api.routes import StrictRoute
from service.api.windows import read_as_of
from service.ask.followed import receiver_made, watch_document
from service.ask.kept import Kept, Told, keep, kept_check, verdict_of
from service.ask.kept_documents import address_of, kept_document, kept_line
from service.ask.shown import shown
from service.desk import Desk
from service.errors import BadInput, NotFound
from service.formats.forms import Form
from service.storage.database import reading
from service.storage.kept_checks import Asked, check_of, checks, revision_of

router = APIRouter(
    prefix="/v1/checks",
    tags=["Kept checks"],
    route_class=StrictRoute,
    dependencies=[needs("query")],
)

CheckId = Annotated[
    str,
    Path(
        max_length=TYPED_MAX,
        description="Its id. Whoever has it may read the check.",
        examples=[examples.ID],
    ),
]
_ASKED: Final = ("bad-input", "unknown-aircraft", "unknown-airport", "ambiguous-airport")


@router.post(
    "",
    summary="Keep a question and its answer",
    status_code=201,
    response_model=KeptMade,
    responses={
        **answers(examples.MADE, status=201),
        **answers(examples.MADE_BEFORE, status=200, model=KeptMade),
        **problems(*_ASKED, "conflict", *CHANGING, *STORED),
    },
    openapi_extra=bodies(examples.ASKED),
)
async def add(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    caller: CallerDep,
    asked: CheckAsked,
    once: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            max_length=TYPED_MAX,
            description="Any text of your own, as a random UUID. Sent again with the same question,"
            " nothing new is kept and the answer is 200; with another question it is 409.",
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ] = "",
) -> Response:
    """The question is asked at once and again every ten minutes or so. When the answer differs, it
    is added beside the earlier ones with what changed; nothing is ever overwritten.

    `Location` is the permalink. A receiver that is made on the way shows its secret in this answer,
    and never again.
    """
    if asked.watch is not None:
        must(request, ("watch",))
    policy = policy_of(request)

    def answer() -> Response:
        told = None
        if asked.watch is not None:
            to = tuple(str(each) for each in asked.watch.to)
            told = Told(policy=policy, to=to, details=asked.watch.details)
        question = Asked(
            aircraft=asked.aircraft,
            airport=asked.airport,
            date=asked.date,
            zone=asked.zone or "",
        )
        done = keep(desk, question, owner=caller.owner, once=once, told=told)
        document = _made(desk, done)
        if not done.is_new:
            return json_answer(request, document)
        return made_answer(document, address_of(done.check.id))

    return await work(answer)


@router.get(
    "",
    summary="What the asker keeps",
    response_model=KeptList,
    responses={**answers(examples.LIST), **problems("bad-input", *STORED)},
)
async def mine(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    caller: CallerDep,
    after: Annotated[
        str,
        Query(max_length=TYPED_MAX, description="The id of the last check on the page before."),
    ] = "",
    limit: Limit = 100,
) -> Response:
    """Newest first, each with its newest answer."""

    def answer() -> Response:
        with reading(desk.engine) as conn:
            last = check_of(conn, desk.sealer, after) if after else None
            if after and (last is None or last.owner != caller.owner):
                raise BadInput("`after` is the id of no check that you keep.")
            found = checks(conn, desk.sealer, caller.owner, after=last, limit=limit + 1)
            page = found[:limit]
            lines = tuple(kept_line(conn, desk, check) for check in page)
        more = next_page(request, after=page[-1].id) if len(found) > limit else None
        return json_answer(request, KeptList(checks=lines, next=more), more=more)

    return await work(answer)


@router.get(
    "/{check}",
    summary="A kept check: its newest answer, and every one before",
    response_model=KeptDocument,
    responses={**answers(examples.KEPT), **problems("bad-input", "not-found", *STORED)},
)
async def one(
    request: Request, desk: DeskDep, work: WorkDep, check: CheckId, as_of: AsOf = None
) -> Response:
    """The permalink. `because` says what changed; `as_of` as a parameter shows it as it stood then.

    The `ETag` changes when an answer is added, and not before.
    """
    moment = read_as_of(as_of, desk.clock())

    def answer() -> Response:
        with reading(desk.engine) as conn:
            found = kept_check(conn, desk, check)
            return json_answer(request, kept_document(conn, desk, found, moment))

    return await work(answer)


@router.get(
    "/{check}/revisions/{number}",
    summary="One answer, byte for byte as it was given",
    response_model=Verdict,
    responses={
        **other_forms(answers(examples.REVISION)),
        **problems("bad-input", "not-found", *STORED),
    },
)
async def revision(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    check: CheckId,
    number: Annotated[
        int, Path(ge=1, le=2**31 - 1, description="Of the revision, from 1.", examples=[1])
    ],
    typed: FormTyped = None,
) -> Response:
    """The document that `/v1/check` gave at that moment. It never changes. Other forms of it are
    `format`s; those that draw show what was known at that moment.
    """
    form = form_of(request, typed)

    def given() -> Response:
        with reading(desk.engine) as conn:
            kept_check(conn, desk, check)
            found = revision_of(conn, desk.sealer, check, number)
        if found is None:
            raise NotFound(f"This check has no answer {number} yet.")
        if form is Form.JSON:
            return body_answer(request, found.document)
        answer = shown(desk, verdict_of(found), form, public_url_of(request))
        return form_answer(request, form, answer, volatile=False)

    return await work(given)


def _made(desk: Desk, done: Kept) -> KeptMade:
    with reading(desk.engine) as conn:
        document = kept_document(conn, desk, done.check)
    watch = None
    if done.watch is not None:
        watch = WatchMade(
            watch=watch_document(done.watch),
            receivers=tuple(receiver_made(made) for made in done.receivers),
        )
    return KeptMade(check=document, watch=watch)
