"""Large tables, line by line, wherever the pieces are cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import UnreadablePage
from adapters._lines import lines


@settings(max_examples=100)
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff<"), max_size=9)),
    st.integers(1, 7),
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_lines_are_the_same_wherever_it_is_cut(rows: list[str], size: int, end: str) -> None:
    text = end.join(rows).encode()
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert list(lines(pieces)) == [row for row in rows if row]


def test_what_is_no_utf_8_is_shown_as_such() -> None:
    assert list(lines([b"M\xfcller\n"])) == ["M\ufffdller"]


def test_a_web_page_is_no_table() -> None:
    for page in (b"<html>", b"\xef\xbb\xbf <html>\n", b"\n\n<!DOCTYPE"):
        with pytest.raises(UnreadablePage, match="web page"):
            list(lines([page]))


def test_nothing_has_no_lines() -> None:
    assert list(lines([])) == list(lines([b"", b"\n\r\n"])) == []
