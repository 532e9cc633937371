"""Settings, from `TAILCHECK_…` environment variables. Read once, by the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

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
        description="Let `serve` listen beyond this machine although there are no access keys; "
        "only behind a proxy that lets the right people in.",
    )
    hosts: str = Field(
        default="",
        description="Names that `serve` is reached by beside this machine's own, comma-separated; "
        "a request under any other name is refused.",
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

    @field_validator("contact")
    @classmethod
    def _reachable(cls, contact: str) -> str:
        contact = contact.strip()
        if contact and not (("@" in contact or "://" in contact) and _CONTACT.fullmatch(contact)):
            raise ValueError("it must be a mail address or the https:// address of a page")
        return contact

    @field_validator("secrets_dir", mode="before")
    @classmethod
    def _unset(cls, folder: object) -> object:
        return None if folder == "" else folder

    @property
    def secrets_folder(self) -> Path:
        """Where the secrets lie, one file each. It may not exist."""
        return (self.secrets_dir or self.home_dir / "secrets").expanduser()

    @property
    def sources_file(self) -> Path:
        """What the operator says about sources. It may not exist."""
        return self.home_dir / "sources.toml"

    @property
    def served_names(self) -> tuple[str, ...]:
        """`hosts`, one by one."""
        return tuple(name.strip() for name in self.hosts.split(",") if name.strip())

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
