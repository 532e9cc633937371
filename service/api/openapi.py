"""The OpenAPI document: worked examples, every problem, what each field means."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from types import ModuleType
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from schemas import (
    api,
    api_claims,
    api_kept,
    api_watching,
    claims,
    judging,
    log,
    messages,
    movements,
    places,
    records,
    sources,
    verdicts,
    watching,
)
from schemas.api import Problem
from service.api.access import NO_KEY, needed
from service.api.problems import KINDS, MEDIA_TYPE, problem

Responses = dict[int | str, dict[str, Any]]

EVERYWHERE: Final = ("bad-parameters", "cross-site", "wrong-host", "internal")
"""Whatever is asked may end so."""
KEYED: Final = ("unauthorised", "forbidden", "rate-limited")
"""Whatever needs a key may."""
CHANGING: Final = ("unsupported-media-type", "too-large", "slow-body")
"""Whatever is sent something may."""
STORED: Final = ("storage", "too-slow")

_DESCRIBED: Final = {200: "The answer.", 201: "Made; `Location` says where it is."}
_REF: Final = "#/components/schemas/{model}"
_MODULES: Final[tuple[ModuleType, ...]] = (
    api,
    api_claims,
    api_kept,
    api_watching,
    claims,
    judging,
    log,
    messages,
    movements,
    places,
    records,
    sources,
    verdicts,
    watching,
)


def answers(
    examples: Mapping[str, object],
    media_type: str = "application/json",
    *,
    status: int = 200,
    model: type | None = None,
) -> Responses:
    """What an endpoint answers, with worked examples by what each shows; `model` for a status
    beside the first."""
    said: dict[str, Any] = {
        "description": _DESCRIBED[status],
        "content": {media_type: {"examples": _examples(examples)}},
    }
    if model is not None:
        said["model"] = model
    return {status: said}


def bodies(examples: Mapping[str, object]) -> dict[str, Any]:
    """For ``openapi_extra``: worked examples of what an endpoint is sent."""
    return {"requestBody": {"content": {"application/json": {"examples": _examples(examples)}}}}


def problems(*codes: str, in_path: bool = False, keyed: bool = True) -> Responses:
    """The problems of an endpoint, by status, with those that any endpoint has; `in_path`: what is
    asked about is named in the path; `keyed`: a key may be needed."""
    by_status: Responses = {}
    for code in dict.fromkeys((*codes, *EVERYWHERE, *(KEYED if keyed else ()))):
        kind = KINDS[code]
        status = (in_path and kind.status_in_path) or kind.status
        schema = {"$ref": _REF.format(model=Problem.__name__)}
        found = by_status.setdefault(
            status,
            {"description": "", "content": {MEDIA_TYPE: {"schema": schema, "examples": {}}}},
        )
        found["description"] = f"{found['description']} {kind.title}.".strip()
        example = msgspec.json.decode(problem(code, _SAID.get(code, ""), status=status).body)
        example |= _MORE.get(code, {})
        found["content"][MEDIA_TYPE]["examples"][code] = {
            "summary": kind.title,
            "value": msgspec.json.encode(example).decode(),
        }
    return by_status


class Documented(FastAPI):
    """FastAPI, with the problem schema and the fields' docstrings in its OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(_problem_schemas())
            _open_examples(document)
            self._say_who_may(document)
            for name, fields in _field_docs():
                for field, text in fields.items():
                    place = schemas.get(name, {}).get("properties", {}).get(field)
                    if place is not None:
                        place.setdefault("description", text)
        assert self.openapi_schema is not None
        return self.openapi_schema

    def _say_who_may(self, document: dict[str, Any]) -> None:
        """Each operation's scopes; without a key where there are none (``{}``)."""
        document["components"]["securitySchemes"] = {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access key, `tck_…`, as `tailcheck keys create` makes it."
                " Needed as soon as there is one.",
            }
        }
        for route in self.router.routes:
            if not isinstance(route, APIRoute) or not route.include_in_schema:
                continue
            if scopes := needed(route.dependencies):
                for method in route.methods or ():
                    operation = document["paths"][route.path_format][method.lower()]
                    operation["security"] = [{"key": list(scopes)}, {}]


