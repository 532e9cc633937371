"""The part of JSON Schema that our OpenAPI document uses, checked by hand.

A keyword that is not known here is an error: a schema must not pass because nobody looked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

_SAYS_NOTHING = frozenset({"title", "description", "default", "examples", "example"})
_DURATION = re.compile(r"P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII)
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


def violations(
    value: object, schema: Mapping[str, Any], document: Mapping[str, Any], at: str = "$"
) -> list[str]:
    """What in `value` goes against `schema`, which may refer into `document`."""
    return list(_violations(value, schema, document, at))


def _violations(
    value: object, schema: Mapping[str, Any], document: Mapping[str, Any], at: str
) -> Iterator[str]:
    for keyword, wanted in schema.items():
        if keyword in _SAYS_NOTHING or keyword in {"additionalProperties", "format"}:
            continue
        match keyword:
            case "$ref":
                yield from _violations(value, resolve(wanted, document), document, at)
            case "type":
                if not _is(value, wanted):
                    yield f"{at}: {value!r} is not of type {wanted}"
            case "const":
                if value != wanted:
                    yield f"{at}: {value!r} is not {wanted!r}"
            case "enum":
                if value not in wanted:
                    yield f"{at}: {value!r} is none of {wanted}"
            case "anyOf":
                if all(violations(value, each, document, at) for each in wanted):
                    yield f"{at}: {value!r} fits none of {len(wanted)} schemas"
            case "required" if isinstance(value, dict):
                yield from (f"{at}: {name} is missing" for name in wanted if name not in value)
            case "properties" if isinstance(value, dict):
                for name, item in value.items():
                    if name in wanted:
                        yield from _violations(item, wanted[name], document, f"{at}.{name}")
                    elif "additionalProperties" not in schema:
                        yield f"{at}: {name} is not in the schema"
            case "propertyNames" if isinstance(value, dict):
                for name in value:
                    yield from _violations(name, wanted, document, f"{at}, the name {name}")
            case "items" if isinstance(value, list):
                for number, item in enumerate(value):
                    yield from _violations(item, wanted, document, f"{at}[{number}]")
            case "maxLength":
                if isinstance(value, str) and len(value) > wanted:
                    yield f"{at}: longer than {wanted}"
            case "maxItems":
                if isinstance(value, list) and len(value) > wanted:
                    yield f"{at}: more than {wanted}"
            case "maxProperties":
                if isinstance(value, dict) and len(value) > wanted:
                    yield f"{at}: more than {wanted} members"
            case "minimum" | "maximum" if isinstance(value, int | float):
                if (value < wanted) if keyword == "minimum" else (value > wanted):
                    yield f"{at}: {value} is beyond the {keyword} {wanted}"
            case "required" | "properties" | "propertyNames" | "items" | "minimum" | "maximum":
                pass  # for another kind of value: "type" speaks about that
            case _:
                raise AssertionError(f"{at}: this checker does not know the keyword {keyword}")
    if "additionalProperties" in schema and isinstance(value, dict):
        further = schema["additionalProperties"]
        for name, item in value.items():
            if name not in schema.get("properties", {}) and isinstance(further, dict):
                yield from _violations(item, further, document, f"{at}.{name}")
    if "format" in schema and isinstance(value, str):
        yield from _format(value, schema["format"], at)


def resolve(reference: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a ``#/…`` reference points at."""
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found


def _is(value: object, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    return isinstance(value, _TYPES[wanted])


def _format(value: str, wanted: str, at: str) -> Iterator[str]:
    try:
        if wanted == "date":
            date.fromisoformat(value)
        elif wanted == "date-time":
            if datetime.fromisoformat(value).tzinfo is None:
                yield f"{at}: {value} has no zone"
        elif wanted == "time":
            if time.fromisoformat(value).tzinfo is not None:
                yield f"{at}: {value} has a zone"
        elif wanted == "duration":
            if not _DURATION.fullmatch(value):
                yield f"{at}: {value} is no duration"
        elif wanted != "binary":
            raise AssertionError(f"{at}: this checker does not know the format {wanted}")
    except ValueError:
        yield f"{at}: {value!r} is no {wanted}"
