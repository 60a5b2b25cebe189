"""Settings: DANVAN_* environment variables or a .env file, read here and nowhere else."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from handlers.texts import say


class BadSettings(Exception):
    """A setting is wrong or missing; the message is one line that names it and says what to do."""


def _api_url(value: str) -> str:
    if value and not (value.startswith(("http://", "https://")) and value.endswith("/bot")):
        raise ValueError("must end in /bot")
    return value


def _http_url(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/")


def _webhook_secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not re.fullmatch(r"[!-~]{8,256}", value.get_secret_value()):
        raise ValueError("must be 8 to 256 printable ASCII characters without spaces")
    return value


def _proxy(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not re.fullmatch(r"https?://[^\s/]+/?", value.get_secret_value()):
        raise ValueError("must be http://host:port")
    return value


def _age_key(value: str) -> str:
    if value and not re.fullmatch(r"age1[02-9ac-hj-np-z]{58}", value):
        raise ValueError("must be a public key that age-keygen has made")
    return value


def _database_url(value: str) -> str:
    if value and not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise ValueError("unknown kind of database")
    return value


class Settings(BaseSettings):
    """Everything that can be set; each field is the variable DANVAN_<NAME>."""

    # A line left empty in .env means the default, as if it were not there.
    model_config = SettingsConfigDict(
        env_prefix="DANVAN_", env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    data_dir: Path = Path("data")
    """Everything that the program keeps: database, files, exports."""
    database_url: Annotated[str, AfterValidator(_database_url)] = ""
    """sqlite+aiosqlite:///path or postgresql+asyncpg://…; by default SQLite in the data folder."""
    telegram_token: SecretStr | None = None
    telegram_api_url: Annotated[str, AfterValidator(_api_url)] = ""
    """Base of another Bot API server, ending in /bot."""
    telegram_file_url: Annotated[str, AfterValidator(_http_url)] = ""
    telegram_proxy: Annotated[SecretStr | None, AfterValidator(_proxy)] = None
    """The HTTP proxy through which Telegram is reached; may hold a name and password."""
    telegram_rate: float = Field(default=30.0, gt=0, le=1000)
    """Messages a second over all chats; Telegram allows about 30, more with paid broadcasts. Never exceeded."""
    zalo_token: SecretStr | None = None
    zalo_api_url: Annotated[str, AfterValidator(_http_url)] = ""
    """Another address of the Zalo Bot API."""
    zalo_webhook_secret: Annotated[SecretStr | None, AfterValidator(_webhook_secret)] = None
    """What Zalo shows with each webhook call, 8 to 256 characters; by default derived from the token."""
    public_url: Annotated[str, AfterValidator(_http_url)] = ""
    """Where platforms can reach this program; switches from polling to webhooks, and lets files go out as links."""
    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=0, le=65535)
    """Where the console (demo) or the webhooks are served."""

    backup_dir: Path | None = None
    """Where backups are put; by default "backups" in the data folder. Another disk is better."""
    backup_keep: int = Field(default=14, ge=1, le=1000)
    """How many backups stay; the oldest go."""
    backup_key: Annotated[str, AfterValidator(_age_key)] = ""
    """An age public key ("age1…") to which backups are encrypted; its private key belongs on another machine."""
    keep_messages_days: int = Field(default=90, ge=30)
    """How long messages are kept once they are done with; what came in is recognised as a duplicate as long."""
    keep_reports_years: int = Field(default=0, ge=0, le=100)
    """How long reports are kept after the last one of their period came in; 0: always."""
    keep_audit_years: int = Field(default=0, ge=0, le=100)
    """How long it is kept who did what; 0: always."""

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'danvan.sqlite3').resolve()}"

    @property
    def sqlite(self) -> Path | None:
        """The database's file; ``None`` where it is a server."""
        scheme, _, path = self.database.partition(":///")
        return Path(path.partition("?")[0]) if scheme.startswith("sqlite") else None

    @property
    def live(self) -> bool:
        """Whether there is a platform to serve."""
        return self.telegram_token is not None or self.zalo_token is not None

    @property
    def demo(self) -> Settings:
        """The same settings for the demo: another data folder, its own SQLite, no platform."""
        no_platform = {"telegram_token": None, "zalo_token": None, "public_url": ""}
        return self.model_copy(update={"data_dir": self.data_dir / "demo", "database_url": "", **no_platform})


def load_settings() -> Settings:
    """Read the settings. Raises BadSettings with one line that names what is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        names = dict.fromkeys(str(one["loc"][0]) for one in error.errors())
        wrong = "; ".join(say("operator.bad_setting", name=name) for name in names)
        raise BadSettings(say("operator.bad_settings", wrong=wrong)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(say("operator.bad_env_file", reason=type(error).__name__)) from None


def exposed_file() -> Path | None:
    """The file of settings, where it holds a secret and everybody on this machine may read or change it."""
    file = Path(".env")
    try:
        if not stat.S_IMODE(file.stat().st_mode) & stat.S_IRWXO:
            return None
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    secret = re.compile(r"\s*(?:export\s+)?DANVAN_(?:\w*(?:TOKEN|SECRET|PROXY)|DATABASE_URL)\s*=\s*\S", re.IGNORECASE)
    return file.resolve() if any(map(secret.match, lines)) else None


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """Where systemd listens, and how often it wants to hear of us: sd_notify(3), sd_watchdog_enabled(3)."""

    socket: str = ""
    watchdog: float = 0.0
    """Seconds; 0: not at all."""


def service_manager() -> ServiceManager:
    """What the environment says of it."""
    mine = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    asked = os.environ.get("WATCHDOG_USEC", "") if mine else ""
    return ServiceManager(os.environ.get("NOTIFY_SOCKET", ""), int(asked) / 1e6 if asked.isdecimal() else 0.0)
