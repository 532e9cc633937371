"""Press reports: a YAML file, written by hand, that says who reported which flight.

One report, a list of them, or a list under ``reports``::

    reports:
      - aircraft: RA-64523
        callsign: RSD010                       # optional, as are all but aircraft and one time
        type: T204
        address: 14fc0b                        # the 24-bit address, where the text gives it
        from: UUWW                             # ICAO, IATA or local code
        to: UMMS
        departed: 2020-08-18 16:00 Europe/Moscow
        arrived: 2020-08-18 17:17 Europe/Moscow
        times: airborne                        # airborne | block | unknown
        publisher: example.org
        url: https://example.org/article
        published: 2020-08-19
        rests_on: flightradar24                # one origin or a list of them
        note: what else the text says

A time is a date, a time of day and a zone: ``Europe/Moscow`` (any IANA name), ``+03:00``,
``UTC``, ``GMT``, ``Z`` or ``MSK``. Other abbreviations mean different things in different
countries and are refused.

A mistake in an entry rejects that entry, an unknown key is reported beside it, and each gets a
sentence that names the entry, its line and the field.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast, get_args

import httpx

from adapters._bytes import shown
from adapters._contract import Covered, Page, Record, UnreadablePage, Wanted
from adapters._yaml import Fields, Many, Node, Text, read_yaml
from adapters._zoned import NotAMoment, zoned_time
from schemas.records import IdentityStatement, Rejected, Report, TimeKind
from schemas.sources import Pace, Reach, Source, Terms

_LONGEST_FLIGHT = timedelta(hours=30)
_ICAO24 = re.compile(r"[0-9a-f]{6}", re.ASCII)
_CALLSIGN = re.compile(r"[A-Z0-9]{2,8}", re.ASCII)
_TYPE = re.compile(r"[A-Z0-9]{2,4}", re.ASCII)
_URL = re.compile(r"https?://[^\s<>\"'/?#]+(?:[/?#][^\s<>\"']*)?", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_KEYS = frozenset(
    (
        *("aircraft", "callsign", "type", "address", "from", "to", "departed", "arrived", "times"),
        *("publisher", "url", "published", "rests_on", "note"),
    )
)


class _Mistake(ValueError):
    """What is wrong with one field; completes a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class Press:
    """Reports handed over as files."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,  # noqa: ARG002  (files only)
        secrets: Mapping[str, str],  # noqa: ARG002  (files only)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """Nothing: somebody has to read the articles."""
        yield from ()
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A `Report` for each entry, an `IdentityStatement` where it names the address."""
        entries = [entry for node in read_yaml(page.content) for entry in _entries(node)]
        if not entries:
            raise UnreadablePage("The file holds no report.")
        for number, entry in enumerate(entries):
            where = f"Report {number + 1} (line {entry.line})"
            if not isinstance(entry, Fields):
                yield Rejected(why=f"{where} is not a list of fields such as aircraft: RA-64523.")
                continue
            for key in entry.items:
                if key not in _KEYS:
                    yield Rejected(why=f"{where}: unknown field {shown(key, 40)}; it was not read.")
            try:
                report = _report(entry, page, number)
            except _Mistake as error:
                yield Rejected(why=f"{where}: {error}.")
                continue
            yield report
            if report.registration and report.icao24:
                yield _statement(report)


def _entries(node: Node) -> Sequence[Node]:
    if isinstance(node, Fields) and set(node.items) == {"reports"}:
        node = node.items["reports"]
    if isinstance(node, Many):
        return node.items
    return () if isinstance(node, Text) and not node.text else (node,)


