"""Routes that refuse parameters they do not know, and doubled ones.

A mistyped ``as-of=`` or ``zon=`` that is passed over in silence gives a right answer to a question
that nobody asked.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from schemas.api import ParameterProblem
from service.api.deps import TYPED_MAX
from service.api.problems import BadParameters

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """FastAPI's route behind the check."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler behind the check."""
        handle = super().get_route_handler()
        known = frozenset(field.alias for field in self.dependant.query_params)

        async def strict(request: Request) -> Response:
            given = request.query_params
            if not given.keys() <= known or len(given.multi_items()) != len(given):
                raise BadParameters(list(_unknown(request, known)))
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

        async def text(request: Request) -> Response:
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
        shown = "".join(c if c.isprintable() else "?" for c in name[:40])
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
