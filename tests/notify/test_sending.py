"""The sending loop itself, against a real receiver on loopback: whoever hangs holds up nobody, what
arrived is not forgotten, and it ends when it is told to."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from schemas.watching import ReceiverKind
from service.clock import system_clock
from service.errors import StorageError
from service.notify.channels import Channel, Message
from service.notify.clerk import Clerk, Limits, Result
from service.notify.outgoing import Outgoing
from service.notify.policy import Policy
from service.notify.retrying import Patience
from service.notify.sending import Pace, Sending
from service.notify.webhook import WebhookChannel
from service.scheduler.holding import Holding
from service.storage.database import writing
from service.storage.leases import Lease, LeaseLost, end_all, take
from tests.notify.outbox_filled import Outbox
from tests.notify.receiver import Deed, Receiver, receiving
from tests.scheduler.helpers import wait_for

PATIENCE = Patience(pauses_s=(0.02,), closed_s=0.05, closed_longest_s=0.05)
LIMITS = Limits(at_once=4, slow_at_once=40, per_receiver=2)
PACE = Pace(try_s=60.0, slow_s=0.05, poll_s=0.02, grace_s=0.3)
TLS = httpx.create_ssl_context(verify=False)
WHO = "RA-64523"
HERS = "the minister's"


def webhooks() -> Mapping[ReceiverKind, Channel]:
    return {"webhook": WebhookChannel(Outgoing(Policy.read("127.0.0.1"), tls=TLS))}


@dataclass
class Post:
    """A receiver, an outbox, and a sender that runs in a thread of its own."""

    up: Receiver
    box: Outbox
    sending: Sending | None = None
    clerk: Any = None

    def __post_init__(self) -> None:
        self.holding = Holding(self.box.engine, system_clock)
        self.clerk = Clerk(
            self.box.engine,
            self.box.sealer,
            system_clock,
            public_url="https://tail.example",
            patience=PATIENCE,
            limits=LIMITS,
            dice=Random(2),
        )

    def sender(
        self,
        channels: Callable[[], Mapping[ReceiverKind, Channel]] = webhooks,
        pace: Pace = PACE,
        clerk: Clerk | None = None,
    ) -> Sending:
        return Sending(clerk or self.clerk, channels, limits=LIMITS, pace=pace)

    def lease(self) -> Lease | None:
        return self.holding.take("deliveries")

    @contextmanager
    def running(self, sending: Sending) -> Iterator[list[BaseException]]:
        """It sends as long as the block lasts; yields what it raised."""
        stopping = threading.Event()
        raised: list[BaseException] = []

        def run() -> None:
            try:
                sending.run(self.lease, stopping.is_set)
            except StorageError as error:
                raised.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield raised
        finally:
            stopping.set()
            thread.join(30)
            assert not thread.is_alive()

    def all_done(self) -> bool:
        return set(self.box.counts()) == {"done"}


@pytest.fixture
def post(database: Engine) -> Iterator[Post]:
    with receiving() as up:
        yield Post(up, Outbox(database))


def test_what_is_told_while_it_runs_is_sent(post: Post) -> None:
    watch = post.box.watch(post.box.receiver(post.up.url("/in")))
    with post.running(post.sender()):
        for _ in range(5):
            post.box.tell(watch)
            wait_for(post.all_done)
    assert len(post.up.got) == 5
    assert len({got.id for got in post.up.taken}) == 5


def test_whoever_hangs_holds_up_nobody(post: Post) -> None:
    """More of them than may be under way at once, and for longer than the test lasts."""
    post.up.plans = {f"/hangs/{number}": lambda _: "hang" for number in range(6)}
    post.up.plans["/drips"] = lambda _: "drip"
    for path in post.up.plans:
        row = post.box.receiver(post.up.url(path))
        post.box.tell(*[post.box.watch(row) for _ in range(3)])
    good = post.box.receiver(post.up.url("/good"))
    post.box.tell(*[post.box.watch(good) for _ in range(30)])
    with post.running(post.sender()):
        wait_for(lambda: post.box.counts() == {"waiting": 21, "done": 30})
    assert max(post.up.counts.values()) == 30
    assert all(post.up.counts[path] <= 2 for path in post.up.plans)


def test_a_try_does_not_last_for_ever_and_no_error_names_the_receiver(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    deeds: list[Deed] = ["hang", "drip", "noise", "reset", "error", "moved", "busy"]
    plans = iter(deeds)
    url = post.up.url("/key-of-the-receiver")
    post.up.plans = {"/key-of-the-receiver": lambda _: next(plans, "take")}
    post.box.tell(post.box.watch(post.box.receiver(url, label=HERS), subject=WHO, label=HERS))
    errors: set[str] = set()

    def done() -> bool:
        errors.update(each.last_error for each in post.box.deliveries())
        return post.all_done()

    with caplog.at_level(logging.DEBUG), post.running(post.sender(pace=Pace(try_s=1, poll_s=0.02))):
        wait_for(done)
    assert len(errors) > 3
    port = url.split(":")[2].split("/")[0]
    for text in (caplog.text, *errors):
        assert not [
            word for word in ("key-of", "127.0.0", port, "whsec", WHO, HERS) if word in text
        ]
    (delivery,) = post.box.deliveries()
    assert delivery.attempts == 8
    assert len({(got.id, got.body) for got, _ in post.up.got}) == 1
    assert "/never" not in post.up.counts


def test_what_hangs_when_it_is_told_to_stop_is_sent_by_the_next(post: Post) -> None:
    post.up.plans = {"/in": lambda got: "hang" if got.number == 1 else "take"}
    post.box.tell(post.box.watch(post.box.receiver(post.up.url("/in"))))
    with post.running(post.sender()):
        wait_for(lambda: bool(post.up.got))
    assert post.box.states() == ["waiting"]
    with post.running(post.sender()):
        wait_for(post.all_done)
    assert [got.id for got, _ in post.up.got] == [post.up.taken[0].id] * 2


class Unwriting(Clerk):
    """The disk is full for a while."""

    full = True

    def write(self, results: Sequence[Result], lease: Lease) -> None:
        if self.full:
            raise StorageError("The disk is full.")
        super().write(results, lease)


def test_what_arrived_and_could_not_be_written_is_written_later(post: Post) -> None:
    post.clerk.__class__ = Unwriting
    post.box.tell(*[post.box.watch(post.box.receiver(post.up.url("/in"))) for _ in range(9)])
    sending = post.sender()
    with post.running(sending) as raised:
        wait_for(lambda: bool(raised))
    assert set(post.box.states()) == {"waiting"}
    assert post.up.taken
    post.clerk.full = False
    with post.running(sending):
        wait_for(post.all_done)
    assert len(post.up.got) == 9, "none was sent twice"


def test_a_lease_that_is_lost_in_the_middle_ends_it_and_writes_nothing(post: Post) -> None:
    let_go = threading.Event()

    class Slow:
        async def send(self, _message: Message) -> None:
            while not let_go.is_set():
                await asyncio.sleep(0.01)

        async def aclose(self) -> None:
            pass

    post.box.tell(post.box.watch(post.box.receiver(post.up.url("/in"))))
    sending = post.sender(lambda: {"webhook": Slow()})
    with post.running(sending) as raised:
        wait_for(lambda: bool(sending.under_way))
        with writing(post.box.engine) as conn:
            end_all(conn)
            assert take(conn, "deliveries", "another", now=system_clock(), for_s=60)
        let_go.set()
        wait_for(lambda: bool(raised))
    assert isinstance(raised[0], LeaseLost)
    (delivery,) = post.box.deliveries()
    assert (delivery.state, delivery.attempts) == ("waiting", 0)


def test_a_defect_of_a_channel_is_told_without_names_and_tried_again(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        mended = False

        async def send(self, message: Message) -> None:
            if not self.mended:
                raise KeyError(message.receiver.url, message.receiver.secrets, WHO)

        async def aclose(self) -> None:
            pass

    channel = Broken()
    url = post.up.url("/secret-path")
    post.box.tell(post.box.watch(post.box.receiver(url), label=WHO))
    with caplog.at_level(logging.DEBUG), post.running(post.sender(lambda: {"webhook": channel})):
        wait_for(lambda: post.box.deliveries()[0].attempts > 0)
        error = post.box.deliveries()[0].last_error
        channel.mended = True
        wait_for(post.all_done)
    assert "KeyError at test_sending.py" in caplog.text
    for text in (caplog.text, error):
        assert not any(word in text for word in ("secret-path", "whsec", WHO, url))
