"""adsbdb.com: one aircraft by address or registration. Its routes are schedules, and never asked.

A reply is ``{response: {aircraft: {mode_s, registration, icao_type, …}}}``; an aircraft that it
does not know is a 404 with ``{response: "unknown aircraft"}``. More than 512 requests a minute
and it blocks.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import httpx

from adapters._bytes import shown
from adapters._contract import Covered, Page, Record, UnreadablePage, Wanted, ask
from adapters._json import Object
from adapters._look_up import Fields, read_look_up, said_by
from adapters._statements import COMMUNITY_LISTS
from schemas.records import Rejected
from schemas.sources import Pace, Reach, Source, Terms

_FIELDS = Fields(
    icao24="mode_s",
    registration="registration",
    type_code="icao_type",
    operator="registered_owner",
    unread=frozenset(
        (
            *("type", "manufacturer", "n_number", "url_photo", "url_photo_thumbnail"),
            *("registered_owner_country_iso_name", "registered_owner_country_name"),
            "registered_owner_operator_flag_code",
        )
    ),
)
_REGISTRATION = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsbDb:
    """Look-ups of single aircraft."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """One request for each aircraft: it tells whom we look for. It covers nothing."""
        names = sorted(filter(_REGISTRATION.fullmatch, wanted.registrations))
        for name in (*sorted(wanted.icao24), *names):
            yield ask(f"{self.source.url}/v0/aircraft/{quote(name, safe='')}")
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A statement, or nothing where the aircraft is not known."""
        response = read_look_up(page).get("response")
        if response == "unknown aircraft":
            return
        if not isinstance(response, Object):
            raise UnreadablePage(f"The reply names no aircraft: {shown(response)}.")
        if "flightroute" in response:
            yield Rejected(why="a route is a schedule, and no evidence of a flight")
        if "aircraft" in response:
            aircraft = response["aircraft"]
            if not isinstance(aircraft, Object):
                raise UnreadablePage(f"The reply's aircraft is none: {shown(aircraft)}.")
            yield from said_by(aircraft, _FIELDS, page)


adapter = AdsbDb(
    source=Source(
        key="adsbdb",
        title="adsbdb.com, look-ups of single aircraft",
        url="https://api.adsbdb.com",
        kind="registry",
        terms=Terms(
            licence="none stated",
            attribution="adsbdb.com, aircraft data by PlaneBase",
            may_redistribute=False,
            note="Asks by aircraft: it learns whom we look for.",
        ),
        pace=Pace(requests_per_s=2.0, burst=4),
        lag=timedelta(days=30),
        reach=Reach(),
        independence_group=COMMUNITY_LISTS,
    )
)
