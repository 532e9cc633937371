"""Answers as bytes: JSON, a fingerprint to ask again by, a link to the next page."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import blake2b
from typing import Final
from urllib.parse import urlencode

import msgspec
from fastapi import Request, Response

JSON: Final = "application/json"

_AS_OF: Final = b'"as_of":"'


def json_answer(
    request: Request, document: object, *, more: str | None = None, volatile: bool = False
) -> Response:
    """The document as JSON with an ETag, or 304 when the asker has it already. `more` is where the
    next page is."""
    return body_answer(request, msgspec.json.encode(document), more=more, volatile=volatile)


def made_answer(document: object, location: str) -> Response:
    """The document of something that was just made, and where it is."""
    body = msgspec.json.encode(document)
    return Response(body, status_code=201, media_type=JSON, headers={"location": location})


def body_answer(
    request: Request,
    body: bytes,
    *,
    more: str | None = None,
    volatile: bool = False,
    media_type: str = JSON,
) -> Response:
    """As `json_answer`, for a document that is bytes already.

    `volatile`: its ``as_of`` is merely the moment of asking. Then the ETag is a weak one over all
    the rest, so that it changes when the answer does, and not with every asking. Nothing is kept
    in caches all the same; who asks again keeps the ETag himself.
    """
    etag = f'W/"{fingerprint(_without_as_of(body))}"' if volatile else f'"{fingerprint(body)}"'
    headers = {"etag": etag}
    if more is not None:
        headers["link"] = f'<{more}>; rel="next"'
    if knows(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def knows(request: Request, etag: str) -> bool:
    """Whether ``If-None-Match`` names this ETag (weak comparison, RFC 9110 §13.1.2)."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    opaque = etag.removeprefix("W/")
    return given.strip() == "*" or any(
        tag.strip().removeprefix("W/") == opaque for tag in given.split(",")
    )


def next_page(request: Request, **changed: str | date | None) -> str:
    """The address asked, with some parameters changed; relative to the host that was asked."""
    said = {
        name: f"{value:%Y-%m-%dT%H:%M:%S.%fZ}" if isinstance(value, datetime) else str(value)
        for name, value in changed.items()
    }
    parameters = dict(request.query_params) | said
    return f"{request.url.path}?{urlencode(parameters)}"


def _without_as_of(body: bytes) -> bytes:
    """The document without the value of its last ``as_of``, which is the document's own."""
    start = body.rfind(_AS_OF)
    if start < 0:
        return body
    end = body.find(b'"', start + len(_AS_OF))
    return body[:start] + body[end:]


def fingerprint(body: bytes) -> str:
    """What an ETag says of these bytes."""
    return blake2b(body, digest_size=16).hexdigest()
