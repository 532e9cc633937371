"""Kept checks as they are shown: to programs as documents, to people as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from schemas.api_kept import CheckQuestion, KeptDocument, KeptLine, RevisionLine
from schemas.verdicts import VerdictWord
from service.desk import Desk
from service.domain.verdict.phrases import utc
from service.errors import BadInput, StorageError
from service.storage.database import Connection
from service.storage.kept_checks import KeptCheck, Revision, newest_of, revisions_of


class Short(msgspec.Struct, frozen=True):
    """The part of an answer that a list shows."""

    aircraft: str
    airport_name: str
    verdict: VerdictWord
    reads: str
    grade: str
    sentence: str
    as_of: datetime


def short(revision: Revision) -> Short:
    """The answer in short."""
    return msgspec.json.decode(revision.document, type=Short)


def address_of(check_id: str, number: int | None = None) -> str:
    """The permalink of a check, or of one answer to it."""
    path = f"/v1/checks/{check_id}"
    return path if number is None else f"{path}/revisions/{number}"


def kept_document(
    conn: Connection, desk: Desk, check: KeptCheck, as_of: datetime | None = None
) -> KeptDocument:
    """The check with its history, as it stood at `as_of`.

    Raises:
        BadInput: it was not kept yet then.
    """
    history = revisions_of(conn, desk.sealer, check.id)
    if as_of is not None:
        history = tuple(revision for revision in history if revision.at <= as_of)
        if not history:
            raise BadInput(f"This check is kept since {utc(check.created_at)}, and not before.")
    return document_of(check, history)


def document_of(check: KeptCheck, history: Sequence[Revision]) -> KeptDocument:
    """The check with these answers, the last of which is shown whole, as the bytes it is."""
    newest = history[-1]
    answer: Any = msgspec.Raw(newest.document)
    return KeptDocument(
        id=check.id,
        question=_question(check),
        created_at=check.created_at,
        as_of=newest.at,
        number=newest.number,
        because=newest.because,
        answer=answer,
        revisions=tuple(_line(check, revision) for revision in history),
    )


def kept_line(conn: Connection, desk: Desk, check: KeptCheck) -> KeptLine:
    """The check in a list."""
    newest = newest_of(conn, desk.sealer, check.id)
    if newest is None:
        raise StorageError("A kept check has no answer: restore a backup.")
    return KeptLine(
        id=check.id,
        question=_question(check),
        created_at=check.created_at,
        newest=_line(check, newest),
    )


def history_text(document: KeptDocument) -> Iterator[str]:
    """The history for people."""
    for line in document.revisions:
        yield f"{line.number}. {utc(line.at)}: {line.reads} [{line.verdict}, {line.grade}]"
        yield f"   {line.sentence}"
        if line.because:
            yield f"   Changed because: {line.because}"


def line_text(line: KeptLine) -> str:
    """A check in a list for people."""
    asked, newest = line.question, line.newest
    zone = f" ({asked.zone} date)" if asked.zone else ""
    return (
        f"{line.id}  {asked.aircraft} at {asked.airport} on {asked.date}{zone}: {newest.reads},"
        f" answer {newest.number} of {utc(newest.at)}"
    )


def _question(check: KeptCheck) -> CheckQuestion:
    asked = check.asked
    return CheckQuestion(
        aircraft=asked.aircraft, airport=asked.airport, date=asked.date, zone=asked.zone or None
    )


def _line(check: KeptCheck, revision: Revision) -> RevisionLine:
    said = short(revision)
    return RevisionLine(
        number=revision.number,
        at=revision.at,
        verdict=said.verdict,
        reads=said.reads,
        grade=said.grade,
        sentence=said.sentence,
        because=revision.because,
        address=address_of(check.id, revision.number),
    )
