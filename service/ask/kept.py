"""Kept checks: a question that stays, asked again whenever more may be known.

An answer is never changed. When a later one differs in what it says or rests on, it is added beside
the others with a sentence that says what changed, and whoever watches the check is told in the same
transaction. As long as the day asked about is not over, an answer grows by the minute: then only
another answer counts, and the rest is added once the day is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Final

import msgspec

from schemas.verdicts import READS, EvidenceItem, Verdict
from schemas.watching import LOCAL, Watch
from service.ask.check import check as ask
from service.ask.document import verdict_json
from service.ask.following import follow_in
from service.ask.receiving import Made
from service.ask.typed import parse_date
from service.ask.wishes import Typed, said
from service.desk import Desk
from service.domain.verdict.changes import because, turns
from service.domain.watching.checks import verdict_changed
from service.domain.watching.reconcile import Telling
from service.domain.watching.when import due
from service.errors import BadInput, Conflict, NotFound
from service.notify.policy import Policy
from service.storage.alerts import add_alerts, hold_telling
from service.storage.capture_index import capture_record
from service.storage.database import Connection, reading, writing
from service.storage.kept_checks import (
    Asked,
    KeptCheck,
    Revision,
    add_check,
    add_revision,
    check_of,
    check_once,
    newest_of,
)
from service.storage.watches import find

LONGEST_ONCE: Final = 200

Guard = Callable[[Connection], None]
"""Called first in a transaction that writes; raises when it must not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where to tell when the answer changes."""

    policy: Policy
    to: Sequence[str] = ()
    details: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of keeping."""

    check: KeptCheck
    is_new: bool
    watch: Watch | None = None
    receivers: tuple[Made, ...] = ()
    """Those that were named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A later answer that differs, before it is written."""

    check: KeptCheck
    number: int
    before: Verdict
    after: Verdict
    because: str


def keep(
    desk: Desk,
    asked: Asked,
    *,
    owner: str = LOCAL,
    once: str = "",
    told: Told | None = None,
) -> Kept:
    """Ask now, and keep question and answer. With an `once` that came before, with the same words,
    it is what was kept then.

    Raises:
        BadInput: the question, the receivers or `once` make no sense; then nothing is kept.
        Conflict: that `once` came with other words before.
    """
    _check_once(once)
    words = _words(asked, told)
    if once:
        with reading(desk.engine) as conn:
            before = check_once(conn, desk.sealer, owner, once)
            if before is not None:
                return _again(conn, desk, before, words)
    verdict = _ask(desk, asked)
    question = Asked(
        aircraft=asked.aircraft, airport=verdict.airport, date=f"{verdict.on}", zone=asked.zone
    )
    now = desk.clock()
    follows = said(desk.airports, "check", Typed(), now=now)
    with writing(desk.engine) as conn:
        check, is_new = add_check(
            conn, desk.sealer, owner, question, once=once, said=words, now=verdict.as_of
        )
        if not is_new:
            return _again(conn, desk, check, words)
        add_revision(conn, desk.sealer, check.id, 1, verdict_json(verdict), at=verdict.as_of)
        if told is None:
            return Kept(check=check, is_new=True)
        followed = follow_in(
            conn,
            desk,
            told.policy,
            check.id,
            follows,
            owner=owner,
            to=list(told.to),
            details=told.details,
        )
    return Kept(check=check, is_new=True, watch=followed.watch, receivers=followed.receivers)


def kept_check(conn: Connection, desk: Desk, check_id: str) -> KeptCheck:
    """The kept check of that id: whoever has it may read it. Raises `NotFound`."""
    found = check_of(conn, desk.sealer, check_id)
    if found is None:
        raise NotFound("No check of that id is kept here.")
    return found


def revise(desk: Desk, check: KeptCheck, guard: Guard | None = None) -> Revision | None:
    """Ask again now; the answer that was added because it differs, or None.

    Two that do so at once add one. `guard` is called in the transaction before anything is written.

    Raises:
        BadInput: the question can no longer be asked.
    """
    changed = asked_again(desk, check)
    if changed is None:
        return None
    with writing(desk.engine) as conn:
        if guard is not None:
            guard(conn)
        return add(conn, desk, changed)


