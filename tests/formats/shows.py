"""Answers to be written: judged from evidence by the real judge, and poisoned ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from schemas.movements import Segment
from schemas.places import Airport
from schemas.verdicts import CoverageHour, EvidenceItem, Reason, Verdict
from service.formats.shown import Shown
from tests.domain.asking import ask, asked, heard, report
from tests.domain.cases import MINSK, VNUKOVO, at, leg, movement, off, on, parked, span

BASE = "https://check.example"
NAMED = {"adsblol": "© adsb.lol contributors", "press": "the publisher of each report"}


def shows(*items: Any, place: Airport = MINSK, **said: Any) -> Shown:
    """The answer to the question about 2024-05-10 on these items, and its segments."""
    question = ask(*items, place=place, **said)
    segments = question.evidence.segments
    return Shown(
        verdict=replace(question.answer(), attributions=NAMED),
        airport=place,
        segments=tuple(sorted(segments, key=lambda s: (s.first.t, s.source))),
        attributions=NAMED,
        base_url=BASE,
    )


@cache
def visit() -> Shown:
    """From Vnukovo to Minsk, lost on the way for an hour, seen there, reported too."""
    return shows(
        leg(at("05:00"), at("05:40"), on(VNUKOVO), off(MINSK, 60, 150)),
        leg(at("06:40"), at("07:10"), off(MINSK, 60, 40), on(MINSK), alt_ft=3_000.0),
        parked(at("07:10"), at("08:30"), on(MINSK)),
        leg(at("12:00"), at("12:40"), off(MINSK, 90, 30), off(MINSK, 90, 200)),
        span(at("07:10"), at("08:30")),
        movement("landing", at("07:10"), method="ground", grade="observed"),
        report(at("07:12")),
        heard(at("06:00"), at("09:00")),
        asked(),
    )


def bare(place: Airport = MINSK) -> Shown:
    """Nothing is held."""
    return shows(place=place)


def with_segments(*segments: Segment, place: Airport = MINSK) -> Shown:
    """The answer on these segments alone."""
    return shows(*segments, asked(), place=place)


def poisoned(text: str) -> Shown:
    """An answer with the text wherever a stranger may have written something."""
    clean = visit()
    verdict = clean.verdict

    def spoiled(item: EvidenceItem) -> EvidenceItem:
        return replace(item, text=text, source=text, grade=text, url=text, marks=(text,))

    return replace(
        clean,
        verdict=replace(
            verdict,
            aircraft=text,
            airport_name=text,
            sentence=text,
            reasons=(Reason(code="x", text=text),),
            conflicts=(Reason(code="y", text=text),),
            evidence=tuple(map(spoiled, verdict.evidence)),
            gaps=tuple(replace(gap, text=text) for gap in verdict.gaps),
            coverage=(CoverageHour(source=text, hour=at("06:00"), aircraft=3),),
            assumptions=(text,),
            would_change=(text,),
            does_not_show=(text,),
            attributions={text: text},
        ),
        airport=replace(MINSK, name=text),
        segments=tuple(replace(s, source=text, callsigns=(text,)) for s in clean.segments),
        attributions={text: text},
        not_to_pass_on={text: text},
    )


def spread(texts: Sequence[str]) -> Shown:
    """An answer with a text of its own in each place of the sheet that strangers write to."""
    clean = visit()
    name, airport, sentence, *rest = texts
    hours = tuple(
        CoverageHour(source=text, hour=at("06:00"), aircraft=number)
        for number, text in enumerate(rest)
    )
    verdict: Verdict = replace(
        clean.verdict,
        aircraft=name,
        airport_name=airport,
        sentence=sentence,
        coverage=hours,
        does_not_show=tuple(rest),
    )
    named = dict(zip(rest, reversed(rest), strict=True))
    return replace(
        clean,
        verdict=verdict,
        airport=replace(MINSK, name=airport, ident=name[:40]),
        attributions=named,
        not_to_pass_on=dict(list(named.items())[:4]),
    )


SEEDS = (
    "=1+1",
    "+49 30",
    "-2+3",
    "@SUM(A1:A9)",
    '=HYPERLINK("https://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "\n=1+1",
    "a,b;c\td",
    'he said "no"',
    '""',
    "'",
    "line\nbreak\r\nand\x0bmore\x0c\u2028\u2029\x85",
    "<script>alert(1)</script>",
    "</script><script>alert(1)//",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#60;",
    "]]><x/>",
    "<!--",
    "-->",
    "--",
    "<?xml?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "$[name]$[description]",
    "# heading",
    "## heading",
    "- item",
    "1. item",
    "> quote",
    "    code",
    "```\ncode\n```",
    "`code`",
    "``",
    "**bold** _it_ ~~gone~~",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: https://evil.example",
    "[^1]",
    "<https://evil.example>",
    "https://evil.example/a_b_c",
    "www.evil.example",
    "mail@evil.example",
    "| a | b |\n|---|---|",
    "***",
    "===",
    "\\",
    "\\*x\\*",
    "$x^2$",
    "$",
    "$\\frac{$",
    "\\$",
    "a\x00b",
    "\x1b[31mred\x1b[0m",
    "\x07\x08",
    "\ufffe\uffff",
    "\ud800",
    "x\udfffy",
    "\ud83d",
    "\u202egnp.exe",
    "\u2066\u2069\u200f\u061c",
    "ש" * 20 + " مرحبا",
    "Минск-2 «Ў» Львів",
    "北京首都国際空港 🛩️👨‍👩‍👧",
    "e\u0301" * 30,
    "a" + "\u0301" * 200,
    "\U0010ffff\ue000",
    "%s%n{0}{x}",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://evil.example/"onclick=alert(1)',
    "https://[::1",
    "file:///etc/passwd",
    "//evil.example",
    "A" * 10_000,
    "W" * 10_000,
    "=" * 10_000,
    "word " * 2_000,
    "<" * 10_000,
    "\u202e" * 10_000,
    "",
    " ",
)


def hostile(count: int = 1_000, seed: int = 5) -> Iterator[str]:
    """The seeds, and then the beginnings of two or three of them put together, always the same."""
    chance = random.Random(seed)
    yield from SEEDS
    for _ in range(count - len(SEEDS)):
        parts = chance.choices(SEEDS, k=chance.choice((2, 3)))
        yield chance.choice(("", "\n", " ", ",")).join(part[:60] for part in parts)
