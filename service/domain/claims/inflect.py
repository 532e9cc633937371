"""Cases of Russian, Belarusian and Ukrainian place names: endings, not dictionaries.

`forms` gives every form that a name takes in a text, generously: what no case has does no harm,
since nobody writes it. Each rule is an ending and what it becomes; the longest that fits speaks.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

_HARD = "а у ом ам е і ові ові"
_RULES: tuple[tuple[str, str], ...] = (
    # adjectives used as names, and before a noun (Жуковский, Нижний Новгород, Карловы Вары)
    ("ский", "ского скому ском ским"),
    ("цкий", "цкого цкому цком цким"),
    ("ський", "ського ському ськім ським"),
    ("скі", "скага скаму скім"),
    ("ий", "его ему ем им ього ьому"),
    ("ый", "ого ому ом ым"),
    ("ой", "ого ому ом ым"),
    ("ые", "ых ым ыми"),
    ("ыя", "ых ым ымі"),
    ("ая", "ой ую"),
    # feminine and neuter
    ("ия", "ии ию ией"),
    ("ья", "ьи ье ью ьей"),
    ("ія", "ії ію ією"),
    ("ня", "ні не ню няй нею"),
    ("ка", "ки ке ку кой цэ ці кою"),
    ("га", "ги ге гу гой зе зі гою"),
    ("ха", "хи хе ху хой се сі хою"),
    ("ра", "ры ре ру рой рі рою ри"),
    ("а", "ы е у ой и і ай ою"),
    ("ево", "ева еву евом еве евым"),
    ("єво", "єва єву євом єві євому"),
    ("ово", "ова ову овом ове ові овому"),
    ("ава", "аве аву авам авы ави аві авой авою"),
    ("ева", "еве еву евам евы"),
    ("ино", "ина ину ином ине іні"),
    ("о", "а у ом е і"),
    # masculine in -ів, which opens (Київ, у Києві; Харків, до Харкова)
    ("їв", "єва єву єві євом"),
    ("ів", "ова ову ові овом"),
    ("іг", "огу озі огом"),
    ("еў", "ева еву еве евам"),
    ("оў", "ова ову ове овам"),
    ("аў", "ава аву аве авам"),
    ("ст", "ста сту сте стом сце стам сті"),
    # soft
    ("ець", "ця цю ці цем"),
    ("ень", "ня ню не нем"),
    ("ль", "ля лю ле лі лем лям ли лью"),
    ("нь", "ни нью ня ню не ні нем"),
    ("рь", "ри рью ря рю ре"),
    ("ь", "я ю е і ем и ью"),
    ("ай", "ая аю ае аем аі"),
    ("ей", "ея ею ее"),
    # plural
    ("ичи", "ичей ичам ичах"),
    ("ічы", "іч ічам ічах ічаў"),
    ("щи", "щ щам щах"),
    ("шчы", "шч шчам шчах шчаў"),
    ("ны", "н нов нам нах"),
    ("ды", "д дам дах"),
    ("ры", "р рам рах"),
    ("ини", "ин инам инах"),
    ("яны", "ян янам янах"),
    ("яни", "ян янам янах"),
    ("ики", "ик икам иках"),
)
_BY_LENGTH = sorted(_RULES, key=lambda rule: -len(rule[0]))
_VOWELS = "аеёиоуыэюяіїєў"
_STIFF = frozenset({"на", "сити", "аль", "эль", "ла", "ле", "шарм", "эш"})


@lru_cache(maxsize=4096)
def forms(name: str) -> frozenset[str]:
    """All forms of a name in small letters, ё as е; the name itself is one of them.

    Words and hyphenated parts are declined each, except after -на- (Ростов-на-Дону).
    """
    plain = name.lower().replace("ё", "е")
    parts = re.split(r"([\s-]+)", plain)
    declined = [
        {part} if not part.isalpha() or part in _STIFF or _follows_na(parts, index) else _word(part)
        for index, part in enumerate(parts)
    ]
    if sum(len(options) > 1 for options in declined) > 2:
        return frozenset({plain})
    return frozenset("".join(choice) for choice in product(*declined))


def _follows_na(parts: list[str], index: int) -> bool:
    return index >= 2 and parts[index - 2] in ("на", "де", "имени", "імя")


def _word(word: str) -> set[str]:
    found = {word}
    for ending, becomes in _BY_LENGTH:
        if word.endswith(ending) and len(word) > len(ending):
            stem = word[: len(word) - len(ending)]
            return found | {stem + one for one in becomes.split()}
    if word[-1] not in _VOWELS + "йь":
        found |= {word + one for one in _HARD.split()}
    return found


_BACK: tuple[tuple[str, str], ...] = (
    *((case, "") for case in ("а", "у", "е", "ом", "ам", "і", "ы", "и")),
    *((case, "а") for case in ("ы", "и", "е", "у", "ой", "ай", "і")),
    *((case, "о") for case in ("а", "у", "е", "ом")),
    *((case, "ь") for case in ("я", "и", "е", "ю", "і")),
    *((case, "я") for case in ("и", "е", "ю", "і")),
    *((case, "ий") for case in ("ого", "ом", "ому")),
    *((case, "ы") for case in ("ов", "ах", "ам")),
    *((case, "и") for case in ("ах", "ам", "ей")),
    ("ии", "ия"), ("ию", "ия"), ("ова", "ів"), ("ові", "ів"), ("єва", "їв"), ("єві", "їв"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def bases(form: str) -> tuple[str, ...]:
    """Names that a form in a text may be a case of, itself first; for names in no table here."""
    plain = form.lower().replace("ё", "е")
    found = [plain]
    for ending, base in _BACK:
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            found.append(plain[: len(plain) - len(ending)] + base)
    return tuple(dict.fromkeys(found))
