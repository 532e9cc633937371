"""What changed between two answers to one question, told to people: later data may turn an answer,
strengthen it, weaken it or take its ground away, and each is said as plainly as the others.

Whatever merely repeats is no change: the moment of asking, a source asked again with the same
outcome, the same fact read from another page, a further source for an identity that stood already.
Nor is what only shows in the rest when it matters: who else was heard, what is taken for granted,
what would change the answer. Versions of rules and tables are named where something did change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from schemas.verdicts import EvidenceItem, EvidenceKind, Identity, Verdict, VerdictWord
from service.domain.texts import clipped
from service.domain.verdict.phrases import utc
from service.domain.verdict.rules import GRADES

_SILENT: Final[frozenset[VerdictWord]] = frozenset({"not_seen", "no_data"})
"""Answers that show what was asked; other answers leave that out."""
_KINDS: Final[Mapping[EvidenceKind, str]] = {
    "ground_span": "positions on the ground",
    "movement": "a take-off or landing",
    "pass": "a pass",
    "report": "a report",
    "segment": "a track",
    "stay": "a stay",
    "ledger": "an answer to what it was asked",
    "heard": "other aircraft",
    "identity": "an identity",
}
_LONGEST: Final = 400
_NO_TIMES: Final[Mapping[str, datetime]] = {}

Fact = tuple[object, ...]


def turns(before: Verdict, after: Verdict) -> bool:
    """Whether it is another answer, and not only the same one on more, less or other grounds."""
    return _answer(before) != _answer(after)


def because(before: Verdict, after: Verdict, received: Mapping[str, datetime] = _NO_TIMES) -> str:
    """What is otherwise in the later answer, in a few sentences; empty when nothing is.

    `received` gives the moment when a capture came, by its sha256: so it is told whether the
    later answer rests on something that came late, or on something that was there already.
    """
    if _whole(before) == _whole(after):
        return ""
    return f"{_outcome(before, after)} {_grounds(before, after, received)}".rstrip()


# --- what is compared -----------------------------------------------------------------------


def _answer(verdict: Verdict) -> Fact:
    other = verdict.other_date
    return (
        (verdict.verdict, verdict.grade),
        (verdict.airport, verdict.zone, verdict.interval),
        _who(verdict.identity),
        sorted(conflict.code for conflict in verdict.conflicts),
        (other.zone, other.verdict) if other is not None else None,
    )


def _whole(verdict: Verdict) -> Fact:
    return (
        _answer(verdict),
        verdict.sentence,
        set(verdict.reasons),
        set(verdict.conflicts),
        {_fact(item) for item in verdict.evidence},
        {gap.text for gap in verdict.gaps},
        {(rival.airport, rival.why) for rival in verdict.rivals},
    )


def _who(identity: Identity) -> Sequence[Fact]:
    return sorted((c.icao24, c.registration, c.type_code, c.by_rule) for c in identity.candidates)


def _fact(item: EvidenceItem) -> Fact:
    """What the item says, wherever it was read."""
    if item.kind == "ledger":
        return (item.kind, item.source, item.grade)
    return (item.kind, item.source, item.text, item.t_from, item.t_to, item.grade, item.url)


# --- how it is told -------------------------------------------------------------------------


def _outcome(before: Verdict, after: Verdict) -> str:
    """What the answer was, and what it is."""
    if before.verdict != after.verdict:
        return f"Then: {_state(before)}. Now: {_state(after)}."
    still = f"Still “{after.reads}”"
    if before.grade != after.grade:
        grades = GRADES[after.verdict]
        known = before.grade in grades and after.grade in grades
        weaker = known and grades.index(after.grade) > grades.index(before.grade)
        than = "but weaker" if weaker else "and stronger" if known else "of another grade"
        return (
            f"{still}, {than}: then {_spaced(before.grade)}, now {_spaced(after.grade)}"
            f" ({_why(after)})."
        )
    was = [r.text for r in before.reasons if r not in after.reasons]
    now = [r.text for r in after.reasons if r not in before.reasons]
    if was and now:
        return f"{still}. Then: {_clip('; '.join(was))}. Now: {_clip('; '.join(now))}."
    if now:
        return f"{still}, also because {_clip('; '.join(now))}."
    if was:
        return f"{still}, but no longer because {_clip('; '.join(was))}."
    return f"{still}."


def _state(verdict: Verdict) -> str:
    grade = "" if verdict.grade == "none" else f", {_spaced(verdict.grade)}"
    return f"“{verdict.reads}”{grade} ({_why(verdict)})"


def _why(verdict: Verdict) -> str:
    return _clip(verdict.reasons[0].text) if verdict.reasons else _clip(verdict.sentence)


def _grounds(before: Verdict, after: Verdict, received: Mapping[str, datetime]) -> str:
    """What it rests on that it did not, what it rests on no longer, and what else is otherwise."""
    told = [
        *_asked(before, after),
        *_added("New", _new(before, after), received, before.as_of),
        *_added("Rests no longer on", _gone(before, after), _NO_TIMES, before.as_of),
        *_texts("Against it now", before.conflicts, after.conflicts),
        *_texts("No longer against it", after.conflicts, before.conflicts),
        *_rivals(before, after),
        *_other_date(before, after),
    ]
    if not told and {g.text for g in before.gaps} != {g.text for g in after.gaps}:
        told.append("The silences in its track are other ones.")
    return " ".join([*told, *_versions(before, after)])


def _asked(before: Verdict, after: Verdict) -> Iterable[str]:
    if (was := _names(before.identity)) != (now := _names(after.identity)):
        yield f"Which aircraft is meant: then {was}, now {now}."
    elif _who(before.identity) != _who(after.identity):
        yield "What sources say of the aircraft's name, type or address is otherwise."
    if (before.zone, before.interval) != (after.zone, after.interval):
        yield f"The day is {utc(after.interval.t_from)} to {utc(after.interval.t_to)} now."
    if before.airport != after.airport:
        yield f"The airport's code is {after.airport} now, and was {before.airport}."


def _names(identity: Identity) -> str:
    names = sorted(
        " ".join(filter(None, (c.registration, c.icao24 and f"({c.icao24})")))
        + (" by a rule only" if c.by_rule else "")
        for c in identity.candidates
    )
    return " or ".join(names) or "nobody that is known"


def _new(before: Verdict, after: Verdict) -> list[EvidenceItem]:
    """Items of the later answer that the former lacks; askings only where both show them."""
    known = {_fact(item) for item in before.evidence}
    both_silent = {before.verdict, after.verdict} <= _SILENT
    return [
        item
        for item in after.evidence
        if _fact(item) not in known and (item.kind != "ledger" or both_silent)
    ]


def _gone(before: Verdict, after: Verdict) -> list[EvidenceItem]:
    """Items of the former answer that the later lacks, but for those that go on in another of the
    same kind and source at the same time: a track that grew, or is told in other words."""
    return [
        item
        for item in _new(after, before)
        if not any(_succeeds(other, item) for other in after.evidence)
    ]


def _succeeds(later: EvidenceItem, item: EvidenceItem) -> bool:
    if (later.kind, later.source) != (item.kind, item.source):
        return False
    (a_from, a_to), (b_from, b_to) = _span(later), _span(item)
    if a_from is None or a_to is None or b_from is None or b_to is None:
        return False
    return a_from <= b_to and b_from <= a_to


def _span(item: EvidenceItem) -> tuple[datetime | None, datetime | None]:
    return item.t_from or item.t_to, item.t_to or item.t_from


def _added(
    title: str,
    items: Sequence[EvidenceItem],
    received: Mapping[str, datetime],
    known_by: datetime,
) -> Iterable[str]:
    by_source: dict[str, list[EvidenceItem]] = {}
    for item in items:
        by_source.setdefault(item.source, []).append(item)
    if by_source:
        told = (
            f"{_kinds(some)} ({source}{_when(some, received, known_by)})"
            for source, some in sorted(by_source.items())
        )
        yield f"{title}: {'; '.join(told)}."


def _kinds(items: Iterable[EvidenceItem]) -> str:
    return ", ".join(dict.fromkeys(_KINDS[item.kind] for item in items))


def _when(
    items: Iterable[EvidenceItem], received: Mapping[str, datetime], known_by: datetime
) -> str:
    times = [received[item.capture] for item in items if item.capture in received]
    if not times:
        return ""
    late = max(times)
    if late > known_by:
        return f", received {utc(late)}"
    return f", received {utc(late)} already"


def _texts(title: str, before: Iterable[object], after: Iterable[object]) -> Iterable[str]:
    known = set(before)
    if new := [str(getattr(one, "text", one)) for one in after if one not in known]:
        yield f"{title}: {_clip('; '.join(new))}."


def _rivals(before: Verdict, after: Verdict) -> Iterable[str]:
    was = {rival.airport for rival in before.rivals}
    now = {rival.airport for rival in after.rivals}
    if now - was:
        yield f"Would fit as well now: {', '.join(sorted(now - was))}."
    if was - now:
        yield f"Fits no longer: {', '.join(sorted(was - now))}."


def _other_date(before: Verdict, after: Verdict) -> Iterable[str]:
    was, now = before.other_date, after.other_date
    if now is not None and (was is None or was.verdict != now.verdict):
        yield f"Read as a {now.zone} date, the answer is “{now.reads}”."
    elif was is not None and now is None:
        yield f"It no longer matters whether it is read as a {was.zone} date."


def _versions(before: Verdict, after: Verdict) -> Iterable[str]:
    if before.rules_version != after.rules_version:
        yield f"Judged by {after.rules_version}; before, by {before.rules_version}."
    if before.reference_version != after.reference_version:
        yield "The tables of airports or time zones are other ones."


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _clip(text: str) -> str:
    """Text of others, on one line and not without end."""
    return clipped(text, _LONGEST)
