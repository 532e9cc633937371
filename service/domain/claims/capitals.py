"""Capitals, and how texts name their countries. Facts in one table.

A line is: capital/COUNTRY as the airport table has the city | English names of the country,
the adjective after a slash | stems of the country's name in Russian, Belarusian and Ukrainian |
stems of its adjective.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TABLE = """
Minsk/BY | Belarus, Byelorussia / Belarusian, Belarussian | белорусси, беларус, білорус | белорусск, беларуск, білоруськ
Moscow/RU | Russia, the Russian Federation / Russian | росси, расі, росі, российской федераци, російської федераці, расійскай федэрацы | российск, расійск, російськ
Kyiv/UA | Ukraine / Ukrainian | украин, украін, україн | украинск, украінск, українськ
Vilnius/LT | Lithuania / Lithuanian | литв, літв, литв | литовск, літоўск, литовськ
Riga/LV | Latvia / Latvian | латви, латві, латві | латвийск, латвійск, латвійськ
Tallinn/EE | Estonia / Estonian | эстони, эстоні, естоні | эстонск, эстонск, естонськ
Warsaw/PL | Poland / Polish | польш, польшч, польщ | польск, польск, польськ
Chișinău/MD | Moldova / Moldovan | молдов, молдави, малдов, молдов | молдавск, малдаўск, молдавськ, молдовськ
Tbilisi/GE | Georgia / Georgian | грузи, грузі | грузинск, грузінск, грузинськ
Yerevan/AM | Armenia / Armenian | армени, армені, вірмені | армянск, армянск, вірменськ
Baku/AZ | Azerbaijan / Azerbaijani | азербайджан | азербайджанск, азербайджанськ
Astana/KZ | Kazakhstan / Kazakh | казахстан | казахстанск, казахск, казахстанськ
Tashkent/UZ | Uzbekistan / Uzbek | узбекистан, узбекістан | узбекск, узбекськ
Bishkek/KG | Kyrgyzstan / Kyrgyz | киргизи, кыргызстан, кіргізі, киргизстан | киргизск, кыргызск, киргизськ
Dushanbe/TJ | Tajikistan / Tajik | таджикистан, таджыкістан, таджикистан | таджикск, таджыкск, таджицьк
Ashgabat/TM | Turkmenistan / Turkmen | туркмени, туркменистан, туркменістан | туркменск, туркменськ
Berlin/DE | Germany / German | германи, германі, нямеччын, німеччин | немецк, германск, нямецк, німецьк
Paris/FR | France / French | франци, францы, франці | французск, французск, французьк
London/GB | Great Britain, the United Kingdom, the UK, Britain / British | великобритани, вялікабрытані, великої британі, великобритані | британск, брытанск, британськ
Rome/IT | Italy / Italian | итали, італі | итальянск, італьянск, італійськ
Madrid/ES | Spain / Spanish | испани, іспані | испанск, іспанск, іспанськ
Vienna/AT | Austria / Austrian | австри, аўстры, австрі | австрийск, аўстрыйск, австрійськ
Prague/CZ | the Czech Republic, Czechia / Czech | чехи, чэхі, чехі | чешск, чэшск, чеськ
Budapest/HU | Hungary / Hungarian | венгри, венгры, угорщин | венгерск, венгерск, угорськ
Belgrade/RS | Serbia / Serbian | серби, сербі | сербск, сербськ
Sofia/BG | Bulgaria / Bulgarian | болгари, балгары, болгарі | болгарск, балгарск, болгарськ
Bucharest/RO | Romania / Romanian | румыни, румыні, румуні | румынск, румынск, румунськ
Helsinki/FI | Finland / Finnish | финлянди, фінлянды, фінлянді | финск, фінск, фінськ
Stockholm/SE | Sweden / Swedish | швеци, швецы, швеці | шведск, шведск, шведськ
Athens/GR | Greece / Greek | греци, грэцы, греці | греческ, грэчаск, грецьк
Ankara/TR | Turkey, Türkiye / Turkish | турци, турцы, туреччин | турецк, турэцк, турецьк
Tehran/IR | Iran / Iranian | иран, іран | иранск, іранск, іранськ
Damascus/SY | Syria / Syrian | сири, сіры, сирі | сирийск, сірыйск, сирійськ
Cairo/EG | Egypt / Egyptian | египт, егіпт, єгипт | египетск, егіпецк, єгипетськ
Beijing/CN | China / Chinese | кита, кіта | китайск, кітайск, китайськ
Pyongyang/KP | North Korea / North Korean | северной коре, кндр | северокорейск
New Delhi/IN | India / Indian | инди, інды, інді | индийск, індыйск, індійськ
Washington/US | the United States, the US, the USA / American | сша, соединенных штатов | американск, амерыканск, американськ
Tripoli/LY | Libya / Libyan | ливи, лівіі, лівії | ливийск, лівійск, лівійськ
Khartoum/SD | Sudan / Sudanese | судан | суданск, суданськ
Caracas/VE | Venezuela / Venezuelan | венесуэл, венесуэл, венесуел | венесуэльск, венесуельськ
Havana/CU | Cuba / Cuban | куб | кубинск, кубінск, кубинськ
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capital:
    """A capital, as the airport table has the city, and its country."""

    city: str
    country: str
    """ISO 3166 alpha-2."""


