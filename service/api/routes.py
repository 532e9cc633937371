"""Routes that refuse what they do not know: parameters, doubled ones, members of a body, callers.

A mistyped ``as-of=`` or ``zon=`` that is passed over in silence gives a right answer to a question
that nobody asked. Whether somebody may ask at all is looked at before what they ask.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from schemas.api import ParameterProblem
from service.api.access import must, needed
from service.api.deps import TYPED_MAX
from service.api.problems import BadParameters
from service.domain import texts

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """FastAPI's route behind the checks."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler behind the checks.

        Raises `TypeError` when the route's body may have members that nobody reads.
        """
        handle = super().get_route_handler()
        known = frozenset(field.alias for field in self.dependant.query_params)
        scopes = needed(self.dependencies)
        takes_body = self.body_field is not None
        if self.body_field is not None:
            _must_forbid_others(self.path, self.body_field.field_info.annotation)

        async def strict(request: Request) -> Response:
            must(request, scopes)
            given = request.query_params
            if not given.keys() <= known or len(given.multi_items()) != len(given):
                raise BadParameters(list(_unknown(request, known)))
            if request.method != "GET":
                _look_at(await request.body(), takes_body=takes_body)
            return await handle(request)

        return strict


class TextRoute(APIRoute):
    """A `StrictRoute` whose parameters are all text, handed over as they were typed.

    FastAPI documents it, but does not read its parameters: that takes several times as long as
    all the rest of a request, and here there is nothing to convert. The endpoint takes the
    request and the texts by name.
    """

    def get_route_handler(self) -> Handler:
        """Reads the texts and calls the endpoint."""
        endpoint = self.endpoint
        fields = {field.alias: field.field_info for field in self.dependant.query_params}
        known = frozenset(fields)
        required = frozenset(name for name, info in fields.items() if info.is_required())
        scopes = needed(self.dependencies)

        async def text(request: Request) -> Response:
            must(request, scopes)
            given = request.query_params
            names = given.keys()
            if (
                not required <= names <= known
                or len(given.multi_items()) != len(given)
                or any(len(value) > TYPED_MAX for value in given.values())
            ):
                raise BadParameters([*_unknown(request, known), *_amiss(request, fields)])
            answer: Response = await endpoint(request, **given)
            return answer

        return text


def _unknown(request: Request, known: frozenset[str]) -> Iterator[ParameterProblem]:
    names = [name for name, _ in request.query_params.multi_items()]
    offered = ", ".join(f"`{name}`" for name in sorted(known)) or "none"
    for name in dict.fromkeys(names):
        shown = _shown(name)
        if name not in known:
            detail = f"There is no parameter `{shown}` here; there are: {offered}."
        elif names.count(name) > 1:
            detail = f"`{shown}` is given more than once."
        else:
            continue
        yield ParameterProblem(parameter=shown, detail=detail)


def _amiss(request: Request, fields: dict[str, Any]) -> Iterator[ParameterProblem]:
    given = request.query_params
    for name, info in fields.items():
        if name in given and len(given[name]) > TYPED_MAX:
            detail = f"`{name}` is longer than {TYPED_MAX} characters."
        elif name not in given and info.is_required():
            detail = f"`{name}` is missing."
        else:
            continue
        yield ParameterProblem(parameter=name, detail=detail)


def _look_at(body: bytes, *, takes_body: bool) -> None:
    """Raises `BadParameters` for what a reader would pass over in silence or stumble on: members
    given twice, numbers that are none, halves of characters, a body where none is read."""
    if not body:
        return
    if not takes_body:
        raise _bad("Nothing is read from a body here: send none.")
    try:
        said = json.loads(
            body.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_no_number
        )
        json.dumps(said, ensure_ascii=False).encode("utf-8")
    except UnicodeError as error:
        raise _bad("The body is no text in UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise _bad("The body is not JSON.") from error


def _without_doubles(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        names = [name for name, _ in members]
        double = next(name for name in names if names.count(name) > 1)
        raise BadParameters(
            [
                ParameterProblem(
                    parameter=_shown(double), detail=f"`{_shown(double)}` is given more than once."
                )
            ]
        )
    return found


def _no_number(name: str) -> NoReturn:
    raise _bad(f"`{name}` is no number that JSON knows.")


def _bad(detail: str) -> BadParameters:
    return BadParameters([ParameterProblem(parameter="body", detail=detail)])


def _shown(name: str) -> str:
    return texts.shown(name[:_SHOWN])


_SHOWN: Final = 40


def _must_forbid_others(path: str, body: Any) -> None:
    schema = TypeAdapter(body).json_schema()
    for name, part in [(path, schema), *schema.get("$defs", {}).items()]:
        if "properties" in part and part.get("additionalProperties") is not False:
            raise TypeError(f"{name}: a body that passes over members it does not know")
