"""Who repeats whom: what is one voice with the claim is no evidence for it."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from schemas.judging import ClaimOrigin
from schemas.records import Report
from service.domain.judging.citing import cited
from service.domain.judging.origins import chain, echo_of
from tests.domain.asking import report
from tests.domain.cases import at


def told(publisher: str, *rests_on: str, url: str = "") -> Report:
    made = report(at("14:17"), t_off=at("13:00"), publisher=publisher, rests_on=rests_on)
    return replace(made, url=url or f"https://{publisher}/story")


DOLCE, NATPRESS = told("dolce24.ru", "flightradar24"), told("natpress.ru", "Flightradar24.com")
TOWER = told("tower.example.org")


@pytest.mark.parametrize(
    ("claim", "echo"),
    [
        (ClaimOrigin(), set()),
        (ClaimOrigin(cites=("flightradar24",)), {DOLCE, NATPRESS}),
        (ClaimOrigin(cites=("FLIGHTRADAR24.com",)), {DOLCE, NATPRESS}),
        (ClaimOrigin(publisher="Dolce24"), {DOLCE, NATPRESS}),
        (ClaimOrigin(url="https://www.tower.example.org/other"), {TOWER}),
        (ClaimOrigin(publisher="tower.example.org", cites=("flightradar24",)),
         {DOLCE, NATPRESS, TOWER}),
        (ClaimOrigin(publisher="somebody.else", cites=("opensky",)), set()),
    ],
)  # fmt: skip
def test_what_is_an_echo(claim: ClaimOrigin, echo: set[Report]) -> None:
    for order in permutations((DOLCE, NATPRESS, TOWER)):
        assert echo_of(claim.as_report, order) == echo


def test_a_report_of_the_same_site_under_another_name_is_an_echo() -> None:
    renamed = replace(TOWER, publisher="The Tower")
    claim = ClaimOrigin(publisher="Somebody", url="https://tower.example.org/claim")
    assert echo_of(claim.as_report, [renamed]) == {renamed}


def test_two_reports_on_one_origin_are_told_as_one() -> None:
    ours, theirs = chain(ClaimOrigin(publisher="belsat.example"), [NATPRESS, DOLCE])
    assert ours.has_claim
    assert [voice.name for voice in ours.voices] == ["belsat.example"]
    assert theirs.sentence == "Two reports, one origin: flightradar24."
    assert [(v.name, v.counts) for v in theirs.voices] == [
        ("dolce24.ru", True), ("natpress.ru", True),
    ]  # fmt: skip


def test_a_claim_and_reports_on_one_origin_do_not_corroborate() -> None:
    ours, theirs = chain(ClaimOrigin(cites=("FR24",)), [DOLCE, TOWER, NATPRESS])
    assert ours.name == "flightradar24"
    assert ours.sentence == (
        "The claim and two reports, one origin: flightradar24. They do not corroborate each"
        " other, and were not counted as evidence."
    )
    assert [(v.is_claim, v.counts) for v in ours.voices] == [(True, False)] + [(False, False)] * 2
    assert (theirs.name, theirs.sentence) == (
        "tower.example", "One report, one origin: tower.example.",
    )  # fmt: skip


def test_a_claim_that_names_nobody_says_so() -> None:
    (ours,) = chain(ClaimOrigin(), [])
    assert "does not say whom it rests on" in ours.sentence


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("According to Flightradar24, it landed.", ("flightradar24",)),
        ("FlightRadar 24 shows it", ("flightradar24",)),
        ("as seen on FR24", ("flightradar24",)),
        ("По данным Flightradar24, самолет сел", ("flightradar24",)),
        ("по данным сервиса Флайтрадар", ("flightradar24",)),
        ("паводле дадзеных flightradar24.com", ("flightradar24",)),
        ("за даними сервісу ADS-B Exchange", ("adsbexchange",)),
        ("https://www.flightradar24.com/data/aircraft/ra-64523", ("flightradar24",)),
        ("reported dolce24.ru and OpenSky", ("dolce24.ru", "opensky")),
        ("according to http://www.example.org/a/b?c", ("example.org",)),
        ("It landed in Minsk at 16.30. No source.", ()),
        ("mail me at a@example.org", ()),
        ("", ()),
    ],
)
def test_whom_a_text_cites(text: str, origins: tuple[str, ...]) -> None:
    assert cited(text) == origins


def test_every_spelling_of_a_tracker_is_meant() -> None:
    claim = ClaimOrigin(cites=cited("according to Flightradar24"))
    for spelling in ("FR24", "fr24.com", "Flightradar24", "flightradar"):
        one = told("someone.example", spelling)
        assert echo_of(claim.as_report, [one]) == {one}, spelling
