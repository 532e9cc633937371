"""Aircraft that are not established."""

from __future__ import annotations

from dataclasses import replace

from tests.domain.asking import (
    BY_RULE,
    NOBODY,
    TWO_ADDRESSES,
    ask,
    asked,
    heard,
    identity,
    known_as,
    report,
)
from tests.domain.cases import MINSK, OTHER, at, away_all_day, movement, on, segment, span
from tests.domain.rows import row

HERE = report(at("14:17"), rests_on=("flightradar24",))
THERE = report(at("14:17"), "EGLL", publisher="b.by", rests_on=("tower",))
FARTHEST = report(at("14:17"), "NSFA", publisher="b.by", rests_on=("tower",))


SUMMED = tuple(replace(item, icao24="", aircraft=3) for item in heard(at("20:00", 9), at("25:00")))
RIVAL_NAME = identity(known_as(), known_as(registration="RA-64524"))

ROWS = (
    row(
        "a rule alone, and positions",
        ask(away_all_day(), identity=BY_RULE),
        "identity_uncertain rule_only",
        "rule_only",
        says=("only a numbering rule ties",),
    ),
    row(
        "a rule alone, and a movement",
        ask(movement("landing", at("12:00")), identity=BY_RULE),
        "identity_uncertain rule_only",
        "rule_only",
    ),
    row(
        "a rule alone, and a span",
        ask(span(at("12:00"), at("12:05")), identity=BY_RULE),
        "identity_uncertain rule_only",
        "rule_only",
    ),
    row(
        "a rule alone, and a report that names only the address",
        ask(report(at("12:00"), registration="", icao24="14fc0b"), identity=BY_RULE),
        "identity_uncertain rule_only",
        "rule_only",
    ),
    row(
        "a rule alone, and a report that names both",
        ask(report(at("12:00"), icao24="14fc0b"), identity=BY_RULE),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a rule alone, and a report that names only another address",
        ask(report(at("12:00"), registration="", icao24=OTHER), identity=BY_RULE),
        "no_data none",
        "not_asked",
    ),
    row(
        "no address, and others heard",
        ask(SUMMED, identity=NOBODY),
        "identity_uncertain no_address",
        "no_address",
        covered=24,
    ),
    row(
        "a rule alone, and positions of another address",
        ask(
            segment((at("12:00"), on(MINSK)), (at("12:10"), on(MINSK)), icao24=OTHER),
            identity=BY_RULE,
        ),
        "no_data none",
        "not_asked",
    ),
    row("a rule alone, and nothing held", ask(identity=BY_RULE), "no_data none", "not_asked"),
    row(
        "a rule alone, and silence where others were heard",
        ask(asked("empty"), heard(at("20:00", 9), at("25:00")), identity=BY_RULE),
        "no_data none",
        "aircraft_silent",
        kinds="ledger",
    ),
    row(
        "a rule alone, and a report that names the registration",
        ask(HERE, identity=BY_RULE),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a rule alone, asked by the address itself",
        ask(
            span(at("12:00"), at("12:05")),
            identity=identity(known_as(by_rule=True), asked_by="icao24"),
        ),
        "observed single_source",
        "on_ground",
    ),
    row(
        "no address at all",
        ask(identity=NOBODY),
        "identity_uncertain no_address",
        "no_address",
        says=("which aircraft RA-64523 was", "no source and no numbering rule"),
    ),
    row(
        "no address, and a report",
        ask(HERE, identity=NOBODY),
        "consistent reports_alone",
        "reported",
        says=("Only reports place RA-64523 at",),
    ),
    row(
        "no address, and a report on another day",
        ask(report(at("14:17", 8)), identity=NOBODY),
        "identity_uncertain no_address",
        "no_address",
    ),
    row(
        "no address, and clashing reports",
        ask(HERE, FARTHEST, identity=NOBODY),
        "conflicting reports",
        "reports_conflict",
    ),
    row(
        "no address, somebody else's positions",
        ask(
            HERE,
            segment((at("12:00"), on(MINSK)), (at("12:10"), on(MINSK)), icao24=""),
            identity=NOBODY,
        ),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "several addresses",
        ask(identity=TWO_ADDRESSES),
        "identity_uncertain several_addresses",
        "several_addresses",
        says=("different addresses (14fc0b, 15fffe)",),
    ),
    row(
        "several addresses, and seen under one",
        ask(span(at("12:00"), at("12:05")), identity=TWO_ADDRESSES),
        "identity_uncertain several_addresses",
        "several_addresses",
        kinds="",
    ),
    row(
        "several addresses, and a report",
        ask(HERE, identity=TWO_ADDRESSES),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "several addresses, a report, and positions under one of them",
        ask(HERE, away_all_day(), identity=TWO_ADDRESSES),
        "identity_uncertain several_addresses",
        "several_addresses",
    ),
    row(
        "one address given to two aircraft",
        ask(span(at("12:00"), at("12:05")), identity=RIVAL_NAME),
        "identity_uncertain several_addresses",
        "several_addresses",
        says=("address 14fc0b is given to several aircraft (RA-64523, RA-64524)",),
    ),
    row(
        "a candidate without an address",
        ask(identity=identity(known_as(""))),
        "identity_uncertain no_address",
        "no_address",
    ),
    row(
        "a note is told",
        ask(identity=identity(note="Nobody knows it.")),
        "identity_uncertain no_address",
        "no_address",
        says=("address: Nobody knows it.",),
    ),
)
