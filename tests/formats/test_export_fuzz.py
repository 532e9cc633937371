"""Export fuzz: hostile text in every place that strangers write to, through every form, read back
by standard parsers. Nothing becomes more than text, and nothing leaves its cell."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import islice
from typing import Any
from xml.etree import ElementTree as ET

import markdown as other_markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from service.ask.document import verdict_json
from service.formats.forms import Form, write
from service.formats.markdown import escaped
from service.formats.plain import plain
from service.formats.shown import Shown
from tests.formats.shows import SEEDS, hostile, poisoned, visit

KML = "{http://www.opengis.net/kml/2.2}"
EVERY = 1_000
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.characters(), max_size=60),
    st.lists(st.sampled_from(SEEDS[:-10]), min_size=1, max_size=3).map("".join),
    st.text(alphabet="=+-@\t\r\n<>&\"'`*_[]()#!|~\\$\x00\x1b\u202e\ud800 a1.:/w", max_size=40),
)


def _folded(text: str) -> str:
    return " ".join(plain(text).split())


def test_there_are_enough_of_them() -> None:
    assert len(list(hostile(EVERY))) == EVERY
    assert len(set(hostile(EVERY))) > 0.9 * EVERY


@given(TEXTS)
@example("\ud800\x00\u202e\n")
def test_plain_text_is_one_line_that_anybody_can_encode(text: str) -> None:
    once = plain(text)

    assert once == plain(once)
    assert once.isprintable()
    assert once.encode().decode() == once
    if text.isprintable():
        assert once == text


@pytest.mark.parametrize("part", range(2))
def test_a_thousand_of_them_stay_in_their_cells(part: int) -> None:
    for text in islice(hostile(EVERY), part, None, 2):
        _survives(text)


@given(TEXTS)
@settings(max_examples=60)
def test_any_other_text_does_too(text: str) -> None:
    _survives(text)


def _survives(text: str) -> None:
    shown = poisoned(text)
    _json_holds(shown, text)
    _text_holds(shown)
    _csv_holds(shown, text)
    _geojson_holds(shown, text)
    _kml_holds(shown, text)
    _claim_review_holds(shown, text)
    _markdown_holds(shown, text)


@cache
def _harmless(form: Form) -> bytes:
    """The same answer with a word in place of what is hostile."""
    return write(form, poisoned("x"))


def _json_holds(shown: Shown, text: str) -> None:
    document = json.loads(verdict_json(shown.verdict))
    halves = any("\ud800" <= c <= "\udfff" for c in text)
    if not halves:
        assert document["sentence"] == text
    assert len(document["evidence"]) == len(shown.verdict.evidence)


def _text_holds(shown: Shown) -> None:
    body = write(Form.TEXT, shown).decode()

    assert body.count("\n") == _harmless(Form.TEXT).decode().count("\n")
    assert all(line.isprintable() for line in body.split("\n"))


def _csv_holds(shown: Shown, text: str) -> None:
    body = write(Form.CSV, shown).decode()
    records = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    header, rows = records[0], [dict(zip(records[0], row, strict=True)) for row in records[1:]]

    assert len(header) == 19
    assert [row["kind"] for row in rows].count("verdict") == 1
    assert len(rows) == _rows(shown)
    assert body.replace("\r\n", "").count("\n") == body.replace("\r\n", "").count("\r") == 0
    assert rows[0]["text"].removeprefix("'") == plain(text).removeprefix("'")
    for row in rows:
        for name, cell in row.items():
            if name in {"lat", "lon", "row_from", "row_to"}:
                assert cell == "" or float(cell) is not None
            elif name != "kind":
                assert cell.lstrip()[:1] not in set("=+-@\t\r＝＋－＠|%") - {""}, (name, cell[:20])


def _rows(shown: Shown) -> int:
    verdict = shown.verdict
    parts = (verdict.evidence, verdict.gaps, verdict.coverage, verdict.does_not_show)
    return 1 + sum(map(len, parts))


def _geojson_holds(shown: Shown, text: str) -> None:
    document = json.loads(write(Form.GEOJSON, shown).decode())
    kinds = [feature["properties"]["kind"] for feature in document["features"]]

    assert document["tailcheck"]["sentence"] == plain(text)
    assert kinds.count("airport") == 1
    assert kinds.count("track") == len(shown.segments)
    (airport,) = [f for f in document["features"] if f["properties"]["kind"] == "airport"]
    assert airport["properties"]["name"] == plain(text)
    for value in _texts(document):
        assert value.isprintable()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


class _Seen(HTMLParser):
    """What a page that shows the HTML would hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs), attrs
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _html(text: str) -> _Seen:
    seen = _Seen()
    seen.feed(text)
    seen.close()
    return seen


