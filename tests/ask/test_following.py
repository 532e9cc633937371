"""What people type of watches: countries, hours, lists. No text makes it fall over."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.watching import TRIGGERS, USUAL, WatchKind, Wishes
from service.ask.countries import country_names, place_of
from service.ask.lists import Listed, listed
from service.ask.wishes import FITTING, Typed, quiet_words, said, usual
from service.domain.airports.table import Airports
from service.errors import AmbiguousAirport, BadInput, TailcheckError, Unreadable
from service.ingest.reference.airports import load_airports

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def airports() -> Airports:
    """Those that come with the program."""
    return load_airports()


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("BY", "iso:BY"),
        ("by", "iso:BY"),
        ("iso:by", "iso:BY"),
        ("Belarus", "iso:BY"),
        ("Беларусь", "iso:BY"),
        ("South Africa", "iso:ZA"),
        ("UMMS", "UMMS"),
        ("MSQ", "UMMS"),
        ("Vnukovo", "UUWW"),
    ],
)
def test_airports_and_countries(airports: Airports, typed: str, place: str) -> None:
    assert place_of(airports, typed) == place


def test_a_country_that_is_a_city_too_is_asked_back(airports: Airports) -> None:
    with pytest.raises(AmbiguousAirport) as raised:
        place_of(airports, "Singapore")
    codes = [choice.code for choice in raised.value.choices]
    assert codes[0] == "iso:SG"
    assert "WSSS" in codes
    assert place_of(airports, codes[0]) == "iso:SG"


@pytest.mark.parametrize("typed", ["iso:XX", "iso:", "Atlantis", ""])
def test_what_is_no_place(airports: Airports, typed: str) -> None:
    with pytest.raises(BadInput):
        place_of(airports, typed)


def test_every_country_of_an_airport_can_be_named(airports: Airports) -> None:
    there = {airport.country for airport in airports.airports} - {""}
    assert there - set(country_names()) <= {"XK"}  # Kosovo, which has no code of ISO's


@given(st.text(max_size=40))
def test_any_text_is_a_place_or_a_sentence(typed: str) -> None:
    few = Airports.build((), "none")
    with suppress(BadInput):
        assert place_of(few, typed).startswith("iso:")


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_quiet_hours_there_and_back(start: int, end: int) -> None:
    text = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    few = Airports.build((), "none")
    typed = Typed(quiet=text, zone="Europe/Minsk")
    if start == end:
        with pytest.raises(BadInput):
            said(few, "aircraft", typed, now=NOW)
        return
    quiet = said(few, "aircraft", typed, now=NOW).wishes_on(Wishes()).quiet
    assert quiet is not None
    assert (quiet.from_minute, quiet.to_minute, quiet.zone) == (start, end, "Europe/Minsk")
    assert quiet_words(quiet) == text


def test_what_is_usual_fits_every_kind() -> None:
    kinds: tuple[WatchKind, ...] = tuple(FITTING)
    for kind in kinds:
        assert usual(kind).triggers
        assert usual(kind).triggers <= FITTING[kind] <= set(TRIGGERS)
    assert usual("aircraft").triggers == USUAL
    assert usual("check").triggers == {"verdict_changed"}


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
        st.text(max_size=200).map(
            lambda text: (
                b"$ICAO,$Registration,$Operator,$ICAO Type\n" + text.encode("utf-8", "replace")
            )
        ),
    )
)
def test_any_bytes_are_a_list_or_none(content: bytes) -> None:
    lines: list[Listed] = []
    with suppress(Unreadable):
        lines = list(listed(content))
    assert [line.number for line in lines] == sorted({line.number for line in lines})
    assert all(line.number >= 1 for line in lines)
    assert not any(line.wrong and line.subject for line in lines)


@given(st.lists(st.sampled_from(["RA-64523", "14fc0b", "# x", "", "  ", "MSQ, the base"])))
def test_lines_keep_their_numbers(texts: list[str]) -> None:
    lines = list(listed("\r\n".join(texts).encode()))
    expected = [n for n, text in enumerate(texts, 1) if text.strip() and not text.startswith("#")]
    assert [line.number for line in lines] == expected


@given(st.dictionaries(st.sampled_from(["quiet", "zone", "until", "min_grade", "home"]), st.text()))
def test_whatever_is_said_is_read_or_told(words: dict[str, str]) -> None:
    few = Airports.build((), "none")
    with suppress(TailcheckError):  # a sentence; whatever else is raised is a defect
        said(few, "aircraft", Typed(**words), now=NOW)  # type: ignore[arg-type]
