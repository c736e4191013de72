"""`kaidian keys`: made once, kept elsewhere, brought back, never overwritten, never printed."""

from pathlib import Path

import pytest

from app import installation
from app.commands import environment, keys, prepare
from app.commands.keys import KeysRefused
from kernel import settings
from kernel.crypto import keyfile
from kernel.crypto.keyring import Keyring

ID = "0123456789abcdef"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a data folder that has been started before; its key file's folder is empty."""
    monkeypatch.setattr(environment, "CHECKOUT", tmp_path)
    monkeypatch.delenv(environment.KEY_FILE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    installation.adopt(tmp_path / "var", ID)
    return tmp_path / "var"


@pytest.fixture
def ring(data_dir: Path) -> Keyring:
    """Returns the keys that lie where `kaidian up` looks for them."""
    made = Keyring.generate(ID)
    keyfile.write_new(keys.path_of(data_dir), made.as_text())
    return made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


class TestExport:
    def test_then_import_on_another_machine_is_the_same_file(
        self, data_dir: Path, ring: Keyring, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert keys.export(data_dir, stick) == 0
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another machine"))
        assert keys.bring_in(data_dir, stick / f"{ID}.keys") == 0
        target = keys.path_of(data_dir)
        assert target.is_relative_to(tmp_path / "another machine")
        assert Keyring.load(target) == ring

    def test_renews_an_older_copy_and_spares_a_foreign_one(self, data_dir: Path, ring: Keyring, stick: Path) -> None:
        keys.export(data_dir, stick)
        keyfile.replace(keys.path_of(data_dir), ring.add_key().as_text())
        keys.export(data_dir, stick)
        copy = stick / f"{ID}.keys"
        assert len(Keyring.load(copy).field_keys) == 2
        foreign = Keyring.generate(ID).as_text()
        copy.write_text(foreign)
        with pytest.raises(KeysRefused):
            keys.export(data_dir, stick)
        assert copy.read_text() == foreign

    @pytest.mark.usefixtures("ring")
    def test_refuses_the_data_folder_and_a_missing_one(self, data_dir: Path, stick: Path) -> None:
        for folder in (data_dir, stick / "missing"):
            with pytest.raises(KeysRefused):
                keys.export(data_dir, folder)
        assert [path.name for path in data_dir.iterdir()] == [installation.NAME]


class TestImport:
    def test_refuses_the_keys_of_other_data(self, data_dir: Path, stick: Path) -> None:
        keyfile.write_new(stick / "x.keys", Keyring.generate("f" * 16).as_text())
        with pytest.raises(KeysRefused, match="ffffffff"):
            keys.bring_in(data_dir, stick / "x.keys")
        assert not keys.path_of(data_dir).exists()

    def test_takes_a_copy_whose_stick_knows_no_modes(self, data_dir: Path, ring: Keyring, stick: Path) -> None:
        keys.export(data_dir, stick)
        keys.path_of(data_dir).unlink()
        (stick / f"{ID}.keys").chmod(0o777)
        keys.bring_in(data_dir, stick / f"{ID}.keys")
        assert Keyring.load(keys.path_of(data_dir)) == ring
        assert keys.path_of(data_dir).stat().st_mode & 0o777 == 0o600

    def test_never_takes_keys_away(self, data_dir: Path, ring: Keyring, stick: Path) -> None:
        keys.export(data_dir, stick)
        later = ring.add_key()
        keyfile.replace(keys.path_of(data_dir), later.as_text())
        with pytest.raises(KeysRefused):
            keys.bring_in(data_dir, stick / f"{ID}.keys")
        assert Keyring.load(keys.path_of(data_dir)) == later


class TestShow:
    def test_prints_no_secret(self, data_dir: Path, ring: Keyring, capsys: pytest.CaptureFixture[str]) -> None:
        assert keys.show(data_dir) == 0
        printed = capsys.readouterr().out
        assert ring.backup_recipient[:20] in printed
        assert ring.installation_id in printed
        assert "AGE-SECRET-KEY" not in printed
        assert str(data_dir.parent / "config") in "".join(printed.split()).replace("│", "")

    def test_says_what_to_do_with_an_open_file(self, data_dir: Path, ring: Keyring) -> None:
        path = keys.path_of(data_dir)
        path.chmod(0o644)
        with pytest.raises(KeysRefused) as refusal:
            keys.show(data_dir)
        assert "0644" in refusal.value.title
        assert "chmod 600" in refusal.value.cure
        assert ring.backup_identity not in refusal.value.title + refusal.value.cure


class TestHaveKeys:
    """What `kaidian up` does before anything else may read the database."""

    @pytest.fixture(autouse=True)
    def _configured(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> object:
        monkeypatch.setenv("KAIDIAN_DATA_DIR", str(data_dir))
        monkeypatch.setenv(environment.KEY_FILE, str(installation.default_key_file(ID)))
        settings.load.cache_clear()
        yield
        settings.load.cache_clear()

    def test_makes_them_while_nothing_is_encrypted(self) -> None:
        prepare._have_keys(set())
        made = Keyring.load(installation.default_key_file(ID))
        assert made.installation_id == ID
        prepare._have_keys({made.current_id})
        assert Keyring.load(installation.default_key_file(ID)) == made

    def test_refuses_when_something_is_encrypted_and_the_file_is_gone(self) -> None:
        with pytest.raises(KeysRefused) as refusal:
            prepare._have_keys({b"abcd"})
        assert "kaidian keys import" in refusal.value.cure
        assert not installation.default_key_file(ID).exists()

    def test_refuses_the_keys_of_another_time(self) -> None:
        prepare._have_keys(set())
        with pytest.raises(KeysRefused) as refusal:
            prepare._have_keys({b"abcd"})
        assert "kaidian keys import" in refusal.value.cure

    def test_makes_none_inside_the_data(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(environment.KEY_FILE, str(data_dir / "x.keys"))
        settings.load.cache_clear()
        with pytest.raises(KeysRefused):
            prepare._have_keys(set())
        assert not (data_dir / "x.keys").exists()
