"""A segment whose path is read later is the same segment."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.movements import Segment
from service.storage.codec import to_body
from service.storage.lean_segments import LeanSegmentReader
from service.storage.unit_rows import segment_from_body
from tests.storage.samples import KEY, flown
from tests.storage.strategies import segments

read = LeanSegmentReader()
TOLD = flown().segments[0]


@given(segments(KEY.icao24, KEY.source, st.just("ab" * 32)))
@settings(max_examples=60, deadline=None)
def test_it_is_what_it_was(told: Segment) -> None:
    body = to_body(told)
    later = read(body)
    assert later == told == segment_from_body(body)
    assert hash(later) == hash(told)
    assert repr(later) == repr(told)
    assert tuple(later.path) == told.path


def test_every_field_comes_back() -> None:
    later = read(to_body(TOLD))
    for of in fields(Segment):
        assert getattr(later, of.name) == getattr(TOLD, of.name), of.name


def test_its_path_is_as_good_as_a_tuple() -> None:
    path = read(to_body(TOLD)).path
    assert len(path) == len(TOLD.path) > 1
    assert path[-1] == TOLD.path[-1]
    assert path[1:] == TOLD.path[1:]
    assert list(path) == list(TOLD.path)
    assert TOLD.path == path
    assert path == read(to_body(TOLD)).path
    assert path != TOLD.path[1:]


def test_a_path_without_points_is_false() -> None:
    assert not read(to_body(replace(TOLD, path=()))).path
