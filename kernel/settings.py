"""Settings of one process, read once from `KAIDIAN_*` environment variables.

Owns names and defaults; nobody else reads the environment. `.env.example` lists every variable.
"""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a web, worker or command-line process must know before it starts."""

    model_config = SettingsConfigDict(env_prefix="KAIDIAN_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = "postgresql+asyncpg://kaidian_app@/kaidian"
    database_owner_url: SecretStr | None = Field(
        default=None, description="Used by migrations only; the web and worker processes never need it."
    )
    redis_url: str = "unix:///var/run/redis/redis.sock"
    data_dir: Path = Path("var")
    key_file: Path | None = Field(
        default=None, description="Keys of encrypted fields and backups; `kaidian up` chooses it, outside the data."
    )
    backup_dir: Path | None = Field(
        default=None, description="Where backups go; a folder beside the data if not named."
    )
    web_dist: Path = Path("web/dist")
    database_pool_size: int = Field(default=12, ge=1, le=100)
    demo: bool = Field(default=False, description="Publishes the demo accounts, to this machine only.")
    tls: bool = Field(default=False, description="Served under TLS: cookies are marked Secure.")
    tls_authority: str = Field(default="", description="The class's CA certificate, offered at /setup.")
    setup_port: int = Field(default=0, ge=0, le=65535, description="Where plain http offers /setup; 0 is nowhere.")
    lan: bool = Field(default=False, description="Listens on every adapter: pages may name their addresses.")
    lan_address: str = Field(default="", description="The one address pages name, if there are several.")
    log_json: bool = True
    session_hours: int = Field(default=12, ge=1, le=24 * 14)


@cache
def load() -> Settings:
    """Returns the settings of this process."""
    return Settings()
