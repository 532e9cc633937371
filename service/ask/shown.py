"""From an answer to what its forms show: the positions behind it, and whose they are."""

from __future__ import annotations

from dataclasses import replace

from schemas.verdicts import Verdict
from service.ask.document import verdict_json
from service.ask.sources import attributions
from service.desk import Desk
from service.formats.forms import DRAWN, Form, write
from service.formats.shown import Shown
from service.storage.database import reading
from service.storage.evidence import segments_around


def shown(desk: Desk, verdict: Verdict, form: Form, base_url: str) -> Shown:
    """The answer with what the form needs. Positions are loaded for those that draw them alone,
    as they were known at the answer's own moment.

    `base_url` is where captures can be had, without a slash at the end.
    """
    if form not in DRAWN:
        return Shown(verdict=verdict, base_url=base_url)
    icao24s = [candidate.icao24 for candidate in verdict.identity.candidates]
    with reading(desk.engine) as conn:
        found = segments_around(conn, icao24s, verdict.interval, verdict.as_of)
    segments = tuple(
        replace(segment, path=tuple(segment.path))
        for segment in sorted(found, key=lambda s: (s.first.t, s.last.t, s.source, s.icao24))
    )
    drawn_on = {segment.source for segment in segments}
    drawn_on |= {item.source for item in verdict.evidence}
    return Shown(
        verdict=verdict,
        airport=desk.airports.get(verdict.airport, on=verdict.on),
        segments=segments,
        not_to_pass_on={
            key: desk.sources[key].terms.licence
            for key in sorted(drawn_on)
            if key in desk.sources and not desk.sources[key].terms.may_redistribute
        },
        attributions=attributions(desk, drawn_on),
        base_url=base_url,
    )


def written(form: Form, shown: Shown) -> bytes:
    """The answer in that form, as bytes."""
    return verdict_json(shown.verdict) if form is Form.JSON else write(form, shown)
