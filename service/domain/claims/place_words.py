"""The words that stand before a place, and the shapes that a name of a place has."""

from __future__ import annotations

import re
from typing import Literal

Direction = Literal["from", "to", "at", "bound"]

WAYS: tuple[tuple[Direction, str], ...] = (
    (
        "from",
        r"from|out\sof|leaving|departing|departed|из|со|с|из-под|з|із|зі|са|ад|від|покинул\w*|пакінуў|пакінула|покину(?:в|ла)|left",
    ),
    ("bound", r"for|towards?|bound\sfor|destined\sfor"),
    ("to", r"to|into|reached|reaching|до|да"),
    ("at", r"in|at|inside|onto|on|в|во|у|ў|на"),
)
_PREPOSITION = "|".join(f"(?P<{way}>{words})" for way, words in WAYS)
_FILLER = (
    r"(?:(?:the|its|international|airport|airfield|airbase|air\sbase|city|town|of|near|military|"
    r"аэропорт\w*|аэрапор\w*|аеропорт\w*|аэродром\w*|аэрадром\w*|аеродром\w*|авиабаз\w*|авіябаз\w*|авіабаз\w*|город\w*|горад\w*|міст[оаі]|г\.|м\.|имени|імя|імені|"
    r"национальн\w+|нацыянальн\w+|національн\w+|международн\w+|міжнародн\w+|военн\w+|ваенн\w+|військов\w+|столичн\w+|сталічн\w+|"
    r"подмосковн\w+|падмаскоўн\w+|підмосковн\w+|московск\w+|маскоўск\w+|московськ\w+|минск\w+|мінск\w+|київськ\w+|киевск\w+|"
    r"[Бб]елорусск\w+|[Бб]еларуск\w+|[Бб]ілоруськ\w+|Belarusian|Russian|Ukrainian|Polish)\s+)*"
)
_QUOTE = "[\"«“„'‘]?"
_WORD = r"(?:[A-ZÀ-ÞА-ЯЁІЇЄҐЎ][\w’'ʼ.-]*[\w’ʼ]|[A-ZА-Я])"
BEFORE = re.compile(
    rf"(?<![\w-])(?i:{_PREPOSITION})\s+{_FILLER}{_QUOTE}(?={_WORD}|\d|the\s|сто|ста|[а-яіўґ]+\s(?:сто|ста))"
)
NAME = re.compile(
    rf"(?:(?:St|Ste)\.\s)?{_WORD}(?:(?:\s|-|\s-\s)(?:{_WORD}|\d|на|на-|де|la|le|de|am|of|an|el))*",
    re.UNICODE,
)
CODE = re.compile(r"[A-Z]{3,4}(?![\w-])")
CODE_BEHIND = re.compile(
    r"['’s»]*(?:\s(?:airport|airfield|air\sbase|аэропорт\w*))?\s?\(?\s?(?:ICAO|IATA)?[:\s]*\(?(?P<code>[A-Z]{3,4})(?:\s?[/,]\s?[A-Z]{3,4})?\s?\)"
)
TAIL = re.compile(r"['’]s$|[.'’-]+$")
COUNTRY_BEHIND = re.compile(r"\s?[,(]\s?(?:the\s)?$")
