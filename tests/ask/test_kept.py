"""Kept checks: every turn of an answer leaves a history that can be read, once."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Engine

from schemas.verdicts import READS, VerdictWord
from service.ask.check import check as ask
from service.ask.document import verdict_json
from service.ask.kept import Told, keep, revise, verdict_of
from service.errors import BadInput, Conflict, UnknownAircraft
from service.notify.policy import Policy
from service.sealing import Sealer, new_key
from service.storage.database import reading, writing
from service.storage.kept_checks import check_ids
from service.storage.leases import LeaseLost
from service.storage.watches import change, remove
from tests.ask.keeping import EVIDENCE, World, question, registration, world_on
from tests.domain.cases import DAY, MINSK, at, on, parked, span

WORDS: tuple[VerdictWord, ...] = get_args(VerdictWord)
TURNS = tuple(permutations(WORDS, 2))
TO_THE_LIST = Told(policy=Policy())


@pytest.fixture
def world(database: Engine, tmp_path: Path) -> World:
    return world_on(database, tmp_path)


def test_every_verdict_turns_into_every_other_and_the_history_can_be_read(world: World) -> None:
    """Late data of any kind, evidence superseded by a better derivation included."""
    assert len(TURNS) == 56
    for number, (before, after) in enumerate(TURNS):
        _turn(world, number, before, after)
    assert len(world.alerts()) == len(TURNS)


def _turn(world: World, number: int, before: VerdictWord, after: VerdictWord) -> None:
    desk = world.desk
    world.becomes(number, before)
    said = ask(desk, aircraft=registration(number), airport="UMMS", on=DAY)
    assert said.verdict == before
    check = keep(desk, question(number), told=TO_THE_LIST).check
    (first,) = world.history(check.id)
    assert first.document == verdict_json(said)
    assert (first.number, first.because) == (1, "")

    world.clock.passes(hours=1)
    assert revise(desk, check) is None
    world.clock.passes(hours=1)
    world.becomes(number, after)
    added = revise(desk, check)

    assert added is not None
    history = world.history(check.id)
    assert history == (first, added)
    assert verdict_of(added).verdict == after, (before, after)
    assert added.at == verdict_of(added).as_of == world.clock()
    because = added.because
    was, now = because.index(f"Then: “{READS[before]}”"), because.index(f"Now: “{READS[after]}”")
    assert was < now
    assert said.reasons[0].text in because
    assert verdict_of(added).reasons[0].text in because
    assert because.endswith((".", "”."))
    assert because.isprintable()
    assert world.alerts()[-1].because == because
    told = world.alerts()[-1].occasion
    assert (told.trigger, told.other) == ("verdict_changed", check.id)
    assert (told.grade == "observed") == (after == "observed")
    assert f"“{READS[before]}" in told.words
    assert f"“{READS[after]}" in told.words
    world.clock.passes(hours=1)
    assert revise(desk, check) is None
    assert world.history(check.id) == history


def test_an_answer_that_comes_and_goes_keeps_every_step(world: World) -> None:
    world.becomes(1, "no_data")
    check = keep(world.desk, question(1)).check
    steps: list[VerdictWord] = ["observed", "consistent", "observed", "elsewhere", "no_data"]
    for word in steps:
        world.clock.passes(days=1)
        world.becomes(1, word)
        assert revise(world.desk, check) is not None

    history = world.history(check.id)
    assert [revision.number for revision in history] == [1, 2, 3, 4, 5, 6]
    assert [verdict_of(revision).verdict for revision in history] == ["no_data", *steps]
    assert "Rests no longer on: positions on the ground, a track (adsblol)" in history[2].because
    assert world.alerts() == ()  # nobody watches it


def test_what_merely_repeats_is_no_revision(world: World) -> None:
    world.becomes(1, "not_seen")
    check = keep(world.desk, question(1)).check
    for _ in range(3):
        world.clock.passes(hours=1)
        world.asks_again(1)
        world.is_named(1, "opensky_aircraftdb", "press")
        assert revise(world.desk, check) is None
    assert len(world.history(check.id)) == 1


def test_a_stronger_and_a_weaker_answer_are_told_alike(world: World) -> None:
    world.becomes(1, "observed")
    check = keep(world.desk, question(1), told=TO_THE_LIST).check
    second = (
        span(at("12:00"), at("12:05"), source="opensky", air_change_in=True),
        parked(at("11:55"), at("12:10"), on(MINSK), "opensky"),
    )
    for items in ((*EVIDENCE["observed"], *second), EVIDENCE["observed"]):
        world.clock.passes(hours=1)
        world.holds(1, *items)
        assert revise(world.desk, check) is not None

    _, stronger, weaker = world.history(check.id)
    assert "and stronger: then single source, now corroborated" in stronger.because
    assert "New: positions on the ground, a track (opensky)" in stronger.because
    assert "but weaker: then corroborated, now single source" in weaker.because
    assert "Rests no longer on: positions on the ground, a track (opensky)" in weaker.because
    words = [alert.occasion.words for alert in world.alerts()]
    assert "(single source)” to “Seen there (corroborated)”" in words[0]
    assert "(corroborated)” to “Seen there (single source)”" in words[1]


def test_before_the_day_is_over_only_another_answer_counts(world: World) -> None:
    """An aircraft that stands there all day would else be told of every ten minutes."""
    world.clock.now = at("12:10")
    world.becomes(1, "observed")
    check = keep(world.desk, question(1)).check
    for minute in (20, 30, 40):
        world.clock.now = at(f"12:{minute}")
        _on_the_ground_until(world, minute)
        assert revise(world.desk, check) is None
    world.becomes(1, "near")
    assert revise(world.desk, check) is not None
    _on_the_ground_until(world, 40)
    assert revise(world.desk, check) is not None
    _on_the_ground_until(world, 50)
    assert revise(world.desk, check) is None
    world.clock.now = at("21:00")

    assert revise(world.desk, check) is not None
    history = world.history(check.id)
    assert [verdict_of(each).verdict for each in history] == ["observed", "near"] + 2 * ["observed"]
    assert history[-1].because.startswith("Still “Seen there”. Then: ")
    assert "12:50" in verdict_of(history[-1]).sentence


def _on_the_ground_until(world: World, minute: int) -> None:
    world.holds(
        1,
        span(at("12:00"), at(f"12:{minute}"), air_change_in=True),
        parked(at("11:55"), at(f"12:{minute}"), on(MINSK)),
    )


def _at_once(*work: object) -> list[object]:
    """What each of these does, begun at one moment in threads of their own."""
    gate = threading.Barrier(len(work))
    done: list[object] = [None] * len(work)

    def run(place: int, one: object) -> None:
        gate.wait()
        try:
            done[place] = one()  # type: ignore[operator]
        except Exception as error:
            done[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_two_that_ask_again_at_once_add_one_answer_and_tell_once(world: World) -> None:
    world.becomes(1, "no_data")
    check = keep(world.desk, question(1), told=TO_THE_LIST).check
    words: list[VerdictWord] = ["observed", "elsewhere", "near", "consistent"] * 2
    for number, word in enumerate(words, 2):
        world.clock.passes(hours=1)
        world.becomes(1, word)
        done = _at_once(*[lambda: revise(world.desk, check)] * 4)
        assert [type(each).__name__ for each in done if each is not None] == ["Revision"], done
        assert len(world.history(check.id)) == number
        assert len(world.alerts()) == number - 1


def test_one_key_keeps_one_check(world: World) -> None:
    world.becomes(1, "observed")
    first = keep(world.desk, question(1), once="k", told=TO_THE_LIST)
    world.clock.passes(hours=1)
    world.becomes(1, "near")
    again = keep(world.desk, question(1), once="k", told=TO_THE_LIST)

    assert (first.is_new, again.is_new) == (True, False)
    assert (again.check, again.watch) == (first.check, first.watch)
    assert keep(world.desk, question(1), once="k", owner="another").is_new
    assert keep(world.desk, question(1)).is_new
    with pytest.raises(Conflict, match="another question"):
        keep(world.desk, replace(question(1), airport="UUWW"), once="k", told=TO_THE_LIST)
    with pytest.raises(Conflict, match="another question"):
        keep(world.desk, question(1), once="k")
    with reading(world.desk.engine) as conn:
        assert len(check_ids(conn)) == 3


def test_one_key_at_once_keeps_one_check(world: World) -> None:
    world.becomes(1, "observed")
    for number in range(6):
        done = _at_once(
            *[lambda: keep(world.desk, question(1), once=f"k{number}", told=TO_THE_LIST)] * 3,  # noqa: B023
            lambda: keep(world.desk, question(2), once=f"k{number}"),  # noqa: B023
        )
        kept = [each for each in done if not isinstance(each, Conflict)]
        assert len({each.check.id for each in kept}) == 1, done  # type: ignore[attr-defined]
        assert sum(each.is_new for each in kept) == 1  # type: ignore[attr-defined]
        assert len(kept) in (1, 3)
    with reading(world.desk.engine) as conn:
        assert len(check_ids(conn)) == 6


def test_what_cannot_be_asked_is_not_kept(world: World) -> None:
    asked = question(1)
    for wrong, error in (
        (replace(asked, aircraft="zzzzzz"), UnknownAircraft),
        (replace(asked, airport="Atlantis"), BadInput),
        (replace(asked, date="2024-02-30"), BadInput),
        (replace(asked, date="2034-02-20"), BadInput),
        (replace(asked, zone="Europe/Atlantis"), BadInput),
    ):
        with pytest.raises(error):
            keep(world.desk, wrong)
    for once in ("k" * 201, "ключ", "a\nb"):
        with pytest.raises(BadInput, match="Idempotency-Key"):
            keep(world.desk, asked, once=once)
    with pytest.raises(BadInput):
        keep(world.desk, asked, told=Told(policy=Policy(), to=["ftp://nowhere.example"]))
    with reading(world.desk.engine) as conn:
        assert check_ids(conn) == ()


def test_a_name_is_kept_as_the_airport_that_it_meant(world: World) -> None:
    kept = keep(world.desk, replace(question(1), airport="Minsk National"))
    assert kept.check.asked.airport == "UMMS"


def test_who_asks_for_what_was_observed_is_told_of_every_change(world: World) -> None:
    world.becomes(1, "observed")
    kept = keep(world.desk, question(1), told=TO_THE_LIST)
    assert kept.watch is not None
    wishes = replace(kept.watch.wishes, min_grade="observed")
    with writing(world.desk.engine) as conn:
        change(conn, world.desk.sealer, replace(kept.watch, wishes=wishes), now=world.clock())
    world.clock.passes(hours=1)
    world.becomes(1, "near")

    assert revise(world.desk, kept.check) is not None
    assert [alert.occasion.grade for alert in world.alerts()] == ["inferred"]


def test_a_watch_that_ended_is_told_nothing(world: World) -> None:
    world.becomes(1, "no_data")
    kept = keep(world.desk, question(1), told=TO_THE_LIST)
    assert kept.watch is not None
    world.clock.passes(hours=1)
    with writing(world.desk.engine) as conn:
        remove(conn, kept.watch.id, now=world.clock())
    world.becomes(1, "near")

    assert revise(world.desk, kept.check) is not None
    assert world.alerts() == ()


def test_whoever_lost_the_lease_writes_nothing(world: World) -> None:
    world.becomes(1, "no_data")
    check = keep(world.desk, question(1), told=TO_THE_LIST).check
    world.becomes(1, "near")

    def lost(_: object) -> None:
        raise LeaseLost("Another worker has it.")

    with pytest.raises(LeaseLost):
        revise(world.desk, check, lost)
    assert len(world.history(check.id)) == 1
    assert world.alerts() == ()


@pytest.fixture
def sealed(world: World) -> World:
    return replace(world, desk=replace(world.desk, sealer=Sealer(new_key())))


def test_a_sealed_history_is_the_same(sealed: World) -> None:
    _turn(sealed, 1, "no_data", "observed")
    _turn(sealed, 2, "observed", "conflicting")
