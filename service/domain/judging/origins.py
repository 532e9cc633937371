"""Who repeats whom: reports and the claim, gathered by what they rest on.

A claim is one more report. What shares a voice with it, directly or through another report, is its
echo: it corroborates nothing, and is left out of the evidence before anything is judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemas.judging import CLAIM, ClaimOrigin, Origin, Voice
from schemas.records import Report
from service.domain.ordering import in_order
from service.domain.verdict.phrases import publisher
from service.domain.verdict.reports import independent_groups, origins_of


def echo_of(claim: Report, reports: Iterable[Report]) -> frozenset[Report]:
    """The reports that share a voice with the claim, directly or through one another."""
    marked = {_marked(report): report for report in reports}
    groups = independent_groups([claim, *marked])
    ours = next(group for group in groups if claim in group)
    return frozenset(marked[report] for report in ours if report != claim)


def chain(claim: ClaimOrigin, reports: Iterable[Report]) -> tuple[Origin, ...]:
    """Every origin with its voices, the claim's own first; one for each group of reports that are
    one voice in the end."""
    listed = tuple(dict.fromkeys(reports))
    echo = echo_of(claim.as_report, listed)
    marked = {_marked(report): report for report in listed if report not in echo}
    groups = [[marked[report] for report in group] for group in independent_groups([*marked])]
    others = [_origin(group, claim, has_claim=False) for group in groups]
    ours = _origin([report for report in listed if report in echo], claim, has_claim=True)
    return (ours, *sorted(others, key=lambda origin: (origin.name, repr(origin.voices))))


def _marked(report: Report) -> Report:
    """With the site it stands on among its origins: a publisher goes by more than one name."""
    return replace(report, rests_on=(*report.rests_on, report.url))


def _origin(reports: list[Report], claim: ClaimOrigin, *, has_claim: bool) -> Origin:
    voices = tuple(
        Voice(
            name=publisher(report),
            url=report.url,
            rests_on=report.rests_on,
            is_claim=False,
            counts=not has_claim,
        )
        for report in in_order(reports, lambda r: (publisher(r), r.url, r.source))
    )
    cited = sorted(set().union(*(origins_of(report) for report in reports)) if reports else set())
    if has_claim:
        own = claim.publisher or claim.url or CLAIM
        me = Voice(name=own, url=claim.url, rests_on=claim.cites, is_claim=True, counts=False)
        voices = (me, *voices)
        shared = [origin for origin in cited if origin in origins_of(claim.as_report)]
        cited = shared or cited or sorted({*claim.cites}) or [own]
    return Origin(
        name=", ".join(cited),
        voices=voices,
        has_claim=has_claim,
        sentence=_sentence(len(reports), ", ".join(cited), claim, has_claim=has_claim),
    )


def _sentence(reports: int, name: str, claim: ClaimOrigin, *, has_claim: bool) -> str:
    count = f"{_NUMBERS.get(reports, reports)} report{'s' if reports > 1 else ''}"
    if not has_claim:
        return f"{str(count).capitalize()}, one origin: {name}."
    if reports:
        return (
            f"The claim and {count}, one origin: {name}. They do not corroborate each other, and"
            " were not counted as evidence."
        )
    if claim.cites:
        return f"The claim rests on {name}; no report that is held does."
    if claim.publisher or claim.url:
        return f"The claim of {name} cites nobody that reports are known by."
    return (
        "The claim does not say whom it rests on: whether it and the reports have one origin"
        " cannot be told."
    )


_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
