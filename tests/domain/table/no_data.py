"""Can't tell, and why."""

from __future__ import annotations

from datetime import date, timedelta

from schemas.sources import Reach
from tests.domain.asking import ask, asked, source
from tests.domain.cases import HEATHROW, NOW, at, on, parked, span
from tests.domain.rows import row

REACHES = {"adsblol": source(reach=Reach(first_day=date(2023, 1, 1)))}
TOO_OLD = {"adsblol": source(reach=Reach(first_day=date(2024, 6, 1)))}
ROLLING = {"adsblol": source(reach=Reach(days_back=21))}


ROWS = (
    row(
        "nothing is known and nobody was asked",
        ask(),
        "no_data none",
        "not_asked",
        possible=(True,),
        kinds="",
        says=("cannot tell whether",),
    ),
    row(
        "looked for, nothing received",
        ask(asked("empty")),
        "no_data none",
        "aircraft_silent",
        says=("it was looked for",),
    ),
    row(
        "looked for by one source, another was down",
        ask(asked("empty"), asked("failed", source="opensky")),
        "no_data none",
        "aircraft_silent",
    ),
    row(
        "looked for in part, the rest failed",
        ask(asked("empty", at("20:00", 9), at("10:00")), asked("failed", at("10:00"), at("25:00"))),
        "no_data none",
        "source_down",
        says=("(adsblol)",),
    ),
    row(
        "looked for in part, the rest too early",
        ask(
            asked("empty", at("20:00", 9), at("10:00")),
            asked("too_early", at("10:00"), at("25:00")),
        ),
        "no_data none",
        "too_early",
    ),
    row(
        "looked for in part, the rest not at all",
        ask(asked("empty", at("20:00", 9), at("10:00"))),
        "no_data none",
        "aircraft_silent",
    ),
    row(
        "down and too early",
        ask(asked("refused"), asked("too_early", source="opensky")),
        "no_data none",
        "source_down",
    ),
    row(
        "looked for on the day before only",
        ask(asked("empty", at("00:00", 9), at("21:00", 9))),
        "no_data none",
        "not_asked",
    ),
    row(
        "looked for on the day after only",
        ask(asked("empty", at("21:00"), at("25:00"))),
        "no_data none",
        "not_asked",
    ),
    row("no source reaches so far back", ask(sources=TOO_OLD), "no_data none", "beyond_reach_back"),
    row("a source reaches it", ask(sources=REACHES), "no_data none", "not_asked"),
    row("no source is known", ask(sources={}), "no_data none", "not_asked"),
    row("a rolling window has moved on", ask(sources=ROLLING), "no_data none", "beyond_reach_back"),
    row(
        "a rolling window still holds the last of it",
        ask(sources=ROLLING, now=NOW - timedelta(days=1)),
        "no_data none",
        "not_asked",
    ),
    row(
        "a reach that ends with the first of the two UTC days",
        ask(sources={"a": source("a", reach=Reach(last_day=date(2024, 5, 9)))}),
        "no_data none",
        "not_asked",
    ),
    row(
        "live sources reach nothing",
        ask(sources={"a": source("a", kind="live")}),
        "no_data none",
        "beyond_reach_back",
    ),
    row(
        "an open archive of flights does",
        ask(sources={"a": source("a", kind="reports", open_archive=True)}),
        "no_data none",
        "not_asked",
    ),
    row(
        "the press does not",
        ask(sources={"a": source("a", kind="reports")}),
        "no_data none",
        "beyond_reach_back",
    ),
    row(
        "registries do not",
        ask(sources={"a": source("a", kind="registry", open_archive=True)}),
        "no_data none",
        "beyond_reach_back",
    ),
    row(
        "the archive reaches only the UTC day before, which begins the local day",
        ask(sources={"a": source("a", reach=Reach(first_day=date(2024, 5, 11)))}),
        "no_data none",
        "beyond_reach_back",
    ),
    row(
        "only doubtful positions",
        ask(parked(at("12:00"), at("12:10"), on(HEATHROW), usable=False), asked()),
        "no_data none",
        "coverage_unknown",
        says=("too doubtful to place it",),
        kinds="segment ledger",
    ),
    row(
        "doubtful positions on the day before",
        ask(parked(at("12:00", 9), at("12:10", 9), on(HEATHROW), usable=False)),
        "no_data none",
        "not_asked",
    ),
    row(
        "on the ground, belied, and looked for",
        ask(span(at("12:00"), at("12:05"), marks=("frozen",)), asked("empty")),
        "no_data none",
        "aircraft_silent",
        kinds="ground_span ledger",
    ),
)
