"""The forms that an answer can have beside its JSON, each with its media type and its writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from service.formats.claimreview import claim_review
from service.formats.geojson import geojson
from service.formats.kml import kml
from service.formats.markdown import markdown
from service.formats.shown import Shown
from service.formats.table import table
from service.formats.text import verdict_text


class Form(StrEnum):
    """How an answer is written."""

    JSON = "json"
    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    GEOJSON = "geojson"
    KML = "kml"
    CLAIMREVIEW = "claimreview"
    SVG = "svg"
    PNG = "png"


MEDIA_TYPES: Final[Mapping[Form, str]] = {
    Form.JSON: "application/json",
    Form.TEXT: "text/plain; charset=utf-8",
    Form.MARKDOWN: "text/markdown; charset=utf-8",
    Form.CSV: "text/csv; charset=utf-8; header=present",
    Form.GEOJSON: "application/geo+json",
    Form.KML: "application/vnd.google-earth.kml+xml",
    Form.CLAIMREVIEW: "application/ld+json",
    Form.SVG: "image/svg+xml",
    Form.PNG: "image/png",
}
ENDINGS: Final[Mapping[Form, str]] = {
    Form.JSON: "json",
    Form.TEXT: "txt",
    Form.MARKDOWN: "md",
    Form.CSV: "csv",
    Form.GEOJSON: "geojson",
    Form.KML: "kml",
    Form.CLAIMREVIEW: "jsonld",
    Form.SVG: "svg",
    Form.PNG: "png",
}
"""How a file of that form ends."""
DRAWN: Final = frozenset({Form.GEOJSON, Form.KML, Form.SVG, Form.PNG})
"""These hold the positions themselves, not only what the answer says of them."""


def write(form: Form, shown: Shown) -> bytes:
    """The answer in any form but JSON, which is the answer itself.

    Raises `KeyError` for JSON.
    """
    return _WRITERS[form](shown)


def _svg(shown: Shown) -> bytes:
    from service.formats.picture.sheet import svg  # noqa: PLC0415 - it brings in matplotlib

    return svg(shown)


def _png(shown: Shown) -> bytes:
    from service.formats.picture.sheet import png  # noqa: PLC0415

    return png(shown)


_WRITERS: Final[Mapping[Form, Callable[[Shown], bytes]]] = {
    Form.TEXT: lambda shown: f"{verdict_text(shown.verdict)}\n".encode(),
    Form.MARKDOWN: lambda shown: markdown(shown).encode(),
    Form.CSV: lambda shown: table(shown).encode(),
    Form.GEOJSON: geojson,
    Form.KML: kml,
    Form.CLAIMREVIEW: claim_review,
    Form.SVG: _svg,
    Form.PNG: _png,
}