def _report(entry: Fields, page: Page, number: int) -> Report:
    if entry.twice:
        raise _Mistake(f"{shown(entry.twice[0], 40)} is written twice")
    values = {name: entry.items[name] for name in _KEYS & entry.items.keys()}
    text = {name: _text(name, node) for name, node in values.items() if name != "rests_on"}
    registration = text.get("aircraft", "").upper()
    icao24 = _as(_ICAO24, "address", text.get("address", "").lower(), "six hex digits")
    if not registration and not icao24:
        raise _Mistake("aircraft is missing: say which one, e.g. RA-64523")
    if len(registration) > 16:
        raise _Mistake(f"aircraft is too long for a registration: {shown(registration, 40)}")
    t_off, t_on = (_moment(name, text.get(name, "")) for name in ("departed", "arrived"))
    if t_off is None and t_on is None:
        raise _Mistake("departed and arrived are both missing: one of them is needed")
    if t_off is not None and t_on is not None and not timedelta() < t_on - t_off < _LONGEST_FLIGHT:
        raise _Mistake(
            f"arrived ({t_on:%Y-%m-%d %H:%MZ}) does not follow departed "
            f"({t_off:%Y-%m-%d %H:%MZ}) as in one flight"
        )
    origin, destination = text.get("from", ""), text.get("to", "")
    if not origin and not destination:
        raise _Mistake("from and to are both missing: one of them is needed")
    publisher, url = text.get("publisher", ""), text.get("url", "")
    if not publisher and not url:
        raise _Mistake("publisher and url are both missing: say who reported it")
    return Report(
        source=page.capture.source,
        registration=registration,
        icao24=icao24,
        type_code=_as(_TYPE, "type", text.get("type", "").upper(), "a type designator, e.g. T204"),
        callsign=_as(_CALLSIGN, "callsign", text.get("callsign", "").upper(), "a callsign"),
        origin=origin,
        destination=destination,
        t_off=t_off,
        t_on=t_on,
        time_kind=_time_kind(text.get("times", "")),
        publisher=publisher,
        url=_as(_URL, "url", url, "a web address (http:// or https://)"),
        published=_day(text.get("published", "")),
        rests_on=_origins(values.get("rests_on")),
        note=text.get("note", ""),
        capture=page.capture.sha256,
        row=number,
    )


def _text(name: str, node: Node) -> str:
    """The value as one printable line."""
    if not isinstance(node, Text):
        raise _Mistake(f"{name} is a list (line {node.line}); one value is expected")
    longest = 2_000 if name in {"note", "url"} else 200
    if len(node.text) > longest:
        raise _Mistake(f"{name} is longer than {longest:,} characters")
    line = " ".join(node.text.split())
    if not line.isprintable():
        raise _Mistake(f"{name} holds characters that cannot be shown: {shown(line, 60)}")
    return line


def _as(form: re.Pattern[str], name: str, text: str, what: str) -> str:
    if text and not form.fullmatch(text):
        raise _Mistake(f"{name} is not {what}: {shown(text, 60)}")
    return text


def _moment(name: str, text: str) -> datetime | None:
    try:
        return zoned_time(text) if text else None
    except NotAMoment as error:
        raise _Mistake(f"{name} {error}") from error


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(_as(_DATE, "published", text, "a date such as 2020-08-19"))
    except ValueError as error:
        if isinstance(error, _Mistake):
            raise
        raise _Mistake(f"published is a date that does not exist: {shown(text, 60)}") from error


def _time_kind(text: str) -> TimeKind:
    kinds = get_args(TimeKind)
    if text and text not in kinds:
        raise _Mistake(f"times is not one of {', '.join(kinds)}: {shown(text, 60)}")
    return cast(TimeKind, text or "unknown")


def _origins(node: Node | None) -> tuple[str, ...]:
    nodes = node.items if isinstance(node, Many) else () if node is None else (node,)
    origins = [_text("rests_on", each).lower() for each in nodes]
    return tuple(dict.fromkeys(origin for origin in origins if origin))


def _statement(report: Report) -> IdentityStatement:
    """The text gives registration and address together: true, by it, on the days it tells of."""
    days = [moment.date() for moment in (report.t_off, report.t_on) if moment is not None]
    return IdentityStatement(
        source=report.source,
        registration=report.registration,
        icao24=report.icao24,
        type_code=report.type_code,
        valid_from=min(days),
        valid_to=max(days) + timedelta(days=1),
        basis="report",
        capture=report.capture,
        row=report.row,
    )


adapter = Press(
    Source(
        key="press",
        title="Press reports handed over as files",
        url="",
        kind="reports",
        terms=Terms(
            licence="facts, quoted with their publisher",
            attribution="the publisher of each report",
        ),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(),
        reach=Reach(),
        independence_group="unstated",
    )
)
