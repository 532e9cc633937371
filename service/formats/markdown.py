"""An answer for a story, as Markdown: the sentence to quote first, then what bears it out.

Every word that is not ours is escaped, so that it is shown as it is by whatever reads Markdown:
by backslash where each dialect knows that, as a character reference where one does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, urlsplit

from schemas.verdicts import EvidenceItem
from service.domain.verdict.phrases import utc
from service.formats.plain import plain
from service.formats.shown import Shown
from service.formats.text import rows


def markdown(shown: Shown) -> str:
    """The answer as a Markdown document; ends with a line break."""
    return "\n".join(_lines(shown)) + "\n"


def escaped(text: str) -> str:
    """The text on one line, read as text alone wherever it stands."""
    line = " ".join(plain(text).split())
    line = _REFERENCES.sub(lambda found: f"&#{ord(found[0])};", line)
    line = _SPECIAL.sub(r"\\\g<0>", line)
    return _STARTS.sub(r"\g<1>\\\g<2>", line)


def _lines(shown: Shown) -> Iterator[str]:
    verdict = shown.verdict
    yield f"> {escaped(verdict.sentence)}"
    yield ""
    asked = f"{escaped(verdict.aircraft)} at {escaped(verdict.airport_name)}"
    yield (
        f"**{escaped(verdict.reads)}** ({escaped(verdict.grade)}). Asked: {asked}"
        f" ({escaped(verdict.airport)}) on {verdict.on}, {escaped(verdict.zone)}."
        f" As of {utc(verdict.as_of)}."
    )
    if verdict.other_date is not None:
        yield ""
        yield f"Mind the date: {escaped(verdict.other_date.text)}"
    yield from _section("Why", (escaped(reason.text) for reason in verdict.reasons))
    yield from _section("Evidence", (_evidence(item, shown) for item in verdict.evidence))
    yield from _section("Silences", (escaped(gap.text) for gap in verdict.gaps))
    yield from _section(
        "Other airports that fit", (escaped(f"{r.airport}: {r.why}") for r in verdict.rivals)
    )
    yield from _section("Conflicts", (escaped(reason.text) for reason in verdict.conflicts))
    yield from _section(
        "Other aircraft heard there",
        (escaped(f"{utc(h.hour)} {h.source}: {h.aircraft}") for h in verdict.coverage),
    )
    yield from _section("Limits", map(escaped, (*verdict.does_not_show, *verdict.assumptions)))
    yield from _section("What would change this", map(escaped, verdict.would_change))
    yield from _section(
        "Sources", (escaped(f"{key}: {name}") for key, name in verdict.attributions.items())
    )
    yield ""
    yield f"{escaped(verdict.rules_version)}; {escaped(verdict.reference_version)}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"- {line}" for line in lines]
    if found:
        yield from ("", f"## {title}", "", *found)


def _evidence(item: EvidenceItem, shown: Shown) -> str:
    said = [escaped(item.source)]
    if item.capture:
        where = f"[bytes as received]({_quoted(shown.capture_url(item.capture))})"
        said.append(f"{where} {rows(item)}".rstrip())
    if item.url and (target := _web(item.url)):
        said.append(f"[the report]({target})")
    return f"{escaped(item.text)} ({', '.join(said)})"


def _web(url: str) -> str:
    """Where a link leads that somebody else wrote; empty when it is no address on the web."""
    once = plain(url).strip()
    try:
        parts = urlsplit(once)
    except ValueError:
        return ""
    return _quoted(once) if parts.scheme in {"http", "https"} and parts.hostname else ""


def _quoted(url: str) -> str:
    """The address without anything that could end the link around it."""
    return quote(url, safe="/:?#@!$&+,;=%~-._")


_REFERENCES: Final = re.compile(r"[<>&~|$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_SPECIAL: Final = re.compile(r"[\\`*_{}\[\]]|!(?=\\?\[)")
_STARTS: Final = re.compile(r"^([0-9]*)([-+#.)])")
"""A line that begins so would be a list, a heading or a rule."""
