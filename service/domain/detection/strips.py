"""Whether a roll is on a runway strip: where a ground flag faster than taxiing counts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from schemas.records import Bool, Int64
from service.domain.detection import rules
from service.domain.detection.attribution import Place
from service.domain.detection.contacts import Contact
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Fixes
from service.domain.detection.rolls import course_along, in_frame, sampled

_STRIP_WIDTH_NM = 0.12
_STRIP_END_NM = 0.05
_COURSE_DEG = 20.0


def on_strip(
    fixes: Fixes, fields: Fields, contact: Contact, rows: Int64, quick: Bool, look: list[int]
) -> Bool:
    """Which of the fast flagged rows lie on a runway of the contact's airport, and move along it.
    A contact at no airport is given to the one whose runway it rolls on."""
    lies_on_it = np.zeros(len(rows), np.bool_)
    index = contact.place.airport
    homes = [index] if index is not None else _around(fixes, fields, look[0])
    at = np.flatnonzero(quick)
    # A roll in and a roll out may be on different runways: what hangs together is tried together.
    cuts = (np.flatnonzero(at[1:] - at[:-1] > 1) + 1).tolist()
    for a, b in pairwise([0, *cuts, len(at)]):
        roll = at[a:b]
        samples = sampled(rows[roll].tolist(), 3)
        end = _strip_end(fixes, fields, homes, samples)
        if end is None:
            continue
        along, cross = fields.runway_frame(
            end, fixes.track.lat[rows[roll]], fixes.track.lon[rows[roll]]
        )
        length = fields.end_length_nm.item(end)
        lies_on_it[roll] = (
            (along >= -_STRIP_END_NM)
            & (along <= length + _STRIP_END_NM)
            & (np.abs(cross) <= _STRIP_WIDTH_NM)
        )
        if index is None:
            contact.place = Place(int(fields.airports.end_airport[end]))
    return lies_on_it


def _around(fixes: Fixes, fields: Fields, row: int) -> list[int]:
    near, _ = fields.near_row(fixes, row, rules.REFERENCE_ROLL_NM + 1.5)
    return [index for index in near.tolist() if fields.has_runways(index)]


def _strip_end(fixes: Fixes, fields: Fields, homes: list[int], samples: list[int]) -> int | None:
    """The runway end on whose strip most of the samples lie, moving along it."""
    moving = course_along(fixes, samples)
    reported = fixes.track.track_deg.item(samples[len(samples) // 2])
    best: tuple[int, float, int] | None = None
    for home in homes:
        ends = fields.ends_of(home)
        for end in range(ends.start, ends.stop):
            heading = fields.end_heading_deg.item(end)
            if not (_along_it(moving, heading) or _along_it(reported, heading)):
                continue
            length = fields.end_length_nm.item(end) + _STRIP_END_NM
            places = [in_frame(fixes, fields, end, row) for row in samples]
            inside = [
                abs(cross)
                for along, cross in places
                if -_STRIP_END_NM <= along <= length and abs(cross) <= _STRIP_WIDTH_NM
            ]
            if inside:
                fit = (-len(inside), max(inside), end)
                best = fit if best is None or fit < best else best
    return None if best is None else best[2]


def _along_it(course: float | None, heading_deg: float) -> bool:
    if course is None:
        return True
    return abs((course - heading_deg + 180.0) % 360.0 - 180.0) <= _COURSE_DEG
