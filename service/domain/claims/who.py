"""Whom a verb tells of: the subject of its clause, of the clause before it, or nobody known.

A verb tells of an aircraft only where nothing else can be its subject. Any word before it that is
not known to be harmless may be one, and then it tells of nobody.
"""

from __future__ import annotations

import re

from service.domain.claims.found import Found, within
from service.domain.claims.subjects import Subject, is_between
from service.domain.claims.text import Piece
from service.domain.claims.verbs import Verb

_WHO = re.compile(r"(?<![\w-])(?:who|whose|whom)(?![\w-])", re.IGNORECASE)
_NOBODY_NEW = frozenset(
    """and but then later again after at on in from about it already soon also which that had has have is was were
    by before an a the hours hour minutes having to where when while subsequently finally safely successfully soon
    и а но затем потом уже снова позже после в во на из через около примерно который которая где он оно и тогда
    благополучно успешно ещё еще вскоре спустя тот же день часа час минут с до
    і й ды але потым затым ужо зноў пазней пасля ў у на з праз каля які якая дзе ён неўзабаве
    та але потім вже уже знову пізніше після в у на з через близько який яка де він невдовзі
    airport airfield aerodrome base аэропорт аэропорта аэропорту аэропорте аэрапорт аэрапорце аэропорту аеропорт аеропорту
    reportedly allegedly apparently якобы нібыта нібито""".split()
)
_TOKEN = re.compile(r"[^\W\d_][\w’'-]*")


def who(
    found: Found,
    clause: Piece,
    verb: Verb,
    sentence: Piece,
    last: tuple[tuple[Subject, ...], str] | None,
) -> tuple[tuple[Subject, ...], bool, str]:
    """The subjects of a verb, whether they are carried over from the clause before, and why none.

    `last` = the subjects of the clause before it in the sentence, and why it had none.
    """
    ahead = within(found.subjects, Piece(start=clause.start, end=verb.start))
    own = ahead[-1] if ahead else None
    behind = within(found.subjects, Piece(start=verb.end, end=clause.end))
    aboard = next((s for s in behind if s.aboard and s.kind == "named"), None)
    if own is not None:
        if own.kind == "pronoun" and len(ahead) > 1 and ahead[-2].kind == "named":
            own = ahead[-2]
        if own.kind == "other":
            return (own,), False, "Another aircraft than the named one is spoken of."
        if _somebody(found, own.end, verb.start):
            return (
                ((aboard,), False, "")
                if aboard
                else ((), False, "Not the aircraft, but somebody else is spoken of.")
            )
        return _listed(found, own, ahead), False, ""
    if aboard is not None:
        return (aboard,), False, ""
    if last is not None and not has_other_words(found, clause.start, verb.start):
        new = next((s for s in behind if s.kind in ("named", "other")), None)
        if new is not None and not new.aboard and _is_inverted(found, verb, new):
            return _listed(found, new, behind), False, ""
        return last[0], True, last[1]
    following = next((s for s in behind if s.kind != "pronoun"), None)
    if following is not None and _is_inverted(found, verb, following):
        if following.kind == "type":
            named = next(
                (s for s in behind if s.kind == "named" and is_between(found.text, following, s)),
                None,
            )
            following = named or following
        return _listed(found, following, behind), False, ""
    if (
        last is None
        and not has_other_words(found, sentence.start, verb.start)
        and verb.kind != "length"
    ):
        elided = bool(re.search("[Ѐ-ӿ]", found.text[verb.start : verb.end]))
        return (), elided, "" if elided else "Whom this tells of is not said."
    if verb.kind == "length":
        return (), True, ""
    return (), False, "That this tells of the aircraft is not said."


def _is_inverted(found: Found, verb: Verb, subject: Subject) -> bool:
    """«В Минске приземлился Ту-214 RA-64523»: nothing but its own description between."""
    between = found.text[verb.end : subject.start]
    return len(between) <= 80 and not re.search(r"[,;:]", between)


_LIST = re.compile(
    r"(?:,|\s|(?<!\w)(?:and|a|an|the|и|і|та|ды|й|as\swell\sas)(?!\w)|&|[«»\"])+", re.IGNORECASE
)


def _listed(found: Found, own: Subject, among: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """The subject with those that are listed beside it: "A, B and a Boeing 737 landed"."""
    listed = [s for s in among if s.kind in ("named", "type")]
    if own not in listed:
        return (own,)
    at = listed.index(own)
    first = last = at
    while first > 0 and _side_by_side(found, listed[first - 1], listed[first]):
        first -= 1
    while last + 1 < len(listed) and _side_by_side(found, listed[last], listed[last + 1]):
        last += 1
    return tuple(listed[first : last + 1])


def _side_by_side(found: Found, one: Subject, other: Subject) -> bool:
    between = found.text[one.end : other.start]
    return _LIST.fullmatch(between) is not None or is_between(found.text, one, other)


def _somebody(found: Found, start: int, end: int) -> bool:
    """Between a subject and its verb: another one who may be the real one."""
    said = found.text[start:end]
    return bool(_WHO.search(said)) or _new_name(found, start, end, strict=True)


def has_other_words(found: Found, start: int, end: int) -> bool:
    """Words before a verb that may be its subject: any that are no time, place or small word."""
    return _new_name(found, start, end, strict=False)


def _new_name(found: Found, start: int, end: int, *, strict: bool) -> bool:
    """`strict`: only a name right before the verb counts, since what the aircraft is may be told
    between it and its verb; else any word that is not known to be harmless."""
    items = (*found.items, *found.subjects, *found.types, *found.asides)
    words = [
        match
        for match in _TOKEN.finditer(found.text, start, end)
        if not any(i.start <= match.start() < i.end for i in items)
        and not any(p.begin <= match.start() < p.end for p in found.places)
    ]
    if not strict:
        return any(w[0].lower() not in _NOBODY_NEW and not _is_time_word(w[0]) for w in words)
    last = [w for w in words if w[0].lower() not in _NOBODY_NEW][-1:]
    return any(w[0][0].isupper() and end - w.end() <= 2 and w[0][1:].islower() for w in last)


_TIME_WORD = re.compile(
    r"(?:morning|evening|afternoon|night|day|time|утром|вечером|дн[её]м|ночью|раніцай|увечары|вечарам|ноччу|уранку|вранці|ввечері|вдень|вночі|"
    r"года|году|мск|августа|later|earlier|ago|early|late|around|about|approximately|рано|поздно|ровно|shortly|same|next|following|first|"
    r"hour|hours|minutes|half|local|moscow|минут\w*|час\w*|хвілін\w*|гадзін\w*|хвилин\w*|годин\w*)$",
    re.IGNORECASE,
)


def _is_time_word(word: str) -> bool:
    return _TIME_WORD.match(word) is not None
