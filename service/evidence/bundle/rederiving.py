"""Deriving the answer again, from the bytes in a bundle, in a database that is thrown away.

Captures are read by the adapters and derived as they were when they came; what no raw bytes are
enclosed for (the ledger, rows of large registries, numbers of others heard) is taken as stated, and
said. Then the question is asked as of its moment, and the answer compared byte for byte.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import msgspec

from adapters._contract import Adapter, Page
from schemas.movements import Derived, Heard
from schemas.records import IdentityStatement, Report
from schemas.sources import Source
from schemas.verdicts import Interval
from service.desk import Desk
from service.domain.identity.resolve import normalise_registration
from service.errors import TailcheckError
from service.evidence.bundle.differing import differences
from service.evidence.bundle.parts import Asked, OtherUnit, UnitDoc
from service.evidence.bundle.reading_back import CannotRead, Documents, Pages, Unfit
from service.evidence.bundle.reference import table
from service.evidence.bundle.verify import Broken, Bundle
from service.ingest.keeping import units_of
from service.storage.captures import CaptureStore
from service.storage.database import open_database, reading, writing
from service.storage.history import read_unit
from service.storage.history import units_of as stored_units
from service.storage.identity import add_statements
from service.storage.ledger import add_ledger_rows
from service.storage.migrate import upgrade
from service.storage.prepared import PreparedUnit, UnitKey, prepare_unit
from service.storage.reports import add_reports
from service.storage.units import replace_units

T = TypeVar("T")
Judge = Callable[[Desk, Asked], bytes]
"""Asks the question, and gives the answer as the document that is kept of it."""

MOST_STATED: Final = 100_000
"""So many aircraft-hours need no captures; a bundle that says more is no bundle of ours."""


@dataclass(slots=True)
class Rederived:
    """What came of it."""

    is_same: bool = False
    why: str = ""
    """Why it is not the same, or could not be derived; empty when it is the same."""
    is_refuted: bool = False
    """It could be derived, with the same versions, and is another: the bundle does not hold what it
    says it holds."""
    notes: list[str] = field(default_factory=list)
    """What was taken as stated."""


def rederive(
    bundle: Bundle, file: BinaryIO, adapters: Mapping[str, Adapter], judge: Judge
) -> Rederived:
    """Derive the answer of a bundle that `verify.check` has found whole."""
    try:
        documents = Documents(bundle)
    except msgspec.MsgspecError as error:
        return Rederived(why=f"A document cannot be read: {error}.", is_refuted=True)
    done = Rederived()
    if documents.withheld:
        done.why = " ".join(
            f"{w.number} x {w.what} of {w.source} cannot be enclosed: {w.why}."
            for w in documents.withheld
        )
        return done
    other = differences(documents.versions, [*documents.derived, *documents.coverage.derived])
    try:
        with _desk(documents, adapters) as desk:
            wrong = _fill(desk, documents, bundle, file, done.notes)
            answer = b"" if wrong else judge(desk, documents.question)
    except CannotRead as error:
        done.why = str(error)
        return done
    except (TailcheckError, Broken, Unfit) as error:
        wrong, answer = str(error), b""
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        wrong, answer = f"A document says what none can say ({type(error).__name__}).", b""
    done.is_same = not wrong and answer == bundle.texts["data/verdict.json"]
    if done.is_same:
        done.notes += other
        return done
    done.why = wrong or "The verdict that its bytes give is another one."
    if other:
        done.why += f" That may be because of the versions: {' '.join(other)}"
    done.is_refuted = not other
    return done


@dataclass(frozen=True)
class _Described:
    """An adapter under the description of the source that the bundle has."""

    source: Source
    made: Adapter | None

    def fetch(self, *_: object) -> Any:
        """Nothing is asked here."""
        raise CannotRead("Whoever checks a bundle asks no source.")

    def parse(self, page: Page) -> Iterator[Any]:
        """As the adapter here reads it."""
        if self.made is None:
            raise CannotRead(f"This program cannot read what {self.source.key} sends.")
        return self.made.parse(page)


@contextmanager
def _desk(documents: Documents, adapters: Mapping[str, Adapter]) -> Iterator[Desk]:
    """A desk over an empty database, whose time is when the question was asked."""
    with tempfile.TemporaryDirectory(prefix="tailcheck-verify-") as folder:
        url = f"sqlite:///{Path(folder) / 'tailcheck.db'}"
        upgrade(url)
        engine = open_database(url)
        described: dict[str, Adapter] = {}
        for source in documents.sources:
            made = adapters.get(source.key)
            described[source.key] = _Described(source, made)
        try:
            yield Desk(
                engine=engine,
                captures=CaptureStore(Path(folder) / "captures"),
                airports=table(documents.places),
                adapters=described,
                clock=lambda: documents.question.judged_at,
            )
        finally:
            engine.dispose()


def _fill(
    desk: Desk, documents: Documents, bundle: Bundle, file: BinaryIO, notes: list[str]
) -> str:
    """Put everything into the database; returns what does not agree, as a sentence."""
    pages = Pages(desk, documents.captures, bundle, file)
    ours = [_derived(desk, pages, unit) for unit in documents.derived]
    others = [_heard_of(desk, pages, unit) for unit in documents.coverage.derived]
    said = [pages.of(*key) for key in pages.read_for(documents)]
    statements = [_named(s) for page in said for s in page.statements]
    reports = [_named(r) for page in said for r in page.reports]
    wrong = _unsaid(documents.statements, statements, pages) or _unsaid(
        documents.reports, reports, pages
    )
    if wrong:
        return wrong
    now = documents.question.as_of
    with writing(desk.engine) as conn:
        add_statements(conn, [*documents.statements, *statements], now=now)
        add_reports(conn, [*documents.reports, *reports], now=now)
        add_ledger_rows(conn, documents.ledger, now=now)
        replace_units(conn, [*ours, *others, *_stated(documents)], now=now)
    notes.append(f"{len(documents.ledger)} rows of the ledger are taken as stated.")
    unread = sum(not pages.has(item.capture) for item in documents.said)
    if unread:
        notes.append(f"{unread} statements and reports are taken as stated: no page is enclosed.")
    if documents.coverage.stated:
        notes.append("How many other aircraft were heard is, in part, taken as stated.")
    return _differs(desk, documents.derived)


def _derived(desk: Desk, pages: Pages, unit: UnitDoc) -> PreparedUnit:
    tracks = pages.tracks(unit.icao24, unit.source, unit.captures)
    units = units_of(desk, tracks, [unit.day])
    if units:
        return units[0]
    key = UnitKey(unit.icao24, unit.source, unit.day)
    return prepare_unit(key, Derived(), captures=(), rules_version="", reference_version="")


def _heard_of(desk: Desk, pages: Pages, unit: OtherUnit) -> PreparedUnit:
    """Only that it was heard: what else it did is nobody's business here."""
    tracks = pages.tracks(unit.icao24, unit.source, unit.captures)
    units = units_of(desk, tracks, [unit.day])
    if not units:
        raise Unfit(f"The captures of {unit.icao24} show nothing of {unit.day}.")
    return replace(units[0], segments=(), movements=(), passes=(), ground_spans=(), emergencies=())


