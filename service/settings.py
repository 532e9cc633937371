"""Settings, from `TAILCHECK_…` environment variables. Read once, by the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_CONTACT: Final = re.compile(
    r"(?:https?://|mailto:)?[A-Za-z0-9][A-Za-z0-9._~%+/@:?=&#-]{2,199}", re.ASCII
)


class Settings(BaseSettings):
    """What an operator may set. The README's table is checked against these fields."""

    model_config = SettingsConfigDict(env_prefix="TAILCHECK_", extra="ignore", frozen=True)

    home: Path = Field(
        default=Path("~/.local/share/tailcheck"),
        description="Data folder: captures, the SQLite database, reference tables.",
    )
    database_url: str = Field(
        default="",
        description="PostgreSQL as `postgresql+psycopg://…`; empty = SQLite in the data folder.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that `serve` listens on.")
    open_access: bool = Field(
        default=False,
        description="Let whoever reaches `serve` ask although there are no access keys, beyond "
        "this machine too; only behind a proxy that lets the right people in.",
    )
    hosts: str = Field(
        default="",
        description="Names that `serve` is reached by beside this machine's own, comma-separated; "
        "a request under any other name is refused.",
    )
    public_url: str = Field(
        default="",
        description="Where others reach `serve`, for the links in messages and feeds; empty = "
        "http:// and the address it listens on.",
    )
    rate_per_minute: int = Field(
        default=600,
        ge=0,
        le=1_000_000,
        description="Requests a minute of one access key, or of one address that needs none; "
        "0 = no limit.",
    )
    send_to: str = Field(
        default="",
        description="Hosts and networks that messages may go to although they are not public, or "
        "not by HTTPS, comma-separated.",
    )

    contact: str = Field(
        default="",
        description="Mail address or web page of whoever runs this installation; sources see it "
        "with every request, and write there before they block.",
    )
    ask_per_aircraft: bool = Field(
        default=False,
        description="Ask live sources for the watched aircraft one by one. It tells every source "
        "whom you watch; otherwise only whole areas are asked for.",
    )
    secrets_dir: Path | None = Field(
        default=None,
        description="Folder with one file for each secret that a source needs; empty = `secrets` "
        "in the data folder.",
    )

    timestamp_urls: str = Field(
        default="",
        description="Time stamp authorities (RFC 3161) that heads of the log are sent to, "
        "comma-separated; they see a hash, nothing else. Empty = none.",
    )
    timestamp_roots: Path | None = Field(
        default=None,
        description="File with the certificates, PEM, that their time stamps are verified "
        "against; needed if there are any.",
    )

    @field_validator("contact")
    @classmethod
    def _reachable(cls, contact: str) -> str:
        contact = contact.strip()
        if contact and not (("@" in contact or "://" in contact) and _CONTACT.fullmatch(contact)):
            raise ValueError("it must be a mail address or the https:// address of a page")
        return contact

    @field_validator("public_url")
    @classmethod
    def _web(cls, url: str) -> str:
        url = url.strip().rstrip("/")
        if url and not _is_web(url):
            raise ValueError(
                "it must be an http:// or https:// address without user, password or question mark"
            )
        return url

    @field_validator("timestamp_urls")
    @classmethod
    def _all_web(cls, urls: str) -> str:
        if not all(_is_web(url) for url in _listed(urls)):
            raise ValueError(
                "each must be an http:// or https:// address without user, password or question"
                " mark, as https://freetsa.org/tsr"
            )
        return urls

    @field_validator("secrets_dir", "timestamp_roots", mode="before")
    @classmethod
    def _unset(cls, folder: object) -> object:
        return None if folder == "" else folder

    @property
    def secrets_folder(self) -> Path:
        """Where the secrets lie, one file each. It may not exist."""
        return (self.secrets_dir or self.home_dir / "secrets").expanduser()

    @property
    def timestamp_authorities(self) -> tuple[str, ...]:
        """`timestamp_urls`, one by one."""
        return _listed(self.timestamp_urls)

    @property
    def sources_file(self) -> Path:
        """What the operator says about sources. It may not exist."""
        return self.home_dir / "sources.toml"

    @property
    def served_names(self) -> tuple[str, ...]:
        """`hosts`, one by one, and the one that others reach it by."""
        public = urlsplit(self.public_url).hostname
        return (*_listed(self.hosts), *((public,) if public else ()))

    @property
    def reached_at(self) -> str:
        """What links begin with: `public_url`, or this machine's own address."""
        if self.public_url:
            return self.public_url
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def home_dir(self) -> Path:
        """The data folder with `~` resolved. It may not exist yet."""
        return self.home.expanduser()

    @property
    def captures_dir(self) -> Path:
        """Where received bytes are kept."""
        return self.home_dir / "captures"

    @property
    def url(self) -> str:
        """The database URL, SQLite in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.home_dir / 'tailcheck.db'}"


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _is_web(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or set(url) & set('@?#\\ "<>'):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
