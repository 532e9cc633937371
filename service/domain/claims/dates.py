"""Dates in running text, against the date of publication.

What can be one date only is read. What can be two (08/09/2020, "on Tuesday" on a Tuesday, a date
without a year that may lie ahead) or none (31 June) is given back as such, to be asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.claims.calendar_words import WEEKDAY, days_back, month_of, weekday_of
from service.domain.claims.text import Piece

_NEAR_AHEAD = timedelta(days=45)
_LONG_AGO = timedelta(days=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateName(Piece):
    """A date named in the text."""

    options: tuple[date, ...] = ()
    """One = read. Several = to be asked. None = there is no such date."""
    note: str = ""
    ahead: bool = False
    """Lies after the publication: a plan, no claim about the past."""
    step: int | None = None
    """Days after whatever date was told before it ("the next day")."""


_YEAR = r"(?:,?\s*(?P<y>(?:19|20)\d\d)(?!\d)(?:\s?(?:года|году|год|г\.|року|рік|р\.|годзе))?)?"
_DAY_FIRST = re.compile(
    rf"(?<![\d.,:/-])(?P<d>\d{{1,2}})(?:st|nd|rd|th|-?го|-га)?\s+(?:of\s+)?(?P<m>[^\W\d_]{{3,12}})\b\.?{_YEAR}"
)
_MONTH_FIRST = re.compile(
    rf"(?<![\w-])(?P<m>[A-Z][a-z]{{2,8}})\.?\s+(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?!\s?[ap]\.?m){_YEAR}"
)
_ISO = re.compile(r"(?<![\d-])(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])")
_NUMBERS = re.compile(
    r"(?<![\d./-])(?P<a>\d{1,2})(?P<s>[./-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d\d)(?![\d/-]|\.\d)"
)
_BACK = re.compile(
    r"\b(?:the\s+day\s+before\s+yesterday|yesterday|today|earlier\stoday|позавчера|вчера|сегодня|"
    r"пазаўчора|пазаучора|учора|ўчора|вчора|сёння|сення|позавчора|сьогодні|"
    r"(?:\d{1,2}|one|two|three|four|five|six|a)\s+days?\s+(?:ago|earlier)|"
    r"(?:\d{1,2}|два|две|три|четыре|пять)\s+(?:дня|дней|день)\s+(?:тому\s+)?назад|"
    r"(?:\d{1,2}|два|тры|чатыры|пяць)\s+(?:дні|дзён|дня)\s+таму(?:\s+назад)?|"
    r"(?:\d{1,2}|два|три|чотири|п['’ʼ]ять)\s+(?:дні|днів)\s+тому)\b",
    re.IGNORECASE,
)
_STATED = {
    "yesterday": 1, "the day before yesterday": 2, "today": 0, "earlier today": 0, "вчера": 1,
    "позавчера": 2, "сегодня": 0, "учора": 1, "ўчора": 1, "вчора": 1, "пазаўчора": 2, "пазаучора": 2,
    "сёння": 0, "сення": 0, "позавчора": 2, "сьогодні": 0,
}  # fmt: skip
_TWO_DAYS = re.compile(
    r"\b(?:last\s+night|overnight|tonight|прошлой\s+ночью|минувшей\s+ночью|сегодня\s+ночью|"
    r"(?:мінулай|сёння)\s+(?:ноччу|уначы)|(?:минулої|сьогодні)\s+(?:ночі|вночі))\b",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(
    r"\b(?:the\s+previous\s+day|the\s+day\s+before(?!\s+yest)|a\s+day\s+(?:earlier|before)|"
    r"накануне|днём\s+ранее|напярэдадні|напередодні)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:tomorrow|завтра|послезавтра|заўтра|паслязаўтра|післязавтра)\b", re.IGNORECASE
)
_NEXT = re.compile(
    r"\b(?:the\s+(?:next|following)\s+day|a\s+day\s+later|на\s+следующий\s+день|днём\s+позже|на\s+другой\s+день|"
    r"на\s+наступны\s+дзень|назаўтра|наступного\s+дня)\b",
    re.IGNORECASE,
)
_LAST = re.compile(r"(?:\blast|прошл\w+|мінул\w+|минул\w+)\s$", re.IGNORECASE)
_COMING = re.compile(r"(?:\bnext|\bthis\scoming|следующ\w+|будущ\w+|наступн\w+)\s$", re.IGNORECASE)
_NIGHT_TO = re.compile(
    r"(?:в\sночь\sна|у\sноч\sна|[ву]\sніч\sна|night\s(?:to|into)|overnight\s(?:to|into))\s$",
    re.IGNORECASE,
)
_EVERY = re.compile(r"(?:\bevery|\beach|кажд\w+|кожн\w+|штодня|по)\s$", re.IGNORECASE)


def dates_in(text: str, published: date) -> tuple[DateName, ...]:
    """Every date named, in order, none overlapping another."""
    found: list[DateName] = []

    def take(one: DateName | None) -> None:
        if one is not None and not any(one.meets(other) for other in found):
            found.append(one)

    for match in _ISO.finditer(text):
        take(_dated(match, {_date(match["y"], match["m"], match["d"])}, published))
    for match in _NUMBERS.finditer(text):
        take(_numbers(match, published))
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(text):
            take(_worded(text, match, published))
    for match in _BACK.finditer(text):
        take(_back(match, published))
    for match in _TWO_DAYS.finditer(text):
        take(_piece(match, options=_days(published, 1, 0), note="It can mean either of two days."))
    for match in _DAY_BEFORE.finditer(text):
        note = "The day before what is not said: the publication, or what was told before."
        take(_piece(match, options=_days(published, 2, 1), note=note))
    for match in _AHEAD.finditer(text):
        take(_piece(match, ahead=True))
    for match in _NEXT.finditer(text):
        take(_piece(match, step=1))
    merged = sorted(found, key=lambda one: one.start)
    return _with_weekdays(text, merged, published)


def _days(day: date, *back: int) -> tuple[date, ...]:
    """So many days before a day, as far as there are any."""
    return tuple(day - timedelta(days=n) for n in back if (day - date.min).days >= n)


def _piece(
    match: re.Match[str],
    *,
    options: tuple[date, ...] = (),
    note: str = "",
    ahead: bool = False,
    step: int | None = None,
) -> DateName:
    return DateName(
        start=match.start(), end=match.end(), options=options, note=note, ahead=ahead, step=step
    )


def _date(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _dated(match: re.Match[str], options: set[date | None], published: date) -> DateName:
    real = tuple(sorted(one for one in options if one is not None))
    if not real:
        return _piece(match, note=f"There is no such day as “{match[0]}”.")
    return _piece(match, options=real, ahead=all(one > published for one in real))


def _numbers(match: re.Match[str], published: date) -> DateName | None:
    a, b, year, between = match["a"], match["b"], match["y"], match["s"]
    if len(year) == 2:
        options = {
            _date(f"20{y}", m, d) for y, m, d in ((year, b, a), (year, a, b), (a.zfill(2), b, year))
        }
        if between == "-":
            return None
    elif between == ".":
        options = {_date(year, b, a)}
        if options == {None}:
            options = {_date(year, a, b)}
            swapped = _dated(match, options, published)
            return (
                _piece(match, note=f"“{match[0]}” is no day, read as day.month.year.")
                if swapped.options
                else swapped
            )
    else:
        options = {_date(year, b, a), _date(year, a, b)}
    found = _dated(match, options, published)
    if len(found.options) > 1:
        return _piece(match, options=found.options, note="Which number is the day is not said.")
    return found


def _worded(text: str, match: re.Match[str], published: date) -> DateName | None:
    month = month_of(match["m"])
    if month is None or (match["m"].isascii() and match["m"][0].islower()):
        return None
    if _NIGHT_TO.search(text[max(0, match.start() - 20) : match.start()]):
        two = _worded_date(match, month, published)
        if len(two.options) == 1:
            return _piece(
                match,
                options=_days(two.options[0], 1, 0),
                note="A night lies on two days.",
            )
    return _worded_date(match, month, published)


def _worded_date(match: re.Match[str], month: int, published: date) -> DateName:
    if match["y"]:
        return _dated(match, {_date(match["y"], month, match["d"])}, published)
    years = (published.year, published.year - 1, published.year + 1)
    this, before, after = (
        _date(str(year), month, match["d"]) if 1 <= year <= 9999 else None for year in years
    )
    past = this if this is not None and this <= published else before
    ahead = this if this is not None and this > published else after
    if past is None and ahead is None:
        return _piece(match, note=f"There is no such day as “{match[0]}”.")
    soon = ahead is not None and ahead - published <= _NEAR_AHEAD
    if past is None or soon or published - past > _LONG_AGO:
        both = tuple(one for one in (past, ahead) if one is not None)
        if past is not None and not soon:
            both = (past,) if ahead is None else (past, ahead)
        return (
            _piece(
                match,
                options=both,
                note="The year is not said, and the nearest such day may lie ahead.",
            )
            if len(both) > 1
            else _piece(match, note="The year is not said, and no such day is near.")
        )
    note = f"The year is not said; {past.year} is that of the last such day before publication."
    return _piece(match, options=(past,), note=note)


def _back(match: re.Match[str], published: date) -> DateName | None:
    phrase = re.sub(r"\s+", " ", match[0].lower())
    days = _STATED.get(phrase)
    if days is None:
        days = days_back(phrase)
    if days is None:
        return None
    try:
        return _piece(
            match,
            options=(published - timedelta(days=days),),
            note=f"Counted from the publication on {published}.",
        )
    except OverflowError:
        return _piece(match, note="Before the calendar begins.")


def _with_weekdays(text: str, found: list[DateName], published: date) -> tuple[DateName, ...]:
    """Weekdays beside a date must agree with it; weekdays alone are counted back."""
    every = list(found)
    for match in WEEKDAY.finditer(text):
        before = text[max(0, match.start() - 20) : match.start()]
        if _EVERY.search(before) or (match[0][0].islower() and match[0].isascii()):
            continue
        beside = next((one for one in found if _is_beside(text, match, one)), None)
        if beside is None:
            every.append(_weekday(match, before, published))
            continue
        fitting = tuple(one for one in beside.options if one.weekday() == weekday_of(match))
        if beside.options and beside in every:
            joined = DateName(
                start=min(beside.start, match.start()),
                end=max(beside.end, match.end()),
                options=fitting,
                note=beside.note if fitting else f"That day is no {match[0]}.",
                ahead=beside.ahead,
            )
            every[every.index(beside)] = joined
    return tuple(sorted(every, key=lambda one: one.start))


def _is_beside(text: str, match: re.Match[str], one: DateName) -> bool:
    first, second = sorted(((match.start(), match.end()), (one.start, one.end)))
    return (
        first[1] <= second[0]
        and re.fullmatch(r"[\s,(]*(?:the\s|on\s)?", text[first[1] : second[0]]) is not None
    )


def _weekday(match: re.Match[str], before: str, published: date) -> DateName:
    ago = (published.weekday() - weekday_of(match)) % 7
    if _COMING.search(before):
        return _piece(match, ahead=True)
    try:
        last = published - timedelta(days=ago)
        earlier = published - timedelta(days=ago + 7)
    except OverflowError:
        return _piece(match, note="Before the calendar begins.")
    if _NIGHT_TO.search(before):
        return _piece(match, options=_days(last, 1, 0), note="A night lies on two days.")
    if ago == 0:
        return _piece(
            match, options=(earlier, last), note=f"The text was published on a {match[0]}."
        )
    if _LAST.search(before):
        return _piece(
            match, options=(earlier, last), note=f"The last {match[0]}, or that of the week before."
        )
    return _piece(match, options=(last,), note=f"Counted back from the publication on {published}.")
