"""Parts of a dump: read in their order, none missing; what the name says of them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.desk import Desk
from service.errors import BadInput, Unreadable
from service.ingest.dumps.parts import Dump, Joined, claim_of, dumps_of
from service.storage.database import Engine
from tests.ingest.desks import desk_of
from tests.ingest.dumped import NAME, cut
from tests.ingest.fetcher import Hands
from tests.storage.helpers import FEW

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(sqlite: Engine, tmp_path: Path) -> Desk:
    return desk_of(sqlite, tmp_path, Hands(NOW))


def dump(name: str) -> Dump:
    return Dump(name=name, parts=())


@given(st.data())
@FEW
def test_in_whatever_order_they_are_typed(tmp_path: Path, data: st.DataObject) -> None:
    content = bytes(range(256)) * 5
    paths = cut(tmp_path, content, data.draw(st.integers(1, 9)))
    (found,) = dumps_of(data.draw(st.permutations(paths)))
    assert (found.name, found.parts, found.size_bytes) == (NAME, tuple(paths), len(content))
    sizes = data.draw(st.lists(st.integers(0, 700), max_size=8))
    stream, like = io.BytesIO(content), Joined(found.parts)
    with like:
        for size in sizes:
            assert like.read(size) == stream.read(size)
            assert like.position == stream.tell()


@given(st.data())
@FEW
def test_a_missing_part_is_named(tmp_path: Path, data: st.DataObject) -> None:
    paths = cut(tmp_path, b"x" * 100, 6)
    gone = data.draw(st.sets(st.sampled_from(paths[:-1]), min_size=1))
    with pytest.raises(BadInput) as caught:
        dumps_of([path for path in paths if path not in gone])
    assert {name for name in str(caught.value).replace(",", " ").split() if ".a" in name} == {
        path.name for path in gone
    }


def write(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).write_bytes(b"x")
    return [folder / name for name in names]


def test_several_dumps_are_told_apart(tmp_path: Path) -> None:
    paths = write(tmp_path, "b.tar.ab", "a.tar", "b.tar.aa", "c.tar.01", "c.tar.02", "d.tar.000")
    found = [(one.name, [p.name for p in one.parts]) for one in dumps_of(paths)]
    assert found == [
        ("b.tar", ["b.tar.aa", "b.tar.ab"]),
        ("a.tar", ["a.tar"]),
        ("c.tar", ["c.tar.01", "c.tar.02"]),
        ("d.tar", ["d.tar.000"]),
    ]


def test_more_than_26_parts(tmp_path: Path) -> None:
    names = [f"b.tar.{high}{low}" for high in "ab" for low in "abcdefghijklmnopqrstuvwxyz"]
    (found,) = dumps_of(reversed(write(tmp_path, *names)))
    assert [part.name for part in found.parts] == names
    with pytest.raises(BadInput, match=r"b\.tar\.az is missing"):
        dumps_of([tmp_path / name for name in names if name != "b.tar.az"])


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("a.tar", "a.tar.aa"), "whole and in parts"),
        (("a.tar.aa", "a.tar.00"), "named in two ways"),
        (("a.tar.00", "a.tar.001"), "named in two ways"),
        (("a.tar.03",), "a.tar.01, a.tar.02 is missing"),
    ],
)
def test_parts_that_do_not_go_together(tmp_path: Path, names: tuple[str, ...], says: str) -> None:
    with pytest.raises(BadInput) as caught:
        dumps_of(write(tmp_path, *names))
    assert says in str(caught.value)


def test_a_part_twice_or_nowhere(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "a.tar")
    with pytest.raises(BadInput, match="given twice"):
        dumps_of([path, path])
    for wrong in (tmp_path, tmp_path / "none.tar"):
        with pytest.raises(Unreadable, match="no such file"):
            dumps_of([wrong])


def test_the_name_says_whose_and_when(desk: Desk) -> None:
    for kind, speaks_for_all in (("prod", True), ("staging", True), ("mlatonly", False)):
        claim = claim_of(desk, dump(f"v2024.05.01-planes-readsb-{kind}-0.tar"), None, None)
        assert (claim.source, claim.day) == ("adsblol_history", date(2024, 5, 1))
        assert claim.speaks_for_all is speaks_for_all


def test_what_is_said_goes_where_the_name_is_silent(desk: Desk) -> None:
    day = date(2024, 5, 1)
    claim = claim_of(desk, dump("day.tar"), "adsbx_samples", day)
    assert (claim.source, claim.day, claim.speaks_for_all) == ("adsbx_samples", day, True)
    assert not claim_of(desk, dump("day.tar"), "trace_file", day).speaks_for_all
    for name in ("2024-05-01.tar", "x_20240501.tar", "v2024.05.01.tar"):
        assert claim_of(desk, dump(name), "adsbx_samples", None).day == day


@pytest.mark.parametrize(
    ("name", "source", "day", "says"),
    [
        ("day.tar", None, date(2024, 5, 1), "add --source with one of adsblol_history, adsbx_s"),
        ("day.tar", "opensky_flights", date(2024, 5, 1), "publishes no such dumps"),
        ("day.tar", "nobody", date(2024, 5, 1), "publishes no such dumps"),
        ("day.tar", "adsblol_history", None, "add --day YYYY-MM-DD"),
        ("2024-13-41.tar", "adsblol_history", None, "add --day YYYY-MM-DD"),
        ("2024-05-01-to-2024-05-02.tar", "adsblol_history", None, "add --day YYYY-MM-DD"),
        (NAME, None, date(2024, 5, 2), "one is wrong"),
        ("v2024.06.01-planes-readsb-prod-0.tar", None, None, "is not over yet"),
    ],
)
def test_what_is_not_known_is_asked_for(
    desk: Desk, name: str, source: str | None, day: date | None, says: str
) -> None:
    with pytest.raises(BadInput) as caught:
        claim_of(desk, dump(name), source, day)
    assert says in str(caught.value)


@given(st.text(max_size=60))
def test_any_name_is_a_day_or_none(name: str) -> None:
    from service.ingest.dumps.parts import _day_named

    for text in (name, f"v2024.05.01{name}", f"{name}20240501"):
        assert _day_named(text) is None or isinstance(_day_named(text), date)


def test_a_part_that_vanishes_is_told(tmp_path: Path) -> None:
    paths = cut(tmp_path, b"x" * 100, 2)
    with Joined(paths) as stream:
        assert len(stream.read(40)) == 40
        paths[1].unlink()
        with pytest.raises(Unreadable, match="cannot be read"):
            stream.read(40)
