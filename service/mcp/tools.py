"""The tools: what each is for, what it takes, and which question it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.domain.texts import shown
from service.errors import BadInput
from service.mcp.asking import Call

Given = Mapping[str, Any]
"""What a tool was handed, without what is null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One thing that a tool takes."""

    says: str
    kind: str = "string"
    """As JSON Schema names it: string, integer, or object (of texts)."""
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool."""

    name: str
    title: str
    says: str
    takes: Mapping[str, Argument]
    asks: Callable[[Given], Call]
    """Raises `BadInput`."""

    def schema(self) -> dict[str, Any]:
        """Of its arguments, as JSON Schema."""
        return {
            "type": "object",
            "properties": {name: _schema(taken) for name, taken in self.takes.items()},
            "required": [name for name, taken in self.takes.items() if taken.needed],
            "additionalProperties": False,
        }

    def call(self, given: Given) -> Call:
        """The question that it asks with these arguments.

        Raises `BadInput` when there is one that it does not take, or one is not of its kind.
        """
        for name, value in given.items():
            taken = self.takes.get(name)
            if taken is None:
                offered = ", ".join(f"`{known}`" for known in self.takes) or "none"
                raise BadInput(f"There is no `{shown(name[:40])}` here; there are: {offered}.")
            if value is not None and not _is_of(taken.kind, value):
                raise BadInput(f"`{name}` {_KINDS[taken.kind]}.")
        said = {name: value for name, value in given.items() if value is not None}
        for name, taken in self.takes.items():
            if taken.needed and name not in said:
                raise BadInput(f"`{name}` is missing.")
        return self.asks(said)


_KINDS: Final = {
    "string": "is written as text",
    "integer": "is a whole number",
    "object": "holds texts by name",
}


def _is_of(kind: str, value: Any) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _schema(taken: Argument) -> dict[str, Any]:
    members = {"additionalProperties": {"type": "string"}} if taken.kind == "object" else {}
    return {"type": taken.kind, "description": taken.says, **members}


def _check(given: Given) -> Call:
    return Call(path="/v1/check", query=dict(given))


def _claim(given: Given) -> Call:
    return Call(path="/v1/claims", body=dict(given))


def _movements(given: Given) -> Call:
    if ("aircraft" in given) == ("airport" in given):
        raise BadInput("Say either `aircraft` or `airport`: whose movements, or those at which.")
    room, named = ("aircraft", "aircraft") if "aircraft" in given else ("airports", "airport")
    query = {name: str(value) for name, value in given.items() if name != named}
    return Call(path=f"/v1/{room}/{_part(named, given[named])}/movements", query=query)


def _sources(_: Given) -> Call:
    return Call(path="/v1/sources")


def _bundle(given: Given) -> Call:
    query = {name: str(value) for name, value in given.items() if name != "check"}
    return Call(path=f"/v1/checks/{_part('check', given['check'])}/bundle", query=query)


def _part(name: str, text: str) -> str:
    """The text as one part of a path: it must not lead to another question."""
    if not text.strip() or "/" in text:
        raise BadInput(f"`{name}` is empty, or holds a slash, which no such name has.")
    return text


_AIRCRAFT: Final = "Registration or 24-bit address, as people type it: RA-64523, 14fc0b."
_AIRPORT: Final = "Code (ICAO, IATA, local) or name, Latin or Cyrillic: UMMS, MSQ, Внуково."
_AS_OF: Final = Argument(says="As it would have been answered then: a moment with its zone.")

TOOLS: Final[Sequence[Tool]] = (
    Tool(
        name="check",
        title="Was this aircraft at this airport on this date?",
        says="A verdict with its evidence, a sentence to quote, and what it does not show."
        " `no_data` and `not_seen` are no proof of absence; never tell them as a no.",
        takes={
            "aircraft": Argument(says=_AIRCRAFT, needed=True),
            "airport": Argument(says=_AIRPORT, needed=True),
            "date": Argument(
                says="YYYY-MM-DD, as the calendar at the airport had it.", needed=True
            ),
            "zone": Argument(says="Read the date in this IANA zone instead of the airport's own."),
            "as_of": _AS_OF,
        },
        asks=_check,
    ),
    Tool(
        name="claim",
        title="What does this text claim about aircraft, and what do the data say?",
        says="Reads a text (English, Russian, Belarusian, Ukrainian) and judges each assertion"
        " apart. While `reading.questions` is not empty nothing is judged: ask the person, never"
        " guess, and call again with `answers`. What no position can show is named, not judged.",
        takes={
            "text": Argument(says="The text, at most 20,000 characters.", needed=True),
            "published": Argument(says='YYYY-MM-DD; "yesterday" is counted from it.', needed=True),
            "answers": Argument(
                says="To the questions of an earlier reading of the same text, by their `field`.",
                kind="object",
            ),
            "publisher": Argument(says="Whose text it is: his own reports are no evidence for it."),
            "url": Argument(says="Where it stands; likewise."),
        },
        asks=_claim,
    ),
    Tool(
        name="movements",
        title="Take-offs and landings of one aircraft, or at one airport",
        says="By their best time, from every source: one landing told by two sources is listed"
        " twice. What is not listed was not seen; it may have happened.",
        takes={
            "aircraft": Argument(says=f"{_AIRCRAFT} Either this or `airport`."),
            "airport": Argument(says=f"{_AIRPORT} Either this or `aircraft`."),
            "from": Argument(says="Not before: a date, or a moment with its zone."),
            "to": Argument(says="Until: a date, that day included, or a moment with its zone."),
            "as_of": _AS_OF,
            "limit": Argument(says="Most in one answer, 1 to 1,000; else 100.", kind="integer"),
            "after": Argument(says="Where the answer before ended: `after` in its `next`."),
        },
        asks=_movements,
    ),
    Tool(
        name="sources",
        title="Where evidence comes from",
        says="Every source: what it is, its terms, how far it reaches, whether it is asked here,"
        " and how it has been doing.",
        takes={},
        asks=_sources,
    ),
    Tool(
        name="bundle",
        title="A kept answer with its evidence, as one file that anybody can check",
        says="Of a kept check, by its id (`tailcheck keep` or POST /v1/checks keeps one): the"
        " bundle's root, where to fetch it, and the file itself when it is small.",
        takes={
            "check": Argument(says="Id of the kept check.", needed=True),
            "revision": Argument(
                says="Which of its answers; the newest unless given.", kind="integer"
            ),
        },
        asks=_bundle,
    ),
)
BY_NAME: Final = {tool.name: tool for tool in TOOLS}
