"""Worked examples about watches, alerts and receivers for the OpenAPI document."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import msgspec

from schemas.api_watching import (
    AlertDocument,
    AlertList,
    DeliveryList,
    FeedAddresses,
    ReceiverAsked,
    ReceiverChange,
    ReceiverList,
    ReceiverMade,
    WatchAsked,
    WatchChange,
    WatchCounts,
    WatchList,
    WatchMade,
)
from schemas.watching import Alert, Delivery, Occasion, QuietHours, Receiver, Watch, Wishes
from service.api.example_verdicts import CAPTURE, utc
from service.ask.followed import receiver_document, watch_document
from service.notify import atom, ics
from service.notify.feed import entries

TOKEN: Final = "3-kZ0n5b1Ck8mE2xQ7vJ4hT9yU6wR3sL0aD5fG8pN1oXc"  # noqa: S105  (it opens nothing)
_SECRET: Final = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"  # noqa: S105  (of the specification)
_BASE: Final = "https://tailcheck.example.org"
_NAMED: Final = {"adsblol": "© adsb.lol contributors"}

A_WATCH: Final = Watch(
    id=3,
    kind="aircraft",
    subject="N899DN",
    label="The one of the Minneapolis story",
    wishes=Wishes(
        at=("iso:US",), quiet=QuietHours(from_minute=1320, to_minute=420, zone="UTC"), to=(1,)
    ),
    added_at=utc("2025-02-01T09:00:00Z"),
)
A_RECEIVER: Final = Receiver(
    id=1,
    owner="local",
    kind="webhook",
    url="https://desk.example.org/hooks/tailcheck",
    label="The desk",
    secrets=(_SECRET,),
    added_at=utc("2025-02-01T09:00:00Z"),
)
LANDED: Final = Alert(
    id=42,
    watch_id=3,
    owner="local",
    form="new",
    occasion=Occasion(
        trigger="landing",
        icao24="ac671b",
        registration="N899DN",
        at=utc("2025-02-05T01:12:24.219Z"),
        t_earliest=utc("2025-02-05T01:12:22.359Z"),
        t_latest=utc("2025-02-05T01:12:35.269Z"),
        airport="KMSP",
        move="landing",
        sources=("adsblol",),
        lat=44.879883,
        lon=-93.215888,
        captures=(CAPTURE,),
        words="N899DN landed at Minneapolis-St Paul International (KMSP) at about 01:12 UTC on"
        " 2025-02-05; seen on the ground; source adsblol.",
    ),
    created_at=utc("2025-02-05T01:12:51.002Z"),
)
WITHDRAWN: Final = Alert(
    id=57,
    watch_id=3,
    owner="local",
    form="withdrawal",
    refers_to=42,
    occasion=LANDED.occasion,
    because="By what is known now it did not land.",
    created_at=utc("2025-02-05T08:00:00Z"),
)
_FEED: Final = entries(A_WATCH, (LANDED,), public_url=_BASE, details=True)
_MADE: Final = ReceiverMade(receiver=receiver_document(A_RECEIVER), secret=_SECRET)
_KNOWN: Final = ReceiverMade(receiver=receiver_document(A_RECEIVER), secret=None)
_DEAD: Final = Delivery(
    id=7,
    alert_id=42,
    watch_id=3,
    receiver_id=1,
    owner="local",
    due_at=utc("2025-02-08T01:00:00Z"),
    state="dead",
    attempts=13,
    first_tried_at=utc("2025-02-05T01:12:51.2Z"),
    last_error="The receiver answered 500.",
)

WATCH_ASKED: Final = {
    "An aircraft, told to a webhook": WatchAsked(
        subject="N899DN",
        label="The one of the Minneapolis story",
        at=("iso:US",),
        quiet="22:00-07:00",
        zone="UTC",
        to=("https://desk.example.org/hooks/tailcheck",),
    ),
    "Who comes to an airport, in one message a day": WatchAsked(
        kind="airport", subject="MSQ", digest="daily", to=(1,)
    ),
    "Away from home": WatchAsked(
        subject="RA-64523", triggers=("landing", "away_from_home"), home="VKO"
    ),
}
WATCH_CHANGE: Final = {
    "Only what was seen, and until a day": WatchChange(min_grade="observed", until="2026-12-31")
}
WATCH_MADE: Final = {
    "With a receiver that is new": WatchMade(watch=watch_document(A_WATCH), receivers=(_MADE,))
}
WATCH_MADE_AGAIN: Final = {
    "It was followed already": WatchMade(watch=watch_document(A_WATCH), receivers=(_KNOWN,))
}
WATCH_CHANGED: Final = {"As it is now": WatchMade(watch=watch_document(A_WATCH), receivers=())}
WATCH: Final = {"An aircraft": watch_document(A_WATCH)}
WATCHES: Final = {"One": WatchList(watches=(watch_document(A_WATCH),), next=None)}
COUNTS: Final = {"Two owners": WatchCounts(owners={"anna": 12, "local": 3})}
FEED_ADDRESSES: Final = {
    "Both": FeedAddresses(
        atom=f"{_BASE}/v1/feeds/{TOKEN}.atom", ics=f"{_BASE}/v1/feeds/{TOKEN}.ics"
    )
}
RECEIVER_ASKED: Final = {
    "A webhook": ReceiverAsked(url="https://desk.example.org/hooks/tailcheck", label="The desk"),
    "A chat, which is to say what happened": ReceiverAsked(
        url="apprise://ntfys://ntfy.example.org/newsroom", details=True
    ),
}
RECEIVER_CHANGE: Final = {"Say what happened": ReceiverChange(details=True)}
RECEIVER_MADE: Final = {"With its secret": _MADE}
RECEIVER_AGAIN: Final = {"It was there already": _KNOWN}
RECEIVER_ROTATED: Final = {
    "Two keys sign": ReceiverMade(
        receiver=replace(receiver_document(A_RECEIVER), keys=2),
        secret=_SECRET,
    )
}
RECEIVER: Final = {"In use": receiver_document(A_RECEIVER)}
RECEIVERS: Final = {"One": ReceiverList(receivers=(receiver_document(A_RECEIVER),))}
ALERT: Final = {"A landing": AlertDocument(alert=LANDED, attributions=_NAMED)}
ALERTS: Final = {
    "A landing and its withdrawal": AlertList(
        alerts=(WITHDRAWN, LANDED), attributions=_NAMED, next="/v1/alerts?limit=2&before=42"
    )
}
DELIVERY: Final = {
    "On its way again": replace(
        _DEAD,
        state="waiting",
        attempts=0,
        first_tried_at=None,
        due_at=utc("2025-02-09T10:00:00Z"),
    )
}
DELIVERIES: Final = {"A dead letter": DeliveryList(deliveries=(_DEAD,), next=None)}
_LINE: Final = msgspec.json.encode(ALERT["A landing"]).decode()
EVENTS: Final = {
    "The beginning, and an alert": f"id: 41\nretry: 3000\n\nevent: alert\ndata: {_LINE}\nid: 42\n\n"
}
EVENT_LINES: Final = {"An alert": f"{_LINE}\n"}
ATOM: Final = {
    "With details": atom.feed(
        A_WATCH, _FEED, own_url=f"{_BASE}/v1/feeds/{TOKEN}.atom?details=true", details=True
    ).decode()
}
ICS: Final = {"With details": ics.calendar(A_WATCH, _FEED, details=True).decode()}
