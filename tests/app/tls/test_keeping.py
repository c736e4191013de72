"""The certificates on disk: private, made once, renewed when they must be, and never half."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.commands import certificate
from app.tls import keeping
from app.tls.files import Files

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
ROOM = ["192.168.1.5"]


@pytest.fixture
def kept(tmp_path: Path) -> Files:
    return Files(tmp_path / "settings" / "kaidian" / "tls")


def contents(kept: Files) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in kept.folder.iterdir()}


class TestEnsure:
    def test_makes_files_for_their_owner_alone(self, kept: Files) -> None:
        assert keeping.ensure(kept, ROOM, NOW).is_new_authority
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in kept.folder.iterdir()}
        names = ("authority.pem", "authority.key", "server.pem", "server.key")
        assert modes == dict.fromkeys(names, 0o600)
        assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(kept.folder.parent.stat().st_mode) == 0o700

    def test_touches_nothing_while_all_is_well(self, kept: Files) -> None:
        first = keeping.ensure(kept, ROOM, NOW)
        before = contents(kept)
        again = keeping.ensure(kept, ROOM, NOW + timedelta(days=300))
        assert contents(kept) == before
        assert (again.fingerprint, again.is_new_authority) == (first.fingerprint, False)

    @pytest.mark.parametrize(("addresses", "days"), [(["192.168.1.6"], 0), (ROOM, 370)])
    def test_renews_the_server_s_for_new_addresses_or_near_its_end(
        self, kept: Files, addresses: list[str], days: int
    ) -> None:
        first = keeping.ensure(kept, ROOM, NOW)
        before = contents(kept)
        again = keeping.ensure(kept, addresses, NOW + timedelta(days=days))
        after = contents(kept)
        assert {name for name in after if after[name] != before[name]} == {"server.pem", "server.key"}
        assert (again.fingerprint, again.is_new_authority) == (first.fingerprint, False)

    def test_makes_a_new_authority_for_an_address_the_old_may_not_vouch_for(self, kept: Files) -> None:
        first = keeping.ensure(kept, ROOM, NOW)
        again = keeping.ensure(kept, ["203.0.113.9"], NOW)
        assert again.is_new_authority
        assert again.fingerprint != first.fingerprint

    @pytest.mark.parametrize("broken", ["authority.key", "authority.pem", "server.key", "server.pem"])
    @pytest.mark.parametrize("how", ["missing", "torn", "another's"])
    def test_mends_what_a_power_cut_left(self, kept: Files, tmp_path: Path, broken: str, how: str) -> None:
        keeping.ensure(kept, ROOM, NOW)
        other = Files(tmp_path / "other" / "kaidian" / "tls")
        keeping.ensure(other, ROOM, NOW)
        path = kept.folder / broken
        if how == "missing":
            path.unlink()
        else:
            path.write_bytes(b"-----BEGIN" if how == "torn" else (other.folder / broken).read_bytes())
        mended = keeping.ensure(kept, ROOM, NOW)
        assert mended.is_new_authority == broken.startswith("authority")
        after = contents(kept)
        assert not keeping.ensure(kept, ROOM, NOW).is_new_authority
        assert contents(kept) == after

    @pytest.mark.parametrize("name", ["authority.key", "server.key"])
    def test_refuses_a_key_that_others_can_read(
        self, kept: Files, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        keeping.ensure(kept, ROOM, NOW)
        before = contents(kept)
        (kept.folder / name).chmod(0o644)
        assert certificate.run(kept.folder, ROOM) == 1
        assert str(kept.folder) in capsys.readouterr().out
        assert contents(kept) == before
