"""The words that say what an aircraft did, did not, will do, or is only said to have done.

One table a kind, all four languages together: no word of one means another thing in the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from service.domain.claims.text import Piece

VerbKind = Literal["departure", "arrival", "presence", "flight", "length"]

_TABLE: tuple[tuple[VerbKind, str], ...] = (
    (
        "length",
        r"(?:the\s|its\s)?flight(?:\stime)?\s(?:lasted|took|was)|(?:spent|was)(?=\s[\w\s]{3,30}\sin\sthe\sair)|"
        r"(?:пол[её]т|перел[её]т|рейс)\s(?:длился|занял|продолжался)|пров[её]л[ао]?\sв\sвоздухе|"
        r"(?:палёт|пералёт|рэйс)\s(?:доўжыўся|заняў)|(?:політ|переліт|рейс)\s(?:тривав|зайняв)",
    ),
    (
        "departure",
        r"took\soff|taken\soff|taking\soff|departed|departing|flew\sout|flown\sout|lifted\soff|set\soff|left(?!\s(?:wing|engine|side|behind|hand))|"
        r"вылет(?:ел|ела|ело|ели|евший|ев)|вылетал\w*|взлет(?:ел|ела|ело|ели|евший|ев)|улетел\w*|отправил(?:ся|ась|ось)|покинул[ао]?|стартовал\w?|"
        r"вылец(?:еў|ела|ела|елі|еўшы)|узляц(?:еў|ела|елі|еўшы)|ўзляцеў|паляц(?:еў|ела|елі)|адляц(?:еў|ела|елі)|адправі(?:ўся|лася)|пакіну(?:ў|ла)|"
        r"вилет(?:ів|іла|іло|іли|івши)|злет(?:ів|іла|іли)|відлет(?:ів|іла)|вирушив|вирушила|покину(?:в|ла)|полетел\w*|полет(?:ів|іла)",
    ),
    (
        "arrival",
        r"landed|landing|touched\sdown|arrived|arriving|came\sin\sto\sland|reached|"
        r"приземлил(?:ся|ась|ось|ись)|приземлял(?:ся|ась)|сел(?:а|о)?(?=\s(?:в|на|у)\b)|совершил[ао]?\s(?:вынужденную\s|экстренную\s|аварийную\s)?посадку|прибыл[аои]?|прилетел[аои]?|прилетал[аои]?|долетел[аои]?|"
        r"прызямлі(?:ўся|лася|лася|ліся)|(?:зрабіў|здзейсніў|зрабіла|здзейсніла)\sпасадку|прыбы(?:ў|ла|лі)|прыляц(?:еў|ела|елі)|сеў(?=\s(?:ў|у|на)\b)|даляцеў|"
        r"приземли(?:вся|лася|лося|лися)|(?:здійснив|здійснила|зробив)\sпосадку|прибу(?:в|ла|ли)|прилет(?:ів|іла|іли)|сів(?=\s(?:в|у|на)\b)|долетів",
    ),
    (
        "presence",
        r"(?:was|were|is|has\sbeen|had\sbeen|been)(?:\s(?:also|already|again|seen|spotted|parked|observed|located|standing|photographed|filmed|noticed|still|now))*(?=\s(?:in|at|on\sthe\sground)\b)|stood(?=\sat)|stayed(?=\s(?:in|at))|parked(?=\s(?:in|at))|"
        r"(?:был[аои]?\s)?(?:замечен[аоы]?|обнаружен[аоы]?|зафиксирован[аоы]?|сфотографирован[аоы]?)|находил(?:ся|ась|ось)|оказал(?:ся|ась|ось)|стоял[аои]?|был[аои]?(?=\s(?:уже\s)?(?:в|во|на)\b)|"
        r"(?:быў\s|была\s)?(?:заўважан[ыа]|зафіксаван[ыа])|знаходзі(?:ўся|лася)|апыну(?:ўся|лася)|стаяў|быў(?=\s(?:ўжо\s)?(?:ў|у|на)\b)|была(?=\s(?:ўжо\s)?(?:ў|у)\b)|"
        r"(?:був\s|була\s)?(?:помічен\w+|зафіксован\w+)|перебува(?:в|ла)|опини(?:вся|лася)|стояв|знаходи(?:вся|лася)|був(?=\s(?:вже\s|уже\s)?(?:в|у|на)\b)|була(?=\s(?:в|у)\b)",
    ),
    (
        "flight",
        r"flew|flown|flight(?=\sfrom)|returned|"
        r"перелетел[аои]?|летел[аои]?|летал[аои]?|вернул(?:ся|ась)|совершил[ао]?\s(?:рейс|перел[её]т|пол[её]т)|выполнил[ао]?\s(?:рейс|перел[её]т|пол[её]т)|"
        r"пераляц(?:еў|ела)|ляц(?:еў|ела)|лётаў|вярну(?:ўся|лася)|(?:здзейсніў|выканаў)\s(?:рэйс|пералёт|палёт)|"
        r"перелет(?:ів|іла)|лет(?:ів|іла)|літав|поверну(?:вся|лася)|(?:здійснив|виконав)\s(?:рейс|переліт|політ)",
    ),
)  # fmt: skip
_VERB = re.compile(
    rf"(?<![\w-])(?:{'|'.join(f'(?P<{kind}>{words})' for kind, words in _TABLE)})(?![\w-])",
    re.IGNORECASE,
)

_PRESENT = (
    r"takes\soff|departs|leaves|lands|touches\sdown|arrives|flies|take\soff|depart|land(?!\s(?:of|in\sthe\shands))|arrive|fly|"
    r"вылетает|взлетает|приземляется|садится|прибывает|прилетает|летит|вылететь|взлететь|приземлиться|прибыть|прилететь|сесть|лететь|вылетит|приземлится|прибудет|прилетит|полетит|"
    r"вылятае|узлятае|прызямляецца|прыбывае|прылятае|ляціць|вылецець|прызямліцца|прыбыць|прыляцець|вылеціць|прызямліцца|прыляціць|прыбудзе|паляціць|"
    r"вилітає|злітає|приземляється|прибуває|прилітає|летить|вилетіти|приземлитися|прибути|прилетіти|вилетить|приземлиться|прилетить|прибуде|полетить"
)
_UNTOLD = re.compile(rf"(?<![\w-])(?:{_PRESENT})(?![\w-])", re.IGNORECASE)
"""Verbs that tell no past: infinitives, present and future. Named, never judged."""
_NEGATION = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bneither|\bwithout|\bfailed\sto|\binstead\sof|\bне|\bтак\sи\sне|\bні|\bбез|\bникогда|\bніколи|\bніколі)(?:\s\w+){0,2}\s$",
    re.IGNORECASE,
)
_PLAN_BEFORE = re.compile(
    r"(?:\bwill|\bwould|\bto\sbe|\b(?:was|were)\sto(?=\shave)|\bgoing\sto|\bplan(?:s|ned|ning)?(?=\s)|\bexpected\sto|\bdue\sto|\bscheduled\sto|\bsupposed\sto|\bshould|\bif|\bunless|\bcould|\bcan|"
    r"\bбудет|\bдолж(?:ен|на|ны)\s(?:был[аи]?\s)?|\bпланир\w+|\bсобира\w+|\bесли|\bбы|\bмог\b|\bмогла\b|"
    r"\bбудзе|\bпавін\w+|\bмусіў|\bплану\w+|\bкалі\sбы?|\bмог\b|"
    r"\bбуде|\bповин\w+|\bмає|\bмала\b|\bмав\b|\bякщо|\bміг\b)(?:\s[\w-]+){0,3}\s$",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:reportedly|allegedly|apparently|presumably|supposedly|probably|possibly|perhaps|likely|may\shave|might\shave|could\shave|is\ssaid\sto|are\ssaid\sto|"
    r"rumou?red|unconfirmed|according\sto|"
    r"якобы|предположительно|вероятно|возможно|по-видимому|по\sданным|по\sсообщениям|по\sинформации|по\sслухам|сообщается|неподтвержд\w+|"
    r"нібыта|магчыма|верагодна|паводле|паводле\sзвестак|як\sпаведамляецца|паведамляецца|"
    r"нібито|начебто|ймовірно|імовірно|можливо|за\sданими|за\sповідомленнями|повідомляється)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:den(?:y|ies|ied)|refuted|rejected\sreports|false\sreports?|no\s(?:plane|aircraft|jet|flight)s?|none\sof|ни\sод(?:ин|на|ного)|ніводз(?:ін|ін\w+)|жод(?:ен|на|ного)|it\sis\snot\strue|untrue|contrary\sto|fake|hoax|"
    r"опроверг\w*|отрица\w+|неправда|ложь|фейк\w*|не\sсоответствует\sдействительности|"
    r"абверг\w*|адмаўля\w+|няпраўда|фэйк\w*|спростува\w+|заперечи\w+|неправда)\b",
    re.IGNORECASE,
)
_SEQUEL = re.compile(
    r"\b(?:then|later|afterwards?|after\sthat|subsequently|from\sthere|next|back|returned|again|soon|the\ssame\s(?:day|evening)\s(?:it\s)?(?:left|flew|departed|took)|"
    r"потом|затем|позже|позднее|после\sэтого|после\sчего|оттуда|обратно|назад|снова|вернул\w*|вскоре|"
    r"потым|затым|пазней|пасля\sгэтага|пасля\sчаго|адтуль|назад|зноў|вярнуў\w*|неўзабаве|"
    r"потім|згодом|пізніше|після\sцього|після\sчого|звідти|назад|знову|повернув\w*|невдовзі)\b",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(
    r"\b(?:before\sthat|earlier|having\staken\soff|after\staking\soff|after\sdeparting|before\slanding|"
    r"до\sэтого|перед\sэтим|ранее|вылетев\w*|взлетев\w*|да\sгэтага|перад\sгэтым|раней|вылецеўшы|до\sцього|перед\sцим|раніше|вилетівши)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb(Piece):
    """A word that says where an aircraft was in its flight."""

    kind: VerbKind
    denied: bool = False
    planned: bool = False


def verbs_in(text: str) -> tuple[Verb, ...]:
    """Every such verb, in order."""
    found = [_verb(text, match, "flight", untold=True) for match in _UNTOLD.finditer(text)]
    for match in _VERB.finditer(text):
        kind = next(kind for kind, _ in _TABLE if match[kind] is not None)
        found.append(_verb(text, match, kind, untold=False))
    return tuple(sorted(found, key=lambda one: one.start))


def _verb(text: str, match: re.Match[str], kind: VerbKind, *, untold: bool) -> Verb:
    before = re.split(r"[.!?;:,\n]", text[max(0, match.start() - 50) : match.start()])[-1]
    planned = _PLAN_BEFORE.search(before) is not None and not _HEDGE.search(before)
    return Verb(
        start=match.start(),
        end=match.end(),
        kind=kind,
        denied=_NEGATION.search(before) is not None,
        planned=untold or planned,
    )


def hedge_in(text: str, start: int, end: int) -> Piece | None:
    """The first word between two places of the text that keeps a claim at arm's length."""
    match = _HEDGE.search(text, start, end)
    return None if match is None else Piece(start=match.start(), end=match.end())


