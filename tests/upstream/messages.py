"""What is asked of a site, and what it answers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as a site sees it: its path begins after the site's own name."""

    site: str
    method: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    at_s: float = 0.0
    """When it came, by the monotonic clock."""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> Mapping[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)

    def first(self, name: str) -> str:
        """The first value of that name in the query; empty where there is none."""
        return self.query.get(name, [""])[0]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, before any fault."""

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, document: Any, status: int = 200, **headers: str) -> Reply:
        """As the APIs send it; header names with ``_`` for ``-``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(
            status,
            json.dumps(document, separators=(",", ":")).encode(),
            {"Content-Type": "application/json", **named},
        )

    @classmethod
    def page(cls, status: int, text: str) -> Reply:
        """A page for readers, where data was asked for."""
        content = f"<!DOCTYPE html><html><body><p>{text}</p></body></html>".encode()
        return cls(status, content, {"Content-Type": "text/html"})

    def zipped(self, asked: Asked) -> Reply:
        """Compressed on the way, where the other side can read that."""
        if "gzip" not in asked.headers.get("accept-encoding", "") or not self.content:
            return self
        headers = {**self.headers, "Content-Encoding": "gzip"}
        return Reply(self.status, gzip.compress(self.content, mtime=0), headers)
