"""An airport as people type it: codes and names, Latin and Cyrillic."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.places import Airport
from service.domain.airports import exonyms
from service.domain.airports.names import key_of
from service.domain.airports.table import Airports
from service.errors import AmbiguousAirport, UnknownAirport
from service.ingest.reference.airports import load_airports


@cache
def everywhere() -> Airports:
    return load_airports()


def choices(text: str) -> list[str]:
    with pytest.raises(AmbiguousAirport) as caught:
        everywhere().resolve(text)
    return [choice.code for choice in caught.value.choices]


@pytest.mark.parametrize(
    ("typed", "ident"),
    [
        ("UMMS", "UMMS"),
        ("umms", "UMMS"),
        (" MSQ ", "UMMS"),
        ("msq", "UMMS"),
        ("«MSQ»", "UMMS"),
        ("ＭＳＱ", "UMMS"),
        ("UMMM", "UMMM"),
        ("KPBI", "KDJT"),  # the code it had until 2026
        ("PBI", "KDJT"),
        ("DJT", "KDJT"),  # its local code
        ("88NV", "88NV"),
        ("FRU", "UCFM"),
        ("TXL", "EDDT"),
        ("GOA", "LIMJ"),
        ("UFA", "UWUU"),
        ("LIRA", "LIRA"),
        ("icao:LIMA", "LIMA"),
        ("iata:goa", "LIMJ"),
        ("Внуково", "UUWW"),
        ("внуково", "UUWW"),
        ("аэропорт Внуково", "UUWW"),
        ("Vnukovo", "UUWW"),
        ("VNUKOVO", "UUWW"),
        ("Vnukovo International Airport", "UUWW"),
        ("Vnukovo, Moscow", "UUWW"),
        ("Шереметьево", "UUEE"),
        ("Moscow Sheremetyevo", "UUEE"),
        ("Чкаловский", "UUMU"),
        ("Жуковский", "UUBW"),
        ("Минск-2", "UMMS"),
        ("Минск 2", "UMMS"),
        ("Minsk-2", "UMMS"),
        ("Мінск-2", "UMMS"),
        ("Национальный аэропорт Минск", "UMMS"),
        ("Minsk International Airport", "UMMS"),
        ("Минск-1", "UMMM"),
        ("Мачулищи", "UMLI"),
        ("Machulishchi", "UMLI"),
        ("Ейск", "URKE"),  # by sound: the table has Yeysk
        ("Heathrow", "EGLL"),
        ("London Heathrow", "EGLL"),
        ("Хитроу", "EGLL"),
        ("Вена", "LOWW"),
        ("Vienna", "LOWW"),  # and not the strip at Vienna, Ohio
        ("Wien", "LOWW"),
        ("Базель", "LFSB"),
        ("Гостомель", "UKKM"),
        ("Борисполь", "UKBB"),
        ("Шёнефельд", "EDDB"),
        ("Шенефельд", "EDDB"),
        ("Black Rock City", "88NV"),
        ("Boise", "KBOI"),
        ("Кай Так", "VHHX"),
    ],
)  # fmt: skip
def test_what_has_one_meaning_is_found(typed: str, ident: str) -> None:
    assert everywhere().resolve(typed).ident == ident


@pytest.mark.parametrize("typed", ["Минск", "Мінск", "Менск", "минск", "г. Минск", "город Минск"])
def test_minsk_is_a_choice_and_the_likely_one_stands_first(typed: str) -> None:
    found = choices(typed)
    assert found[0] == "UMMS"
    assert found[-1] == "UMMM"  # closed, so last
    assert {"UMMS", "UMLI", "UMMB", "UMMM"} == set(found)


@pytest.mark.parametrize(
    ("typed", "among"),
    [
        ("Minsk", {"UMMS", "UMLI", "UMMM"}),
        ("Москва", {"UUWW", "UUEE", "UUDD", "UUBW"}),
        ("MOW", {"UUWW", "UUEE", "UUDD"}),
        ("LON", {"EGLL", "EGKK", "EGSS"}),
        ("lon", {"EGLL", "EGKK", "EGSS"}),
        ("NYC", {"KJFK", "KLGA"}),
        ("New York", {"KJFK", "KLGA", "KEWR", "KTEB"}),
        ("Zürich", {"LSZH", "LSMD"}),
        ("Цюрих", {"LSZH", "LSMD"}),
        ("Kyiv", {"UKBB", "UKKK", "UKKM"}),
        ("Kiev", {"UKBB", "UKKK", "UKKM"}),
        ("Киев", {"UKBB", "UKKK", "UKKM"}),
        ("Київ", {"UKBB", "UKKK", "UKKM"}),
        ("Рим", {"LIRF", "LIRA"}),
        ("Roma", {"LIRF", "LIRA", "YROM"}),
        ("Париж", {"LFPG", "LFPO", "LFPB"}),
        ("Berlin", {"EDDB", "EDDT", "EDDI"}),
        ("Ростов-на-Дону", {"URRP", "URRR"}),
        ("Rostov-na-Donu", {"URRP", "URRR"}),
        ("Goa", {"LIMJ", "VOGO", "VOGA"}),
        ("goa", {"LIMJ", "VOGO", "VOGA"}),
        ("Lima", {"LIMA", "SPJC"}),
        ("LIMA", {"LIMA", "SPJC"}),
        ("FARO", {"FARO", "LPFR"}),
        ("Ufa", {"UWUU", "UWUM"}),
        ("Springfield", {"KSPI", "KSGF"}),
    ],
)
def test_several_airports_are_a_choice(typed: str, among: set[str]) -> None:
    assert among <= set(choices(typed))


def test_a_choice_says_how_to_ask() -> None:
    with pytest.raises(AmbiguousAirport) as caught:
        everywhere().resolve("Минск")
    assert "Ask by code: UMMS = Minsk International Airport, Minsk, BY, IATA MSQ;" in str(
        caught.value
    )
    assert "Minsk-1 Airport, Minsk, BY, closed" in str(caught.value)


def test_a_long_choice_is_cut_and_counted() -> None:
    towns = [
        Airport(ident=f"AA{i:02d}", name=f"Field {i}", city="Anyton", country="DE", lat=i, lon=i,
                elevation_ft=None, zone="UTC")
        for i in range(20)
    ]  # fmt: skip
    with pytest.raises(AmbiguousAirport, match=r"can be 20 airports.*and 8 more") as caught:
        Airports.build(towns, "test").resolve("anyton")
    assert len(caught.value.choices) == 12


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("Vnukvo", "Did you mean UUWW"),
        ("Внукова", "Did you mean UUWW"),
        ("Sheremetjewo", "UUEE"),
        ("Минске", "Did you mean UMMS"),
        ("Heatrow", "EGLL"),
        ("Bar", "ZJQH"),  # a town before it is a code; BAR would be the code
        ("Msq", "UMMS"),
        ("xyzzy", "Ask by ICAO or IATA code"),
        ("", "Ask by ICAO or IATA code"),
        ("  ", "No airport is known"),
        ("Airport", "No airport is known"),
        ("аэропорт", "No airport is known"),
        ("iata:", "No airport is known"),
        ("icao:ZZZZ", "No airport is known"),
        ("ZZZZ", "No airport is known"),
        ("../../etc/passwd", "No airport is known"),
        ("'; DROP TABLE airports; --", "No airport is known"),
        ("機場", "No airport is known"),
        ("x" * 1000, "too long"),
        ("a\x1b[31m\u202eb", "a?[31m?b"),
    ],
)
def test_what_is_unknown_or_misspelt_is_never_taken_silently(typed: str, hint: str) -> None:
    with pytest.raises(UnknownAirport) as caught:
        everywhere().resolve(typed)
    assert hint in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_closed_airport_resolves_and_says_so() -> None:
    minsk1 = everywhere().resolve("UMMM")
    assert minsk1.closed
    assert minsk1.zone == "Europe/Minsk"
    assert minsk1.elevation_ft == 748.0
    assert everywhere().resolve("Tegel").closed
    assert not everywhere().resolve("UMMS").closed


def test_a_code_that_moved_means_what_it_meant_on_the_date() -> None:
    assert everywhere().resolve("IST").ident == "LTFM"
    assert everywhere().resolve("ist", on=date(2019, 4, 5)).ident == "LTBA"
    assert everywhere().resolve("IST", on=date(2019, 4, 6)).ident == "LTFM"
    assert everywhere().resolve("ROV", on=date(2017, 1, 1)).ident == "URRR"
    assert everywhere().resolve("UIO", on=date(2012, 1, 1)).ident == "SEQU"
    assert everywhere().resolve("LTFM", on=date(2018, 1, 1)).ident == "LTFM"
    before = everywhere().get("IST", on=date(2018, 1, 1))
    assert before is not None
    assert before.ident == "LTBA"


def test_exact_codes() -> None:
    airports = everywhere()
    for code in ("UMMS", "umms ", "MSQ"):
        found = airports.get(code)
        assert found is not None
        assert found.ident == "UMMS"
    assert airports.get("Minsk") is None
    assert airports.get("MOW") is None  # several airports
    assert airports.get("") is None
    assert airports.get("ZZZZ") is None


def test_the_order_of_codes() -> None:
    def place(
        ident: str, *, iata: str = "", local: str = "", aliases: tuple[str, ...] = ()
    ) -> Airport:
        return Airport(
            ident=ident, name=ident, city="", country="DE", lat=0.0, lon=0.0, elevation_ft=None,
            zone="UTC", iata=iata, local=local, aliases=aliases,
        )  # fmt: skip

    airports = Airports.build(
        [
            place("AAA", local="DDD"),
            place("BBBB", iata="AAA", aliases=("CCC",)),
            place("CCCC", iata="CCC", local="EEE"),
            place("DDDD", iata="DDD"),
            place("EEEE", local="EEE"),
        ],
        "test",
    )
    found = [airports.get(code) for code in ("AAA", "CCC", "DDD", "EEE")]
    assert [airport and airport.ident for airport in found] == ["AAA", "BBBB", "DDDD", None]
    with pytest.raises(AmbiguousAirport):
        airports.resolve("EEE")


def test_every_ident_and_every_iata_code_finds_its_airport() -> None:
    airports = everywhere()
    for airport in airports.airports:
        assert airports.get(airport.ident) is airport
        if airport.iata:
            assert airports.get(airport.iata) is airport


def test_every_capital_ident_resolves_to_itself_or_is_asked_back() -> None:
    airports = everywhere()
    asked_back = set()
    for airport in airports.airports:
        try:
            assert airports.resolve(airport.ident) is airport
        except AmbiguousAirport:
            asked_back.add(airport.ident)
            assert airports.resolve(f"icao:{airport.ident}") is airport
    # Airfields whose code is the name of a city with an airport that people know.
    assert {"LIMA", "FARO"} <= asked_back
    assert len(asked_back) < 40


def test_every_exonym_reaches_the_table() -> None:
    airports = everywhere()
    names = airports._names
    for name, place in {**exonyms.CITIES_CYRILLIC, **exonyms.CITIES_LATIN}.items():
        countries = {airports.airports[i].country for i in names._exonym_cities[_typed(name)]}
        assert countries, (name, place)
    for name, ident in exonyms.AIRPORTS.items():
        assert airports.index_of(ident) is not None, (name, ident)
        assert airports.resolve(name).ident == ident
    for idents in exonyms.ALSO_SERVE.values():
        assert all(airports.index_of(ident) is not None for ident in idents.split())
    for _, ident in exonyms.MOVED_CODES.values():
        assert airports.index_of(ident) is not None


def _typed(name: str) -> str:
    return name.casefold().replace("ё", "е").replace("-", " ")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Zürich-Kloten", "zurich kloten"),
        ("Saint-Exupéry", "st exupery"),
        ("Санкт-Петербург", "st peterburg"),
        ("  O'Hare (ORD) ", "ohare ord"),
        ("Мінск", "minsk"),
    ],
)
def test_keys(text: str, key: str) -> None:
    assert key_of(text) == key


@given(
    st.one_of(
        st.text(max_size=100),
        st.from_regex(r"[A-Za-zА-яіўїєґ0-9 .,:'’«»-]{0,30}", fullmatch=True),
        st.sampled_from(["Минск", "Minsk", "goa", "Bar", "LIMA", "icao:", "lon"]).flatmap(
            lambda word: st.tuples(st.text(max_size=3), st.text(max_size=3)).map(word.join)
        ),
    )
)
@example("\u0130stanbul")
@example("İ")
@example(":")
@example("\x00")
def test_any_text_resolves_or_is_refused_by_name(typed: str) -> None:
    airports = everywhere()
    try:
        told = airports.resolve(typed).ident
    except (UnknownAirport, AmbiguousAirport) as refused:
        told = str(refused)
    assert told
    assert told.isprintable()
    found = airports.get(typed)
    assert found is None or airports.index_of(found.ident) is not None
