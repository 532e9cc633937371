"""A home whose sources are all played by the upstream server."""

from __future__ import annotations

from pathlib import Path

from tests.upstream import Upstream


def point(home: Path, up: Upstream, *keys: str) -> None:
    """Let these sources be asked there, as fast as one likes; all others are off."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "sources.toml").write_text(
        "".join(
            f'[{key}]\nurl = "{up.url}/{key}"\nrequests_per_s = 100\nburst = 100\n' for key in keys
        )
    )