def _kml_holds(shown: Shown, text: str) -> None:
    root = ET.fromstring(write(Form.KML, shown))
    clean = ET.fromstring(_harmless(Form.KML))
    for found, expected in zip(root.iter(), clean.iter(), strict=True):
        assert found.tag == expected.tag
        assert "$[" not in (found.text or "")
    for name in root.iter(f"{KML}name"):
        assert not set(name.text or "") & set("<>")
    for described in root.iter(f"{KML}description"):
        assert set(_html(described.text or "").tags) <= {"br"}
    first = _html(root.findtext(f"{KML}Document/{KML}description") or "")
    if plain(text):
        assert plain(text) in "".join(first.said)


def _claim_review_holds(shown: Shown, text: str) -> None:
    body = write(Form.CLAIMREVIEW, shown)
    document = json.loads(body)

    assert b"<" not in body
    assert document["reviewBody"] == plain(text)
    assert document["creativeWorkStatus"] == "Draft"
    assert "reviewRating" not in json.dumps(document)
    for citation in document["citation"]:
        assert citation["url"].startswith(("http://", "https://"))


_TITLES = {
    "Why",
    "Evidence",
    "Silences",
    "Other airports that fit",
    "Conflicts",
    "Other aircraft heard there",
    "Limits",
    "What would change this",
    "Sources",
}
_OURS = {"blockquote", "p", "strong", "h2", "ul", "li", "a"}


def _markdown_holds(shown: Shown, text: str) -> None:
    body = write(Form.MARKDOWN, shown).decode()
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = reader.parse(body)
    headings = [tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "heading_open"]
    items = [token for token in tokens if token.type == "list_item_open"]

    assert set(headings) <= _TITLES
    assert len(headings) == len(set(headings))
    assert len(items) == sum(line.startswith("- ") for line in body.split("\n"))
    quoted = [tokens[n + 2] for n, t in enumerate(tokens) if t.type == "blockquote_open"]
    assert len(quoted) == 1
    if _folded(text):
        assert "".join(_said(quoted[0].children or [])) == _folded(text)
    page = reader.renderer.render(tokens, reader.options, {})
    pages = [page]
    if len(text) <= 60:  # it takes its time
        pages.append(other_markdown.markdown(body))
    for seen in map(_html, pages):
        assert set(seen.tags) <= _OURS, set(seen.tags) - _OURS
        for link in seen.links:
            assert re.match(r"https?://[^/]", link), link
    ours = {shown.capture_url(item.capture) for item in shown.verdict.evidence}
    linked = set(_html(page).links)
    if not text.strip().lower().startswith(("http:", "https:")):
        assert linked <= ours


def _said(tokens: Any) -> Iterator[str]:
    for token in tokens:
        assert token.type in {"text", "text_special", "softbreak"}, token.type
        yield token.content


@given(TEXTS)
@example("12. x")
@example("- [ ] x")
@example("www.evil.example https://evil.example")
def test_escaped_text_is_read_as_the_text_it_was(text: str) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for before in ("", "- ", "> "):
        inlines = [t for t in reader.parse(before + escaped(text)) if t.type == "inline"]
        assert len(inlines) == bool(_folded(text))
        said = "".join(part for t in inlines for part in _said(t.children or []))
        assert said == _folded(text)


def test_what_is_not_hostile_is_written_as_it_is() -> None:
    shown = visit()
    sentence = shown.verdict.sentence

    assert sentence in write(Form.TEXT, shown).decode()
    assert sentence in write(Form.MARKDOWN, shown).decode().replace("\\", "")
    named = replace(shown, verdict=replace(shown.verdict, aircraft="РА-64523"))
    assert "РА-64523" in write(Form.CSV, named).decode()
