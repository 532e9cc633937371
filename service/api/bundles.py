"""`/v1/checks/{check}/bundle`: a kept answer with all that it rests on, as one file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from service.api.access import needs
from service.api.answers import knows
from service.api.deps import DeskDep, WorkDep
from service.api.kept import CheckId
from service.api.openapi import STORED, answers, problems
from service.api.routes import StrictRoute
from service.ask.bundles import bundle_of_kept
from service.errors import StorageError

ZIP: Final = "application/zip"
PIECE: Final = 1 << 20

router = APIRouter(
    prefix="/v1/checks",
    tags=["Kept checks"],
    route_class=StrictRoute,
    dependencies=[needs("evidence")],
)

_ANSWER: Final = answers({"A bundle": "PK…"}, ZIP)
_ANSWER[200]["content"][ZIP]["schema"] = {"type": "string", "format": "binary"}


@router.get(
    "/{check}/bundle",
    summary="An answer with its evidence, to be checked without this service",
    response_class=Response,
    responses={**_ANSWER, **problems("bad-input", "not-found", *STORED)},
)
async def bundle(
    request: Request,
    desk: DeskDep,
    work: WorkDep,
    check: CheckId,
    revision: Annotated[
        int | None,
        Query(
            ge=1,
            le=2**31 - 1,
            description="Which of its answers; the newest unless given.",
            examples=[1],
        ),
    ] = None,
) -> Response:
    """A zipped BagIt: bytes as received, what was derived from them, the verdict, licences, and a
    script that checks it with Python alone. What a source's terms do not let anybody pass on is
    named by its hash. Neither the check's id nor anything about who keeps it is in it.

    The `ETag` is the bundle's root, which stands for every byte: keep it, or publish it. A bundle
    that takes too long here is written by `tailcheck bundle --check`.
    """

    def answer() -> Response:
        try:
            file = tempfile.TemporaryFile()  # noqa: SIM115  (closed when it has been sent)
        except OSError as error:
            raise StorageError(f"No file can be made here: {error.strerror}.") from error
        try:
            made = bundle_of_kept(desk, file, check, revision)
            size = file.seek(0, os.SEEK_END)
        except BaseException:
            file.close()
            raise
        headers = {
            "etag": f'"{made.root}"',
            "content-disposition": f'attachment; filename="tailcheck-{made.root[:12]}.zip"',
        }
        if knows(request, headers["etag"]):
            file.close()
            return Response(status_code=304, headers=headers)
        headers["content-length"] = str(size)
        return StreamingResponse(_pieces(file), media_type=ZIP, headers=headers)

    return await work(answer)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
