"""A flight that is polled, and what its watch is told while and after it happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters._contract import Wanted
from schemas.records import Track
from schemas.verdicts import Interval
from schemas.watching import Wishes
from service.domain.track import take
from service.ingest.asking import ask_source
from service.ingest.derivation import day_bounds
from service.ingest.rederiving import rederive
from service.ingest.telling.lost import CatchingUp
from service.sealing import PLAIN, Sealer, new_key
from service.storage.codec import from_us
from service.storage.database import Engine
from tests.adapters.traces import packed, trace_of
from tests.ingest.polling import Poller, flight, polling
from tests.ingest.telling import alerts, brief, follow
from tests.upstream import World
from tests.upstream.sky import flown

WHOLE = flight(15, "DH8D")
"""Half an hour, from Johannesburg and back."""
US, FIELD = WHOLE.icao24, "FAOR"
BEGINS = from_us(int(WHOLE.t_us[0])) - timedelta(minutes=2)
ENDS = from_us(int(WHOLE.t_us[-1])) + timedelta(minutes=6)


def history(poller: Poller) -> None:
    """A day later the archive has the whole trace."""
    poller.up.world.traces[BEGINS.date(), US] = packed(trace_of(WHOLE))
    poller.clock.move(days=1, hours=7)
    t_from, t_to = day_bounds(BEGINS.date())
    asked = ask_source(
        poller.desk,
        poller.fetcher,
        poller.sites["adsblol_history"],
        Wanted.on(BEGINS.date(), icao24=frozenset((US,))),
        {},
        targets=[US],
        window=Interval(t_from=t_from, t_to=t_to),
    )
    assert [row.outcome for row in asked.ledger] == ["data"]


@pytest.mark.parametrize("sealed", [False, True])
def test_one_takeoff_and_one_landing_whoever_tells_of_them_again(
    database: Engine, tmp_path: Path, sealed: bool
) -> None:
    with polling(database, tmp_path, World(sky=flown([WHOLE])), BEGINS) as poller:
        poller.desk = replace(poller.desk, sealer=Sealer(new_key()) if sealed else PLAIN)
        follow(poller.desk, US, since=BEGINS)
        turn = poller.turn("adsblol")
        poller.until(turn, BEGINS + timedelta(minutes=15))
        assert brief(alerts(poller.desk)) == [("new", "takeoff", FIELD)]
        poller.desk = replace(poller.desk)  # killed, and another worker takes over
        turn = poller.turn("adsblol", holder="b")
        poller.until(turn, ENDS)
        turn.close()
        told = alerts(poller.desk)
        assert brief(told) == [("new", "takeoff", FIELD), ("new", "landing", FIELD)]
        assert [alert.occasion.grade for alert in told] == ["observed"] * 2

        history(poller)
        assert not [redone.why for redone in rederive(poller.desk, everything=True) if redone.why]
        assert CatchingUp(replace(poller.desk)).step() == 0
        assert alerts(poller.desk) == told


def test_who_flies_on_out_of_hearing_is_told_as_lost(database: Engine, tmp_path: Path) -> None:
    short = take(WHOLE, WHOLE.t_us < WHOLE.t_us[0] + 14 * 60_000_000)
    assert not short.on_ground[-1]
    last = from_us(int(short.t_us[-1]))
    with polling(database, tmp_path, World(sky=flown([short])), BEGINS) as poller:
        wishes = Wishes(triggers=frozenset({"signal_lost"}))
        follow(poller.desk, US, since=BEGINS, wishes=wishes)
        turn, catching_up = poller.turn("adsblol"), CatchingUp(poller.desk)
        poller.until(turn, last + timedelta(minutes=25), lambda: _none(catching_up.step()))
        assert not alerts(poller.desk)
        poller.until(turn, last + timedelta(minutes=45), lambda: _none(catching_up.step()))
        (alert,) = alerts(poller.desk)
        assert (alert.occasion.trigger, alert.occasion.at) == ("signal_lost", last)


def test_an_emergency_is_told_while_it_lasts(database: Engine, tmp_path: Path) -> None:
    """Long before the next derivation is due."""
    begins = from_us(int(WHOLE.t_us[0])) + timedelta(minutes=13)
    said = [(int(WHOLE.t_us[0]), "1234"), (int(begins.timestamp() * 1e6), "7700")]
    with polling(database, tmp_path, World(sky=flown([squawking(WHOLE, said)])), BEGINS) as poller:
        follow(poller.desk, US, since=BEGINS)
        poller.until(poller.turn("adsblol"), begins + timedelta(minutes=3))
        found = [a for a in alerts(poller.desk) if a.occasion.trigger == "emergency"]
    assert [alert.occasion.other for alert in found] == ["7700"]
    assert found[0].created_at - begins < timedelta(seconds=100)


def squawking(track: Track, said: list[tuple[int, str]]) -> Track:
    return replace(track, squawks=tuple(said))


def _none(_: object) -> None:
    return None
