"""Whatever is told, fails, is resent, stopped and resumed, in any order: nothing is lost or stuck,
one message keeps one id and one body, and each queue goes in order."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.watching import Receiver, Watch
from service.notify.channels import DeliveryError
from service.notify.clerk import Parcel
from service.notify.message import cloud_event
from service.storage import receivers
from service.storage.database import open_database, writing
from tests.notify.conftest import Counter

ERRORS = {
    "fails": DeliveryError("No answer."),
    "busy": DeliveryError("Too many (429).", retry_after_s=30),
    "refused": DeliveryError("It was refused (400).", permanent=True),
    "gone": DeliveryError("The receiver is gone (410).", gone=True),
}
step = st.one_of(
    st.tuples(st.just("tell"), st.integers(0, 3), st.sampled_from(["", "", "hourly-1", "daily-2"])),
    st.tuples(st.just("fetch")),
    st.tuples(
        st.just("end"), st.integers(0, 9), st.sampled_from(["", "", "", *ERRORS]), st.booleans()
    ),
    st.tuples(st.just("wait"), st.sampled_from([1, 10, 3_600, 90_000])),
    st.tuples(st.just("resend"), st.integers(0, 9)),
    st.tuples(st.just("resume")),
    st.tuples(st.just("killed")),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(step, max_size=40))
def test_any_course_of_things(
    migrated_sqlite: Path, tmp_path: Path, steps: list[tuple[object, ...]]
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "any.db")
    for left in ("any.db-wal", "any.db-shm"):
        (tmp_path / left).unlink(missing_ok=True)
    engine = open_database(f"sqlite:///{tmp_path / 'any.db'}")
    try:
        course = Course(Counter(engine))
        for name, *args in steps:
            getattr(course, str(name))(*args)
        course.finish()
    finally:
        engine.dispose()


class Course:
    """What happens, and what must be true all along."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.hooks: list[Receiver] = [counter.receiver(name) for name in ("one", "two")]
        self.watches: list[Watch] = [
            counter.box.watch(*to)
            for to in ([self.hooks[0]], [self.hooks[0]], self.hooks, [self.hooks[1]])
        ]
        self.bodies: dict[str, bytes] = {}
        self.arrived: set[tuple[int, int]] = set()
        """(receiver, alert)"""
        self.given_up: set[int] = set()
        """Deliveries that were dead once: the promise of order is over for them."""

    def tell(self, which: int, batch: str) -> None:
        due_at = self.counter.now + timedelta(hours=1 if batch else 0)
        self.counter.box.tell(self.watches[which], batch=batch, due_at=due_at)

    def fetch(self) -> None:
        waiting = [each for each in self.counter.box.deliveries() if each.state == "waiting"]
        for parcel in self.counter.fetch():
            self._must_be_whole(parcel)
            ids = {each.id for each in parcel.deliveries}
            before = [
                each
                for each in waiting
                for sent in parcel.deliveries
                if (each.receiver_id, each.watch_id) == (sent.receiver_id, sent.watch_id)
                and each.id < sent.id
                and not {each.id, sent.id} & self.given_up
            ]
            assert {each.id for each in before} <= ids, "told earlier, and not sent yet"

    def end(self, which: int, how: str, arrived: bool) -> None:
        """Whatever is said of it, it may have arrived."""
        under_way = self.counter.under_way
        if not under_way:
            return
        parcel = under_way[which % len(under_way)]
        if arrived or not how:
            self.arrived |= {(each.receiver_id, each.alert_id) for each in parcel.deliveries}
        self.counter.end(parcel, error=ERRORS.get(how))
        deliveries = self.counter.box.deliveries()
        self.given_up |= {each.id for each in deliveries if each.state == "dead"}

    def wait(self, seconds: int) -> None:
        self.counter.wait(seconds=seconds)

    def resend(self, which: int) -> None:
        dead = [each for each in self.counter.box.deliveries() if each.state == "dead"]
        if dead:
            self.counter.resend(dead[which % len(dead)].id)

    def resume(self) -> None:
        with writing(self.counter.engine) as conn:
            for hook in self.hooks:
                receivers.resume(conn, hook.id)

    def killed(self) -> None:
        """Whatever was under way is not known any more."""
        self.counter.under_way.clear()

    def finish(self) -> None:
        """All is well from now on: then all of it arrives, and soon."""
        for _ in range(400):
            while self.counter.under_way:
                self.end(0, "", True)
            self.resume()
            for each in self.counter.box.deliveries():
                if each.state == "dead":
                    self.counter.resend(each.id)
            if set(self.counter.box.counts()) <= {"done"}:
                break
            self.counter.wait(hours=2)
            self.fetch()
        told = self.counter.box.deliveries()
        assert {each.state for each in told} <= {"done"}
        assert {(each.receiver_id, each.alert_id) for each in told} <= self.arrived

    def _must_be_whole(self, parcel: Parcel) -> None:
        message = parcel.message
        body = cloud_event(message)
        assert self.bodies.setdefault(message.id, body) == body
        assert [each.alert_id for each in parcel.deliveries] == [a.id for a in message.alerts]
        assert len({each.id for each in message.alerts}) == len(message.alerts)
