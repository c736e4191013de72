"""Where data and sockets go: inside the data folder, or the told exception."""

import os
import tempfile
from pathlib import Path

import pytest

from app.embedded import account, places, programs
from app.embedded.account import Account
from tests.app.conftest import is_root

NOBODY = Account("nobody", 65534, 65534)


class TestSocketFolder:
    def test_lies_in_the_data_folder_when_its_name_is_short(self, open_folder: Path) -> None:
        chosen = places.socket_folder(open_folder, account.for_data(open_folder))
        assert chosen == open_folder / "run"
        assert chosen.stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("name", ["很长的文件夹名字" * 5, "one, two"])
    def test_lies_in_the_temporary_folder_when_its_name_is_long_or_has_a_comma(
        self, open_folder: Path, name: str
    ) -> None:
        data_dir = open_folder / name
        data_dir.mkdir()
        chosen = places.socket_folder(data_dir, account.for_data(open_folder))
        try:
            assert chosen.parent == Path(tempfile.gettempdir())
            assert len(os.fsencode(chosen / places.LONGEST_SOCKET)) < places.SOCKET_NAME_LIMIT
            assert chosen.stat().st_mode & 0o777 == 0o700
            assert places.socket_folder(data_dir, account.for_data(open_folder)) == chosen
        finally:
            chosen.rmdir()

    def test_differs_between_data_folders(self, open_folder: Path) -> None:
        folders = [open_folder / f"{number}, x" for number in range(2)]
        for folder in folders:
            folder.mkdir()
        chosen = {places.socket_folder(folder, account.for_data(open_folder)) for folder in folders}
        for folder in chosen:
            folder.rmdir()
        assert len(chosen) == 2

    @pytest.mark.skipif(not is_root(), reason="only root can make a folder that belongs to somebody else")
    def test_refuses_a_folder_that_somebody_else_made(self, open_folder: Path) -> None:
        data_dir = open_folder / "a,b"
        data_dir.mkdir()
        chosen = places.socket_folder(data_dir, None)
        os.chown(chosen, 12345, 12345)
        try:
            with pytest.raises(places.UnsafeFolder):
                places.socket_folder(data_dir, None)
        finally:
            chosen.rmdir()


class TestReach:
    def test_every_folder_above_counts(self, open_folder: Path) -> None:
        inner = open_folder / "closed" / "inner"
        inner.mkdir(parents=True)
        open_folder.chmod(0o755)
        stranger = Account("stranger", 54321, 54321)
        assert account.can_enter(inner, stranger)
        (open_folder / "closed").chmod(0o700)
        owner = (open_folder / "closed").stat().st_uid
        assert not account.can_enter(inner, stranger)
        assert account.can_enter(inner, Account("owner", owner, 1))

    def test_a_folder_yet_to_be_made_is_no_obstacle(self, open_folder: Path) -> None:
        open_folder.chmod(0o755)
        assert account.can_enter(open_folder / "later" / "inner", NOBODY)


@pytest.mark.skipif(not is_root(), reason="an ordinary user's data always stay in the data folder")
class TestUnderRoot:
    def test_data_stay_in_the_data_folder_when_the_account_reaches_it(self, open_folder: Path) -> None:
        open_folder.chmod(0o755)
        chosen = places.choose(open_folder / "var")
        assert chosen.postgres == open_folder / "var" / "postgres"
        assert chosen.account is not None
        assert chosen.account.uid != 0
        assert any(chosen.account.name in note for note in chosen.notes)

    def test_data_move_out_when_a_parent_is_closed_and_no_parent_is_opened(
        self, open_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(places, "SYSTEM_DATA", open_folder / "lib")
        open_folder.chmod(0o755)
        closed = open_folder / "home"
        closed.mkdir(mode=0o700)
        chosen = places.choose(closed / "var")
        assert chosen.postgres.is_relative_to(open_folder / "lib")
        assert chosen.account is not None
        assert account.can_enter(chosen.postgres.parent, chosen.account)
        assert chosen.sockets.parent == Path(tempfile.gettempdir())
        assert closed.stat().st_mode & 0o777 == 0o700
        assert any(str(chosen.postgres) in note for note in chosen.notes)
        chosen.sockets.rmdir()

    def test_existing_data_keep_their_account(self, open_folder: Path) -> None:
        data = open_folder / "postgres"
        data.mkdir()
        os.chown(data, 12345, 12345)
        entry = account.for_data(data)
        assert entry is not None
        assert entry.name == "nobody"  # number 12345 is no account of this machine
        os.chown(data, 1, 1)
        entry = account.for_data(data)
        assert entry is not None
        assert entry.uid == 1

    def test_programs_are_copied_when_the_environment_is_closed(
        self, open_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_folder.chmod(0o755)
        monkeypatch.setattr(places, "SYSTEM_DATA", open_folder / "lib")
        closed = open_folder / "venv"
        closed.mkdir(mode=0o700)
        for name in (programs.POSTGRES_PACKAGE, f"{programs.POSTGRES_PACKAGE}.libs"):
            installed = programs._package_folder(programs.POSTGRES_PACKAGE).with_name(name)
            (closed / name).symlink_to(installed)
        monkeypatch.setattr(programs, "_package_folder", lambda name: closed / name)
        found = programs.postgres_bin(NOBODY)
        assert found.is_relative_to(open_folder / "lib")
        assert (found / "initdb").exists()
        assert programs.postgres_bin(NOBODY) == found
