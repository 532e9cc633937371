"""A day's dump: every trace of a day in one tar, read as a stream and never loaded whole.

What it answers for is written last, when it is known how it ended. A dump that came to its proper
end, with traces in all of its 256 folders, answers for every aircraft: one that is not in it was
not heard by that source on that day. Any other is ``truncated``, and nobody's silence. An aircraft
whose trace is in it and cannot be read has ``failed``, in the same asking, and that goes before
what is said of everybody (`service.domain.verdict.coverage.without_exceptions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from adapters._contract import PAGE_CAP_BYTES
from service.desk import Desk
from service.errors import Unreadable
from service.ingest.dumps.answer import FAILED_CAP, End
from service.ingest.dumps.crew import Crew, alone
from service.ingest.dumps.parts import Claim, Dump, Joined
from service.ingest.dumps.taking import Batch, Found, Taken, Unread, addresses
from service.ingest.dumps.tar import Member, TarReader
from service.ingest.writing import Writing, write

BATCH: Final = 64
"""Traces per transaction."""
BATCH_BYTES: Final = 8 * 1024 * 1024

_TRACE: Final = re.compile(r"trace_full_(~?[0-9a-f]{6})\.json(?:\.gz)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is."""

    bytes_read: int
    traces: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpOutcome:
    """What came of a dump."""

    name: str
    end: End
    """How it ended, and what it answers for."""
    total: Taken
    """Exact counts; without `unread`, whose number is below."""
    unread: int
    others: int
    """Files that are no traces, and traces of aircraft that were not asked for."""


@dataclass(slots=True)
class _Seen:
    """What the tar shows while it is read."""

    folders: set[str] = field(default_factory=set)
    others: int = 0
    odd: list[Unread] = field(default_factory=list)
    """Traces that are not read: links, too large, in the wrong place."""
    broken: str = ""


def import_dump(
    desk: Desk,
    dump: Dump,
    claim: Claim,
    *,
    watched: frozenset[str] | None = None,
    crew: Crew | None = None,
    told: Callable[[Progress], None] = lambda _: None,
    missed: Callable[[Unread], None] = lambda _: None,
) -> DumpOutcome:
    """Import one dump: of all aircraft, or of the `watched` addresses.

    Of a dump that is read for some only, what is not in it is nobody's silence: nothing that is
    read shows whether it is of the day that its name says. `told` hears how far it is after each
    batch, `missed` of every trace that tells nothing.

    Raises:
        StorageError: disk or database failed; what was stored before stays, import it again.
    """
    asked_at = desk.clock()
    seen, total, failed = _Seen(), Taken(), set[str]()
    unread = 0

    def lose(traces: list[Unread]) -> None:
        nonlocal unread
        for trace in traces:
            unread += 1
            missed(trace)
            if len(failed) <= FAILED_CAP:
                failed.update(trace.icao24)
        traces.clear()

    with Joined(dump.parts) as stream:
        batches = _batches(TarReader(stream.read), seen, dump, claim, asked_at, watched)
        for taken in (crew or alone(desk))(batches):
            total.add(taken)
            lose(seen.odd)
            lose(taken.unread)
            told(Progress(bytes_read=stream.position, traces=total.traces, unread=unread))
        lose(seen.odd)
    end = End(
        claim=claim,
        broken=seen.broken,
        folders=len(seen.folders),
        traces=total.traces,
        of_day=total.of_day,
        off_day=total.off_day,
        failed=frozenset(failed),
        for_all=watched is None,
    )
    write(desk, Writing(ledger=list(end.rows(dump.name, asked_at))))
    return DumpOutcome(name=dump.name, end=end, total=total, unread=unread, others=seen.others)


def _batches(
    reader: TarReader,
    seen: _Seen,
    dump: Dump,
    claim: Claim,
    asked_at: datetime,
    watched: frozenset[str] | None,
) -> Iterator[Batch]:
    """The traces, as they come; whatever else is noted in `seen`."""
    held: list[Found] = []
    size = 0

    def batch() -> Batch:
        nonlocal held, size
        traces, held, size = tuple(held), [], 0
        return Batch(source=claim.source, day=claim.day, asked_at=asked_at, traces=traces)

    try:
        for member in reader.members():
            found = _trace(reader, member, seen, dump, watched)
            if found is not None:
                held.append(found)
                size += member.size
            if max(len(held), len(seen.odd)) >= BATCH or size >= BATCH_BYTES:
                yield batch()
    except Unreadable as error:
        seen.broken = str(error)
    yield batch()


def _trace(
    reader: TarReader, member: Member, seen: _Seen, dump: Dump, watched: frozenset[str] | None
) -> Found | None:
    """The trace; None for what is none, or is not read."""
    *folders, last = member.name.split("/")
    named = _TRACE.fullmatch(last)
    icao24 = named[1].lower() if named else ""
    if not icao24 or (watched is not None and icao24 not in watched):
        seen.others += member.is_file
        if icao24 and _why_not(member, folders, icao24) == "":
            seen.folders.add(icao24[-2:])
        return None
    url = f"{dump.name}/traces/{icao24[-2:]}/trace_full_{icao24}.json"
    why = _why_not(member, folders, icao24)
    if why:
        seen.odd.append(Unread(addresses(icao24), url, why))
        return None
    seen.folders.add(icao24[-2:])
    return Found(icao24, url, reader.content(member))


def _why_not(member: Member, folders: list[str], icao24: str) -> str:
    """Why a trace of this name is not read, as a sentence; empty = it is."""
    if not member.is_file:
        return "It is no file but a link, a folder or a device: it was not read."
    if not folders or folders[-1].lower() != icao24[-2:] or ".." in folders or not folders[0]:
        return "It does not lie in the folder where its name belongs: it was not read."
    if member.size > PAGE_CAP_BYTES:
        return f"It is {member.size:,} bytes long, which no trace is: it was neither kept nor read."
    return ""
