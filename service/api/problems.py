"""Every way of not answering: RFC 9457 problems, one table.

A problem tells the asker what went wrong and what to do. The log tells the operator which kind of
thing broke and where in the code; what was asked for stands in neither the log nor the traceback.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from schemas.api import ParameterProblem, ProblemChoice
from service.errors import AmbiguousAirport, BadInput, TailcheckError, UnsettledAircraft

MEDIA_TYPE: Final = "application/problem+json"
URN: Final = "urn:tailcheck:problem:"
RETRY_AFTER_S: Final = 5

log = logging.getLogger("tailcheck.api")


class BadParameters(BadInput):
    """The question has parameters that do not exist, are doubled or are out of bounds."""

    code = "bad-parameters"

    def __init__(self, errors: Sequence[ParameterProblem]) -> None:
        super().__init__(" ".join(error.detail for error in errors))
        self.errors = tuple(errors)


class TooSlow(TailcheckError):
    """The database or the disk did not answer in time."""

    code = "too-slow"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: what stays the same each time."""

    title: str
    status: int
    status_in_path: int | None = None
    """When what is wrong stands in the path, where it names the thing itself."""
    detail: str = ""
    """Said instead of the error's own sentence, where that one is for the operator."""


KINDS: Final[Mapping[str, Kind]] = {
    "bad-input": Kind("That cannot be asked", 422),
    "bad-parameters": Kind("The question is not well formed", 422),
    "unknown-aircraft": Kind("Not an aircraft", 422, 404),
    "unsettled-aircraft": Kind("Which aircraft is meant is not settled", 422, 409),
    "unknown-airport": Kind("No such airport", 422, 404),
    "ambiguous-airport": Kind("Several airports may be meant", 422),
    "not-found": Kind("Nothing there", 404),
    "method-not-allowed": Kind("Only reading is possible here", 405),
    "cross-site": Kind("Another web site asked", 403),
    "wrong-host": Kind("Not a name of this service", 421),
    "unreadable": Kind("Stored bytes cannot be read", 500),
    "source-failed": Kind("A source did not answer", 502),
    "storage": Kind(
        "The service cannot reach what it has stored",
        503,
        detail="The database or the disk does not answer as it should; the service's log says"
        " what is amiss. Try again later.",
    ),
    "too-slow": Kind("The service took too long", 503),
    "not-ready": Kind("The service cannot work yet", 503),
    "error": Kind("Something broke", 500, detail="The fault is the service's, not yours."),
    "internal": Kind(
        "Something broke",
        500,
        detail="The fault is the service's, not yours; `instance` names the entry in its log.",
    ),
}
"""By the stable word that ends the `type`."""

_BY_STATUS: Final = {404: "not-found", 405: "method-not-allowed"}

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "`{name}` is missing.",
    "string_too_long": "`{name}` is longer than {max_length} characters.",
    "int_parsing": "`{name}` is not a whole number.",
    "int_parsing_size": "`{name}` is far too large.",
    "greater_than_equal": "`{name}` must be at least {ge}.",
    "less_than_equal": "`{name}` must be at most {le}.",
}
"""What pydantic finds, in words for people."""


def problem(
    code: str,
    detail: str = "",
    *,
    status: int | None = None,
    instance: str = "",
    choices: Iterable[ProblemChoice] = (),
    errors: Iterable[ParameterProblem] = (),
) -> Response:
    """The reply for one kind of problem; members that say nothing are left out."""
    kind = KINDS[code]
    members: dict[str, Any] = {
        "type": URN + code,
        "title": kind.title,
        "status": status or kind.status,
        "detail": kind.detail or detail,
        "instance": instance,
        "choices": tuple(choices),
        "errors": tuple(errors),
    }
    headers = {"retry-after": str(RETRY_AFTER_S)} if kind.status == 503 else None
    return Response(
        msgspec.json.encode({name: value for name, value in members.items() if value}),
        status_code=status or kind.status,
        headers=headers,
        media_type=MEDIA_TYPE,
    )


def internal(scope: Scope, error: Exception) -> Response:
    """The reply for what should not have happened, and the log line that goes with it."""
    instance = f"urn:uuid:{uuid.uuid4()}"
    log.error("%s on %s: %s (%s)", instance, _route(scope), _kind_of(error), _place(error))
    return problem("internal", instance=instance)


def install(app: FastAPI) -> None:
    """Answer every error raised inside the app with a problem."""
    app.add_exception_handler(TailcheckError, _on_ours)
    app.add_exception_handler(RequestValidationError, _on_parameters)
    app.add_exception_handler(HTTPException, _on_status)


async def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, TailcheckError)
    code = next(c for c in (getattr(k, "code", "") for k in type(error).__mro__) if c in KINDS)
    kind = KINDS[code]
    if kind.status >= 500:
        _log_ours(request.scope, error)
    choices: tuple[ProblemChoice, ...] = ()
    if isinstance(error, AmbiguousAirport | UnsettledAircraft):
        choices = tuple(ProblemChoice(code=c.code, text=c.text) for c in error.choices)
    return problem(
        code,
        str(error),
        status=kind.status_in_path if request.path_params else None,
        choices=choices,
        errors=error.errors if isinstance(error, BadParameters) else (),
    )


async def _on_parameters(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    bad = BadParameters([_parameter(found) for found in error.errors()])
    return problem(bad.code, str(bad), errors=bad.errors)


async def _on_status(_: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such path, no such method."""
    assert isinstance(error, HTTPException)
    code = _BY_STATUS.get(error.status_code, "bad-input" if error.status_code < 500 else "error")
    detail = {
        "not-found": "There is nothing at this address; /docs lists what there is.",
        "method-not-allowed": "Ask with GET; /docs lists what there is.",
    }.get(code, "The request cannot be read.")
    reply = problem(code, detail, status=error.status_code)
    reply.headers.update(error.headers or {})
    return reply


def _parameter(found: Mapping[str, Any]) -> ParameterProblem:
    name = str(found["loc"][-1]) if found["loc"] else ""
    sentence = _SENTENCES.get(found["type"])
    if sentence is None:
        return ParameterProblem(parameter=name, detail=f"`{name}`: {found['msg']}.")
    return ParameterProblem(
        parameter=name, detail=sentence.format(name=name, **found.get("ctx", {}))
    )


def _log_ours(scope: Scope, error: TailcheckError) -> None:
    """Our own sentences name no subject; a driver's may quote what it was handed."""
    cause = error.__cause__
    said = str(error) if cause is None or "Operational" in type(cause).__name__ else _kind_of(cause)
    log.error("%s on %s: %s", type(error).__name__, _route(scope), said)


def _route(scope: Scope) -> str:
    """The path as the code writes it, ``/v1/aircraft/{aircraft}``: never as it was asked."""
    return str(getattr(scope.get("route"), "path", "an unknown path"))


def _kind_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _place(error: Exception) -> str:
    """Where in the code, innermost first: no values, no message."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))
