"""YAML written by people, read as text: no types guessed, no aliases, no tags.

YAML's guesses are traps here: ``16:00`` would be 960, ``NO`` false, a date an object. So every
value is the text as written, with the line it stands on, and what would make more of it (aliases,
which a bomb is built of, and tags, which call code) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from adapters._bytes import shown
from adapters._contract import UnreadablePage

CAP_BYTES = 1024 * 1024
_DEEPEST = 8
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Text:
    """A value; empty where nothing (or null) is written."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping, keys in order; `twice` are keys that came again (the first value is kept)."""

    items: dict[str, Node]
    line: int
    twice: tuple[str, ...] = ()


Node = Text | Many | Fields


def read_yaml(content: bytes | memoryview) -> list[Node]:
    """Every document of the file. Raises `UnreadablePage` with a sentence."""
    if len(content) > CAP_BYTES:
        raise UnreadablePage(f"The file is larger than {CAP_BYTES:,} bytes: no list of reports is.")
    try:
        text = bytes(content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadablePage("The file is not text in UTF-8; save it as UTF-8.") from error
    try:
        return list(_documents(yaml.parse(text, Loader=_LOADER)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise UnreadablePage(f"The file is not YAML: {where}{shown(error.problem)}.") from error
    except yaml.YAMLError as error:
        raise UnreadablePage(f"The file is not YAML: {shown(str(error))}.") from error


def _documents(events: Iterator[yaml.Event]) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            yield _node(next(events), events, 0)


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    line = event.start_mark.line + 1 if event.start_mark else 0
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise UnreadablePage(f"Line {line} uses a YAML anchor or alias (& or *): write it out.")
    if getattr(event, "tag", None):
        raise UnreadablePage(f"Line {line} uses a YAML tag (!): write plain values.")
    if depth > _DEEPEST:
        raise UnreadablePage(f"Line {line} is nested deeper than any report.")
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_node(event, events, depth + 1))
        return Many(tuple(items), line)
    if isinstance(event, yaml.MappingStartEvent):
        return _fields(line, events, depth)
    assert isinstance(event, yaml.ScalarEvent)
    empty = event.implicit[0] and event.value in _EMPTY
    return Text("" if empty else event.value.strip(), line)


def _fields(line: int, events: Iterator[yaml.Event], depth: int) -> Fields:
    items: dict[str, Node] = {}
    twice: list[str] = []
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, depth + 1)
        value = _node(next(events), events, depth + 1)
        if not isinstance(key, Text):
            raise UnreadablePage(f"Line {key.line}: a name is expected before the colon.")
        if key.text in items:
            twice.append(key.text)
        items.setdefault(key.text, value)
    return Fields(items, line, tuple(twice))
