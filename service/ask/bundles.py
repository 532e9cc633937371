"""Bundles: from a question or a kept check to a file that proves its answer, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO, Final

import msgspec

from adapters._contract import Adapter
from schemas.records import Track
from schemas.verdicts import Verdict
from service.ask.check import Judged, judged
from service.ask.check import check as ask
from service.ask.document import verdict_json
from service.ask.kept import kept_check
from service.desk import Desk
from service.domain.identity.resolve import lookup
from service.errors import NotFound, StorageError, Unreadable
from service.evidence.bundle import verify
from service.evidence.bundle.differing import versions_here
from service.evidence.bundle.gathering import gather
from service.evidence.bundle.packing import pack
from service.evidence.bundle.parts import (
    Asked,
    CaptureDoc,
    Contents,
    OtherUnit,
    RevisionDoc,
    UnitDoc,
    Withheld,
)
from service.evidence.bundle.proofs import check_heads, proofs
from service.evidence.bundle.rederiving import Rederived, rederive
from service.evidence.bundle.reference import places
from service.ingest.reading import stored_page
from service.storage.database import Connection, reading
from service.storage.identity import statements_naming
from service.storage.kept_checks import Revision, revisions_of

__all__ = ["Checked", "Made", "bundle", "bundle_of_kept", "verify_bundle"]


_TRIES: Final = 4
_NO_LONGER: Final = Withheld(
    what="state of what was known",
    source="this installation",
    number=1,
    why="what is stored does not give that answer of that moment again; the rules or the tables"
    " have changed, or something was written a moment later that counts from before",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was written."""

    verdict: Verdict
    root: str
    """Stands for every byte of it."""
    withheld: tuple[str, ...]
    """What is not in it, in sentences."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a bundle turned out to be."""

    is_whole: bool
    rederived: Rederived | None
    lines: tuple[str, ...]
    """For people."""

    @property
    def exit_code(self) -> int:
        """0 whole, and the answer follows from it; 1 not; 3 that could not be told."""
        if not self.is_whole or self.rederived is None or self.rederived.is_refuted:
            return 1
        return 0 if self.rederived.is_same else 3


def bundle(
    desk: Desk,
    file: BinaryIO,
    *,
    aircraft: str,
    airport: str,
    on: date,
    zone: str | None = None,
    as_of: datetime | None = None,
) -> Made:
    """Ask, and write the answer with all that it rests on into `file`, which must allow seeking.

    Raises:
        BadInput: something typed makes no sense, or the bundle would be too large.
        NotFound, StorageError: bytes that it rests on are missing or changed.
    """
    still = _standing(desk)
    moment = as_of or still.clock()
    for _ in range(_TRIES):
        found = judged(still, aircraft=aircraft, airport=airport, on=on, zone=zone, as_of=moment)
        answer = verdict_json(found.verdict)
        contents = _contents(still, found, answer)
        again = judged(still, aircraft=aircraft, airport=airport, on=on, zone=zone, as_of=moment)
        if verdict_json(again.verdict) == answer:  # else something was written meanwhile
            return _packed(still, file, found.verdict, contents)
    raise StorageError("More and more about this question is being written: try again.")


def bundle_of_kept(desk: Desk, file: BinaryIO, check_id: str, number: int | None = None) -> Made:
    """As `bundle`, for an answer of a kept check: the newest unless its number is given, with all
    up to it.

    Raises `NotFound` when there is none.
    """
    with reading(desk.engine) as conn:
        check = kept_check(conn, desk, check_id)
        revisions = revisions_of(conn, desk.sealer, check.id)
    wanted = revisions[-1].number if number is None and revisions else number
    revisions = tuple(r for r in revisions if wanted is not None and r.number <= wanted)
    if not revisions or revisions[-1].number != wanted:
        raise NotFound("That check has no answer of that number.")
    answer = revisions[-1].document
    said = msgspec.json.decode(answer, type=Verdict)
    still = replace(desk, clock=lambda: said.as_of)
    found = judged(
        still,
        aircraft=said.aircraft,
        airport=f"code:{said.airport}",
        on=said.on,
        zone=said.zone,
        as_of=said.as_of,
    )
    lost = () if verdict_json(found.verdict) == answer else (_NO_LONGER,)
    # What it rests on is as it was then; the answer is the one that was given.
    contents = _contents(still, replace(found, verdict=said), answer, revisions, lost)
    return _packed(still, file, said, contents)


