"""Every way of not answering: RFC 9457 problems, one table.

A problem tells the asker what went wrong and what to do. The log tells the operator which kind of
thing broke and where in the code; what was asked for stands in neither the log nor the traceback.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match
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


class Unauthorised(TailcheckError):
    """Whoever asks has no key that is valid."""

    code = "unauthorised"


class Forbidden(TailcheckError):
    """The key is valid, and not for this."""

    code = "forbidden"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: what stays the same each time."""

    title: str
    status: int
    status_in_path: int | None = None
    """When what is wrong stands in the path, where it names the thing itself."""
    detail: str = ""
    """Said instead of the error's own sentence, where that one is for the operator."""
    headers: Mapping[str, str] = field(default_factory=dict)


_LATER: Final = {"retry-after": str(RETRY_AFTER_S)}

KINDS: Final[Mapping[str, Kind]] = {
    "bad-input": Kind("That cannot be asked", 422),
    "bad-parameters": Kind("The question is not well formed", 422),
    "unknown-aircraft": Kind("Not an aircraft", 422, 404),
    "unsettled-aircraft": Kind("Which aircraft is meant is not settled", 422, 409),
    "unknown-airport": Kind("No such airport", 422, 404),
    "ambiguous-airport": Kind("Several airports may be meant", 422),
    "not-found": Kind("Nothing there", 404),
    "method-not-allowed": Kind("That cannot be done here", 405),
    "unauthorised": Kind(
        "Access needs a key",
        401,
        headers={"www-authenticate": 'Bearer realm="tailcheck"'},
    ),
    "forbidden": Kind("The key is not for this", 403),
    "cross-site": Kind("Another web site asked", 403),
    "rate-limited": Kind("Too many requests", 429),
    "too-many-streams": Kind("Too many streams", 429),
    "conflict": Kind("It is otherwise already", 409),
    "slow-body": Kind("The request did not come whole", 408),
    "too-large": Kind("Too much at once", 413),
    "unsupported-media-type": Kind("Only JSON is read here", 415),
    "wrong-host": Kind("Not a name of this service", 421),
    "unreadable": Kind("Stored bytes cannot be read", 500),
    "source-failed": Kind("A source did not answer", 502),
    "storage": Kind(
        "The service cannot reach what it has stored",
        503,
        headers=_LATER,
        detail="The database or the disk does not answer as it should; the service's log says"
        " what is amiss. Try again later.",
    ),
    "too-slow": Kind("The service took too long", 503, headers=_LATER),
    "not-ready": Kind("The service cannot work yet", 503, headers=_LATER),
    "error": Kind("Something broke", 500, detail="The fault is the service's, not yours."),
    "internal": Kind(
        "Something broke",
        500,
        detail="The fault is the service's, not yours; `instance` names the entry in its log.",
    ),
}
"""By the stable word that ends the `type`."""

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "`{name}` is missing.",
    "string_too_long": "`{name}` is longer than {max_length} characters.",
    "int_parsing": "`{name}` is not a whole number.",
    "int_parsing_size": "`{name}` is far too large.",
    "greater_than_equal": "`{name}` must be at least {ge}.",
    "less_than_equal": "`{name}` must be at most {le}.",
    "extra_forbidden": "There is no `{name}` here.",
    "unexpected_keyword_argument": "There is no `{name}` here.",
    "json_invalid": "The body is not JSON.",
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
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The reply for one kind of problem; members that say nothing are left out. `headers` stand
    beside those of the kind, or in their place."""
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
    return Response(
        msgspec.json.encode({name: value for name, value in members.items() if value}),
        status_code=status or kind.status,
        headers={**kind.headers, **(headers or {})},
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


def told(scope: Scope, error: TailcheckError) -> Response:
    """The reply for an error that we raised on purpose, and a log line where the fault is ours."""
    code = next(c for c in (getattr(k, "code", "") for k in type(error).__mro__) if c in KINDS)
    kind = KINDS[code]
    if kind.status >= 500:
        _log_ours(scope, error)
    choices: tuple[ProblemChoice, ...] = ()
    if isinstance(error, AmbiguousAirport | UnsettledAircraft):
        choices = tuple(ProblemChoice(code=c.code, text=c.text) for c in error.choices)
    return problem(
        code,
        str(error),
        status=kind.status_in_path if scope.get("path_params") else None,
        choices=choices,
        errors=error.errors if isinstance(error, BadParameters) else (),
    )


async def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, TailcheckError)
    return told(request.scope, error)


async def _on_parameters(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    bad = BadParameters([_parameter(found) for found in error.errors()])
    return problem(bad.code, str(bad), errors=bad.errors)


async def _on_status(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such path, no such method."""
    assert isinstance(error, HTTPException)
    status = error.status_code
    if status == 404:
        return problem("not-found", "There is nothing at this address; /docs lists what there is.")
    if status == 405:
        allowed = ", ".join(_methods_of(request))
        detail = f"This address answers to {allowed}; /docs lists what there is."
        return problem("method-not-allowed", detail, headers={"allow": allowed})
    code = "bad-input" if status < 500 else "error"
    return problem(code, "The request cannot be read.", status=status, headers=error.headers)


def _methods_of(request: Request) -> list[str]:
    """What can be done at the address asked, by whichever of its routes."""
    found: set[str] = set()
    for route in request.app.router.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found)


def _parameter(found: Mapping[str, Any]) -> ParameterProblem:
    loc = tuple(str(part) for part in found["loc"])
    in_body = loc[:1] == ("body",)
    name = ".".join(loc[1:] if in_body else loc[-1:]) or "body"
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
