"""`/v1/captures/…`: the evidence itself, exactly as received."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from schemas.api import CaptureRecord
from service.api import examples
from service.api.access import needs
from service.api.answers import json_answer, knows
from service.api.deps import TYPED_MAX, DeskDep, WorkDep
from service.api.example_verdicts import CAPTURE
from service.api.openapi import STORED, answers, problems
from service.api.routes import StrictRoute
from service.ask.sources import attributions
from service.errors import NotFound, StorageError
from service.storage.capture_index import capture_records
from service.storage.captures import CaptureStore
from service.storage.database import reading

BYTES: Final = "application/octet-stream"
WHOLE: Final = 16 << 20
"""Up to this many bytes are read and checked before the first of them is sent."""
PIECE: Final = 1 << 20

router = APIRouter(
    prefix="/v1/captures",
    tags=["Evidence"],
    route_class=StrictRoute,
    dependencies=[needs("evidence")],
)

Sha256 = Annotated[
    str,
    Path(
        max_length=TYPED_MAX,
        description="The sha256 of the bytes, as answers name it.",
        examples=[CAPTURE],
    ),
]
_SHA256: Final = re.compile("[0-9a-f]{64}")
_BYTES_ANSWER: Final = answers({"A trace": '{"icao":"ac671b","timestamp":1738713600.0,…'}, BYTES)
_BYTES_ANSWER[200]["content"][BYTES]["schema"] = {"type": "string", "format": "binary"}


@router.get(
    "/{sha256}",
    summary="The bytes behind an answer",
    response_class=Response,
    responses={**_BYTES_ANSWER, **problems("not-found", *STORED)},
)
async def capture(request: Request, desk: DeskDep, work: WorkDep, sha256: Sha256) -> Response:
    """Exactly as received, compressed or not, as a file to save: hash it, and it is the evidence
    that the answer names. It never changes, so it may be kept.
    """
    name = _named(sha256)
    size = await work(lambda: _size(desk.captures, name))
    headers = {
        "etag": f'"{name}"',
        "cache-control": "private, max-age=31536000, immutable",
        "content-disposition": f'attachment; filename="{name}.bin"',
        "repr-digest": f"sha-256=:{base64.b64encode(bytes.fromhex(name)).decode()}:",
    }
    if knows(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    if size <= WHOLE:
        content = await work(lambda: desk.captures.read(name))
        return Response(content, media_type=BYTES, headers=headers)
    headers["content-length"] = str(size)
    return StreamingResponse(pieces(desk.captures, name), media_type=BYTES, headers=headers)


@router.get(
    "/{sha256}/record",
    summary="Where bytes came from, and when",
    response_model=CaptureRecord,
    responses={**answers(examples.CAPTURE_RECORD), **problems("not-found", *STORED)},
)
async def record(request: Request, desk: DeskDep, work: WorkDep, sha256: Sha256) -> Response:
    """Every reception of these bytes, first to last: source, address, times, status, headers."""
    name = _named(sha256)

    def answer() -> Response:
        with reading(desk.engine) as conn:
            receptions = capture_records(conn, name)
        if not receptions:
            raise NotFound("No bytes with that sha256 were ever received here.")
        document = CaptureRecord(
            sha256=name,
            size_bytes=receptions[0].size_bytes,
            receptions=receptions,
            attributions=attributions(desk, (received.source for received in receptions)),
        )
        return json_answer(request, document)

    return await work(answer)


def pieces(store: CaptureStore, sha256: str) -> Iterator[bytes]:
    """The bytes, piece by piece; the last piece is held back until all are known to be right.

    Raises `StorageError` when they are not what was received: the reply then ends short of its
    length, and nobody can take it as whole.
    """
    digest = hashlib.sha256()
    held = b""
    with store.open(sha256) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            if held:
                yield held
            held = piece
    if digest.hexdigest() != sha256:
        raise StorageError("Stored bytes are not what was received.")
    yield held


def _size(store: CaptureStore, sha256: str) -> int:
    with store.open(sha256) as file:
        return os.fstat(file.fileno()).st_size


def _named(sha256: str) -> str:
    name = sha256.strip().lower()
    if not _SHA256.fullmatch(name):
        raise NotFound("Bytes are named by their sha256: 64 hexadecimal digits.")
    return name
