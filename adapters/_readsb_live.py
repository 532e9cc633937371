"""Reads live replies of the readsb family: the v2 APIs, and a receiver's own ``aircraft.json``.

The fields are those of readsb's README-json.md. The APIs say ``ac`` and give ``now`` in
milliseconds, ``aircraft.json`` says ``aircraft`` and gives seconds. What we decide here:

- An item is believed as a whole or not at all.
- A position is as old as it says: its time is ``now`` - ``seen_pos``. Without its age it has no
  time and is no fix. ``rr_lat`` and ``rr_lon`` are a guess from the receivers' places: no fix.
- Altitude, speed and the ground flag are of the last message (``seen``), the position may be
  older. Up to `FRESH_S` apart they are one moment. Farther apart, and in ``lastPosition``, the
  place would stand without a height or with one that belongs elsewhere. Measured on simulated
  flights, polled every 5 and 15 s: such fixes make movements that never were, and leaving them
  out costs none. So they are counted, and no fix.
- ``mlat`` and ``tisb`` name the fields that came that way; where they name ``lat``, so did the
  position, whatever ``type`` says. ``adsr_*`` counts as TIS-B, as in traces.
- ``gpsOkBefore`` means that the aircraft's GPS is degraded: its NIC is not believed (0).
- ``r`` and ``t`` are the source's own database look-up: a statement of basis ``lookup``, for the
  day of the reply.
- A field that we do not know is reported once a page, with a count: it might change what the
  others mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters import _statements
from adapters._bytes import shown
from adapters._contract import Page, UnreadablePage
from adapters._csv import Tally
from adapters._fixes import Fix, track_of
from adapters._json import Object, read_json
from adapters._readsb_item import (
    T_MAX_S,
    Item,
    Odd,
    address_of,
    fix_of,
    item_of,
    unknown_keys,
)
from schemas.records import Flag, IdentityStatement, Rejected, Track

LIVE_CAP_BYTES = 64 * 1024 * 1024
"""Expanded. All aircraft of the world at once are about 15 MB."""
_MS_FROM = 1e11
"""1973 in milliseconds, the year 5138 in seconds."""
_MAX_UNKNOWN = 20
"""So many unknown fields are named; a reply with more is of another kind."""


@dataclass(frozen=True, slots=True)
class LiveReply:
    """What one reply says."""

    now: datetime
    """When it was made, by the source's clock."""
    whole: bool
    """It holds as many aircraft as it says (``total``), or does not say."""
    doubtful: frozenset[str]
    """Addresses whose item was not believed, or had no position but fields we do not know; empty
    text for one that does not tell its address. Of these the reply says neither yes nor no."""
    unused: Mapping[str, datetime]
    """By address: when it had a position that was no fix. Only since then the reply says no."""
    tracks: tuple[Track, ...]
    """One for each aircraft with a position."""
    statements: tuple[IdentityStatement, ...]
    rejected: tuple[Rejected, ...]


def read_live(page: Page) -> LiveReply:
    """Reads one reply, gzip or not.

    Raises `UnreadablePage` with a sentence for people, whatever the bytes, and nothing else.
    """
    reply = read_json(page.content, cap_bytes=LIVE_CAP_BYTES)
    if not isinstance(reply, Object):
        raise UnreadablePage(f"The reply is JSON, but no list of aircraft: {shown(reply, 40)}.")
    items, now_s = _items(reply), _now_s(reply)
    now = datetime.fromtimestamp(now_s, UTC)
    tally = Tally()
    fixes: dict[str, list[Fix]] = {}
    statements: dict[str, IdentityStatement] = {}
    unknown: dict[str, int] = {}
    doubtful: set[str] = set()
    unused: dict[str, datetime] = {}
    for number, raw in enumerate(items):
        try:
            item = item_of(raw)
            fix = fix_of(item, number, now_s, tally)
        except Odd as error:
            tally.add(str(error), number, raw)
            doubtful.add(address_of(raw))
            continue
        unheard_of = unknown_keys(raw)
        for key in unheard_of:
            unknown[key] = unknown.get(key, 0) + 1
        if fix is None and unheard_of:
            doubtful.add(item.hex)
        if item.hex not in statements and not item.hex.startswith("~") and item.r:
            statement = _statement(item, page, number, now, tally)
            if statement is not None:
                statements[item.hex] = statement
        if fix is None:
            tally.add("heard, but without a position", number, raw)
        elif fix.flags & Flag.STALE:
            tally.add("position older than what else is said", number, raw)
            when = datetime.fromtimestamp(fix.t_us / 1e6, UTC)
            unused[item.hex] = max(when, unused.get(item.hex, when))
        else:
            fixes.setdefault(item.hex, []).append(fix)
    total = reply.get("total")
    return LiveReply(
        now=now,
        whole=total is None or (total == len(items) and not isinstance(total, bool)),
        doubtful=frozenset(doubtful),
        unused=unused,
        tracks=tuple(
            track_of(rows, icao24=icao24, source=page.capture.source, sha256=page.capture.sha256)
            for icao24, rows in fixes.items()
        ),
        statements=tuple(statements.values()),
        rejected=(*tally.rejected(), *_unknown(unknown)),
    )


def _items(reply: Mapping[str, Any]) -> list[Any]:
    named = [key for key in ("ac", "aircraft") if key in reply]
    message = reply.get("msg", reply.get("message"))
    if message not in (None, "", "No error"):
        raise UnreadablePage(
            f"The source answered with a message, not with data: {shown(message)}."
        )
    if len(named) != 1:
        raise UnreadablePage(
            "The reply has two lists of aircraft (ac, aircraft); which one counts cannot be told."
            if named
            else "The reply has no list of aircraft (ac or aircraft)."
        )
    items = reply[named[0]]
    if items is None and reply.get("total") == 0:
        return []
    if not isinstance(items, list):
        raise UnreadablePage(f"The reply's list of aircraft is no list but {shown(items, 40)}.")
    return items


def _now_s(reply: Mapping[str, Any]) -> float:
    now = reply.get("now")
    if isinstance(now, bool) or not isinstance(now, int | float):
        raise UnreadablePage(
            "The reply does not say when it was made (now), so its positions have no time."
            if now is None
            else f"The reply's time (now) is no number: {shown(now, 40)}."
        )
    now_s = now / 1_000 if now >= _MS_FROM else float(now)
    if not 0 <= now_s < T_MAX_S:
        raise UnreadablePage(
            f"The reply's time (now), {shown(now, 40)}, is no moment between 1970 and 2100."
        )
    return now_s


def _statement(
    item: Item, page: Page, number: int, now: datetime, tally: Tally
) -> IdentityStatement | None:
    """The source's look-up, for the day of the reply."""
    day = now.date()
    try:
        return _statements.statement(
            page,
            number,
            icao24=item.hex,
            registration=item.r or "",
            type_code=item.t or "",
            operator=item.owner or "",
            basis="lookup",
            valid_from=day,
            valid_to=day + timedelta(days=1),
        )
    except _statements.Odd as error:
        tally.add(str(error), number, f"{item.hex} {item.r}")
        return None


def _unknown(counts: Mapping[str, int]) -> Iterator[Rejected]:
    names = sorted(counts, key=lambda name: (-counts[name], name))
    for name in names[:_MAX_UNKNOWN]:
        yield Rejected(why=f"field not known: {shown(name, 40)}", count=counts[name])
    if len(names) > _MAX_UNKNOWN:
        yield Rejected(why="more fields not known", count=len(names) - _MAX_UNKNOWN)
