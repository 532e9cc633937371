"""The article of the mission and its retellings, read and judged against what a database holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from schemas.claims import StatedLeg, StatedStop
from schemas.judging import ClaimOrigin, JudgedClaim
from service.ask.claim_words import claim_text
from service.ask.claims import MAX_FLIGHTS, judge_fields, judge_text
from service.desk import Desk
from service.errors import BadInput
from tests.ask.claimed import PRESS, desk_in, parked_at_heathrow, press, simulated
from tests.domain.claims.retold import RETOLD
from tests.realdata import shared

PUBLISHED = date(2020, 8, 19)
DAY = datetime(2020, 8, 18, tzinfo=UTC)
Made = Callable[..., Desk]
ALL_KINDS = (
    *("aircraft", "type", "departure", "departure_time", "arrival", "duration", "continuity"),
)


@pytest.fixture
def desk(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Made]:
    """Makes a desk that was handed files, each with its source."""
    with ExitStack() as stack:

        def made(*files: tuple[str, Path]) -> Desk:
            return stack.enter_context(desk_in(tmp_path / "home", migrated_sqlite, *files))

        yield made


def article() -> str:
    return shared("claims/article.txt").read_text(encoding="utf-8")


def results(claim: JudgedClaim) -> dict[str, tuple[str, str]]:
    return {one.kind: (one.result, one.grade) for one in claim.judged}


def test_by_two_press_reports_it_fits_and_no_more(desk: Made) -> None:
    claim = judge_text(desk(("press", PRESS)), article(), PUBLISHED)

    assert results(claim) == dict.fromkeys(ALL_KINDS, ("fits", "reports_alone"))
    assert (claim.result, claim.grade) == ("fits", "reports_alone")
    assert [origin.sentence for origin in claim.origins][1:] == [
        "Two reports, one origin: flightradar24."
    ]
    assert "2 reports, one origin (flightradar24)" in claim.sentence
    (beyond,) = [text for text in claim.not_judged if text.startswith("Out of reach")]
    assert "director of the FSB" in beyond
    assert claim.attributions["press"]


@pytest.mark.parametrize("language", sorted(RETOLD))
def test_four_retellings_give_one_judgement(desk: Made, language: str) -> None:
    one = desk(("press", PRESS))
    told = judge_text(one, RETOLD[language], PUBLISHED)

    assert results(told) == dict.fromkeys(ALL_KINDS, ("fits", "reports_alone"))
    assert told.sentence == judge_text(one, article(), PUBLISHED).sentence


def test_a_track_that_fits(desk: Made, tmp_path: Path) -> None:
    """Simulated: off at 13:00:08, on at 13:55, and the article says 77 minutes."""
    flown = simulated(tmp_path, DAY, later=timedelta(minutes=6))
    claim = judge_text(desk(("trace_file", flown), ("press", PRESS)), article(), PUBLISHED)

    assert results(claim) == {
        "aircraft": ("holds", "stated"),
        "type": ("holds", "stated"),
        "departure": ("holds", "single_source"),
        "departure_time": ("holds", "seen"),
        "arrival": ("holds", "single_source"),
        "duration": ("fits", "block_time"),
        "continuity": ("holds", "tracked"),
    }
    assert claim.result == "fits"
    assert set(claim.attributions) >= {"press", "trace_file"}


def test_a_track_hours_later_does_not_fit_the_time(desk: Made, tmp_path: Path) -> None:
    flown = simulated(tmp_path, DAY, later=timedelta(hours=3))
    found = results(judge_text(desk(("trace_file", flown)), article(), PUBLISHED))

    assert found["departure"] == ("holds", "single_source")
    assert found["departure_time"][0] == "cannot_tell"  # not heard at all by then
    assert found["duration"] == ("fits", "block_time")


@pytest.mark.parametrize("with_reports", [False, True])
def test_a_track_that_contradicts_refutes(desk: Made, tmp_path: Path, with_reports: bool) -> None:
    parked = ("trace_file", parked_at_heathrow(tmp_path, DAY))
    claim = judge_text(
        desk(parked, ("press", PRESS)) if with_reports else desk(parked), article(), PUBLISHED
    )
    found = results(claim)

    assert found["departure"] == found["arrival"] == ("refuted", "tracked_throughout")
    assert found["departure_time"] == ("does_not_fit", "tracked_then")
    assert claim.result == "refuted"
    assert "could not have been at Minsk" in claim.sentence


@pytest.mark.parametrize("days", [9, None])
def test_silence_tells_nothing(desk: Made, tmp_path: Path, days: int | None) -> None:
    held: Sequence[tuple[str, Path]] = ()
    if days is not None:
        held = [("trace_file", simulated(tmp_path, DAY + timedelta(days=days)))]
    claim = judge_text(desk(*held), article(), PUBLISHED)

    assert {result for result, _ in results(claim).values()} == {"cannot_tell"}
    assert claim.result == "cannot_tell"


SENTENCE = (
    "According to Flightradar24, RA-64523 took off from Vnukovo at 16:00 Moscow time yesterday and"
    " landed in Minsk."
)
PLAIN = SENTENCE.removeprefix("According to Flightradar24, ")


def test_a_claim_and_reports_on_one_origin_corroborate_nothing(desk: Made) -> None:
    one = desk(("press", PRESS))
    echoed, plain = (judge_text(one, text, PUBLISHED) for text in (SENTENCE, PLAIN))

    assert {result for result, _ in results(plain).values()} == {"fits"}
    assert {result for result, _ in results(echoed).values()} == {"cannot_tell"}
    (origin,) = echoed.origins
    assert origin.sentence.startswith("The claim and two reports, one origin: flightradar24.")
    assert not any(voice.counts for voice in origin.voices)


@pytest.mark.parametrize(
    "whose",
    [
        ClaimOrigin(publisher="Dolce24"),
        ClaimOrigin(url="https://dolce24.ru/another-page"),
        ClaimOrigin(publisher="Somebody", cites=("flightradar24",)),
    ],
)
def test_the_claims_own_publisher_is_no_evidence_for_it(desk: Made, whose: ClaimOrigin) -> None:
    claim = judge_text(desk(("press", PRESS)), PLAIN, PUBLISHED, origin=whose)

    assert {result for result, _ in results(claim).values()} == {"cannot_tell"}
    assert claim.origins[0].has_claim
    assert len(claim.origins[0].voices) == 3


def test_an_echo_does_not_even_say_which_address_it_was(desk: Made, tmp_path: Path) -> None:
    """The report alone ties the registration to the address under which positions are held."""
    flown = simulated(tmp_path, DAY, later=timedelta(minutes=6))
    flown.write_bytes(flown.read_bytes().replace(b'"r": "RA-64523"', b'"r": null'))
    told = press(
        tmp_path, publisher="a.example", rests_on="flightradar24", url="https://a.example/1"
    )
    one = desk(("trace_file", flown), ("press", told))

    independent = results(judge_text(one, PLAIN, PUBLISHED))
    echoed = results(judge_text(one, SENTENCE, PUBLISHED))

    assert independent["arrival"][0] == "holds"
    assert echoed["arrival"] == ("cannot_tell", "identity_uncertain")
    assert echoed["aircraft"][0] == "cannot_tell"


def test_a_question_is_asked_back_and_its_answer_judged(desk: Made) -> None:
    one = desk(("press", PRESS))
    text = "RA-64523 landed in Minsk on 08/09/2020. Used by the director of the FSB."
    open_one = judge_text(one, text, date(2020, 9, 10))
    assert open_one.reading is not None
    (question,) = open_one.reading.questions
    assert (open_one.result, open_one.judged) == (None, ())
    assert any(question.field in told for told in open_one.not_judged)

    answers = {question.field: "2020-08-09"}
    answered = judge_text(one, text, date(2020, 9, 10), answers=answers)
    assert answered.reading is not None
    assert answered.reading.questions == ()
    assert results(answered)["arrival"] == ("cannot_tell", "no_data")


def test_a_text_without_a_flight_is_asked_back(desk: Made) -> None:
    claim = judge_text(desk(), "Der Himmel ist blau und RA-64523 ist gelandet.", PUBLISHED)
    assert claim.result is None
    assert claim.reading is not None
    assert claim.reading.questions


LEG = StatedLeg(
    aircraft="RA-64523",
    type_code="T204",
    on=DAY.date(),
    departure=StatedStop(place="Vnukovo"),
    arrival=StatedStop(place="UMMS"),
    minutes=77,
)


def test_without_a_date_no_aircraft_is_taken_for_that_of_today(desk: Made, tmp_path: Path) -> None:
    one = desk(("trace_file", simulated(tmp_path, DAY)))
    undated = replace(LEG, on=None, departure=None, arrival=None)
    kinds = ("aircraft", "type")

    dated = results(judge_fields(one, [LEG]))
    assert [dated[kind] for kind in kinds] == [("holds", "stated")] * 2
    unknown = judge_fields(one, [undated])
    assert [results(unknown)[kind] for kind in kinds] == [("cannot_tell", "no_date")] * 2
    assert not any("at that time" in part.sentence for part in unknown.judged)
    published = judge_fields(one, [undated], published=DAY.date())
    assert [results(published)[kind] for kind in kinds] == [("fits", "date_of_publication")] * 2
    assert "2020-08-18, the day of publication" in published.judged[0].sentence


def test_the_same_in_fields(desk: Made) -> None:
    claim = judge_fields(desk(("press", PRESS)), [LEG])

    assert claim.reading is None
    expected = tuple(kind for kind in ALL_KINDS if kind != "departure_time")
    assert results(claim) == dict.fromkeys(expected, ("fits", "reports_alone"))


@pytest.mark.parametrize("legs", [[], [LEG] * (MAX_FLIGHTS + 1)])
def test_too_few_or_too_many_fields_get_a_sentence(desk: Made, legs: list[StatedLeg]) -> None:
    with pytest.raises(BadInput, match="flight"):
        judge_fields(desk(), legs)


def test_what_is_impossible_needs_no_data(desk: Made) -> None:
    text = "Tu-214 RA-64523 took off from Vnukovo yesterday and landed in Minsk after 15 minutes."
    claim = judge_text(desk(), text, PUBLISHED)
    assert results(claim)["duration"] == ("impossible", "distance")
    assert claim.result == "impossible"


def test_in_words_the_reading_comes_first_and_is_marked(desk: Made) -> None:
    text = article()
    told = claim_text(judge_text(desk(("press", PRESS)), text, PUBLISHED), text)

    assert told.startswith("READ AS (English, published 2020-08-19)")
    assert "[Yesterday](1), [Tu-214](2) with the flight number [RA-64523](3) [landed](4)" in told
    assert "arrival at UMMS; or UMLI" in told
    assert "out of reach: “Open sources" in told
    assert told.index("READ AS") < told.index("FITS, BUT WAS NOT SEEN") < told.index("claimed:")
    assert "Two reports, one origin: flightradar24." in told
    assert all(line.isprintable() for line in told.splitlines())


def test_a_terminal_obeys_nothing_that_a_text_says(desk: Made) -> None:
    text = "\x1b[31mRA-64523 landed in Minsk yesterday.\x1b]0;owned\x07"
    told = claim_text(judge_text(desk(), text, PUBLISHED), text)
    assert "\x1b" not in told
    assert "\x07" not in told
