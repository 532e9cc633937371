"""Export fuzz of the sheet: hostile text is drawn, or shown to be undrawable, and is never more."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.forms import Form, write
from service.formats.picture.lettering import _width, lines
from tests.formats.decoding import size
from tests.formats.shows import hostile, poisoned, spread
from tests.formats.test_export_fuzz import EVERY, TEXTS


@given(TEXTS, st.floats(20.0, 900.0), st.integers(1, 4))
def test_lettering_fits_and_can_be_drawn(text: str, width_pt: float, most: int) -> None:
    found = lines(text, size_pt=10.0, width_pt=width_pt, most=most)

    assert 1 <= len(found) <= most
    for line in found:
        assert _width(line) / 10.0 <= max(width_pt, 40.0) + 1e-6
    if not "".join(found).endswith("…"):
        assert "".join(found).replace(" ", "") == "".join(
            c for c in "".join(lines(text, size_pt=10.0, width_pt=1e9, most=1)) if c != " "
        )


@pytest.mark.parametrize("part", range(5))
def test_a_thousand_of_them_on_sheets(part: int) -> None:
    texts = [text[:2_000] for text in hostile(EVERY)]
    sheets = [texts[start : start + 40] for start in range(0, EVERY, 40)]
    for number, on_sheet in list(enumerate(sheets))[part::5]:
        shown = spread(list(dict.fromkeys(on_sheet)))
        drawing = write(Form.SVG, shown)
        root = ET.fromstring(drawing)
        tags = {element.tag.partition("}")[2] for element in root.iter()}
        assert not tags & {"script", "image", "a", "foreignObject", "text"}
        names = {name for element in root.iter() for name in element.attrib}
        assert not [name for name in names if name.startswith("on")]
        comments = re.findall(rb"<!--(.*?)-->", drawing, re.DOTALL)
        assert comments
        assert not [text for text in comments if b"--" in text or b">" in text]
        if number % 5 == 0:
            size(write(Form.PNG, shown))


def test_a_poisoned_answer_is_drawn_too() -> None:
    for text in ("", "A" * 10_000, "\ud800\x00", "$\\frac{$"):
        size(write(Form.PNG, poisoned(text)))
