"""readsb's globe_history: one trace file per aircraft and UTC day, on any base URL.

One class serves every archive of this make; what differs is data. ``trace_file`` is the same
format handed over by hand.

What a 404 means, by archive (`Layout.absent_means`):

- ``nothing``: it cannot be told from a folder that is missing or a site that has moved, so it
  covers nothing. adsb.lol's days can be partial (2026-02-25 had 122 of 256 folders), and its web
  archive answered 403 and then 404 to everything for months.
- ``absent``: the archive holds whole days, so when another aircraft of the same day was served
  in the same asking, the day is there and this aircraft is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import httpx

from adapters._contract import Covered, Page, Record, UnreadablePage, Wanted, ask
from adapters._readsb import read_trace
from adapters._readsb_api import COMMUNITY_FEEDERS
from schemas.records import Rejected
from schemas.sources import Pace, Reach, Source, Terms

_NAME = re.compile(
    r"trace_(?:full|recent)_(~?[0-9a-f]{6})\.json(?:\.gz)?(?:[?#].*)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How an archive names its files below `Source.url`, and what their absence means."""

    path: str = "{day:%Y/%m/%d}/traces/{folder}/trace_full_{icao24}.json"
    """`folder` is the last two digits of the address."""
    absent_means: Literal["nothing", "absent"] = "nothing"


@dataclass(frozen=True, slots=True)
class GlobeHistory:
    """One archive. Without a `layout` it is read from files and never asked."""

    source: Source
    layout: Layout | None = None

    def fetch(
        self,
        wanted: Wanted,
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """One request for each aircraft and UTC day; others than by address cannot be asked."""
        covered: list[Covered] = []
        if self.layout is None:
            return covered
        for day in wanted.days():
            if not self.source.reach.holds(day, today=day):
                continue
            absent: list[tuple[str, Page]] = []
            served = False
            for icao24 in sorted(wanted.icao24):
                path = self.layout.path.format(day=day, folder=icao24[-2:], icao24=icao24)
                page = yield ask(f"{self.source.url}/{path}")
                if page.capture.status == httpx.codes.NOT_FOUND:
                    absent.append((icao24, page))
                elif page.capture.status == httpx.codes.OK and self._speaks_of(day, page, icao24):
                    served = True
                    covered += self._covered(icao24, day, page)
            if served and self.layout.absent_means == "absent":
                for icao24, page in absent:
                    covered += self._covered(icao24, day, page)
        return covered

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """The track, what the header says of the aircraft's identity, and the rejected rows."""
        name = _NAME.search(page.capture.url)
        trace = read_trace(
            page.content,
            source=page.capture.source,
            sha256=page.capture.sha256,
            expect_icao24=name[1].lower() if name else None,
        )
        if len(trace.track):
            yield trace.track
        if trace.statement is not None:
            yield trace.statement
        yield from trace.rejected

    def _speaks_of(self, day: date, page: Page, icao24: str) -> bool:
        """Whether the page is readable and has a sound fix on that day: a file of another day, or
        one whose every row was rejected, is no answer."""
        try:
            trace = read_trace(
                page.content,
                source=self.source.key,
                sha256=page.capture.sha256,
                expect_icao24=icao24,
            )
        except UnreadablePage:
            return False
        start_us = int(datetime.combine(day, time(), UTC).timestamp()) * 1_000_000
        times = trace.track.t_us
        return bool(((times >= start_us) & (times < start_us + 86_400_000_000)).any())

    def _covered(self, icao24: str, day: date, page: Page) -> Iterator[Covered]:
        """The day, or as much of it as the source could know when it answered."""
        t_from = datetime.combine(day, time(), UTC)
        t_to = min(t_from + timedelta(days=1), page.capture.received_at - self.source.lag)
        if t_from < t_to:
            yield Covered(source=self.source.key, target=icao24, t_from=t_from, t_to=t_to)


adapters = (
    GlobeHistory(
        Source(
            key="adsblol_history",
            title="adsb.lol, traces of past days",
            url="https://adsb.lol/globe_history",
            kind="history",
            terms=Terms(
                licence="ODbL-1.0",
                attribution="© adsb.lol contributors",
                note="The web archive has been closed for months at a time (403, then 404); the "
                "same traces are published as daily dumps.",
            ),
            pace=Pace(requests_per_s=1.0),
            lag=timedelta(hours=6),
            reach=Reach(first_day=date(2023, 1, 1), days_back=30),
            independence_group=COMMUNITY_FEEDERS,
            open_archive=True,
        ),
        Layout(),
    ),
    GlobeHistory(
        Source(
            key="adsbx_samples",
            title="ADS-B Exchange, sample days",
            url="https://samples.adsbexchange.com/traces",
            kind="history",
            terms=Terms(
                licence="ADS-B Exchange sample data, for evaluation",
                attribution="ADS-B Exchange",
                personal_only=True,
                may_redistribute=False,
                note="Only the first day of each month is published.",
            ),
            pace=Pace(requests_per_s=0.5),
            lag=timedelta(days=7),
            reach=Reach(first_day=date(2016, 1, 1), days_of_month=(1,)),
            independence_group=COMMUNITY_FEEDERS,
            open_archive=True,
        ),
        Layout(
            path="{day:%Y/%m/%d}/{folder}/trace_full_{icao24}.json",
            absent_means="absent",
        ),
    ),
    GlobeHistory(
        Source(
            key="trace_file",
            title="Trace files handed over by hand",
            url="",
            kind="history",
            terms=Terms(
                licence="as agreed with whoever handed it over",
                attribution="trace file, origin as stated by whoever handed it over",
                may_redistribute=False,
                note="Import under the archive's own key where it is known, so that its terms "
                "and its independence are known too.",
            ),
            pace=Pace(requests_per_s=1.0),
            lag=timedelta(),
            reach=Reach(),
            independence_group="unstated",
        ),
    ),
)
"""adsb.lol's dumps are adsb.lol too; other archives of this make are one more entry here."""