def _rows() -> tuple[tuple[Capital, tuple[str, ...], tuple[str, ...], str, str], ...]:
    rows = []
    for line in _TABLE.strip().splitlines():
        place, english, countries, adjectives = (part.strip() for part in line.split("|"))
        city, _, country = place.partition("/")
        names, _, english_adjectives = english.partition(" / ")
        rows.append(
            (
                Capital(city=city, country=country),
                tuple(name.strip() for name in names.split(",")),
                tuple(name.strip() for name in english_adjectives.split(",")),
                "|".join(sorted({stem.strip() for stem in countries.split(",")}, key=len)[::-1]),
                "|".join(sorted({stem.strip() for stem in adjectives.split(",")}, key=len)[::-1]),
            )
        )
    return tuple(rows)


_ROWS = _rows()
CAPITALS: Mapping[tuple[str, str], Capital] = {
    (row[0].city, row[0].country): row[0] for row in _ROWS
}
_CAPITAL_WORD = r"(?:столиц[аыеуиіею]\w*|сталіц[аыуэ]\w*)"
_SLAVIC_END = r"[а-яёіїєў]{0,3}"


def _described() -> re.Pattern[str]:
    options = []
    for index, (_, names, adjectives, countries, stems) in enumerate(_ROWS):
        english = "|".join(sorted((re.escape(name) for name in names), key=len, reverse=True))
        english_adjectives = "|".join(re.escape(name) for name in adjectives)
        options.append(
            rf"(?P<c{index}>capital(?:\scity)?\sof\s(?:the\s)?(?:{english})\b"
            rf"|\b(?:{english_adjectives})\scapital\b"
            rf"|{_CAPITAL_WORD}\s(?:{countries}){_SLAVIC_END}\b"
            rf"|\b(?:{stems})(?:ой|ую|ая|ай|ую|ої|ій|у|а)\s{_CAPITAL_WORD})"
        )
    return re.compile("|".join(options), re.IGNORECASE)


def _country() -> re.Pattern[str]:
    options = []
    for index, (_, names, _, countries, _) in enumerate(_ROWS):
        english = "|".join(re.escape(name.removeprefix("the ")) for name in names)
        options.append(rf"(?P<c{index}>\b(?:{english})\b|\b(?:{countries}){_SLAVIC_END}\b)")
    return re.compile("|".join(options), re.IGNORECASE)


DESCRIBED = _described()
"""A capital by description: "the capital of Belarus", "белорусской столице"."""
COUNTRY = _country()
"""A country by its name, in any case."""


def capital_of(match: re.Match[str]) -> Capital:
    """Which capital (or whose country) a match of one of the two patterns means."""
    index = next(int(name[1:]) for name, said in match.groupdict().items() if said is not None)
    return _ROWS[index][0]
