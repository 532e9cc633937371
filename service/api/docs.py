"""`/docs`: the OpenAPI document as one plain page.

The usual interactive page loads its scripts from a third party, which would then know that this
service is here and who uses it. This one loads nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}
h3{margin:2.5rem 0 .5rem}dt{font-weight:600}dd{margin:0 0 .4rem 1.5rem}
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP: Final = (
    f"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; style-src 'sha256-{_STYLE_HASH}'"
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def root() -> Response:
    """Whoever types only the host wants to know what there is."""
    return RedirectResponse("/docs")


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The page."""
    return Response(
        page(request.app.openapi()),
        media_type="text/html; charset=utf-8",
        headers={"content-security-policy": CSP},
    )


def page(document: Mapping[str, Any]) -> str:
    """The OpenAPI document for people: every call, its parameters, an address to try."""
    return "\n".join(_page(document))


def _page(document: Mapping[str, Any]) -> Iterator[str]:
    info = document["info"]
    title = escape(info["title"])
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    yield f"<style>{STYLE}</style><h1>{title} {escape(info['version'])}</h1>"
    yield from (f"<p>{_text(part)}</p>" for part in info["description"].split("\n\n"))
    yield '<p>For programs: <a href="/openapi.json">/openapi.json</a>.</p>'
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2><p>{_text(tag['description'])}</p>"
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if tag["name"] in operation["tags"]:
                    yield from _operation(method, path, operation)


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h3>{_text(operation['summary'])}</h3>"
    yield f"<p><code>{method.upper()} {escape(path)}</code></p>"
    paragraphs = operation.get("description", "").split("\n\n")
    yield from (f"<p>{_text(part)}</p>" for part in paragraphs if part)
    parameters = operation.get("parameters", ())
    if parameters:
        yield "<dl>"
        for parameter in parameters:
            needed = "" if parameter["required"] else " (may be left out)"
            yield f"<dt><code>{escape(parameter['name'])}</code>{needed}</dt>"
            yield f"<dd>{_text(parameter.get('description', ''))}</dd>"
        yield "</dl>"
    yield from _example(method, path, operation)
    yield "<p>Problems:</p><ul>"
    for status, reply in operation["responses"].items():
        if not status.startswith("2"):
            yield f"<li><code>{escape(status)}</code> {_text(reply['description'])}</li>"
    yield "</ul>"


def _example(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    address = escape(example_address(path, operation))
    if method == "get":
        yield f'<p>For example <a href="{address}">{address}</a></p>'
        return
    yield f"<p>For example <code>{method.upper()} {address}</code></p>"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    for example in body.get("examples", {}).values():
        said = {name: value for name, value in example["value"].items() if value is not None}
        yield f"<p>{_text(example['summary'])}</p>"
        yield f"<pre>{escape(json.dumps(said, ensure_ascii=False, indent=2))}</pre>"


def example_address(path: str, operation: Mapping[str, Any]) -> str:
    """A worked address: path parameters and what must be given, from the examples."""
    query = {}
    for parameter in operation.get("parameters", ()):
        shown = (parameter["schema"].get("examples") or parameter.get("examples") or [None])[0]
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(shown)))
        elif parameter["required"]:
            query[parameter["name"]] = shown
    return f"{path}?{urlencode(query)}" if query else path


def _text(text: str) -> str:
    """Escaped, with `this` as code."""
    parts = escape(" ".join(text.split())).split("`")
    return "".join(
        f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts)
    )
