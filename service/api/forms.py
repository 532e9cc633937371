"""Which form an answer has: `?format=` says it, else `Accept` may, else it is JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from fastapi import Query, Request, Response

from service.api.access import must
from service.api.answers import fingerprint, knows
from service.api.openapi import Responses
from service.ask.shown import written
from service.errors import BadInput
from service.formats.forms import DRAWN, ENDINGS, MEDIA_TYPES, Form
from service.formats.plain import every_text, plain
from service.formats.shown import Shown

FormTyped = Annotated[
    str | None,
    Query(
        alias="format",
        max_length=200,
        description="The form of the answer; unless given, `Accept` chooses, and JSON is the"
        " choice where several would do. `geojson`, `kml`, `svg` and `png` hold positions: a key"
        " must have the scope `evidence` too, and `Accept` gets them only where it names nothing"
        " else. `claimreview` is a draft that a human rates.",
        examples=["markdown", "png"],
        json_schema_extra={"enum": [*Form]},
    ),
]

_FORMS: Final = {form.value: form for form in Form}
_ESSENCES: Final = {form: media_type.partition(";")[0] for form, media_type in MEDIA_TYPES.items()}
_INLINE: Final = frozenset({Form.JSON, Form.TEXT, Form.MARKDOWN})
"""Shown by a browser; all else is a file to save."""
_JSON_ACCEPTED: Final = frozenset({None, "", "*/*", "application/json"})
_PAGE: Final = "text/html"
"""Whoever takes this is a browser."""
_LONGEST_ACCEPT: Final = 1_000
_NO_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)


def form_of(request: Request, typed: str | None) -> Form:
    """The form that is asked for.

    Raises:
        BadInput: there is no form of that name.
        Forbidden: the form holds positions, and the caller may not see them.
    """
    if typed is None:
        accept = request.headers.get("accept")
        if accept in _JSON_ACCEPTED:
            return Form.JSON
        assert accept is not None
        form = _accepted(accept)
    else:
        found = _FORMS.get(typed)
        if found is None:
            raise BadInput(f"`format` is one of: {', '.join(_FORMS)}.")
        form = found
    if form in DRAWN:
        must(request, ("evidence",))
    return form


def form_answer(request: Request, form: Form, shown: Shown, *, volatile: bool) -> Response:
    """The answer in that form, with an ETag, or 304 when the asker has it already.

    `volatile`: its moment is merely that of asking; the ETag then stands for all the rest.
    """
    moment = _NO_MOMENT if volatile else shown.verdict.as_of
    stable = replace(shown, verdict=replace(shown.verdict, as_of=moment))
    etag = fingerprint(form.encode() + b"\n" + _encoded(stable))
    headers = {"etag": f'W/"{etag}"' if volatile else f'"{etag}"', "vary": "accept"}
    if knows(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    if form not in _INLINE:
        headers["content-disposition"] = f'attachment; filename="answer.{ENDINGS[form]}"'
    headers["content-type"] = MEDIA_TYPES[form]
    return Response(written(form, shown), headers=headers)


def _encoded(shown: Shown) -> bytes:
    try:
        return msgspec.json.encode(shown)
    except UnicodeEncodeError:
        return msgspec.json.encode(every_text(shown, plain))


def other_forms(responses: Responses) -> Responses:
    """The responses of an operation with the other forms of its answer."""
    content: dict[str, Any] = responses[200]["content"]
    for form in Form:
        if form is not Form.JSON:
            content[_ESSENCES[form]] = _documented(form)
    return responses


def _documented(form: Form) -> dict[str, Any]:
    binary = form is Form.PNG
    schema = {"type": "string", "format": "binary"} if binary else {"type": "string"}
    if form in {Form.GEOJSON, Form.CLAIMREVIEW}:
        schema = {"type": "object"}
    value = msgspec.json.encode(_EXAMPLES[form]).decode()
    return {
        "schema": schema,
        "examples": {f"form-{form}": {"summary": f"`format={form}`, begun", "value": value}},
    }


_EXAMPLES: Final[dict[Form, object]] = {
    Form.TEXT: "SEEN THERE  [observed, corroborated]\nN899DN (address ac671b) was on the ground…",
    Form.MARKDOWN: "> N899DN (address ac671b) was on the ground…\n\n**Seen there** (corroborated).",
    Form.CSV: "aircraft,airport,date,zone,as_of,kind,text,…\r\n",
    Form.GEOJSON: {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": [[-93.2, 44.9], [-117.5, 47.6]]},
                "properties": {"kind": "gap", "dashed": True},
            }
        ],
    },
    Form.KML: '<?xml version="1.0" encoding="utf-8"?>\n<kml…',
    Form.CLAIMREVIEW: {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "creativeWorkStatus": "Draft",
        "claimReviewed": "N899DN was at Minneapolis-St Paul International (KMSP) on 2025-02-04"
        " (America/Chicago).",
    },
    Form.SVG: '<?xml version="1.0" encoding="utf-8"?>\n<svg…',
    Form.PNG: "\u2026",
}


def _accepted(accept: str) -> Form:
    """The form that `Accept` likes best; the earlier one of `Form` where it likes several alike,
    and JSON where it likes none.

    Browsers list pictures among all that they can show: no wish for a drawing, nor is anything
    that they ask for. A form that is drawn must be all that is asked for.
    """
    liked = list(_ranges(accept[:_LONGEST_ACCEPT]))
    if any(pattern == _PAGE for pattern, _ in liked):
        return Form.JSON
    best, most = Form.JSON, 0.0
    for form, essence in _ESSENCES.items():
        fits = {pattern: q for pattern, q in liked if _fits(pattern, essence)}
        if fits:
            # The most specific range speaks for a type (RFC 9110 §12.5.1).
            q = fits[max(fits, key=lambda pattern: len(pattern.replace("*", "")))]
            if q > most:
                best, most = form, q
    return Form.JSON if best in DRAWN and len(liked) > 1 else best


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        pattern, *parameters = (piece.strip().lower() for piece in part.split(";"))
        q = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                q = _quality(value.strip())
        yield pattern, q


def _quality(text: str) -> float:
    """Between 0 and 1; 0 = what cannot be read."""
    whole, _, part = text.partition(".")
    if whole not in {"0", "1"} or len(part) > 3 or not (part or "0").isdecimal():
        return 0.0
    return min(float(f"{whole}.{part or '0'}"), 1.0)


def _fits(pattern: str, essence: str) -> bool:
    kind, _, rest = pattern.partition("/")
    return pattern in ("*/*", essence) or (rest == "*" and essence.startswith(f"{kind}/"))
