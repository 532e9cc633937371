"""What a message says: to a program (a webhook's body) and to a person (chat, mail).

Whoever carries a message, and whoever sees the screen it lands on, may be anybody. So it says no
more than "watch 3 moved", and where to read on; what moved, where and when stands in it only where
the receiver's owner asked for details.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import msgspec

from schemas.messages import AlertDetails, AlertSaid, AlertsSaid, CloudEvent, MessageType
from schemas.watching import Alert, AlertForm, Trigger, Watch
from service.notify.channels import Message
from service.storage.codec import clean

_LONGEST: Final = 300
"""Characters of one name in a text for people."""
_LONGEST_SENTENCE: Final = 2_000
"""Of what happened, or why: what speaks against it stands at the end, and must not be cut off."""
_SHOWN: Final = 20
"""Alerts of a digest that are listed one by one in a text for people."""

_TYPES: Final[dict[AlertForm, MessageType]] = {
    "new": "tailcheck.alert.new",
    "correction": "tailcheck.alert.correction",
    "withdrawal": "tailcheck.alert.withdrawal",
}
_NO_MOVE: Final[frozenset[Trigger]] = frozenset(
    {"reappeared", "signal_lost", "emergency", "meeting", "verdict_changed"}
)

_SPACE: Final = re.compile(r"\s+")
_HARMLESS: Final = str.maketrans(
    {
        "<": "‹",
        ">": "›",
        "@": "＠",
        "`": "ʼ",
        "*": "∗",
        "[": "(",
        "]": ")",
        "#": "＃",
        "|": "¦",
        "~": "∼",
        "\\": "∖",
    }
)
"""What chats read as markup, a link or the call of a name. Names come from anybody's transponder or
table."""


def cloud_event(message: Message) -> bytes:
    """The body of a webhook: JSON, UTF-8. It depends on what is told and to whom, and not on when
    it is sent: whoever gets it twice gets the same bytes."""
    if message.is_test:
        return msgspec.json.encode(
            CloudEvent(
                id=message.id,
                source=message.public_url,
                type="tailcheck.test",
                time=message.sent_at,
                timestamp=message.sent_at,
                data=AlertsSaid(alerts=()),
            )
        )
    last = message.alerts[-1]
    is_digest = len(message.alerts) > 1
    event = CloudEvent(
        id=message.id,
        source=message.public_url,
        type="tailcheck.digest" if is_digest else _TYPES[last.form],
        time=last.created_at,
        timestamp=last.created_at,
        data=AlertsSaid(alerts=tuple(_said(message, alert) for alert in message.alerts)),
    )
    return msgspec.json.encode(event)


def text(message: Message) -> tuple[str, str]:
    """Title and body for people, as plain text. Names in it cannot be taken for markup."""
    if message.is_test:
        numbers = ", ".join(str(number) for number in message.watches)
        return "Tailcheck: a test", f"A test of watch {numbers}: nothing happened."
    if len(message.alerts) == 1:
        alert = message.alerts[0]
        return _title(message, alert), "\n".join(_lines(message, alert))
    lines: list[str] = []
    for alert in message.alerts[:_SHOWN]:
        lines += [*_lines(message, alert), ""]
    more = len(message.alerts) - _SHOWN
    if more > 0:
        lines += [f"And {more} more: {message.public_url}/v1/alerts"]
    return f"Tailcheck: {len(message.alerts)} alerts", "\n".join(lines).rstrip("\n")


def alert_link(public_url: str, alert_id: int) -> str:
    """Where an alert is read."""
    return f"{public_url}/v1/alerts/{alert_id}"


def harmless(name: str, longest: int = _LONGEST) -> str:
    """The text on one line, without what is invisible, turns the writing round or is markup."""
    visible = "".join(
        char if unicodedata.category(char)[0] != "C" else " " for char in _SPACE.sub(" ", name)
    )
    plain = _SPACE.sub(" ", visible.translate(_HARMLESS).replace("://", ": //")).strip()
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _title(message: Message, alert: Alert) -> str:
    if not message.receiver.details:
        return f"Tailcheck: {_thin(alert)}"
    watch = message.watches.get(alert.watch_id)
    about = alert.occasion.registration or alert.occasion.icao24 or (watch.subject if watch else "")
    name = (watch.label if watch else "") or about
    form = "" if alert.form == "new" else f" ({alert.form})"
    return f"Tailcheck: {harmless(name, 80) or f'watch {alert.watch_id}'}{form}"


def _lines(message: Message, alert: Alert) -> list[str]:
    link = alert_link(message.public_url, alert.id)
    if not message.receiver.details:
        lines = [f"{_thin(alert)[:1].upper()}{_thin(alert)[1:]}: {link}"]
    else:
        occasion = alert.occasion
        said = harmless(occasion.words, _LONGEST_SENTENCE)
        words = said or f"Watch {alert.watch_id}: {occasion.trigger}"
        because = harmless(alert.because, _LONGEST_SENTENCE)
        grade = f"{occasion.grade.capitalize()}. " if occasion.is_graded else ""
        lines = [
            {
                "new": words,
                "correction": f"Correction: {words}",
                "withdrawal": f"Withdrawn, it does not stand: {words}",
            }[alert.form],
            *([because] if because else []),
            f"{grade}Watch {alert.watch_id}: {link}",
        ]
    if alert.refers_to is not None:
        lines.append(f"It refers to {alert_link(message.public_url, alert.refers_to)}")
    return lines


def _thin(alert: Alert) -> str:
    watch = f"watch {alert.watch_id}"
    if alert.form == "correction":
        return f"{watch}: an earlier alert is corrected"
    if alert.form == "withdrawal":
        return f"{watch}: an earlier alert is withdrawn"
    return f"{watch} has news" if alert.occasion.trigger in _NO_MOVE else f"{watch} moved"


def _said(message: Message, alert: Alert) -> AlertSaid:
    details = message.receiver.details
    refers_to = alert.refers_to
    return AlertSaid(
        alert=alert.id,
        watch=alert.watch_id,
        form=alert.form,
        refers_to=refers_to,
        link=alert_link(message.public_url, alert.id),
        refers_to_link=alert_link(message.public_url, refers_to) if refers_to is not None else None,
        details=_details(alert, message.watches[alert.watch_id]) if details else None,
    )


def _details(alert: Alert, watch: Watch) -> AlertDetails:
    occasion = alert.occasion
    return AlertDetails(
        watch_label=clean(watch.label),
        watch_kind=watch.kind,
        watch_subject=clean(watch.subject),
        trigger=occasion.trigger,
        also=occasion.also,
        words=clean(occasion.words),
        because=clean(alert.because),
        icao24=clean(occasion.icao24),
        registration=clean(occasion.registration),
        at=occasion.at,
        t_earliest=occasion.t_earliest,
        t_latest=occasion.t_latest,
        airport=occasion.airport,
        rivals=occasion.rivals,
        grade=occasion.grade,
        sources=occasion.sources,
        marks=occasion.marks,
        lat=occasion.lat,
        lon=occasion.lon,
        captures=occasion.captures,
        other=clean(occasion.other),
    )
