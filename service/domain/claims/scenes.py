"""One sentence: which verb tells of whom, and which places, times and dates go with it.

A sentence is cut into clauses at the conjunctions and commas between its verbs. What a clause holds
belongs to its verb. Where that is not certain, it is left unread or asked: see `Scene`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from service.domain.claims.clocks import DurationName, TimeName
from service.domain.claims.dates import DateName
from service.domain.claims.found import Found, within
from service.domain.claims.places import PlaceName
from service.domain.claims.subjects import Subject
from service.domain.claims.text import Piece
from service.domain.claims.verbs import Verb, goes_back, goes_on, hedge_in
from service.domain.claims.who import has_other_words, who


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One verb with all that its clause holds."""

    sentence: int
    clause: Piece
    verb: Verb
    subjects: tuple[Subject, ...] = ()
    """Whom it tells of; several for "A and B landed". () = nobody that can be told."""
    carried: bool = False
    """The subject is that of the clause before it."""
    why_nobody: str = ""
    places: tuple[PlaceName, ...] = ()
    dates: tuple[DateName, ...] = ()
    times: tuple[TimeName, ...] = ()
    durations: tuple[DurationName, ...] = ()
    hedge: Piece | None = None
    goes_on: bool = False
    """A word says that this came after what was told before."""
    goes_back: bool = False
    lead: tuple[DateName, ...] = ()
    """Dates that open the sentence, ahead of all its verbs: "Yesterday A landed and B left"."""
    unsure: bool = False
    """A time or date stands where it can belong to this clause or to the next."""


