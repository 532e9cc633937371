"""Asking a readsb v2 API: by address, by registration, by area. What differs is data.

What an answer covers:

- By address and by area: the last minute. A position that old is still listed, so an aircraft
  that is not in the list had none. Where a position was listed and is no fix (it was older than
  the rest of its item), only the time after it.
- By registration: nothing, unless the aircraft is in the reply. The source finds registrations
  in a database of its own, and one that it does not know is not listed however loud it is.
- A reply that is not whole, or was not made just now by our clock, covers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from urllib.parse import quote

import httpx

from adapters._contract import Covered, Page, Record, UnreadablePage, Wanted, ask
from adapters._readsb_item import LISTED_S
from adapters._readsb_live import LiveReply, read_live
from schemas.records import Rejected
from schemas.sources import Source

COMMUNITY_FEEDERS = "community_feeders"
"""Most volunteers feed several of these sites with one receiver, so all of them are one voice."""
MAX_RADIUS_NM = 250
"""The widest circle that any of them answers."""
_ICAO24 = re.compile(r"[0-9a-f]{6}", re.ASCII)
_REGISTRATION = re.compile(r"[0-9A-Za-z][0-9A-Za-z +-]{0,15}", re.ASCII)
"""What may stand in a path; anything else is no registration, and is not asked for."""
_LISTED = timedelta(seconds=LISTED_S)
_TICK = timedelta(milliseconds=1)
_JUST_NOW = timedelta(seconds=120)
"""How far a source's clock may be from ours, caching included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where an API answers, below `Source.url`; empty = it does not."""

    by_address: str = "/v2/hex/{names}"
    by_registration: str = "/v2/reg/{names}"
    by_area: str = "/v2/point/{lat:.5f}/{lon:.5f}/{radius_nm}"
    at_once: int = 1
    """So many registrations in one request, with commas between."""
    addresses_at_once: int = 1
    """So many addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadsbApi:
    """One API."""

    source: Source
    paths: Paths = field(default_factory=Paths)
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    """By header: the name of the secret that goes into it."""

    def fetch(
        self, wanted: Wanted, secrets: Mapping[str, str]
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """Live only: a window in `wanted` is not heeded. Without its secrets, nothing is asked.

        Asking by address or registration tells the source whom we look for; an area does not. A
        circle wider than `MAX_RADIUS_NM` is asked, and covered, up to there.
        """
        covered: list[Covered] = []
        if not all(secrets.get(name, "").strip() for name in self.source.secrets):
            return covered
        headers = dict(self.headers)
        headers |= {header: secrets[name].strip() for header, name in self.secret_headers.items()}
        if self.paths.by_address:
            for names in _batches(sorted(wanted.icao24), self.paths.addresses_at_once):
                page = yield self._ask(self.paths.by_address, headers, names=",".join(names))
                covered += covered_now(self.source, page, names)
        if self.paths.by_registration:
            known = sorted(filter(_REGISTRATION.fullmatch, wanted.registrations))
            for names in _batches(known, self.paths.at_once):
                quoted = ",".join(quote(name, safe="") for name in names)
                page = yield self._ask(self.paths.by_registration, headers, names=quoted)
                covered += _covered_names(self.source, page, names)
        if self.paths.by_area and wanted.area is not None:
            radius_nm = min(wanted.area.radius_nm, MAX_RADIUS_NM)
            area = replace(wanted.area, radius_nm=radius_nm)
            page = yield self._ask(
                self.paths.by_area, headers, lat=area.lat, lon=area.lon, radius_nm=ceil(radius_nm)
            )
            covered += covered_now(self.source, page, [area.target])
        return covered

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A track for each aircraft with a position, what is said of identities, the rejected."""
        yield from records_of(page)

    def _ask(self, path: str, headers: Mapping[str, str], **values: str | float) -> httpx.Request:
        return ask(self.source.url + path.format(**values), headers=headers)


def records_of(page: Page) -> Iterator[Record | Rejected]:
    """Everything that a live reply says."""
    reply = read_live(page)
    yield from reply.tracks
    yield from reply.statements
    yield from reply.rejected


def covered_now(source: Source, page: Page, targets: Iterable[str]) -> Iterator[Covered]:
    """The last minute, for those targets of which the reply says yes or no.

    An area or ``*`` speaks of everybody, so one doubtful item leaves it uncovered.
    """
    reply = _answer(page)
    if reply is None or "" in reply.doubtful:
        return
    for target in targets:
        about = {target} if _ICAO24.fullmatch(target) else reply.doubtful | reply.unused.keys()
        if not about & reply.doubtful:
            yield from _since(source, target, reply, about)


def _covered_names(source: Source, page: Page, names: Iterable[str]) -> Iterator[Covered]:
    reply = _answer(page)
    if reply is not None:
        found = {statement.registration: statement.icao24 for statement in reply.statements}
        for name in names:
            if name.upper() in found:
                yield from _since(source, name, reply, {found[name.upper()]})


def _since(
    source: Source, target: str, reply: LiveReply, about: Iterable[str]
) -> Iterator[Covered]:
    """The time since the last position of these that is no fix, a minute at most."""
    passed_over = [reply.unused[address] + _TICK for address in about if address in reply.unused]
    t_from = max([reply.now - _LISTED, *passed_over])
    if t_from < reply.now:
        yield Covered(source=source.key, target=target, t_from=t_from, t_to=reply.now)


def _answer(page: Page) -> LiveReply | None:
    """The reply, where it is one that can cover something."""
    if page.capture.status != httpx.codes.OK:
        return None
    try:
        reply = read_live(page)
    except UnreadablePage:
        return None
    just_now = abs(reply.now - page.capture.received_at) <= _JUST_NOW
    return reply if reply.whole and just_now else None


def _batches(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
