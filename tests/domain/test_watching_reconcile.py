"""What was told against what is known: stories are continued, corrected and withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from schemas.movements import Movement
from schemas.watching import Alert, Watch
from service.domain.watching.checks import verdict_changed
from service.domain.watching.differences import because, differ
from service.domain.watching.known import Known, Other
from service.domain.watching.reconcile import reconcile, stories
from service.domain.watching.telling import tellings
from service.domain.watching.triggers import occasions
from tests.domain.watched import AIRPORTS, Book, at, by, heard, known, moved, squawked, watch

LOST = "lost_low"
WATCH = watch("takeoff", "landing", "off_airport")


def live(book: Book, watch: Watch, held: Known) -> list[Alert]:
    """Tell what there is to tell, and that there is nothing more to say then."""
    new = book.tell(tellings(watch, held, book.alerts, AIRPORTS))
    assert tellings(watch, held, book.alerts[::-1], AIRPORTS) == ()
    return new


def told(watch: Watch, *known_then: Known | tuple[Movement, ...]) -> list[list[Alert]]:
    """What is told each time as knowledge changes."""
    book = Book()
    return [
        live(book, watch, held if isinstance(held, Known) else known(*held)) for held in known_then
    ]


def forms(each: list[list[Alert]]) -> list[str]:
    """The forms of what was told each time."""
    return [" ".join(alert.form for alert in alerts) for alerts in each]


A, B = moved(0), moved(100, move="takeoff")
TABLE: dict[str, tuple[list[tuple[Movement, ...]], list[str]]] = {
    "one landing": ([(A,)], ["new"]),
    "then its take-off": ([(A,), (A, B)], ["new", "new"]),
    "both at once": ([(A, B)], ["new new"]),
    "the same again": ([(A,), (A,), (A,)], ["new", "", ""]),
    "another source": ([(A,), (A, by(moved(3), "b"))], ["new", ""]),
    "another source, then only that": ([(A,), (by(moved(3), "b"),)], ["new", ""]),
    "derived again, minutes off": ([(A,), (moved(9),)], ["new", ""]),
    "derived again, more off": ([(A,), (moved(12),)], ["new", "correction"]),
    "minutes and minutes more": ([(A,), (moved(9),), (moved(18),)], ["new", "", "correction"]),
    "inferred, then seen": ([(moved(0, method=LOST),), (moved(2),)], ["new", "correction"]),
    "seen, then only inferred": ([(A,), (moved(2, method=LOST),)], ["new", "correction"]),
    "another airport": ([(A,), (moved(1, "UMMM"),)], ["new", "correction"]),
    "not known where, then known": (
        [(moved(0, None, method=LOST, rivals=("UMMS", "UMMM")),), (moved(1, method=LOST),)],
        ["new", "correction"],
    ),
    "vanished": ([(A,), ()], ["new", "withdrawal"]),
    "vanished and back": ([(A,), (), (A,)], ["new", "withdrawal", "correction"]),
    "vanished, back, vanished": (
        [(A,), (), (A,), ()],
        ["new", "withdrawal", "correction", "withdrawal"],
    ),
    "there and back": (
        [(A,), (moved(0, "UMMM"),), (A,), (moved(0, "UMMM"),)],
        ["new", "correction", "correction", "correction"],
    ),
    "the landing was a take-off": ([(A,), (moved(0, move="takeoff"),)], ["new", "new withdrawal"]),
    "two were one": (
        [(A, moved(30, source="b", method=LOST, within=(25, 60))), (A,)],
        ["new new", "withdrawal"],
    ),
    "one was two": ([(A,), (moved(-4), moved(4))], ["new", "new"]),
    "circuits": ([(A,), (A, moved(8)), (A, moved(8), moved(16))], ["new", "new", "new"]),
    "forged after all": ([(A,), (moved(0, marks=("spoof_suspected",)),)], ["new", "correction"]),
    "hours off is another one": ([(A,), (moved(300),)], ["new", "withdrawal new"]),
}


@pytest.mark.parametrize(("known_then", "expected"), TABLE.values(), ids=TABLE.keys())
def test_told(known_then: list[tuple[Movement, ...]], expected: list[str]) -> None:
    each = told(WATCH, *known_then)
    assert [sorted(one.split()) for one in forms(each)] == [sorted(x.split()) for x in expected]
    every = [alert for alerts in each for alert in alerts]
    assert all((alert.form == "new") == (alert.refers_to is None) for alert in every)
    assert all((alert.form == "new") == (alert.because == "") for alert in every)
    firsts = {alert.id for alert in every if alert.form == "new"}
    assert all(alert.refers_to in firsts for alert in every if alert.form != "new")


BECAUSE: list[tuple[tuple[Movement, ...], tuple[Movement, ...], str]] = [
    ((A,), (moved(0, "UMMM"),), "It was at UMMM, not at UMMS."),
    ((A,), (moved(12),), "It was at 2024-03-01 12:12 UTC, not at 2024-03-01 12:00 UTC."),
    ((moved(0, method=LOST),), (A,), "It was observed, not only inferred."),
    ((A,), (moved(0, method=LOST),), "It is only inferred by what is known now, not observed."),
    ((A,), (), "What is known now no longer shows this landing."),
    (
        (A,),
        (moved(0, None, near="UMMS", marks=("off_airport",)),),
        "It was off any airport, not at UMMS. It is a landing off any airport.",
    ),
    (
        (A,),
        (moved(0, marks=("spoof_suspected",)),),
        "There are signs that its positions are not to be trusted.",
    ),
    (
        (A, moved(30, source="b", method=LOST, within=(25, 60))),
        (A,),
        "It is the same landing as alert 1 tells of, not another one.",
    ),
]


@pytest.mark.parametrize(("before", "after", "because"), BECAUSE)
def test_because(before: tuple[Movement, ...], after: tuple[Movement, ...], because: str) -> None:
    assert [alert.because for alert in told(WATCH, before, after)[1]] == [because]


def test_a_withdrawal_carries_what_is_withdrawn_and_a_correction_what_is_known() -> None:
    (new,), (correction,), (withdrawal,) = told(WATCH, (A,), (moved(0, "UMMM"),), ())
    assert correction.occasion.airport == "UMMM"
    assert withdrawal.occasion == correction.occasion
    assert {correction.refers_to, withdrawal.refers_to} == {new.id}


def test_at_another_place_than_asked_for_is_withdrawn_and_says_where() -> None:
    asked = watch("landing", at=("UMMS",))
    _, (withdrawal,) = told(asked, (A,), (moved(0, "UMMM"),))
    assert withdrawal.form == "withdrawal"
    assert withdrawal.because == (
        "It was at UMMM, not at UMMS. This watch does not ask for that place."
    )


def test_no_first_visit_after_all() -> None:
    asked = watch("landing", "first_visit")
    before = known(A)
    after = known(A, visited_before=frozenset({"UMMS"}))
    _, (correction,), (again,) = told(asked, before, after, before)
    assert (correction.occasion.trigger, correction.occasion.also) == ("landing", ())
    assert correction.because == "It is not a first known visit."
    assert again.because == "It is a first known visit."


def asks(since: float | None = None, **wishes: Any) -> Watch:
    """The same watch with other wishes."""
    triggers = wishes.pop("triggers", ("takeoff", "landing", "off_airport"))
    return watch(*triggers, since=None if since is None else at(since), **wishes)


def test_what_stands_is_corrected_before_what_was_withdrawn_is_told_again() -> None:
    each = told(WATCH, (A,), (), (moved(40),), (moved(12),))
    assert forms(each) == ["new", "withdrawal", "new", "correction"]
    assert each[3][0].refers_to == each[2][0].id


def test_two_stories_never_swap_what_they_are_about() -> None:
    """At one time and place, one observed and one inferred: whose is whose stays settled."""
    both = (moved(-32, "UMMM"), moved(-32, "UMMM", method=LOST))
    each = told(WATCH, (A,), both, both)  # `live` looks whether there is more to say
    assert forms(each) == ["new", "new correction", ""]


class TestChangedWishes:
    """A watch that asks for something else tells nothing of the past, and takes nothing back."""

    def test_a_trigger_more(self) -> None:
        book = Book()
        live(book, asks(triggers=("takeoff",)), known(A, B))
        more = asks(200)
        assert live(book, more, known(A, B)) == []
        (new,) = live(book, more, known(A, B, moved(300)))
        assert new.occasion.at == at(300)

    @pytest.mark.parametrize(
        "wishes",
        [{"triggers": ("takeoff",)}, {"at": ("EVRA",)}, {"min_grade": "observed"}],
        ids=str,
    )
    def test_what_is_no_longer_asked_for_stands(self, wishes: dict[str, Any]) -> None:
        landing = moved(0, method=LOST)
        book = Book()
        live(book, asks(), known(landing))
        assert live(book, asks(200, **wishes), known(landing)) == []
        (withdrawal,) = live(book, asks(200, **wishes), known())
        assert withdrawal.form == "withdrawal"

    def test_and_what_is_wrong_does_not(self) -> None:
        book = Book()
        live(book, asks(), known(A))
        (withdrawal,) = live(book, asks(200, triggers=("takeoff",)), known(moved(0, "EVRA")))
        assert withdrawal.form == "withdrawal"
        assert withdrawal.because.startswith("It was at EVRA, not at UMMS.")

    def test_other_kinds_stand_when_they_are_not_looked_at(self) -> None:
        book = Book()
        held = known(heard=(heard(0, 30),), looked_until={"a": at(90)})
        live(book, watch("signal_lost"), held)
        assert live(book, watch("landing", since=at(100)), known()) == []

    def test_a_special_trigger_more_corrects_nothing_old(self) -> None:
        book = Book()
        live(book, asks(), known(A))
        both = asks(200, triggers=("landing", "first_visit"))
        assert live(book, both, known(A)) == []


def test_before_since_nothing_is_looked_at() -> None:
    book = Book()
    live(book, WATCH, known(A, moved(300)))
    later = known(moved(300), moved(60, "EVRA"), since=at(200))
    assert live(book, WATCH, later) == []
    moved_on = known(moved(0, "UMMM"), moved(330, method=LOST), since=at(200))
    (correction,) = live(book, WATCH, moved_on)
    assert correction.occasion.at == at(330)


def test_a_time_that_shifts_over_since_is_still_the_same_story() -> None:
    book = Book()
    live(book, WATCH, known(A))
    assert live(book, WATCH, known(moved(-5), since=at(-2))) == []
    assert live(book, WATCH, known(moved(5), since=at(2))) == []


class TestSigns:
    """Losses of signal and reappearances."""

    LOST = watch("signal_lost")

    @staticmethod
    def lost(*spans: Any, until: float) -> Known:
        return known(heard=spans, looked_until={"a": at(until), "b": at(until)})

    def test_heard_again(self) -> None:
        first = heard(0, 30)
        new, still, (withdrawal,), (other,) = told(
            self.LOST,
            self.lost(first, until=60),
            self.lost(first, until=120),
            self.lost(first, heard(300, 320), until=321),
            self.lost(first, heard(300, 320), until=360),
        )
        assert ([alert.form for alert in new], still) == (["new"], [])
        assert withdrawal.form == "withdrawal"
        assert withdrawal.because == "It was heard again at 2024-03-01 17:00 UTC."
        assert (other.form, other.occasion.at) == ("new", at(320))

    def test_another_source_heard_it_on(self) -> None:
        first, on = heard(0, 30), heard(25, 50, source="b")
        _, (withdrawal,), (again,) = told(
            self.LOST,
            self.lost(first, until=60),
            self.lost(first, on, until=60),
            self.lost(first, on, until=90),
        )
        assert withdrawal.because == (
            "It was at 2024-03-01 12:50 UTC, not at 2024-03-01 12:30 UTC."
            " Nobody has asked for it in vain for 30 minutes."
        )
        assert (again.form, again.occasion.at) == ("correction", at(50))

    def test_it_landed_there(self) -> None:
        both = watch("signal_lost", "landing")
        first = heard(0, 30)
        _, later = told(
            both,
            self.lost(first, until=60),
            known(
                moved(33, method=LOST, within=(30, 60)), heard=(first,), looked_until={"a": at(60)}
            ),
        )
        assert sorted(alert.form for alert in later) == ["new", "withdrawal"]
        assert {alert.because for alert in later} == {
            "",
            "It probably landed at about 2024-03-01 12:33 UTC.",
        }

    def test_what_has_no_grade_is_not_corrected_for_it(self) -> None:
        """Losses of signal were once told as observed."""
        held = self.lost(heard(0, 30), until=60)
        (now,) = occasions(self.LOST, held, AIRPORTS)
        assert now.grade == "inferred"
        as_told = replace(now, grade="observed")
        assert not differ(as_told, now)
        assert because(as_told, now) == ""
        landed, fit = (replace(each, move="landing") for each in (as_told, now))
        assert differ(landed, fit)

    def test_an_earlier_sign_of_the_same_reappearance(self) -> None:
        before = at(-20 * 1440)
        late = known(heard=(heard(0, 30),), last_heard_before=before)
        earlier = known(
            heard=(heard(0, 30), heard(-300, -280, source="b")), last_heard_before=before
        )
        (new,), (correction,) = told(watch("reappeared"), late, earlier)
        assert (new.occasion.at, correction.occasion.at) == (at(0), at(-300))


def test_emergencies_and_meetings_are_continued_too() -> None:
    asked = watch("emergency", "meeting")
    other = Other(icao24="14fc0c", registration="RA-64524", movements=(moved(-60),))
    leaves = Other(
        icao24="14fc0c",
        registration="RA-64524",
        movements=(moved(-60), moved(-20, move="takeoff")),
    )
    each = told(
        asked,
        known(A, others=(other,), emergencies=(squawked(-90, -80),)),
        known(A, others=(other,), emergencies=(squawked(-90, -80), squawked(-92, -81, source="b"))),
        known(A, others=(leaves,), emergencies=(squawked(-130, -81, source="b"),)),
    )
    assert forms(each) == ["new new", "", "correction withdrawal"]
    assert each[2][1].because == "What is known now no longer shows this meeting."


def test_each_change_of_an_answer_is_told_for_itself() -> None:
    changes = [
        verdict_changed(check_id="c", at=at(n), question="?", before="Seen there", after="No")
        for n in (0, 1)
    ]
    book = Book()
    for now in (changes[:1], changes, changes):
        book.tell(reconcile(stories(book.alerts), now))
    assert [alert.form for alert in book.alerts] == ["new", "new"]


def test_equal_happenings_of_one_source_are_told_under_keys_of_their_own() -> None:
    twin = moved(0, height_ft=1.0)
    book = Book()
    assert len(live(book, WATCH, known(A, twin))) == 2
    assert live(book, WATCH, known(A, twin)) == []
    assert len(live(book, WATCH, known(A))) == 1


def test_stories_in_any_order() -> None:
    book = Book()
    for held in ((A,), (A, B), (B,), (A, B)):
        live(book, WATCH, known(*held))
    found = stories(book.alerts)
    assert found == stories(book.alerts[::-1])
    assert [(story.first.id, story.tellings, story.stands) for story in found] == [
        (1, 3, True),
        (2, 1, True),
    ]