def is_denied(text: str, sentence: Piece) -> bool:
    """Whether a sentence reports that something is not so."""
    return _DENIAL.search(text, sentence.start, sentence.end) is not None


def goes_on(text: str, start: int, end: int) -> bool:
    """Whether a word says that what follows came after what was told before."""
    return _SEQUEL.search(text, start, end) is not None


def goes_back(text: str, start: int, end: int) -> bool:
    """Whether a word says that what follows came before what was told already."""
    return _BEFORE_THAT.search(text, start, end) is not None


_REACHES = (
    (
        r"\b(?:used\s(?:by|for)|belongs?\sto|belonging\sto|owned\sby|operated\sby|chartered\sby|serves?\sthe|in\sthe\sservice\sof)\b|"
        r"\bused\sto\s(?:carry|transport)\b|business\strips?\sof|"
        r"\b(?:использу\w+|принадлеж\w+|закрепл[её]н\w*|обслужива\w+|эксплуатиру\w+|зафрахтован\w*|пользу(?:ется|ются))\b|"
        r"\bна\s(?:котором|яким|якім|якому)\s(?:лета|лёта|літа)\w+|"
        r"\b(?:выкарыстоўва\w+|належыць|належаў|абслугоўва\w+|карыста(?:ецца|юцца))\b|"
        r"\b(?:використову\w+|належить|належав|обслугову\w+|користу(?:ється|ються))\b",
        "Who uses or owns an aircraft, positions cannot show.",
    ),
    (
        r"\b(?:on\sboard|aboard|carrying|carried|passengers?|delegation|with\s\w+\sinside|crew\sof|flew\swith|brought|delivered|transported)\b|"
        r"\b(?:на\sборту|пассажир\w*|делегаци\w+|перевоз\w+|перев[её]з\w*|доставил\w*|вместе\sс)\b|"
        r"\b(?:на\sборце|пасажыр\w*|дэлегацы\w+|перавоз\w+|даставіў|даставіла|пасажир\w*|делегаці\w+|перевіз\w*|доставив|доставила)\b",
        "Who or what is aboard, positions cannot show.",
    ),
    (
        r"\b(?:in\sorder\sto|for\sthe\spurpose|official\svisit|to\smeet|for\s(?:talks|negotiations)|on\sthe\sorders?\sof|because|secretly)\b|"
        r"\b(?:чтобы|с\sцелью|для\sпереговоров|на\sпереговоры|для\sвстречи|по\sприказу|потому\sчто|тайно|с\sвизитом)\b|"
        r"\b(?:каб|з\sмэтай|на\sперамовы|для\sсустрэчы|па\sзагадзе|таму\sшто|з\sвізітам|щоб|з\sметою|на\sпереговори|для\sзустрічі|за\sнаказом|тому\sщо)\b",
        "Why an aircraft flew, positions cannot show.",
    ),
)
_REACH = tuple((re.compile(words, re.IGNORECASE), why) for words, why in _REACHES)


def beyond_reach_in(text: str, sentence: Piece) -> tuple[tuple[Piece, str], ...]:
    """Words of a sentence that say what positions cannot show, and why not."""
    found = []
    for words, why in _REACH:
        if (match := words.search(text, sentence.start, sentence.end)) is not None:
            found.append((Piece(start=match.start(), end=match.end()), why))
    return tuple(found)
