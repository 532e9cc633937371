"""The finders one by one: aircraft, types, dates, times, durations, cases, places, languages."""

from __future__ import annotations

from datetime import date, time

import pytest

from service.domain.claims.aircraft import aircraft_in
from service.domain.claims.calendar_words import month_of
from service.domain.claims.clocks import durations_in, times_in
from service.domain.claims.dates import dates_in
from service.domain.claims.inflect import bases, forms
from service.domain.claims.places import Places
from service.domain.claims.text import language_of, sentences
from service.domain.claims.types import types_in
from tests.domain.claims.readings import PUBLISHED, everywhere


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flight number RA-64523", ["RA-64523"]),
        ("борт РА-64523 и RA 64524", ["RA-64523", "RA-64524"]),
        ("ra-64523, RA64523, «RA‑64523»", ["RA-64523"] * 3),
        ("the tail number N899DN", ["N899DN"]),
        ("EW-001PA, EW001PA, UR-PSR, G-WWBD", ["EW-001PA", "EW-001PA", "UR-PSR", "G-WWBD"]),
        ("hex 14fc0b, ICAO24: 14FC0B, Mode S code 165834", ["14fc0b", "14fc0b", "165834"]),
        ("F-16, C-130, MH17, COVID-19, A-320, B-52, HTTP-404, N95, #FF5733, 1945AD", []),
        ("flight SU100 and SU1234, Ту-214, Ил-96", []),
    ],
)
def test_aircraft_are_found_as_people_write_them(text: str, expected: list[str]) -> None:
    types = tuple(piece for piece, _ in types_in(text))
    assert [one.options[0] for one in aircraft_in(text, types)] == expected


def test_a_side_number_alone_can_be_several() -> None:
    (one,) = aircraft_in("борт 64523", ())
    assert one.options == ("RA-64523", "RF-64523", "64523")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tu-214", "T204"), ("Ту-214", "T204"), ("Ту214", "T204"), ("Tupolev Tu-214", "T204"),
        ("Ту-154М", "T154"), ("Ил-96-300", "IL96"), ("Іл-76", "IL76"), ("Boeing 737-800", "B738"),
        ("Airbus A319", "A319"), ("Суперджет", "SU95"), ("Gulfstream G650", "GLF6"),
        ("Falcon 7X", "FA7X"), ("Embraer 190", "E190"),
    ],
)  # fmt: skip
def test_types_by_their_usual_names(text: str, code: str) -> None:
    ((piece, codes),) = types_in(f"It was a {text}.")
    assert codes == (code,)
    assert piece.start == len("It was a ")


def test_a_family_is_all_of_its_types() -> None:
    ((_, codes),) = types_in("a Boeing 737 landed")
    assert {"B737", "B738", "B38M"} <= set(codes)
    assert types_in("a 320 m runway, an50, A50 road") == ()


