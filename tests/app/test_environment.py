"""Which servers are ours, and what the children are told."""

import shutil
import sys
from pathlib import Path

import pytest

from app import installation
from app.commands import environment, processes
from app.commands.reach import Reach
from app.embedded import process
from app.embedded.places import CHECKOUT
from app.embedded.postgres import Role
from app.tls.files import Files

OWN_DATABASE = "postgresql+asyncpg://kaidian_app:x@db.example/kaidian"
OWN_OWNER = "postgresql+asyncpg://kaidian_owner:y@db.example/kaidian"
OWN_REDIS = "redis://cache.example/0"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (environment.DATABASE_URL, environment.DATABASE_OWNER_URL, environment.REDIS_URL, environment.KEY_FILE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(environment, "CHECKOUT", tmp_path)


class TestInstallation:
    def test_brings_its_own_servers_by_default(self, open_folder: Path) -> None:
        found = environment.installation(open_folder / "var")
        variables = found.variables(demo=True)
        assert found.cluster is not None
        assert found.redis is not None
        assert variables[environment.DATABASE_URL] == found.cluster.url(Role.APP)
        assert variables[environment.REDIS_URL] == found.redis.url
        assert variables["KAIDIAN_DEMO"] == "true"
        assert variables["KAIDIAN_DATA_DIR"] == str(open_folder / "var")
        assert found.owner_variables() == {environment.DATABASE_OWNER_URL: found.cluster.url(Role.OWNER)}

    def test_only_the_migration_learns_the_owner_s_password(self, open_folder: Path) -> None:
        found = environment.installation(open_folder / "var")
        assert environment.DATABASE_OWNER_URL not in found.variables(demo=False)
        web = processes.web(found.variables(demo=False), Reach(8000), Files(Path("keys")))
        assert "kaidian_owner" not in "".join(web.command.env.values())

    def test_uses_the_user_s_servers_instead(self, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(environment.DATABASE_URL, OWN_DATABASE)
        monkeypatch.setenv(environment.DATABASE_OWNER_URL, OWN_OWNER)
        monkeypatch.setenv(environment.REDIS_URL, OWN_REDIS)
        found = environment.installation(open_folder / "var")
        assert found.cluster is None
        assert found.redis is None
        variables = found.variables(demo=False)
        assert variables[environment.DATABASE_URL] == OWN_DATABASE
        assert variables[environment.REDIS_URL] == OWN_REDIS
        assert environment.DATABASE_OWNER_URL not in variables
        assert found.owner_variables() == {environment.DATABASE_OWNER_URL: OWN_OWNER}

    def test_reads_the_env_file_and_lets_the_environment_win(
        self, tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".env").write_text(f"{environment.REDIS_URL}={OWN_REDIS}\nKAIDIAN_LOG_JSON=false\n")
        monkeypatch.setenv("KAIDIAN_LOG_JSON", "true")
        found = environment.installation(open_folder / "var")
        assert found.redis is None
        variables = found.variables(demo=False)
        assert variables[environment.REDIS_URL] == OWN_REDIS
        assert variables["KAIDIAN_LOG_JSON"] == "true"

    def test_keeps_its_key_file_outside_the_data(self, open_folder: Path, tmp_path: Path) -> None:
        found = environment.installation(open_folder / "var")
        chosen = found.variables(demo=False)[environment.KEY_FILE]
        known = installation.id_of(open_folder / "var")
        assert chosen == str(tmp_path / "config/kaidian" / f"{known}.keys")
        assert environment.installation(open_folder / "var").key_file == found.key_file

    def test_finds_the_key_file_of_copied_data(self, open_folder: Path) -> None:
        first = environment.installation(open_folder / "var").key_file
        (open_folder / "copy").mkdir()
        shutil.copy(open_folder / "var" / installation.NAME, open_folder / "copy" / installation.NAME)
        assert environment.installation(open_folder / "copy").key_file == first
        assert environment.installation(open_folder / "other").key_file != first

    def test_refuses_a_database_without_its_owner(self, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(environment.DATABASE_URL, OWN_DATABASE)
        with pytest.raises(environment.OwnerUrlMissing):
            environment.installation(open_folder / "var")


class TestCertificates:
    def test_lie_in_the_user_s_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_CONFIG_HOME", "/home/lin/settings")
        assert environment.certificates().folder == Path("/home/lin/settings/kaidian/tls")

    def test_lie_beside_the_key_file_that_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(environment.KEY_FILE, "/stick/class.keys")
        assert environment.certificates().folder == Path("/stick/tls")


class TestSupervisorStaysSmall:
    def test_the_command_line_imports_no_framework(self) -> None:
        heavy = (
            "fastapi",
            "starlette",
            "sqlalchemy",
            "sqlmodel",
            "celery",
            "asyncpg",
            "pydantic",
            "PIL",
            "cryptography",
            "pyrage",
        )
        code = f"import sys, app.cli; print([name for name in {heavy!r} if name in sys.modules])"
        assert process.run([sys.executable, "-c", code], cwd=CHECKOUT).strip() == "[]"
