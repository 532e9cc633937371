"""Who a sentence speaks of: named aircraft, types, "the plane", "it", or somebody else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from service.domain.claims.text import Piece

_CRAFT = (
    r"(?:plane|aircraft|airplane|aeroplane|jet|airliner|liner|helicopter|airframe)(?!s|\w)|"
    r"самол[её]т(?:у|а|ом|е)?(?!\w)|авиалайнер(?!\w)|лайнер(?!\w)|джет(?!\w)|воздушное\sсудно|верто(?:лет|лёт)(?!\w)|борт(?!\w)|"
    r"самал[её]т(?!\w)|авіялайнер(?!\w)|паветранае\sсудна|верталёт(?!\w)|літак(?!\w)|авіалайнер(?!\w)|повітряне\sсудно|гелікоптер(?!\w)"
)
_DEFINITE = re.compile(
    rf"(?<![\w-])(?:(?:the|this|that)\s(?:(?!plane)[\w-]+\s){{0,3}}?)?(?P<craft>{_CRAFT})",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?<![\w-])(?:it(?!\sis\s)|он|ён|він)(?![\w'’-])", re.IGNORECASE)
_OTHER_CRAFT = re.compile(
    r"(?<![\w-])(?:(?:a|an|one|another|second|other|two|three|four|several|some|many|both|all|few|these|those|different)\s(?:[\w-]+\s){0,2}?"
    r"(?:planes?|aircraft|airplanes?|jets?|airliners?|helicopters?)|(?:planes|jets|airliners|helicopters|airplanes)|"
    r"(?:друг(?:ой|ого|ие|их)|втор(?:ой|ого)|ещ[её]\sодин|один|два|три|несколько|неизвестн\w+|ин(?:ой|ого))\s(?:[\w-]+\s){0,2}?(?:самол[её]т\w*|борт\w*|лайнер\w*|вертол[её]т\w*)|"
    r"самол[её]т(?:ы|ов|ами|ах)|борт(?:а|ы|ов)(?=\s\w+ли\b)|"
    r"(?:інш(?:ы|ага|ыя)|друг(?:і|ога)|яшчэ\sадзін|адзін|два|тры|некалькі)\s(?:[\w-]+\s){0,2}?(?:самал[её]т\w*|борт\w*|лайнер\w*)|самал[её]т(?:ы|аў)|"
    r"(?:інш(?:ий|ого|і)|друг(?:ий|ого)|ще\sодин|один|два|три|кілька)\s(?:[\w-]+\s){0,2}?(?:літак\w*|борт\w*|лайнер\w*)|літак(?:и|ів))(?!\w)",
    re.IGNORECASE,
)
_HOLDER = re.compile(
    r"(?:\bof|\bowners?|\bpilots?|\bcrew|\bpassengers?|\bpart|\bphotos?|\bby|\bwith|\bbehind|\bnear|\bbeside|\blike|\bunlike|\babout|"
    r"экипаж\w*|владел\w+|пилот\w*|пассажир\w*|хозя\w+|командир\w*|двигател\w*|"
    r"экіпаж\w*|уладальнік\w*|улад\w+|екіпаж\w*|власник\w*)\s(?:the\s|this\s|a\s)?(?:[\w-]+\s)?$",
    re.IGNORECASE,
)
_ABOARD = re.compile(
    r"(?:\bon|\baboard|\bboard|\bby|на\sборту|на\sсамол[её]те|на|бортом|самол[её]том|на\sборце|самалётам|літаком)\s(?:the\s|a\s|its\s|борту\s|самол[её]те\s)?(?:[\w«\"-]+\s){0,3}[«\"(]?$",
    re.IGNORECASE,
)
SubjectKind = Literal["named", "type", "craft", "pronoun", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Piece):
    """Something that can be what a verb tells of."""

    kind: SubjectKind
    index: int = -1
    """Of the named aircraft or of the type, in the order of the text."""
    aboard: bool = False
    """Somebody flew *on* it."""


def subjects_in(
    text: str, named: tuple[Piece, ...], types: tuple[Piece, ...]
) -> tuple[Subject, ...]:
    """All of them in order. A "plane" right before its name is not one of its own."""
    found = [_subject(text, piece, "named", index) for index, piece in enumerate(named)]
    found += [_subject(text, piece, "type", index) for index, piece in enumerate(types)]
    fixed = [*named, *types]
    for match in _OTHER_CRAFT.finditer(text):
        piece = Piece(start=match.start(), end=match.end())
        if not _is_apposed(text, piece, fixed):
            fixed.append(piece)
            found.append(_subject(text, piece, "other", -1))
    for match in _DEFINITE.finditer(text):
        piece = Piece(start=match.start("craft"), end=match.end())
        whole = Piece(start=match.start(), end=match.end())
        if not _is_apposed(text, whole, fixed):
            found.append(_subject(text, piece, "craft", -1))
    for match in _PRONOUN.finditer(text):
        found.append(_subject(text, Piece(start=match.start(), end=match.end()), "pronoun", -1))
    real = [one for one in found if one is not None]
    return tuple(sorted(real, key=lambda one: one.start))


def _subject(text: str, piece: Piece, kind: SubjectKind, index: int) -> Subject | None:
    before = text[max(0, piece.start - 50) : piece.start]
    before = re.split(r"[.!?;\n]", before)[-1]
    if re.match(r"['’]s\b", text[piece.end : piece.end + 3]):
        return None
    aboard = _ABOARD.search(before) is not None
    if _HOLDER.search(before) and not aboard:
        return None
    return Subject(start=piece.start, end=piece.end, kind=kind, index=index, aboard=aboard)


_APPOSED = re.compile(
    r"[\s,(«\"“:№#-]*(?:(?:with|под|с|з|під|пад|registration|registered|registriert|flight|tail|side|reg|number|mark|code|as|the|its|"
    r"борт\w*|бартав\w+|бортов\w+|номер\w*|нумар\w*|регистрац\w+|рэгістрац\w+|реєстрац\w+|хвостов\w+|знак\w*|авиакомпани\w+|"
    r"hex|icao|address)[\s,:№#.]*)*[«\"“(]?",
    re.IGNORECASE,
)


def is_between(text: str, first: Piece, second: Piece) -> bool:
    """Whether nothing but "with registration number" and the like stands between two pieces."""
    return (
        first.end <= second.start and _APPOSED.fullmatch(text[first.end : second.start]) is not None
    )


def _is_apposed(text: str, piece: Piece, fixed: list[Piece]) -> bool:
    return any(
        piece.meets(one)
        or is_between(text, piece, one)
        or (is_between(text, one, piece) and one.end + 2 >= piece.start)
        for one in fixed
    )