def _examples(values: Mapping[str, object]) -> dict[str, Any]:
    """As JSON text for now: FastAPI drops every null on its way; see `_open_examples`."""
    return {
        f"example-{number}": {"summary": summary, "value": msgspec.json.encode(value).decode()}
        for number, (summary, value) in enumerate(values.items(), 1)
    }


def _open_examples(document: dict[str, Any]) -> None:
    items = (*document["paths"].values(), *document.get("webhooks", {}).values())
    for operation in (operation for item in items for operation in item.values()):
        for said in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media in said.get("content", {}).values():
                for example in media.get("examples", {}).values():
                    example["value"] = msgspec.json.decode(example["value"])


def _problem_schemas() -> dict[str, Any]:
    schema = TypeAdapter(Problem).json_schema(ref_template=_REF)
    return {**schema.pop("$defs", {}), Problem.__name__: schema}


def _field_docs() -> Iterator[tuple[str, dict[str, str]]]:
    """For each of our value types, the string below each of its fields."""
    for module in _MODULES:
        for name, kind in vars(module).items():
            if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__:
                yield name, _docs_of(kind)


def _docs_of(kind: type) -> dict[str, str]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split()).replace("``", "`")
    return found


_SAID: Final[Mapping[str, str]] = {
    "bad-input": "2011-12-30 did not exist in Pacific/Apia: the calendar skipped that day there.",
    "bad-parameters": "`date` is missing.",
    "unknown-aircraft": "“zzzzzz” is neither a registration (as RA-64523 or N899DN) nor a 24-bit"
    " address (six hexadecimal digits, as 14fc0b; 000000 and ffffff are nobody's).",
    "unsettled-aircraft": "RA-64523 on 2020-08-18: only the state's numbering rule gives it an"
    " address, which is no fact. Ask by address.",
    "unknown-airport": "No airport is called “Atlantis”.",
    "ambiguous-airport": "Several airports may be meant by “Minsk”: choose one.",
    "not-found": "No bytes with that sha256 were ever received here.",
    "too-many-streams": "8 streams are open already, which is all that one may have: close one.",
    "conflict": "Its receiver takes nothing: it is stopped, or was removed.",
    "unauthorised": NO_KEY,
    "forbidden": "This key lacks the scope `evidence`. Whoever runs this service makes one that has"
    " it: `tailcheck keys create --scopes evidence`.",
    "rate-limited": "Too many requests within a minute. Try again in 7 seconds.",
    "slow-body": "The body did not come within 20 seconds.",
    "too-large": "A body has at most 64 KiB.",
    "unsupported-media-type": "Send JSON, with `Content-Type: application/json`.",
    "cross-site": "This service does not answer what another web site makes a browser ask.",
    "wrong-host": "This service answers under its IP address, as localhost, or by a name that its"
    " operator set; the request names another host.",
    "unreadable": "The stored page can no longer be read: it ends in the middle of a row.",
    "not-ready": "database: has older tables; run `tailcheck migrate`.",
    "too-slow": "There was no answer within 20 seconds. Try again later.",
}
_MORE: Final[Mapping[str, Mapping[str, Any]]] = {
    "bad-parameters": {"errors": [{"parameter": "date", "detail": "`date` is missing."}]},
    "unsettled-aircraft": {
        "choices": [{"code": "icao:14fc0b", "text": "14fc0b, by the numbering rule only"}]
    },
    "ambiguous-airport": {
        "choices": [
            {"code": "UMMS", "text": "Minsk National Airport, Minsk, BY"},
            {"code": "UMMM", "text": "Minsk-1 Airport, Minsk, BY (closed)"},
        ]
    },
    "internal": {"instance": "urn:uuid:0b8f9b5e-0a44-4a4e-9df0-6f0f6f2f6f0e"},
}
