"""What an adapter is: it describes itself as data, yields requests and parses pages.

It holds no client, clock, database, retry or sleep; whoever drives it (``service.ingest``)
sends each request, keeps the bytes, and hands back the `Page`. The shape is httpx's own
``auth_flow``::

    asking = adapter.fetch(wanted, secrets)
    request = next(asking)                       # StopIteration carries the Covered rows
    request = asking.send(Page(capture, content))

A new source is one new file in this folder that defines ``adapter`` (or ``adapters``, where one
class serves several sources by data); nothing is registered anywhere.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, Protocol, runtime_checkable

import httpx

from schemas.places import AirportRow, RunwayRow
from schemas.records import AREA, Capture, IdentityStatement, Rejected, Report, Track
from schemas.sources import Source

Record = Track | Report | IdentityStatement | AirportRow | RunwayRow
"""What a source can say."""

PAGE_CAP_BYTES = 64 * 1024 * 1024
"""How long a reply may be, as received, unless the request says otherwise."""

_ICAO24 = re.compile(r"[0-9a-f]{6}", re.ASCII)


class UnreadablePage(ValueError):
    """The bytes are not what they should be; `str()` is a sentence for people.

    The bytes stay in the capture store, and can be parsed again by a better parser.
    """


@dataclass(frozen=True, slots=True)
class Page:
    """A reply, or a file handed over: what was received and how.

    `content` is exactly as received, compressed or not; a `memoryview` where the file is too
    large to be held in memory (the capture store maps it).
    """

    capture: Capture
    content: bytes | memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A circle on the ground."""

    lat: float
    lon: float
    radius_nm: float

    def __post_init__(self) -> None:
        if not (abs(self.lat) <= 90 and abs(self.lon) <= 180 and 0 < self.radius_nm <= 10_800):
            raise ValueError(f"No such circle: {self.lat}, {self.lon}, {self.radius_nm} NM.")

    @property
    def target(self) -> str:
        """How the ledger names it: ``area:55.5915,37.2615,30``, degrees and NM."""
        return f"{AREA}{self.lat:.4f},{self.lon:.4f},{self.radius_nm:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to ask a source for; with nothing said, whatever the source gives unasked.

    A source asks by what it understands and leaves the rest to the reader: one that serves files
    by address ignores `registrations`. `t_from` and `t_to` are a half-open window, aware.
    """

    icao24: frozenset[str] = frozenset()
    registrations: frozenset[str] = frozenset()
    area: Area | None = None
    airport: str = ""
    """An ICAO code, for sources that list arrivals and departures."""
    t_from: datetime | None = None
    t_to: datetime | None = None

    def __post_init__(self) -> None:
        for address in self.icao24:
            if not _ICAO24.fullmatch(address):
                raise ValueError(f"Not a 24-bit address (six hex digits, lower case): {address!r}.")
        if (self.t_from is None) != (self.t_to is None):
            raise ValueError("A window has two ends.")
        if self.t_from is not None and self.t_to is not None:
            if self.t_from.tzinfo is None or self.t_to.tzinfo is None:
                raise ValueError("A window's ends need a time zone.")
            if self.t_from >= self.t_to:
                raise ValueError(f"The window ends before it begins: {self.t_from}, {self.t_to}.")

    @classmethod
    def on(cls, day: date, *, icao24: frozenset[str] = frozenset()) -> Wanted:
        """One UTC day, of these aircraft or of all."""
        t_from = datetime.combine(day, time(), UTC)
        return cls(icao24=icao24, t_from=t_from, t_to=t_from + timedelta(days=1))

    def days(self) -> Iterator[date]:
        """The UTC days that the window touches, in order; none without a window."""
        if self.t_from is None or self.t_to is None:
            return
        day = self.t_from.astimezone(UTC).date()
        last = (self.t_to.astimezone(UTC) - timedelta(microseconds=1)).date()
        while day <= last:
            yield day
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A source has answered for this target and window: the only ground for "nothing was there".

    A refused, failed or unreadable reply covers nothing.
    """

    source: str
    target: str
    """As in `LedgerRow`: an icao24, a registration, ``area:…`` or ``*`` for everything."""
    t_from: datetime
    t_to: datetime
    """Half-open, aware UTC."""


@runtime_checkable
class Adapter(Protocol):
    """One source. See the module docstring for how it is driven."""

    @property
    def source(self) -> Source:
        """What the source is, as data."""
        ...

    def fetch(
        self, wanted: Wanted, secrets: Mapping[str, str]
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """Yield the requests; return what the replies cover. A file-only source yields none."""
        ...

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """What the page says, lazily. Raises `UnreadablePage`, and nothing else."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a request's reply is to be handled; see `ask`."""

    cap_bytes: int = PAGE_CAP_BYTES
    """A longer reply is cut off and counts as failed."""
    archive: bool = True
    """False for replies that carry a secret (tokens): never stored, never logged."""
    reuse_s: int = 0
    """A good reply to this very request that is no older may be handed back from memory instead
    of asking again: so a token lives longer than one asking. 0 = ask."""


_EXTENSION = "tailcheck"


def ask(
    url: str,
    *,
    method: str = "GET",
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
    handling: Asking = Asking(),
) -> httpx.Request:
    """A request that carries its `Asking`. Secrets go into `headers` or `data`, never the URL."""
    return httpx.Request(
        method, url, params=params, headers=headers, data=data, extensions={_EXTENSION: handling}
    )


def asking(request: httpx.Request) -> Asking:
    """How the reply to this request is to be handled."""
    handling = request.extensions.get(_EXTENSION)
    return handling if isinstance(handling, Asking) else Asking()


_REFUSED = frozenset((401, 402, 403, 407, 429, 451))
_Uncovered = Literal["too_early", "refused", "failed"]


def outcome_of(source: Source, page: Page, t_to: datetime | None = None) -> _Uncovered:
    """What the ledger says where `Adapter.fetch` ended without covering what was asked.

    `page` is the last reply, `t_to` the end of the window asked for. What came by an answer that
    was no refusal and no error, before the source could speak about the whole window, is
    ``too_early``. Two things it cannot know: a reply that broke off is ``truncated``, and one that
    `Adapter.parse` cannot read is ``failed``.
    """
    status = page.capture.status
    if status in _REFUSED:
        return "refused"
    answered = status is not None and (status < 300 or status == httpx.codes.NOT_FOUND)
    if answered and t_to is not None and t_to + source.lag > page.capture.received_at:
        return "too_early"
    return "failed"


def discover() -> Mapping[str, Adapter]:
    """Every adapter in this folder, by the key of its source, in order of the keys.

    Modules whose name starts with ``_`` are shared parts, not sources.
    """
    package = importlib.import_module("adapters")
    found: dict[str, Adapter] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        if module_info.name.startswith("_"):
            continue
        module = importlib.import_module(f"adapters.{module_info.name}")
        one: tuple[Adapter, ...] = (module.adapter,) if hasattr(module, "adapter") else ()
        several: tuple[Adapter, ...] = tuple(getattr(module, "adapters", ()))
        for adapter in one + several:
            if adapter.source.key in found:
                raise RuntimeError(f"Two adapters call themselves {adapter.source.key!r}.")
            found[adapter.source.key] = adapter
    return MappingProxyType(dict(sorted(found.items())))