def _stated(documents: Documents) -> Iterator[PreparedUnit]:
    """As many nameless aircraft as are said to have been heard."""
    if sum(hour.aircraft for hour in documents.coverage.stated) > MOST_STATED:
        raise Unfit("More other aircraft are said to have been heard than there are.")
    for hour in documents.coverage.stated:
        for number in range(hour.aircraft):
            icao24 = f"~{number}-{hour.hour:%H}"
            heard = Heard(
                icao24=icao24,
                source=hour.source,
                airport=documents.question.airport,
                hour=hour.hour,
                low_fixes=0,
                ground_fixes=0,
            )
            yield prepare_unit(
                UnitKey(icao24, hour.source, hour.hour.date()),
                Derived(heard=(heard,)),
                captures=(),
                rules_version="",
                reference_version="",
            )


def _differs(desk: Desk, units: Sequence[UnitDoc]) -> str:
    """Whether something derived is not what the bundle says was derived."""
    with reading(desk.engine) as conn:
        for unit in units:
            midnight = datetime.combine(unit.day, time(), UTC)
            window = Interval(t_from=midnight, t_to=midnight.replace(microsecond=1))
            for stored in stored_units(conn, unit.icao24, window=window):
                if (stored.key.source, stored.key.day) != (unit.source, unit.day):
                    continue
                again = read_unit(conn, stored)
                if msgspec.json.encode(again) != msgspec.json.encode(unit.derived):
                    return (
                        f"What {unit.source} shows of {unit.icao24} on {unit.day} is another thing"
                        " than data/derived.json says."
                    )
    return ""


def _unsaid(
    listed: Sequence[IdentityStatement | Report],
    read: Sequence[IdentityStatement | Report],
    pages: Pages,
) -> str:
    """A statement or report that the page it names does not make."""
    found = {msgspec.json.encode(item) for item in read}
    for item in listed:
        if pages.has(item.capture) and msgspec.json.encode(item) not in found:
            return (
                f"Row {item.row} of capture {item.capture} does not say of"
                f" {item.registration or item.icao24} what the bundle says it does."
            )
    return ""


def _named(said: T) -> T:
    """As it is stored."""
    assert isinstance(said, IdentityStatement | Report)
    name = normalise_registration(said.registration) or said.registration
    return replace(said, registration=name)
