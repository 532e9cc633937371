"""Which word is a month, a day of the week or a day before this one: dateparser knows the words.

It is asked about single words only, in four languages, and never guesses: the arithmetic of dates
is ours (`service.domain.claims.dates`), since a wrong date is worse than a question. Left to a
whole phrase, it reads 08/09/2020 one way without a word.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from dateparser.date import DateDataParser

_LANGUAGES = ("en", "ru", "uk", "be")
_BASE = datetime(2020, 8, 19, 12, tzinfo=UTC).replace(tzinfo=None)
"""A Wednesday; only distances from it are used."""


@lru_cache(maxsize=8)
def _parser(language: str, kind: str) -> DateDataParser:
    return DateDataParser(
        languages=[language],
        settings={
            "TIMEZONE": "UTC",
            "RELATIVE_BASE": _BASE,
            "PARSERS": [kind],
            "PREFER_DATES_FROM": "past",
            "REQUIRE_PARTS": ["day", "month"] if kind == "absolute-time" else [],
            "NORMALIZE": True,
        },
    )


def _languages(word: str) -> tuple[str, ...]:
    return _LANGUAGES[:1] if word.isascii() else _LANGUAGES[1:]


@lru_cache(maxsize=4096)
def month_of(word: str) -> int | None:
    """1 to 12 where the word is a month, in any case or shortened."""
    plain = word.rstrip(".").lower()
    if plain in _SHORT_OR_OWN:
        return _SHORT_OR_OWN[plain]
    if len(plain) < 3 or not plain.isalpha():
        return None
    for language in _languages(plain):
        months = {_month_in(language, plain, day) for day in (3, 27)}
        if len(months) == 1 and (month := months.pop()) is not None:
            return month
    return None


def _month_in(language: str, word: str, day: int) -> int | None:
    """Two days are tried: of a word that is none, "3 hours 2019" is 3 January."""
    found = _parser(language, "absolute-time").get_date_data(f"{day} {word} 2019").date_obj
    return (
        int(found.month) if found is not None and (found.year, found.day) == (2019, day) else None
    )


_SHORT_OR_OWN = {
    "траўня": 5, "травень": 5, "май": 5, "мая": 5, "маі": 5, "sept": 9, "сент": 9, "нояб": 11,
}  # fmt: skip


@lru_cache(maxsize=1024)
def days_back(phrase: str) -> int | None:
    """How many whole days before today a phrase such as "вчера" or "3 days ago" is."""
    plain = re.sub(r"\s+", " ", phrase.lower())
    for language in _languages(plain):
        found = _parser(language, "relative-time").get_date_data(plain).date_obj
        if found is not None:
            passed = _BASE - found
            return passed.days if not passed.seconds else None
    return None


_WEEKDAYS = (
    r"mondays?|понедельник\w*|панядзел\w+|понеділ\w+",
    r"tuesdays?|вторник\w*|аўтор\w+|вівтор\w+",
    r"wednesdays?|сред[уыае]|серад[уыае]|серед[уиаі]",
    r"thursdays?|четверг\w*|чацвер\w*|чацвяр\w+|четвер\w*",
    r"fridays?|пятниц\w+|пятніц\w+|п['’ʼ]ятниц\w+",
    r"saturdays?|суббот\w+|субот\w+",
    r"sundays?|воскресень\w+|нядзел\w+|неділ[юіяею]\w*",
)
WEEKDAY = re.compile(
    "|".join(rf"(?P<w{day}>\b(?:{names})\b)" for day, names in enumerate(_WEEKDAYS)), re.IGNORECASE
)
"""A day of the week by name; `w0` is Monday. dateparser does not say whether it was sure."""


def weekday_of(match: re.Match[str]) -> int:
    """0 = Monday."""
    return next(int(name[1:]) for name, said in match.groupdict().items() if said is not None)
