"""The FAA's register of aircraft: a zip of tables, with spaces around every value.

``MASTER.txt`` is who is registered now. What dates it gives are those of the owner's
certificate, not of when the number began to mean this aircraft, so its statements are undated.
``DEREG.txt`` is who was: valid until the day after the cancellation. ``MODE S CODE HEX`` is the
address; older rows have it in octal only (``MODE S CODE``).

``ACFTREF.txt`` names the makers' models (``737-932ER``), which are no type designators and have
no place in a statement; ``RESERVED.txt`` names no aircraft. Both stay in the capture.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO, Final

import httpx

from adapters._bytes import shown
from adapters._contract import Asking, Covered, Page, Record, UnreadablePage, Wanted, ask
from adapters._csv import Tally
from adapters._lines import lines
from adapters._statements import Odd, statement
from schemas.records import IdentityStatement, Rejected
from schemas.sources import Pace, Reach, Source, Terms

CAP_BYTES = 1024 * 1024 * 1024
"""Of one table, expanded; MASTER is about 200 MB."""
_ASKING = Asking(cap_bytes=512 * 1024 * 1024)
_CHUNK = 1024 * 1024
_MASTER: Final = ("N NUMBER", "SERIAL NUMBER", "NAME", "MODE S CODE HEX")
_DEREG: Final = ("N NUMBER", "SERIAL NUMBER", "NAME", "CANCEL DATE")
_NUMBER = re.compile(r"[1-9][0-9A-Z]{0,4}", re.ASCII)
_OCTAL = re.compile(r"[0-7]{8}", re.ASCII)
_DATE = re.compile(r"\d{8}", re.ASCII)

_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError)
"""What `zipfile` raises, depending on where the damage is."""
_DAMAGED = "The zip is damaged or cut short: fetch it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Faa:
    """The releasable database."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,  # noqa: ARG002  (it is one file)
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """The whole register. It says nothing of flights, so it covers nothing."""
        yield ask(f"{self.source.url}/ReleasableAircraft.zip", handling=_ASKING)
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A statement for each aircraft with an address, then what was rejected."""
        tally = Tally()
        try:
            with zipfile.ZipFile(io.BytesIO(page.content)) as archive:
                for member, needed in _members(archive):
                    yield from _table(archive, member, needed, page, tally)
        except UnreadablePage:
            raise
        except _BROKEN as error:
            raise UnreadablePage(_not_zip(page) or _DAMAGED) from error
        except (NotImplementedError, RuntimeError) as error:  # a method or a password we lack
            raise UnreadablePage(f"The zip cannot be read: {shown(str(error))}.") from error
        yield from tally.rejected()


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, Sequence[str]]]:
    """The tables that name aircraft, and the columns they must have."""
    names = {name.rsplit("/", 1)[-1].upper(): name for name in archive.namelist()}
    if "MASTER.TXT" not in names:
        raise UnreadablePage("The zip holds no MASTER.txt: it is not the register.")
    yield names["MASTER.TXT"], _MASTER
    if "DEREG.TXT" in names:
        yield names["DEREG.TXT"], _DEREG


def _not_zip(page: Page) -> str:
    start = bytes(page.content[:512]).lstrip()
    if start[:1] == b"<":
        return (
            "This is a web page, not the register: the FAA often refuses programs. Download the "
            "file by hand and import it."
        )
    return "" if start[:2] == b"PK" else "This is no zip file."


def _table(
    archive: zipfile.ZipFile, member: str, needed: Sequence[str], page: Page, tally: Tally
) -> Iterator[IdentityStatement | Rejected]:
    nameless = 0
    header: list[str] = []
    with archive.open(member) as stream:
        for number, line in enumerate(lines(_chunks(stream)), -1):
            row = [value.strip() for value in line.split(",")]
            if not header:
                header = [name.replace("-", " ").upper() for name in row]
                if missing := [name for name in needed if name not in header]:
                    raise UnreadablePage(f"{shown(member)} has no column {', '.join(missing)}.")
                continue
            if len(row) != len(header):
                tally.add("row is not as long as the header", number, line)
                continue
            try:
                said = _statement(dict(zip(header, row, strict=True)), page, number)
            except Odd as error:
                tally.add(str(error), number, line)
                continue
            if said is None:
                nameless += 1
            else:
                yield said
    if nameless:
        yield Rejected(why=f"{shown(member)}: without an address", count=nameless)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > CAP_BYTES:
            raise UnreadablePage(
                f"A table in the zip is larger than {CAP_BYTES:,} bytes, which the register is not."
            )
        yield chunk


def _statement(row: Mapping[str, str], page: Page, number: int) -> IdentityStatement | None:
    icao24 = _address(row)
    if not icao24:
        return None
    if not _NUMBER.fullmatch(row["N NUMBER"]):
        raise Odd("N-number is none")
    return statement(
        page,
        number,
        icao24=icao24,
        registration=f"N{row['N NUMBER']}",
        serial=row["SERIAL NUMBER"],
        operator=row["NAME"],
        valid_to=_day_after(row["CANCEL DATE"]) if "CANCEL DATE" in row else None,
    )


def _address(row: Mapping[str, str]) -> str:
    in_hex, in_octal = row.get("MODE S CODE HEX", ""), row.get("MODE S CODE", "")
    if not _OCTAL.fullmatch(in_octal):
        return in_hex
    address = f"{int(in_octal, 8):06x}"
    if in_hex and in_hex.lower() != address:
        raise Odd("Mode S code differs between octal and hex")
    return address


def _day_after(text: str) -> date:
    """The aircraft still bore the number on the day of its cancellation."""
    try:
        if _DATE.fullmatch(text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:])) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise Odd("cancelled on a day that does not exist") from error
    raise Odd("cancelled, and not said when")


adapter = Faa(
    source=Source(
        key="faa",
        title="FAA register of aircraft (United States)",
        url="https://registry.faa.gov/database",
        kind="registry",
        terms=Terms(
            licence="public domain",
            attribution="Federal Aviation Administration",
            note="Often refuses programs (403, 503): download it by hand and import the file.",
        ),
        pace=Pace(requests_per_s=0.1),
        lag=timedelta(days=1),
        reach=Reach(),
        independence_group="faa",
    )
)
