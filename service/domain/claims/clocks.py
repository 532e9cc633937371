"""Times of day, their zones, and durations in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from service.domain.claims.text import Piece

LOCAL = "local"
"""A zone that is that of the place itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeName(Piece):
    """A time of day named in the text, with its zone where that stands beside it."""

    options: tuple[time, ...] = ()
    """One = read; several or none = to be asked."""
    zone: str | None = None
    """IANA name, `LOCAL`, or None where it is not said."""
    zone_city: str = ""
    """The city in "Minsk time", to be looked up."""
    note: str = ""
    about: bool = False
    unknown_zone: bool = False
    """A zone is said that is not known, or not one thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationName(Piece):
    """A length of time named in the text."""

    minutes: int
    about: bool = False


_PART = (
    r"(?P<part>\s?[ap]\.?\s?m\b\.?|\s(?:утра|дня|вечера|ночи|раніцы|дня|вечара|ночы|ранку|вечора|ночі)\b|"
    r"\sin\sthe\s(?:morning|afternoon|evening)|\sat\snight\b|\so['’]clock)?"
)
_CLOCK = re.compile(
    rf"(?<![\d:.,/+-])(?P<h>\d{{1,2}}):(?P<m>\d\d)(?::\d\d)?(?![\d:]|\.\d){_PART}", re.IGNORECASE
)
_DOTTED = re.compile(
    rf"(?:\b(?:at|в|во|о|об|а|к|около|каля|близько|after|by|before|around|about)\s)(?P<whole>(?P<h>\d{{1,2}})\.(?P<m>[0-5]\d)(?![\d.]){_PART})",
    re.IGNORECASE,
)
_AMPM = re.compile(
    r"(?<![\d:.,/+-])(?P<h>\d{1,2})(?:\.(?P<m>[0-5]\d))?\s?(?P<part>[ap]\.?\s?m\b\.?)",
    re.IGNORECASE,
)
_BEYOND_NOON = re.compile(r"(?<![\d:.,/+-])(?:1[3-9]|2[0-3]):[0-5]\d(?!\d)")
_MILITARY = re.compile(
    r"(?<![\w:.,/+-])(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)\s?(?P<part>hours\b|hrs\b|h\b|Z\b|(?=\s?(?:UTC|GMT|local\stime)))"
)
_HOURS = re.compile(
    r"(?:\b(?:в|о|об|а|к|около|каля|близько)\s)(?P<whole>(?P<h>\d{1,2})(?:-?(?:й|ій|я|ю|м))?\s(?:час(?:а|ов|у)?|гадзін\w*|годин\w*)\b"
    r"(?:\s(?P<m>[0-5]?\d)\s(?:минут\w*|хвілін\w*|хвилин\w*|мин\.?|хв\.?))?(?P<part>\s(?:утра|дня|вечера|ночи|раніцы|вечара|ночы|ранку|вечора|ночі)\b)?)",
    re.IGNORECASE,
)
_OF_DAY = re.compile(
    r"(?<![\d:.,/+-])(?P<h>\d{1,2})(?:-?(?:й|ій|я|ю))?(?P<part>\s(?:утра|вечера|раніцы|вечара|ранку|вечора)\b)",
    re.IGNORECASE,
)
_OCLOCK = re.compile(
    r"\bat\s(?P<whole>(?P<h>\d{1,2})(?P<part>\so['’]clock(?:\sin\sthe\s(?:morning|afternoon|evening))?))",
    re.IGNORECASE,
)
_NOON = re.compile(r"\b(?:noon|midday|в\sполдень|апоўдні|опівдні)\b", re.IGNORECASE)
_MIDNIGHT = re.compile(
    r"\b(?:midnight|в\sполночь|полночь|полуночи|апоўначы|поўнач\w*|опівночі|північ)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:\babout|\baround|\bapproximately|\broughly|\bsome|\bnearly|\bshortly\s(?:after|before)|\bjust\s(?:after|before)|"
    r"около|примерно|приблизительно|почти|каля|прыкладна|блізу|близько|приблизно|майже|"
    r"\bafter|\bbefore|после|до|пасля|після|к|more\sthan|less\sthan|over|under|более|менее|больш|більше|менш\w*)\s(?:в\s|о\s|а\s|чем\s|чым\s|ніж\s)?$",
    re.IGNORECASE,
)
_ABOUT_LENGTH = re.compile(
    r"(?:\babout|\baround|\bapproximately|\broughly|\bsome|\bnearly|\balmost|около|примерно|почти|каля|прыкладна|"
    r"близько|приблизно|майже|more\sthan|less\sthan|over|under|более|менее|больш|більше|менш\w*)\s(?:чем\s|чым\s|ніж\s)?$",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\s*[,(]?\s*(?:"
    r"(?P<utc>(?:UTC|GMT)(?:\s?(?P<sign>[+−–-])\s?(?P<off>\d{1,2})(?::?(?P<offm>[0-5]\d))?)?\b|Z\b|Zulu\b|по\s(?:Гринвичу|UTC|GMT)|па\s(?:Грынвічы|UTC|GMT)|за\s(?:Гринвічем|UTC|GMT))"
    r"|(?P<local>\(?local(?:\stime)?\b|по\sместному(?:\sвремени)?|(?:по\s)?местного\sвремени|па\sмясцовым(?:\sчасе)?|"
    r"па\sмясцоваму\sчасу|мясцовага\sчасу|за\sмісцевим(?:\sчасом)?|місцевого\sчасу)"
    r"|(?P<msk>MSK\b|МСК\b|по\sМоскве\b|па\sМаскве\b|за\sМосквою\b|(?:по\sмосковскому|па\sмаскоўскім|па\sмаскоўскаму|за\sмосковським|за\sмаскоўскім|московского|маскоўскага|московського)(?:\s(?:времени|часе|часу|часом))?)"
    r"|(?P<minsk>(?:по\sминскому|па\sмінскім|па\sмінскаму|за\sмінським|минского)(?:\s(?:времени|часе|часу|часом))?|по\sМинску\b|па\sМінску\b)"
    r"|(?P<kyiv>(?:по\sкиевскому|па\sкіеўскім|за\sкиївським|київського|киевского)(?:\s(?:времени|часе|часу|часом))?|по\sКиеву\b|за\sКиєвом\b)"
    r"|(?P<adjective>(?:по|па|за)\s(?!сло|дан|інф|инф)[а-яёіїєў]+(?:скому|ским|скім|ськім|ським|цкому)\s(?:времени|часе|часу|часом))"
    r"|(?P<city>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)\stime\b"
    r"|(?P<abbreviation>(?:CEST|CET|EEST|EET|BST|WET|WEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|IST|TRT|SAMT|YEKT|GST|JST)\b)"
    r")(?:\s?\)(?!\w))?",
    re.IGNORECASE,
)
_FIXED = {"EEST": "Etc/GMT-3", "CEST": "Etc/GMT-2", "TRT": "Etc/GMT-3", "JST": "Etc/GMT-9"}
_CITIES_FOR_ADJECTIVES = {
    "лондонск": "London", "парижск": "Paris", "берлинск": "Berlin", "стамбульск": "Istanbul",
    "варшавск": "Warsaw", "иркутск": "Irkutsk", "екатеринбургск": "Yekaterinburg",
}  # fmt: skip


def times_in(text: str) -> tuple[TimeName, ...]:
    """Every time of day, in order, none overlapping another."""
    found: list[TimeName] = []

    def take(one: TimeName) -> None:
        if not any(one.meets(other) for other in found):
            found.append(one)

    for match in _CLOCK.finditer(text):
        take(_clock(text, match, match.start(), english=True, minute=match["m"]))
    for match in _AMPM.finditer(text):
        take(_clock(text, match, match.start(), english=True, minute=match["m"] or "00"))
    for match in _MILITARY.finditer(text):
        take(_clock(text, match, match.start(), english=False, minute=match["m"]))
    for pattern in (_DOTTED, _HOURS):
        for match in pattern.finditer(text):
            english = text[match.start()].isascii()
            unsaid = match["m"] is None and not match["part"]  # "в 4 часа"
            start = match.start("whole")
            take(
                _clock(
                    text, match, start, english=english, minute=match["m"] or "00", halves=unsaid
                )
            )
    for match in _OF_DAY.finditer(text):
        take(_clock(text, match, match.start(), english=False, minute="00"))
    for match in _OCLOCK.finditer(text):
        take(_clock(text, match, match.start("whole"), english=True, minute="00"))
    for match in _NOON.finditer(text):
        take(_zoned(text, match.start(), match.end(), (time(12),)))
    for match in _MIDNIGHT.finditer(text):
        note = "Midnight ends one day and begins another: which of the two is meant is not said."
        take(_zoned(text, match.start(), match.end(), (), note))
    return tuple(sorted(found, key=lambda one: one.start))


def _clock(
    text: str, match: re.Match[str], start: int, *, english: bool, minute: str, halves: bool = False
) -> TimeName:
    twelve = halves or _is_english(text, match, english=english)
    options, note = _hours(match["h"], minute, (match["part"] or "").strip().lower(), twelve)
    end = match.end()
    if match["part"] == "Z":
        end -= 1
    return _zoned(text, start, end, options, note)


_LETTERS = re.compile(r"[^\W\d_]")


def _is_english(text: str, match: re.Match[str], *, english: bool) -> bool:
    """Whether a clock may be one of twelve hours: by the letter nearest before it, else behind it.

    A text that writes 16:00 and never p.m. counts to 24.
    """
    before = _LETTERS.findall(text[max(0, match.start() - 40) : match.start()])[-1:]
    near = before or _LETTERS.findall(text[match.end() : match.end() + 40])[:1]
    if not english or any("Ѐ" <= letter <= "ӿ" for letter in near):
        return False
    return _AMPM.search(text) is not None or _BEYOND_NOON.search(text) is None


def _hours(hour: str, minute: str, part: str, twelve: bool) -> tuple[tuple[time, ...], str]:
    h, m = int(hour), int(minute)
    if h == 24 and m == 0:
        return (), "24:00 ends one day and begins another."
    if h > 23 or m > 59:
        return (), "There is no such time of day."
    letters = re.sub(r"[\W_]", "", part)
    if letters in ("am", "pm"):
        if not 1 <= h <= 12:
            if h == 0 or letters == "am":
                return (), "There is no such time of day."
            return (time(h, m),), ""
        return (time(h % 12 + (12 if letters == "pm" else 0), m),), ""
    if part:
        return _by_part_of_day(h, m, part)
    if twelve and 1 <= h <= 12 and not hour.startswith("0"):
        morning, evening = time(h % 12, m), time(h % 12 + 12, m)
        return (morning, evening), "Whether before or after noon is not said."
    return (time(h, m),), ""


def _by_part_of_day(h: int, m: int, part: str) -> tuple[tuple[time, ...], str]:
    if h > 12 or part.startswith(("hours", "hrs", "h", "z")):
        return (time(h, m),), ""
    later = time(h % 12 + 12, m)
    if re.search("утра|раніцы|ранку|morning", part):
        return (time(h % 12, m),), ""
    if re.search("дня|вечера|вечара|вечора|afternoon|evening", part):
        return (later,), ""
    if re.search("ноч|ночы|ночі|night", part):
        return ((later if 8 <= h <= 11 else time(h % 12, m)),), ""
    return (time(h % 12, m), later), "Whether before or after noon is not said."


def _zoned(text: str, start: int, end: int, options: tuple[time, ...], note: str = "") -> TimeName:
    about = _ABOUT.search(text[max(0, start - 25) : start]) is not None
    match = _ZONE.match(text, end)
    zone: str | None = None
    city, unknown = "", False
    if match is not None and (not match["city"] or match["city"][0].isupper()):
        end = match.end()
        said = match.lastgroup
        zone, city, unknown = _which_zone(match)
        if said is not None and len(options) == 2 and zone == "UTC":
            options, note = options[:1], "A time in UTC is of 24 hours."
    return TimeName(
        start=start,
        end=end,
        options=options,
        zone=zone,
        zone_city=city,
        note=note,
        about=about,
        unknown_zone=unknown,
    )


def _which_zone(match: re.Match[str]) -> tuple[str | None, str, bool]:
    if match["utc"]:
        if match["off"] is None:
            return "UTC", "", False
        hours, minutes = int(match["off"]), int(match["offm"] or 0)
        if minutes or hours > 12:
            return None, "", True
        if hours == 0:
            return "UTC", "", False
        return f"Etc/GMT{'-' if match['sign'] == '+' else '+'}{hours}", "", False
    if match["local"]:
        return LOCAL, "", False
    for group, zone in (
        ("msk", "Europe/Moscow"),
        ("minsk", "Europe/Minsk"),
        ("kyiv", "Europe/Kyiv"),
    ):
        if match[group]:
            return zone, "", False
    if match["adjective"]:
        stem = next((s for s in _CITIES_FOR_ADJECTIVES if s in match["adjective"].lower()), None)
        return (None, _CITIES_FOR_ADJECTIVES[stem], False) if stem else (None, "", True)
    if match["abbreviation"]:
        fixed = _FIXED.get(match["abbreviation"].upper())
        return fixed, "", fixed is None
    return None, match["city"], False


_ONES = (
    "one|an|a|один|одну|одна|адну", "two|два|две|дзве|дві", "three|три|тры", "four|четыре|чатыры|чотири",
    "five|пять|пяць|п['’ʼ]ять", "six|шесть|шэсць|шість", "seven|семь|сем|сім", "eight|восемь|восем|вісім",
    "nine|девять|дзевяць|дев['’ʼ]ять", "ten|десять|дзесяць", "eleven|одиннадцать", "twelve|двенадцать",
)  # fmt: skip
_NUMBER = rf"\d{{1,3}}(?:[.,]\d)?|{'|'.join(_ONES)}"
_HOUR = r"h(?:(?:ou)?rs?)?(?![a-z])|час(?:а|ов|у)?\b|ч\.?(?!\w)|гадзін[ауы]?\b|гадз\.?(?!\w)|годин[ауи]?\b|год\.(?!\w)"
_MINUTE = (
    r"min(?:ute)?s?\b\.?|m\b|минут[ауы]?\b|мин\.?(?!\w)|хвілін[ауы]?\b|хв\.?(?!\w)|хвилин[ауи]?\b"
)
_LENGTH = re.compile(
    rf"(?<![\w:.,-])(?:(?P<h>{_NUMBER})[\s-]?(?:{_HOUR})(?:,?\s?(?:and\s|и\s|і\s|та\s)?(?P<m>\d{{1,2}})(?:[\s-]?(?:{_MINUTE})|(?!\d|\w|:)(?<=h\d\d)))?"
    rf"|(?P<bare>час|гадзіну|годину)(?:\s(?:и\s|і\s|та\s)?(?P<barem>\d{{1,2}})\s?(?:{_MINUTE}))"
    rf"|(?P<onlym>{_NUMBER})[\s-](?:{_MINUTE}))",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<![\w:.,-])(?P<h>\d{1,2})h(?P<m>[0-5]\d)(?:m|min)?\b", re.IGNORECASE)
_WORDED = (
    (re.compile(r"\b(?:an|one)\shour\sand\sa\shalf|\bhour\sand\sa\shalf|полтора\sчаса|паўтары\sгадзіны|півтори\sгодини|\bone\sand\sa\shalf\shours", re.IGNORECASE), 90),
    (re.compile(r"\btwo\sand\sa\shalf\shours|два\s(?:с\sполовиной|с\sполовиною)\sчаса|дві\sз\sполовиною\sгодини|дзве\sз\sпаловай\sгадзіны", re.IGNORECASE), 150),
    (re.compile(r"\bhalf\san\shour|\bhalf\shour|полчаса|получаса|паўгадзіны|пів\s?години", re.IGNORECASE), 30),
    (re.compile(r"(?:(?<=через\s)|(?<=за\s)|(?<=праз\s)|(?<=спустя\s))(?:час|гадзіну|годину)\b", re.IGNORECASE), 60),
)  # fmt: skip


def durations_in(text: str) -> tuple[DurationName, ...]:
    """Every length of time, in order, none overlapping another."""
    found: list[DurationName] = []

    def take(start: int, end: int, minutes: int) -> None:
        about = _ABOUT_LENGTH.search(text[max(0, start - 25) : start]) is not None
        one = DurationName(start=start, end=end, minutes=minutes, about=about)
        if 0 < minutes <= 48 * 60 and not any(one.meets(other) for other in found):
            found.append(one)

    for match in _COMPACT.finditer(text):
        take(match.start(), match.end(), int(match["h"]) * 60 + int(match["m"]))
    for pattern, minutes in _WORDED:
        for match in pattern.finditer(text):
            if pattern is not _WORDED[-1][0] or not _LENGTH.match(text, match.start()):
                take(match.start(), match.end(), minutes)
    for match in _LENGTH.finditer(text):
        if match["bare"]:
            take(match.start(), match.end(), 60 + int(match["barem"]))
        elif match["onlym"]:
            take(match.start(), match.end(), round(_number(match["onlym"])))
        else:
            take(match.start(), match.end(), round(_number(match["h"]) * 60) + int(match["m"] or 0))
    return tuple(sorted(found, key=lambda one: one.start))


def _number(said: str) -> float:
    if said[0].isdecimal():
        return float(said.replace(",", "."))
    return next(n for n, words in enumerate(_ONES, 1) if re.fullmatch(words, said, re.IGNORECASE))