_DAYS: list[tuple[str, list[str]]] = [
    ("yesterday", ["2020-08-18"]), ("вчера", ["2020-08-18"]), ("учора", ["2020-08-18"]),
    ("позавчора", ["2020-08-17"]), ("18 августа", ["2020-08-18"]), ("18 жніўня", ["2020-08-18"]),
    ("18 серпня 2019 року", ["2019-08-18"]), ("August 15th, 2020", ["2020-08-15"]),
    ("3 days ago", ["2020-08-16"]), ("два дня назад", ["2020-08-17"]), ("2 дні таму", ["2020-08-17"]),
    ("08/09/2020", ["2020-08-09", "2020-09-08"]), ("13/08/2020", ["2020-08-13"]),
    ("08/08/2020", ["2020-08-08"]), ("18.08.2020", ["2020-08-18"]), ("08.18.2020", []),
    ("18.08.20", ["2018-08-20", "2020-08-18"]), ("31 июня", []), ("Feb. 30", []),
    ("во вторник", ["2020-08-18"]), ("on Wednesday", ["2020-08-12", "2020-08-19"]),
    ("Tuesday, August 18", ["2020-08-18"]), ("Monday, August 18", []),
    ("5 September", ["2019-09-05", "2020-09-05"]), ("в ночь на 18 августа", ["2020-08-17", "2020-08-18"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "days"), _DAYS)
def test_a_date_is_one_day_or_all_that_it_can_be(text: str, days: list[str]) -> None:
    (found,) = dates_in(f"… {text} …", PUBLISHED)
    assert [day.isoformat() for day in found.options] == days


def test_a_date_without_a_year_near_new_year_is_that_of_the_old_one() -> None:
    (found,) = dates_in("on December 31", date(2021, 1, 2))
    assert found.options == (date(2020, 12, 31),)
    (ahead,) = dates_in("on January 5", date(2021, 1, 2))
    assert len(ahead.options) == 2


@pytest.mark.parametrize("text", ["17 минут", "1 гадзіну", "18 passengers", "17 may have", "5 sec"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert [d for d in dates_in(text, PUBLISHED) if "гадз" not in text] == []
    assert durations_in("праз 1 гадзіну")[0].minutes == 60


def test_all_months_in_all_cases_that_dates_use() -> None:
    for names in (
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        (
            "студзеня лютага сакавіка красавіка траўня чэрвеня ліпеня жніўня верасня кастрычніка "
            "лістапада снежня"
        ),
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    ):
        assert [month_of(name) for name in names.split()] == list(range(1, 13))


@pytest.mark.parametrize(
    ("text", "at", "zone"),
    [
        ("16:00 по московскому времени", time(16), "Europe/Moscow"),
        ("в 16.00 мск", time(16), "Europe/Moscow"),
        ("а 16-й гадзіне па мінскім часе", time(16), "Europe/Minsk"),
        ("о 9:40 за київським часом", time(9, 40), "Europe/Kyiv"),
        ("at 4 p.m. local time", time(16), "local"),
        ("at 12:30 a.m.", time(0, 30), None),
        ("at 4:30 pm (UTC+3)", time(16, 30), "Etc/GMT-3"),
        ("1417Z", time(14, 17), "UTC"),
        ("16:00 GMT", time(16), "UTC"),
        ("в 4 часа дня", time(16), None),
        ("в 9 вечера", time(21), None),
        ("at noon", time(12), None),
    ],
)
def test_times_with_their_zones(text: str, at: time, zone: str | None) -> None:
    (found,) = times_in(text)
    assert (found.options, found.zone) == ((at,), zone)


@pytest.mark.parametrize("text", ["at 4:30", "в 4 часа", "at midnight", "25:00", "24:00"])
def test_a_time_that_is_not_one_time_is_asked(text: str) -> None:
    (found,) = times_in(text)
    assert len(found.options) != 1


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1 hour and 17 minutes", 77), ("1 час 17 минут", 77), ("1 час и 17 минут", 77),
        ("1 гадзіну 17 хвілін", 77), ("1 годину 17 хвилин", 77), ("1h17", 77), ("77 minutes", 77),
        ("an hour and a half", 90), ("полтора часа", 90), ("паўтары гадзіны", 90),
        ("півтори години", 90), ("half an hour", 30), ("two hours", 120), ("дві години", 120),
        ("через час", 60), ("1,5 часа", 90),
    ],
)  # fmt: skip
def test_durations(text: str, minutes: int) -> None:
    (found,) = durations_in(f"… {text} …")
    assert found.minutes == minutes


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("Минск", "минске"), ("Внуково", "внукова"), ("Москва", "москву"), ("Мінск", "мінску"),
        ("Київ", "києва"), ("Харків", "харкові"), ("Рига", "ризі"), ("Гомель", "гомеля"),
        ("Нижний Новгород", "нижнего новгорода"), ("Санкт-Петербург", "санкт-петербурге"),
        ("Ростов-на-Дону", "ростове-на-дону"), ("Мачулищи", "мачулищах"), ("Брэст", "брэсце"),
        ("Жуковский", "жуковского"), ("Магілёў", "магілева"), ("Унукава", "унукаве"),
    ],
)  # fmt: skip
def test_names_in_their_cases(name: str, case: str) -> None:
    assert case in forms(name)
    assert name.lower().replace("ё", "е") in forms(name)


def test_cases_of_names_in_no_table_lead_back() -> None:
    assert "смоленск" in bases("Смоленске")
    assert "сыктывкар" in bases("Сыктывкара")


@pytest.mark.parametrize(
    ("text", "ident", "way"),
    [
        ("в Минск", "UMMS", "at"), ("из Внукова", "UUWW", "from"), ("до Мінська", "UMMS", "to"),
        ("у Менск", "UMMS", "at"), ("in the capital of Belarus", "UMMS", "at"),
        ("в белорусской столице", "UMMS", "at"), ("у столиці Білорусі", "UMMS", "at"),
        ("from Moscow's Vnukovo airport", "UUWW", "from"), ("at UMMS", "UMMS", "at"),
        ("in Brest (Belarus)", "UMBB", "at"), ("в Смоленске", "UUBS", "at"),
        ("to Minsk National Airport (UMMS)", "UMMS", "to"), ("for Sochi", "URSS", "bound"),
    ],
)  # fmt: skip
def test_places_behind_their_prepositions(text: str, ident: str, way: str) -> None:
    (found,) = Places(everywhere()).named_in(text)
    assert (found.fits[0].ident, found.way, found.rivals) == (ident, way, ())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The plane landed in Minsk.", "en"),
        ("Самолёт приземлился в Минске.", "ru"),
        ("Самалёт прызямліўся ў Мінску.", "be"),
        ("Літак приземлився в Мінську.", "uk"),
        ("Samolot wylądował w Mińsku.", None),
        ("Das Flugzeug ist in Minsk gelandet.", None),
        ("L'avion a atterri à Minsk.", None),
        ("Авион је слетео у Минск, љубав.", None),
        ("", None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_sentences_do_not_end_at_abbreviations() -> None:
    text = "On Aug. 18 at 4 p.m. Moscow time it left St. Petersburg. Then it landed."
    assert [text[s.start : s.end] for s in sentences(text)] == [text[:56], text[57:]]
