"""Being told: a signed webhook for each movement, and a feed, although the sender is killed.

The sender is the real worker with no other job than sending, in a process of its own. It runs for
the take-off. Of the landing its first attempt hangs at the receiver, and it is killed then and
there; the next sender knows nothing of that and sends the same message under the same id.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import httpx
from standardwebhooks import Webhook

from schemas.watching import Alert
from service.ask.following import follow
from service.ask.wishes import Typed
from service.desk import Desk
from service.notify.policy import Policy
from service.storage.alerts import alerts_after
from service.storage.database import reading, writing
from service.storage.watches import new_feed_token
from tests.demo.saying import say
from tests.mill import Mill
from tests.notify.receiver import Deed, Got, Receiver, receiving
from tests.notify.sender import Sender, milling

HOOK: Final = "/newsroom"
ARRIVES_WITHIN_S: Final = 20.0
KILLED_AFTER_S: Final = 1.0
ATOM: Final = "{http://www.w3.org/2005/Atom}"


class NotTold(Exception):
    """Something that was to be told did not arrive as it should."""


@dataclass
class Told:
    """One watch with its receiver, while the flight is played."""

    desk: Desk
    home: Path
    receiver: Receiver
    mill: Mill
    secret: str = ""
    feed: str = ""
    alerts: list[Alert] = field(default_factory=list)

    def begin(self, registration: str) -> None:
        """Put the aircraft under watch, by the demo's own clock."""
        url = self.receiver.url(HOOK)
        say(f"as `tailcheck watch add {registration} --to {url} --details` does")
        done = follow(
            self.desk,
            Policy.read("127.0.0.1"),
            "aircraft",
            registration,
            Typed(label="the plane of the article"),
            to=[url],
            details=True,
        )
        (made,) = done.receivers
        self.secret = made.secret or ""
        with writing(self.desk.engine) as conn:
            self.feed = new_feed_token(conn, done.watch.id) or ""

    def look(self) -> None:
        """After a poll: what is new in the outbox is sent, and awaited."""
        last = self.alerts[-1].id if self.alerts else 0
        with reading(self.desk.engine) as conn:
            new = alerts_after(conn, self.desk.sealer, "local", last)
        for alert in new:
            self.alerts.append(alert)
            if alert.occasion.move == "landing":
                self._send_with_a_kill(alert)
            else:
                self._send(alert)

    def _send(self, alert: Alert) -> None:
        written_s = time.monotonic()
        with self.mill.undisturbed(self._sender()):
            got = self._arrived(alert)
        self._show(alert, got, time.monotonic() - written_s)

    def _send_with_a_kill(self, alert: Alert) -> None:
        written_s = time.monotonic()
        self.receiver.plans[HOOK] = _hangs_at_first
        before = len(self.receiver.got)
        self.mill.killed(Sender(**{**self._sender_fields(), "kill_after_s": KILLED_AFTER_S}))
        if not any(deed == "hang" for _, deed in self.receiver.got[before:]):
            raise NotTold("the sender was killed before it had begun to send")
        hung = self.receiver.got[-1][0]
        say(f"the sender is killed (SIGKILL) while the receiver keeps {hung.id} waiting")
        with self.mill.undisturbed(self._sender()):
            got = self._arrived(alert)
        if (got.id, got.body) != (hung.id, hung.body):
            raise NotTold(f"sent again as {got.id}, not as {hung.id}")
        say(f"another sender was started: {got.id} again, the same bytes, taken this time")
        self._show(alert, got, time.monotonic() - written_s)

    def _arrived(self, alert: Alert) -> Got:
        deadline = time.monotonic() + ARRIVES_WITHIN_S
        while time.monotonic() < deadline:
            for got in self.receiver.taken_by(HOOK):
                if got.id.endswith(f"_{alert.id}"):
                    return got
            time.sleep(0.02)
        raise NotTold(f"alert {alert.id} did not arrive within {ARRIVES_WITHIN_S:g} s")

    def _show(self, alert: Alert, got: Got, delay_s: float) -> None:
        event: dict[str, Any] = Webhook(self.secret).verify(got.body, got.headers)
        say(f"POST {HOOK}, {delay_s:.1f} s after alert {alert.id} was written; signature verified")
        say(f"  {event['type']}: {alert.occasion.words}")
        if alert.occasion.words not in json.dumps(event, ensure_ascii=False):
            raise NotTold("the message says something else than the alert")

    def _sender_fields(self) -> dict[str, Any]:
        return {"database": self.desk.engine.url.render_as_string(), "folder": str(self.home)}

    def _sender(self) -> Sender:
        return Sender(**self._sender_fields())

    def read_feed(self, client: httpx.Client) -> None:
        """The Atom feed, over HTTP, as a feed reader would."""
        reply = client.get(f"/v1/feeds/{self.feed}.atom", params={"details": "true"})
        reply.raise_for_status()
        entries = ET.fromstring(reply.content).findall(f"{ATOM}entry")
        say(f"GET /v1/feeds/….atom, by its unguessable address: {len(entries)} entries")
        for entry in entries:
            say(f"  {entry.findtext(f'{ATOM}title')}")
        if len(entries) != len(self.alerts):
            raise NotTold(f"{len(entries)} entries for {len(self.alerts)} alerts")


@contextmanager
def told(desk: Desk, home: Path) -> Iterator[Told]:
    """A receiver that listens and a sender that can be started, for as long as the block lasts."""
    with receiving() as receiver, milling(home / "sender.log") as mill:
        yield Told(desk, home, receiver, mill)


def _hangs_at_first(got: Got) -> Deed:
    """Nothing is answered to the first attempt of the second message."""
    return "hang" if got.number == 2 else "take"