def asked_again(desk: Desk, check: KeptCheck) -> Changed | None:
    """The answer as of now, if it differs from the newest one that is kept. Nothing is written."""
    with reading(desk.engine) as conn:
        newest = newest_of(conn, desk.sealer, check.id)
    if newest is None:
        return None
    before, after = verdict_of(newest), _ask(desk, check.asked)
    if after.as_of < after.interval.t_to and not turns(before, after):
        return None
    if not because(before, after):
        return None
    why = because(before, after, _received(desk, after.evidence))
    return Changed(check=check, number=newest.number + 1, before=before, after=after, because=why)


def add(conn: Connection, desk: Desk, changed: Changed) -> Revision | None:
    """Add the answer and tell whoever watches; None when another one was added meanwhile. `conn` is
    of `database.writing`."""
    check, after = changed.check, changed.after
    revision = Revision(
        number=changed.number,
        at=after.as_of,
        document=verdict_json(after),
        because=changed.because,
    )
    is_new = add_revision(
        conn,
        desk.sealer,
        check.id,
        revision.number,
        revision.document,
        because=revision.because,
        at=revision.at,
    )
    if not is_new:
        return None
    watch = find(conn, desk.sealer, "check", check.id, owner=check.owner)
    if watch is not None and watch.covers(revision.at):
        _tell(conn, desk, watch, changed)
    return revision


def verdict_of(revision: Revision) -> Verdict:
    """The answer as a value."""
    return msgspec.json.decode(revision.document, type=Verdict)


def _tell(conn: Connection, desk: Desk, watch: Watch, changed: Changed) -> None:
    after, now = changed.after, desk.clock()
    occasion = verdict_changed(
        check_id=changed.check.id,
        at=after.as_of,
        question=f"Was {after.aircraft} at {after.airport} on {after.on}?",
        before=_reads(changed.before),
        after=_reads(after),
        airport=after.airport,
        registration=after.identity.registration,
        grade="observed" if after.verdict == "observed" else "inferred",
    )
    rests_on = sorted({item.source for item in after.evidence})
    telling = Telling(
        form="new",
        occasion=replace(occasion, sources=tuple(rests_on)),
        because=changed.because,
        key=f"check {changed.number}",
    )
    due_at, batch = due(watch.wishes, now)
    hold_telling(conn)
    add_alerts(conn, desk.sealer, watch, [telling], due_at=due_at, batch=batch, now=now)


def _reads(verdict: Verdict) -> str:
    grade = "" if verdict.grade == "none" else f" ({verdict.grade.replace('_', ' ')})"
    return f"{READS[verdict.verdict]}{grade}"


def _received(desk: Desk, items: Sequence[EvidenceItem]) -> Mapping[str, datetime]:
    """When the captures that these rest on came, by sha256."""
    found: dict[str, datetime] = {}
    with reading(desk.engine) as conn:
        for sha256 in {item.capture for item in items if item.capture}:
            record = capture_record(conn, sha256)
            if record is not None:
                found[sha256] = record.received_at
    return found


def _ask(desk: Desk, asked: Asked) -> Verdict:
    return ask(
        desk,
        aircraft=asked.aircraft,
        airport=asked.airport,
        on=parse_date(asked.date),
        zone=asked.zone or None,
    )


def _again(conn: Connection, desk: Desk, check: KeptCheck, words: str) -> Kept:
    if check.said != words:
        raise Conflict(
            "That Idempotency-Key came with another question before: a new question needs a new"
            " key."
        )
    watch = find(conn, desk.sealer, "check", check.id, owner=check.owner)
    return Kept(check=check, is_new=False, watch=watch)


def _words(asked: Asked, told: Told | None) -> str:
    """A fingerprint of what was asked, to be compared with a repetition."""
    wanted = None if told is None else [*told.to, told.details]
    return blake2b(msgspec.json.encode([asked, wanted]), digest_size=16).hexdigest()


def _check_once(once: str) -> None:
    if len(once) > LONGEST_ONCE or not once.isascii() or not once.isprintable():
        raise BadInput(
            f"An Idempotency-Key has at most {LONGEST_ONCE} characters, letters of the English"
            " alphabet, digits and signs: a random UUID is a good one."
        )
