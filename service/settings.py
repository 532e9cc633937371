"""Settings, from `TAILCHECK_…` environment variables. Read once, by the command line."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
