"""Files: only what has changed is sent again."""

from __future__ import annotations

import gzip
from pathlib import Path

from adapters._contract import (
    Page,
)
from schemas.sources import Source
from service.ingest.fetching.archive import UNCHANGED, is_unchanged
from service.ingest.fetching.fetcher import Fetcher
from service.storage.captures import CaptureStore
from service.storage.database import Engine, reading, writing
from service.storage.file_versions import FileVersion, file_version, file_was_read
from tests.ingest.fetcher import TABLE, Hands, answering, get, stored
from tests.upstream import Reply, Upstream, faults
from tests.upstream.sky import NOON


def read_it(sqlite: Engine, page: Page) -> None:
    """As whoever stores what the file says."""
    with writing(sqlite) as conn:
        capture = page.capture
        assert file_was_read(conn, capture.source, capture.url, capture.sha256, now=NOON)


def version_of(sqlite: Engine, page: Page) -> FileVersion:
    with reading(sqlite) as conn:
        found = file_version(conn, page.capture.source, page.capture.url)
    assert found is not None
    return found


def test_an_unchanged_file_is_not_sent_again_and_is_the_page_all_the_same(
    fetcher: Fetcher, table: Source, up: Upstream, sqlite: Engine, clock: Hands
) -> None:
    first = get(fetcher, table, TABLE)
    read_it(sqlite, first)
    clock.move(days=7)
    again = get(fetcher, table, TABLE)
    assert up.asked("tar1090db")[1].headers["if-none-match"] == first.capture.headers["etag"]
    assert is_unchanged(again)
    assert again.content == first.content
    assert again.capture.sha256 == first.capture.sha256
    assert again.capture.status == 200
    assert again.capture.received_at == clock()
    assert again.capture.headers[UNCHANGED] == NOON.isoformat()
    assert stored(sqlite) == [first.capture, again.capture]
    assert version_of(sqlite, first).received_at == NOON


def test_a_changed_file_comes_whole_and_is_unread(
    fetcher: Fetcher, table: Source, up: Upstream, sqlite: Engine
) -> None:
    first = get(fetcher, table, TABLE)
    read_it(sqlite, first)
    up.world.files["tar1090db/aircraft.csv.gz"] = gzip.compress(b"14fc0b;RA-64523;T204\n")
    second = get(fetcher, table, TABLE)
    assert not is_unchanged(second)
    version = version_of(sqlite, second)
    assert (version.sha256, version.read_at) == (second.capture.sha256, None)


def test_a_file_that_was_not_read_is_asked_for_in_full(
    fetcher: Fetcher, table: Source, up: Upstream
) -> None:
    """It may have been cut short, under the name of the whole one."""
    up.fail("tar1090db", faults.cut_short(), times=1)
    part = get(fetcher, table, TABLE)
    whole = get(fetcher, table, TABLE)
    assert part.capture.headers["etag"] == whole.capture.headers["etag"]
    assert "if-none-match" not in up.asked("tar1090db")[1].headers
    assert len(part.content) < len(whole.content)


def test_the_same_bytes_once_more_stay_read(
    fetcher: Fetcher, table: Source, up: Upstream, sqlite: Engine
) -> None:
    content = up.world.files["tar1090db/aircraft.csv.gz"]
    up.fail("tar1090db", answering(Reply(200, content)))
    read_it(sqlite, get(fetcher, table, TABLE))
    page = get(fetcher, table, TABLE)
    assert version_of(sqlite, page).read_at == NOON
    assert up.asked("tar1090db")[1].headers.keys() == {"host", "user-agent", "accept-encoding"}


def test_by_the_time_of_its_last_change_where_it_has_no_other_name(
    fetcher: Fetcher, table: Source, up: Upstream, sqlite: Engine
) -> None:
    dated = Reply(200, b"a;b", {"Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"})
    up.fail("tar1090db", answering(dated), times=1)
    read_it(sqlite, get(fetcher, table, TABLE))
    get(fetcher, table, TABLE)
    asked = up.asked("tar1090db")[1].headers
    assert asked["if-modified-since"] == "Thu, 01 Jan 2026 00:00:00 GMT"


def test_a_version_that_is_no_longer_whole_is_asked_for_again(
    fetcher: Fetcher, table: Source, up: Upstream, sqlite: Engine, tmp_path: Path
) -> None:
    page = get(fetcher, table, TABLE)
    read_it(sqlite, page)
    CaptureStore(tmp_path / "captures").path(page.capture.sha256).unlink()
    again = get(fetcher, table, TABLE)
    assert "if-none-match" not in up.asked("tar1090db")[1].headers
    assert again.content == page.content


def test_an_error_is_no_version_of_a_file(
    fetcher: Fetcher, table: Source, up: Upstream, sqlite: Engine
) -> None:
    up.fail("tar1090db", faults.status(500, ETag='"x"'))
    page = get(fetcher, table, TABLE)
    with reading(sqlite) as conn:
        assert file_version(conn, table.key, page.capture.url) is None


def test_not_modified_when_nobody_asked_is_no_page_of_ours(
    fetcher: Fetcher, table: Source, up: Upstream
) -> None:
    up.fail("tar1090db", answering(Reply(304)))
    assert get(fetcher, table, TABLE).capture.status == 304
