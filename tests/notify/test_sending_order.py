"""What goes next: order per receiver and watch, digests, dead letters, closed and stopped
receivers, and a lease that is lost. On both databases, by a clock that the test sets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.notify.channels import DeliveryError
from service.notify.clerk import Result, Room
from service.storage import deliveries, receivers
from service.storage.database import writing
from service.storage.leases import LeaseLost
from tests.notify.conftest import Counter

FAILED = DeliveryError("No answer.")
REFUSED = DeliveryError("It was refused (400).", permanent=True)
GONE = DeliveryError("The receiver is gone (410).", gone=True)


def test_an_alert_is_sent_once_and_done(counter: Counter) -> None:
    watch = counter.box.watch(counter.receiver())
    (alert,) = counter.box.tell(watch)
    parcel = counter.next()
    assert parcel.message.alerts == (alert,)
    assert parcel.message.watches == {watch.id: watch}
    assert parcel.message.public_url == "https://tail.example"
    assert counter.fetch() == [], "it is under way"
    counter.end(parcel)
    (done,) = counter.box.deliveries()
    assert (done.state, done.attempts, done.done_at) == ("done", 1, counter.now)
    assert counter.fetch() == []


def test_what_was_told_later_waits_for_what_was_told_earlier(counter: Counter) -> None:
    hook, other = counter.receiver(), counter.receiver("other")
    one, two = counter.box.watch(hook, other), counter.box.watch(hook)
    first, of_two, second = (counter.box.tell(each)[0].id for each in (one, two, one))
    parcels = counter.fetch()
    assert counter.alerts(parcels) == [[first], [first], [of_two]]
    to_hook = next(parcel for parcel in parcels if parcel.message.receiver == hook)
    counter.end(next(each for each in parcels if each.message.alerts[0].id == of_two))
    counter.end(to_hook, error=FAILED)
    assert counter.fetch() == [], "the first is to be tried again"
    counter.wait(seconds=6)
    again = counter.next()
    assert counter.alerts([again]) == [[first]]
    assert again.message.id == to_hook.message.id
    counter.end(again)
    assert counter.alerts(counter.fetch()) == [[second]]


def test_a_refused_message_is_a_dead_letter_and_holds_up_nobody(counter: Counter) -> None:
    watch = counter.box.watch(counter.receiver())
    counter.box.tell(watch)
    counter.box.tell(watch)
    parcel = counter.next()
    counter.end(parcel, error=REFUSED)
    first, _ = counter.box.deliveries()
    assert (first.state, first.last_error, first.attempts) == ("dead", str(REFUSED), 1)
    second = counter.next()
    assert counter.resend(first.id)
    (again,) = counter.fetch()
    assert again.message.id == parcel.message.id
    assert again.message.alerts == parcel.message.alerts
    counter.end(again, error=FAILED)
    counter.end(second)
    assert counter.box.states() == ["waiting", "done"]
    counter.box.tell(watch)
    assert counter.fetch() == [], "one after the other, where it failed"
    counter.wait(seconds=6)
    counter.end(*counter.fetch())
    counter.end(*counter.fetch())
    assert counter.box.states() == ["done"] * 3


def test_after_three_days_it_is_given_up(counter: Counter) -> None:
    watch = counter.box.watch(counter.receiver())
    counter.box.tell(watch)
    began, tries = counter.now, 0
    while counter.box.states() == ["waiting"]:
        counter.fail()
        tries += 1
    assert timedelta(days=3) <= counter.now - began <= timedelta(days=3, hours=3)
    assert tries > 50
    (dead,) = counter.box.deliveries()
    assert (dead.state, dead.last_error, dead.attempts) == ("dead", "No answer.", tries)
    assert counter.resend(dead.id)
    counter.fail()
    assert counter.box.states() == ["waiting"], "it has three days again"


def test_a_receiver_that_fails_is_left_alone_and_then_asked_by_one(counter: Counter) -> None:
    hook, other = counter.receiver(), counter.receiver("other")
    counter.box.tell(*[counter.box.watch(hook) for _ in range(8)])
    counter.end(*counter.fetch(), error=FAILED)
    closed = counter.box.now(hook)
    assert closed.failures == 8
    assert closed.closed_until is not None
    late = counter.box.watch(hook, other)
    counter.box.tell(late)
    counter.wait(seconds=20)
    (parcel,) = counter.fetch()
    assert parcel.message.receiver == other
    counter.now = closed.closed_until
    asking = counter.next()
    assert counter.fetch() == []
    counter.end(asking, error=FAILED)
    longer = counter.box.now(hook).closed_until
    assert longer is not None
    assert longer - counter.now > closed.closed_until - counter.now
    counter.now = longer
    counter.end(counter.next())
    assert counter.box.now(hook).failures == 0
    assert len(counter.fetch()) == 8, "it is back: all that waited is due"


def test_a_receiver_that_asks_for_a_pause_gets_it(counter: Counter) -> None:
    hook = counter.receiver()
    counter.box.tell(*[counter.box.watch(hook) for _ in range(3)])
    first, second, third = counter.fetch()
    counter.end(first, error=DeliveryError("Too many (429).", retry_after_s=600))
    counter.end(second, error=FAILED)
    counter.end(third)
    assert counter.box.now(hook).failures == 0
    counter.box.tell(counter.box.watch(hook))
    counter.wait(seconds=599)
    assert counter.fetch() == []
    counter.wait(seconds=70)
    assert len(counter.fetch()) == 3


def test_gone_stops_the_receiver_until_its_owner_says_so(counter: Counter) -> None:
    hook = counter.receiver()
    watches = [counter.box.watch(hook) for _ in range(3)]
    counter.box.tell(*watches)
    first, second, third = counter.fetch()
    counter.end(first, error=GONE)
    assert counter.box.now(hook).stopped_because == str(GONE)
    counter.end(second)  # it was on its way
    counter.end(third, error=FAILED)
    counter.box.tell(watches[0])
    assert counter.box.states() == ["dead", "done", "dead", "dead"]
    counter.wait(days=1)
    assert counter.fetch() == []
    dead = [each for each in counter.box.deliveries() if each.state == "dead"]
    assert not counter.resend(dead[0].id), "it is stopped"
    with writing(counter.engine) as conn:
        assert receivers.resume(conn, hook.id)
    assert all(counter.resend(each.id) for each in dead)
    while parcels := counter.fetch():
        counter.end(*parcels)
    assert counter.box.states() == ["done"] * 4


def test_what_was_told_while_its_receiver_was_removed_is_buried(counter: Counter) -> None:
    hook = counter.receiver()
    counter.box.tell(counter.box.watch(hook))
    with writing(counter.engine) as conn:  # as if both had happened at once
        conn.exec_driver_sql("UPDATE receiver SET removed_at_us = 1")
    assert counter.fetch() == []
    assert counter.box.states() == ["waiting"]
    counter.clerk.bury(counter.lease)
    (dead,) = counter.box.deliveries()
    assert (dead.state, dead.last_error) == ("dead", receivers.REMOVED)


def test_a_digest_is_one_message_and_stays_what_it_was(counter: Counter) -> None:
    hook = counter.receiver()
    one, two = counter.box.watch(hook), counter.box.watch(hook)
    due_at = counter.now + timedelta(hours=1)
    told = [counter.box.tell(each, batch="hourly-13", due_at=due_at)[0].id for each in (one, two)]
    assert counter.fetch() == []
    counter.now = due_at
    parcel = counter.next()
    assert counter.alerts([parcel]) == [told]
    late = counter.box.tell(one, batch="hourly-13", due_at=due_at)[0].id
    counter.end(parcel, error=FAILED)
    counter.wait(seconds=6)
    again = counter.next()
    assert (again.message.id, again.message.alerts) == (parcel.message.id, parcel.message.alerts)
    counter.end(again)
    last = counter.next()
    assert counter.alerts([last]) == [[late]]
    assert last.message.id != parcel.message.id
    counter.end(last)
    assert counter.box.states() == ["done"] * 3


def test_a_long_digest_goes_in_parts_and_in_order(counter: Counter) -> None:
    watch = counter.box.watch(counter.receiver())
    told = [counter.box.tell(watch, batch="quiet-6")[0].id for _ in range(7)]
    parts = []
    while parcels := counter.fetch():
        parts += parcels
        counter.end(*parcels)
    assert counter.alerts(parts) == [told[:3], told[3:6], told[6:]]
    assert len({part.message.id for part in parts}) == 3


def test_a_digest_takes_nobody_past_what_waits_before(counter: Counter) -> None:
    hook = counter.receiver()
    one, two = counter.box.watch(hook), counter.box.watch(hook)
    first = counter.box.tell(one)[0].id
    in_digest = counter.box.tell(one, batch="hourly-13")[0].id
    of_two = counter.box.tell(two, batch="hourly-13")[0].id
    parcels = counter.fetch()
    assert counter.alerts(parcels) == [[first], [of_two]]
    counter.end(*parcels)
    assert counter.alerts(counter.fetch()) == [[in_digest]]


def test_a_digest_that_goes_early_leaves_other_watches_their_quiet_hours(counter: Counter) -> None:
    hook = counter.receiver()
    one, two = counter.box.watch(hook), counter.box.watch(hook)
    morning = counter.now + timedelta(hours=9)
    early, of_two = (
        counter.box.tell(each, batch="quiet-21", due_at=morning)[0].id for each in (one, two)
    )
    urgent = counter.box.tell(one)[0].id  # the owner of the first has given its quiet hours up
    parcel = counter.next()
    assert counter.alerts([parcel]) == [[early]]
    counter.end(parcel)
    parcel = counter.next()
    assert counter.alerts([parcel]) == [[urgent]]
    counter.end(parcel)
    assert counter.fetch() == []
    counter.now = morning
    assert counter.alerts(counter.fetch()) == [[of_two]]


def test_all_of_a_dead_digest_is_sent_again_as_it_was(counter: Counter) -> None:
    watch = counter.box.watch(counter.receiver())
    for _ in range(2):
        counter.box.tell(watch, batch="quiet-6")
    parcel = counter.next()
    counter.end(parcel, error=REFUSED)
    counter.box.tell(watch, batch="quiet-6")
    assert counter.resend(parcel.deliveries[1].id)
    again = next(each for each in counter.fetch() if each.message.id == parcel.message.id)
    assert again.message.alerts == parcel.message.alerts


def test_a_digest_that_is_given_up_holds_up_nobody(counter: Counter) -> None:
    watch = counter.box.watch(counter.receiver())
    early = counter.box.tell(watch, batch="daily-8", due_at=counter.now + timedelta(days=1))[0].id
    urgent = counter.box.tell(watch)[0].id
    parcel = counter.next()
    assert counter.alerts([parcel]) == [[early]]
    counter.end(parcel)
    assert counter.alerts(counter.fetch()) == [[urgent]]


def test_room_is_kept_for_those_who_do_not_fail(counter: Counter) -> None:
    bad, good = counter.receiver(), counter.receiver("good")
    counter.box.tell(*[counter.box.watch(bad, good) for _ in range(5)])
    counter.end(
        next(parcel for parcel in counter.fetch() if parcel.message.receiver == bad), error=FAILED
    )
    counter.under_way.clear()
    counter.wait(seconds=6)
    parcels = counter.fetch(free=3, free_slow=0)
    assert [parcel.message.receiver for parcel in parcels] == [good] * 3
    assert len(counter.fetch(free=0, free_slow=9)) == 1


def test_whoever_has_lost_the_lease_writes_nothing(counter: Counter) -> None:
    hook = counter.receiver()
    watch = counter.box.watch(hook)
    counter.box.tell(watch, counter.box.watch(hook))
    one, two = counter.fetch()
    before = counter.box.deliveries(), counter.box.now(hook)
    counter.taken("another", after_s=61)
    results = [Result(parcel=one), Result(parcel=two, error=GONE)]
    with pytest.raises(LeaseLost):
        counter.clerk.write(results, counter.lease)
    with pytest.raises(LeaseLost):
        counter.clerk.bury(counter.lease)
    with pytest.raises(LeaseLost):
        counter.clerk.fetch(Room(free=9, free_slow=9), counter.lease)
    assert (counter.box.deliveries(), counter.box.now(hook)) == before


def test_another_owner_cannot_resend(counter: Counter) -> None:
    counter.box.tell(counter.box.watch(counter.receiver()))
    counter.end(counter.next(), error=REFUSED)
    (dead,) = counter.box.deliveries()
    with writing(counter.engine) as conn:
        assert not deliveries.resend(conn, dead.id, owner="somebody", now=counter.now)
    assert counter.box.states() == ["dead"]
