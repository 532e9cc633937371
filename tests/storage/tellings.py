"""Watches, receivers and occasions for the storage tests."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from schemas.watching import LOCAL, Delivery, Occasion, Receiver, Watch, Wishes
from service.domain.watching.reconcile import Telling
from service.sealing import Sealer
from service.storage import receivers, watches
from service.storage.deliveries import SELECT, delivery_from
from service.storage.sql import Statement
from tests.storage.helpers import NOW

_OF_ALERT: Final = Statement(f"{SELECT} WHERE d.alert_id = :alert_id ORDER BY d.id")


def deliveries_of(conn: Connection, alert_id: int) -> tuple[Delivery, ...]:
    """All deliveries of one alert."""
    return tuple(delivery_from(row) for row in _OF_ALERT.rows(conn, {"alert_id": alert_id}))


def occasion(icao24: str = "14fc0b", **changes: object) -> Occasion:
    """A landing at Minsk."""
    told: dict[str, object] = {
        "trigger": "landing",
        "icao24": icao24,
        "at": NOW,
        "t_earliest": NOW,
        "t_latest": NOW,
        "airport": "UMMS",
        "sources": ("adsblol",),
        "words": "It landed.",
    }
    return Occasion(**(told | changes))  # type: ignore[arg-type]


def telling(key: str, icao24: str = "14fc0b", **changes: object) -> Telling:
    """A first telling."""
    return Telling(form="new", occasion=occasion(icao24, **changes), key=key)


def a_receiver(conn: Connection, sealer: Sealer, name: str = "one", owner: str = LOCAL) -> Receiver:
    """A webhook of that name."""
    url = f"https://{name}.example/hook"
    added, _ = receivers.add(
        conn, sealer, owner=owner, kind="webhook", url=url, secrets=("whsec_1",), now=NOW
    )
    return added


def a_watch(
    conn: Connection, sealer: Sealer, *to: Receiver, subject: str = "14fc0b", owner: str = LOCAL
) -> Watch:
    """On one aircraft, told to those receivers."""
    wishes = Wishes(to=tuple(receiver.id for receiver in to))
    return watches.add(
        conn, sealer, owner=owner, kind="aircraft", subject=subject, wishes=wishes, now=NOW
    )