_CONJUNCTION = re.compile(
    r"(?:,\s*)?(?<![\w-])(?:and|but|while|then|before|after|where|when|whereas|having|и|а|но|затем|потом|после|где|когда|"
    r"і|й|та|ды|але|дзе|калі|де|коли|пасля|після|потым|потім|затым)(?![\w-])",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[,;:—–()]")


MAX_VERBS = 24
"""A sentence that tells more than so many things is none: a list, a table, an attack."""


def scenes_of(found: Found, index: int) -> tuple[Scene, ...]:
    """The scenes of one sentence, in order; none of one with more than `MAX_VERBS` verbs."""
    sentence = found.sentences[index]
    verbs = within(found.verbs, sentence)
    if not 0 < len(verbs) <= MAX_VERBS:
        return ()
    cuts = [sentence.start]
    unsure = [False]
    for verb, after in pairwise(verbs):
        cut, doubt = _cut(found, verb.end, after.start)
        cuts.append(cut)
        unsure[-1] = unsure[-1] or doubt
        unsure.append(doubt)
    cuts.append(sentence.end)
    scenes: list[Scene] = []
    for i, verb in enumerate(verbs):
        clause = _narrowed(found, Piece(start=cuts[i], end=cuts[i + 1]), verb, first=i == 0)
        scenes.append(_scene(found, index, clause, verb, scenes, unsure=unsure[i]))
    return _borrowed(found, scenes)


def _cut(found: Found, start: int, end: int) -> tuple[int, bool]:
    """Where one clause ends between two verbs, and whether it might as well be elsewhere."""
    fixed = (*found.items, *found.aircraft, *found.types)
    conjunctions = _free(_CONJUNCTION, found.text, start, end, fixed)
    joined = [c for c in conjunctions if not _joins_names(found, c) and not _is_at(found, c)]
    values = (*found.times, *found.dates, *found.durations)
    if joined:
        between = Piece(start=joined[0].start, end=joined[-1].start)
        return joined[-1].start, bool(within(values, between))
    commas = _free(_COMMA, found.text, start, end, fixed)
    if not commas:
        return _before_what_leads(found, start, end), False
    first, last = commas[0], commas[-1]
    between = Piece(start=first.start, end=last.end)
    return first.start, bool(within(values, between))


def _before_what_leads(found: Found, start: int, end: int) -> int:
    """Without any separator: before a subject of the second verb, else right before that verb."""
    subjects = within(found.subjects, Piece(start=start, end=end))
    return subjects[-1].start if subjects else end


def _free(
    pattern: re.Pattern[str], text: str, start: int, end: int, fixed: tuple[Piece, ...]
) -> list[Piece]:
    pieces = (Piece(start=m.start(), end=m.end()) for m in pattern.finditer(text, start, end))
    return [p for p in pieces if not any(p.meets(f) for f in fixed)]


def _joins_names(found: Found, piece: Piece) -> bool:
    """ "A and B" are one subject."""
    if found.text[piece.start : piece.end].strip(", ") in ("а", "but", "while", "але", "но"):
        return False
    before = [a for a in found.aircraft if 0 <= piece.start - a.end <= 2]
    after = [a for a in found.aircraft if 0 <= a.start - piece.end <= 20]
    return bool(before and after and found.text[piece.end : after[0].start].strip() in ("", "the"))


_BREAK = re.compile(
    rf"[,;:—–()]|{_CONJUNCTION.pattern}|(?<![\w-])(?:who|whom|whose|which|that|as|because|since|for|carrying|amid|ahead\sof|prior\sto|"
    r"котор\w+|что|чтобы|для|пока|перед|накануне|посля|які\w*|якая|што|каб|бо|перад|який|яка|що|щоб|перед|кто)(?![\w-])",
    re.IGNORECASE,
)


def _narrowed(found: Found, clause: Piece, verb: Verb, *, first: bool) -> Piece:
    """Without what goes before the subject or behind the verb and tells of something else."""
    fixed = (*found.items, *found.aircraft, *found.types)
    start, end = clause.start, clause.end
    if first:
        ahead = within(found.subjects, Piece(start=start, end=verb.start))
        until = ahead[-1].start if ahead else verb.start
        for stop in reversed(_free(_BREAK, found.text, start, until, fixed)):
            if has_other_words(found, start, stop.start) and not within(
                ahead, Piece(start=start, end=stop.start)
            ):
                start = stop.start
                break
    stops = _free(_BREAK, found.text, verb.end, end, fixed)
    afters = [*(stop.start for stop in stops[1:]), end]
    for stop, after in zip(stops, afters, strict=False):
        if has_other_words(found, stop.end, after):
            end = stop.start
            break
    return Piece(start=start, end=end)


def _is_at(found: Found, piece: Piece) -> bool:
    """Belarusian «а 16:00»: at, not and."""
    return any(0 <= time.start - piece.end <= 2 for time in found.times)


_PARTICIPLE = re.compile(
    r"вылетев|взлетев|вылецеўшы|вилетівши|taking\soff|taken\soff|departing|landing", re.IGNORECASE
)


def _borrowed(found: Found, scenes: list[Scene]) -> tuple[Scene, ...]:
    """ "Having taken off from Vnukovo, the plane landed": of whom, the next clause says."""
    if len(scenes) < 2 or scenes[0].subjects or not scenes[1].subjects:
        return tuple(scenes)
    first, second = scenes[0], scenes[1]
    said = found.text[first.verb.start : first.verb.end]
    if not _PARTICIPLE.fullmatch(said) or has_other_words(
        found, first.clause.start, first.verb.start
    ):
        return tuple(scenes)
    return (replace(first, subjects=second.subjects, carried=False, why_nobody=""), *scenes[1:])


def _scene(
    found: Found, index: int, clause: Piece, verb: Verb, before: list[Scene], *, unsure: bool
) -> Scene:
    sentence = found.sentences[index]
    last = (before[-1].subjects, before[-1].why_nobody) if before else None
    subjects, carried, why = who(found, clause, verb, sentence, last)
    places = within(found.places, clause)
    lead = sentence.start if not before else clause.start
    opening = before[0].dates if before else ()
    return Scene(
        sentence=index,
        clause=clause,
        verb=verb,
        subjects=subjects,
        carried=carried,
        why_nobody=why,
        places=places,
        dates=within(found.dates, clause),
        times=within(found.times, clause),
        durations=within(found.durations, clause),
        hedge=hedge_in(found.text, sentence.start, clause.end),
        goes_on=goes_on(found.text, lead, clause.end) or _later(found, clause),
        goes_back=goes_back(found.text, lead, clause.end),
        lead=opening if all(date.end <= before[0].verb.start for date in opening) else (),
        unsure=unsure,
    )


_LATER = re.compile(
    r"\s*(?:later|afterwards|спустя|позже|позднее|пазней|потым|пізніше|потому)\b", re.IGNORECASE
)
_THROUGH = re.compile(
    r"(?:\bafter|\bwithin|через|спустя|праз|за|через)\s(?:about\s|around\s|just\s|only\s|примерно\s|около\s)?$",
    re.IGNORECASE,
)


def _later(found: Found, clause: Piece) -> bool:
    return any(follows_on(found.text, d) for d in within(found.durations, clause))


def follows_on(text: str, piece: Piece) -> bool:
    """ "an hour later", «через час»: a length of time since what was told before."""
    before = text[max(0, piece.start - 25) : piece.start]
    return bool(_LATER.match(text, piece.end) or _THROUGH.search(before))