def verify_bundle(
    file: BinaryIO, adapters: Mapping[str, Adapter], *, root: str | None = None
) -> Checked:
    """Check that the bundle is whole, then derive its answer again. `root` = what its root must be;
    None = not known."""
    try:
        found = verify.check(file, root)
        said = verify.lines(found)
        said[-len(verify.ROOT_SAYS.split("\n")) : 0] = check_heads(found)
    except (verify.Broken, Unreadable) as error:
        return Checked(False, None, (f"NOT WHOLE. {error}",))
    done = rederive(found, file, adapters, _answer)
    return Checked(True, done, (*said, *_told(done)))


def _told(done: Rederived) -> Sequence[str]:
    if done.is_same:
        first = "The verdict was derived again from the bytes: it is the same, byte for byte."
    elif done.is_refuted:
        first = f"THE VERDICT DOES NOT FOLLOW FROM THE BYTES. {done.why}"
    else:
        first = f"The verdict could not be derived again here. {done.why}"
    return (first, *done.notes)


def _answer(desk: Desk, asked: Asked) -> bytes:
    return verdict_json(
        ask(
            desk,
            aircraft=asked.aircraft,
            airport=f"code:{asked.airport}",
            on=asked.on,
            zone=asked.zone,
            as_of=asked.as_of,
        )
    )


def _standing(desk: Desk) -> Desk:
    """The desk, with its clock stopped."""
    now = desk.clock()
    return replace(desk, clock=lambda: now)


def _contents(
    desk: Desk,
    found: Judged,
    answer: bytes,
    revisions: Sequence[Revision] = (),
    lost: Sequence[Withheld] = (),
) -> Contents:
    """All that the answer rests on; `lost` is what is known to be missing already."""
    verdict = found.verdict
    asked = Asked(
        aircraft=verdict.aircraft,
        airport=verdict.airport,
        on=verdict.on,
        zone=verdict.zone,
        as_of=verdict.as_of,
        judged_at=found.now,
    )
    with reading(desk.engine) as conn:
        names = lookup(asked.aircraft)
        statements = statements_naming(conn, names.registrations, names.icao24s, as_of=asked.as_of)
        gathered = gather(conn, desk, asked, found.evidence, statements, found.window)
        tracks = _tracks(conn, desk, [*gathered.derived, *gathered.coverage.derived])
        return Contents(
            verdict=answer,
            question=asked,
            versions=versions_here(
                verdict_rules=verdict.rules_version, reference=verdict.reference_version
            ),
            captures=gathered.captures,
            derived=gathered.derived,
            coverage=gathered.coverage,
            statements=gathered.statements,
            reports=gathered.reports,
            ledger=gathered.ledger,
            sources=gathered.sources,
            licences=gathered.licences,
            airports=places(desk.airports, asked.airport, tracks, found.evidence.reports),
            withheld=(*lost, *gathered.withheld),
            log=proofs(conn, gathered.captures),
            revisions=tuple(
                RevisionDoc(number=r.number, at=r.at, because=r.because) for r in revisions
            ),
            answers=tuple(r.document for r in revisions),
        )


def _packed(desk: Desk, file: BinaryIO, verdict: Verdict, contents: Contents) -> Made:
    root = pack(contents, desk.captures.read, file)
    missing = [f"{w.number} x {w.what} of {w.source}: {w.why}." for w in contents.withheld]
    missing += _unenclosed(contents.captures)
    return Made(verdict, root, tuple(missing))


def _unenclosed(captures: Sequence[CaptureDoc]) -> list[str]:
    whys = sorted({doc.why for doc in captures if not doc.given})
    return [f"Captures named by hash only: {why}." for why in whys]


def _tracks(conn: Connection, desk: Desk, units: Sequence[UnitDoc | OtherUnit]) -> list[Track]:
    """What the enclosed captures hold of those aircraft, every capture read once."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for unit in units:
        for sha256 in unit.captures:
            wanted.setdefault((sha256, unit.source), set()).add(unit.icao24)
    return [
        track
        for (sha256, source), aircraft in wanted.items()
        for track in stored_page(conn, desk, sha256, source).tracks
        if track.icao24 in aircraft
    ]
