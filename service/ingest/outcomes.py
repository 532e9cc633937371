"""From an answer to its ledger rows: what was covered, what was not, and why.

Only what the adapter covers counts as answered (`adapters._contract.Covered`). A covered window
in which the pages show nothing of the target is ``empty``; whatever else happened, the row says
so, and no verdict takes it for silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from adapters._contract import Covered
from schemas.records import AREA, EVERYTHING, LedgerRow, Outcome, Report
from schemas.verdicts import Interval
from service.desk import Desk
from service.domain.identity.registrations import normalise_registration
from service.domain.track import to_us
from service.errors import UnknownAircraft
from service.ingest.fetching.driving import Answer
from service.ingest.keeping import Received
from service.ingest.naming import names_of
from service.storage.database import reading
from service.storage.quarantine import Quarantined

_ADDRESS = re.compile(r"~?[0-9a-f]{6}", re.ASCII)
_NOT_SAID = "the source answered, and did not speak about this"


def rows_of_answer(
    desk: Desk,
    answer: Answer,
    received: Sequence[Received],
    unread: Sequence[Quarantined],
    *,
    targets: Sequence[str],
    window: Interval,
) -> tuple[LedgerRow, ...]:
    """One row for each target and covered window, and one for what is left of `window`.

    `received` are the pages of `answer` that were read, `unread` those that cannot be. A
    registration with an address among what was asked or covered is written under its addresses:
    should it later prove to have another one, nobody asked about that one. It has rows of its own
    where the source was asked, and answered, by registration.
    """
    covered = _by_target(answer.covered)
    linked = _linked(received)
    asked = tuple(dict.fromkeys(_written(target) for target in targets))
    about = _written_about(desk, asked, covered)
    rows: list[LedgerRow] = []
    for target in [*about, *(name for name in covered if name not in about)]:
        names = {target, *linked.get(target, ())}
        spans = _answered(target, names, covered)
        if not spans and target in about and answer.source.kind == "registry":
            # A look-up covers no time, and what it says it says all the same.
            spans = [window] if any(_shows(item, names, window) for item in received) else []
        rows += (_answered_row(answer, received, unread, target, names, s) for s in spans)
        if target in about:
            rows += _left_rows(answer, unread, target, window, spans)
    return tuple(rows)


def _written_about(
    desk: Desk, asked: Sequence[str], covered: Mapping[str, list[Interval]]
) -> list[str]:
    """The targets, with a registration replaced by its addresses where any of them are there."""
    there = {*asked, *covered}
    about: list[str] = []
    for target in asked:
        addresses = sorted(_addresses(desk, target) & there)
        about += addresses or [target]
    return list(dict.fromkeys(about))


def _answered_row(
    answer: Answer,
    received: Sequence[Received],
    unread: Sequence[Quarantined],
    target: str,
    names: set[str],
    span: Interval,
) -> LedgerRow:
    everybody = target == EVERYTHING or target.startswith(AREA)
    showing = [item for item in received if _shows(item, None if everybody else names, span)]
    outcome: Outcome = "data" if showing else "failed" if unread else "empty"
    shown = [item.capture.sha256 for item in showing or received]
    return LedgerRow(
        source=answer.source.key,
        target=target,
        t_from=span.t_from,
        t_to=span.t_to,
        outcome=outcome,
        asked_at=answer.asked_at,
        capture=next(iter([page.sha256 for page in unread] if outcome == "failed" else shown), ""),
        note=_joined(answer.note, *(page.why for page in unread)),
    )


def _left_rows(
    answer: Answer,
    unread: Sequence[Quarantined],
    target: str,
    window: Interval,
    answered: Sequence[Interval],
) -> Iterator[LedgerRow]:
    """What was asked for and not answered.

    Live sources speak of the moment, by their own clock: there the edges of `window` are nobody's.
    """
    if answered and answer.source.kind == "live":
        return
    outcome = answer.uncovered
    capture = answer.replies[-1].sha256 if answer.replies else ""
    if unread and outcome not in {"truncated", "refused"}:
        outcome, capture = "failed", unread[0].sha256
    not_said = _NOT_SAID if outcome == "failed" and answer.covered and not unread else ""
    for left in _without(window, _merged(answered)):
        yield LedgerRow(
            source=answer.source.key,
            target=target,
            t_from=left.t_from,
            t_to=left.t_to,
            outcome=outcome,
            asked_at=answer.asked_at,
            capture=capture,
            note=_joined(answer.note, *(page.why for page in unread), not_said),
        )


def _by_target(covered: Iterable[Covered]) -> Mapping[str, list[Interval]]:
    found: dict[str, list[Interval]] = {}
    for one in covered:
        found.setdefault(_written(one.target), []).append(_interval(one.t_from, one.t_to))
    return found


def _answered(
    target: str, names: Iterable[str], covered: Mapping[str, list[Interval]]
) -> list[Interval]:
    """The windows in which the source has answered for this target, under any of its names."""
    everywhere = {*names} if target.startswith(AREA) else {*names, EVERYTHING}
    found = {span for name in everywhere for span in covered.get(name, ())}
    return sorted(found, key=_when)


def _linked(received: Iterable[Received]) -> Mapping[str, set[str]]:
    """By name: the others that these very pages say it goes by."""
    found: dict[str, set[str]] = {}
    for item in received:
        for said in item.contents.statements:
            registration = _written(said.registration)
            if registration and said.icao24:
                found.setdefault(registration, set()).add(said.icao24)
                found.setdefault(said.icao24, set()).add(registration)
    return found


def _addresses(desk: Desk, target: str) -> frozenset[str]:
    """Every address that a registration may have; none for what is no registration."""
    if target == EVERYTHING or target.startswith(AREA) or _ADDRESS.fullmatch(target):
        return frozenset()
    try:
        with reading(desk.engine) as conn:
            return names_of(conn, target).icao24
    except UnknownAircraft:
        return frozenset()


def _shows(item: Received, names: set[str] | None, span: Interval) -> bool:
    """Whether the page says anything of them (None = of anybody) in that window, its last moment
    included: a live reply ends with the fix that came with it. What is said of identities is said
    without a time."""
    contents = item.contents
    start_us, end_us = to_us(span.t_from), to_us(span.t_to)
    return (
        any(
            bool(((track.t_us >= start_us) & (track.t_us <= end_us)).any())
            for track in contents.tracks
            if names is None or track.icao24 in names
        )
        or any(
            names is None or said.icao24 in names or _written(said.registration) in names
            for said in contents.statements
        )
        or any(
            _speaks_of(said, span)
            for said in contents.reports
            if names is None or said.icao24 in names or _written(said.registration) in names
        )
    )


def _speaks_of(report: Report, span: Interval) -> bool:
    """A report without times may speak of any."""
    moments: list[datetime] = [t for t in (report.t_off, report.t_on) if t is not None]
    if not moments and report.published is not None:
        midnight = datetime.combine(report.published, datetime.min.time(), UTC)
        moments = [midnight, midnight + timedelta(days=1)]
    return not moments or (min(moments) <= span.t_to and max(moments) >= span.t_from)


def _written(target: str) -> str:
    """The target as the ledger writes it."""
    if not target or target == EVERYTHING or target.startswith(AREA):
        return target
    if _ADDRESS.fullmatch(target):
        return target
    return normalise_registration(target) or target


def _merged(spans: Iterable[Interval]) -> list[Interval]:
    """The same windows, in order, those that touch as one."""
    found: list[Interval] = []
    for span in sorted(spans, key=_when):
        if found and span.t_from <= found[-1].t_to:
            found[-1] = _interval(found[-1].t_from, max(found[-1].t_to, span.t_to))
        else:
            found.append(span)
    return found


def _when(span: Interval) -> tuple[datetime, datetime]:
    return span.t_from, span.t_to


def _without(window: Interval, spans: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of the window; `spans` are merged."""
    t_from = window.t_from
    for span in spans:
        if t_from < min(span.t_from, window.t_to):
            yield _interval(t_from, min(span.t_from, window.t_to))
        t_from = max(t_from, span.t_to)
    if t_from < window.t_to:
        yield _interval(t_from, window.t_to)


def _interval(t_from: datetime, t_to: datetime) -> Interval:
    return Interval(t_from=t_from, t_to=t_to)


def _joined(*notes: str) -> str:
    return " ".join(dict.fromkeys(filter(None, notes)))
