"""Flight lists made by hand, of any length: the columns and the look of OpenSky's monthly files."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

HEADER = (
    "callsign,number,icao24,registration,typecode,origin,destination,firstseen,lastseen,day,"
    "latitude_1,longitude_1,altitude_1,latitude_2,longitude_2,altitude_2"
)
NAME = "flightlist_20200801_20200831.csv.gz"
MONTH = datetime(2020, 8, 1, tzinfo=UTC)
MONTH_S = 31 * 86_400
FLIGHT = (
    "RSD010,,14fc0b,RA-64523,T204,UUWW,UMMS,2020-08-18 13:02:11+00:00,2020-08-18 14:15:40+00:00,"
    "2020-08-18 00:00:00+00:00,55.58,37.25,304.8,53.91,28.05,411.48"
)
"""The one that is looked for."""

_FLEET = 40_000
_PLACES = ("EHAM", "EGLL", "KJFK", "KMSP", "UUEE", "LSZH", "YSSY", "", "EDDF", "LTFM")


def lines(rows: int, *, ours_every: int = 0) -> Iterator[str]:
    """The header and so many flights, all over the month; every so many is of RA-64523."""
    dice = random.Random(rows)
    yield HEADER
    for number in range(rows):
        if ours_every and number % ours_every == ours_every // 2:
            yield FLIGHT
        else:
            yield _flight(number, rows, dice)


def _flight(number: int, rows: int, dice: random.Random) -> str:
    start = MONTH + timedelta(seconds=MONTH_S * number // rows)
    end = start + timedelta(seconds=1_800 + dice.randrange(30_000))
    aircraft = dice.randrange(_FLEET)
    return (
        f"CAL{number % 10_000},,{0x400000 + aircraft:06x},X-{aircraft:05d},A320,"
        f"{_PLACES[aircraft % 10]},{_PLACES[number % 10]},{start}+00:00,{end}+00:00,"
        f"{start:%Y-%m-%d} 00:00:00+00:00,{aircraft % 90}.52,{number % 180}.255,304.8,53.91,28.05,"
        "411.48"
    ).replace("+00:00+00:00", "+00:00")


def write_list(path: Path, rows: int, *, ours_every: int = 0) -> Path:
    """The list as a file, compressed, in flat memory."""
    with gzip.open(path, "wt", compresslevel=1, encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in lines(rows, ours_every=ours_every))
    return path


def write_long_list(path: Path, rows: int, *, ours_every: int, block_rows: int = 50_000) -> Path:
    """A list of millions of rows, fast: one block of flights over the month, compressed once and
    repeated, each time as a gzip member of its own. Readers of real files know members too.

    `rows` is a multiple of `block_rows`, and that one of `ours_every`; whoever is watched comes
    as often as in `write_list`.
    """
    assert rows % block_rows == 0 == block_rows % ours_every
    header, *flights = lines(block_rows, ours_every=ours_every)
    block = gzip.compress("".join(f"{line}\n" for line in flights).encode(), 1, mtime=0)
    with path.open("wb") as file:
        file.write(gzip.compress(f"{header}\n".encode(), mtime=0))
        for _ in range(rows // block_rows):
            file.write(block)
    return path
