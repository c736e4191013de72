"""Key files: private, whole, never overwritten by accident."""

import json
from pathlib import Path

import pytest

from kernel.crypto import keyfile
from kernel.crypto.keyfile import KeyFileBroken, KeyFileMissing, KeyFileOpen
from kernel.crypto.keyring import Keyring

RING = Keyring.generate("0123456789abcdef").add_key()


class TestWriteNew:
    def test_is_private_from_its_first_byte(self, tmp_path: Path) -> None:
        path = tmp_path / "kaidian" / "x.keys"
        keyfile.write_new(path, RING.as_text())
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert [file.name for file in path.parent.iterdir()] == ["x.keys"]

    def test_never_replaces(self, tmp_path: Path) -> None:
        path = tmp_path / "x.keys"
        path.write_text("什么都不许动")
        with pytest.raises(FileExistsError):
            keyfile.write_new(path, RING.as_text())
        assert path.read_text() == "什么都不许动"
        assert list(tmp_path.iterdir()) == [path]


class TestReplace:
    def test_leaves_one_private_file(self, tmp_path: Path) -> None:
        path = tmp_path / "x.keys"
        keyfile.write_new(path, RING.as_text())
        later = RING.add_key()
        keyfile.replace(path, later.as_text())
        assert Keyring.load(path) == later
        assert path.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.iterdir()) == [path]


class TestLoad:
    def test_returns_what_was_written(self, tmp_path: Path) -> None:
        path = tmp_path / "x.keys"
        keyfile.write_new(path, RING.as_text())
        assert Keyring.load(path) == RING

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
    def test_refuses_a_file_that_others_reach(self, tmp_path: Path, mode: int) -> None:
        path = tmp_path / "x.keys"
        keyfile.write_new(path, RING.as_text())
        path.chmod(mode)
        with pytest.raises(KeyFileOpen) as refusal:
            Keyring.load(path)
        assert refusal.value.mode == mode
        assert Keyring.load(path, must_be_private=False) == RING

    @pytest.mark.parametrize("path", [None, Path("/nowhere/x.keys")])
    def test_says_when_there_is_none(self, path: Path | None) -> None:
        with pytest.raises(KeyFileMissing):
            Keyring.load(path)

    @pytest.mark.parametrize(
        "changes",
        [
            {"format": 2},
            {"current_key": "00000000"},
            {"field_keys": {}},
            {"field_keys": {"zz": "AA=="}},
            {"field_keys": ["AA=="]},
            {"hash_key": "AA=="},
            {"hash_key": None},
            {"backup_identity": "age1public"},
        ],
    )
    def test_refuses_what_is_no_key_file_and_quotes_nothing(self, tmp_path: Path, changes: dict[str, object]) -> None:
        path = tmp_path / "x.keys"
        keyfile.write_new(path, json.dumps({**json.loads(RING.as_text()), **changes}))
        with pytest.raises(KeyFileBroken) as refusal:
            Keyring.load(path)
        assert RING.backup_identity not in str(refusal.value)

    @pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff\xfe", b"{"])
    def test_refuses_any_other_file(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "x.keys"
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(KeyFileBroken):
            Keyring.load(path)
