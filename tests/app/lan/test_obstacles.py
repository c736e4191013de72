"""What keeps phones out: WSL2 behind Windows' own address, and a firewall."""

from pathlib import Path

import pytest

from app.lan import obstacles
from app.lan.obstacles import Wsl, judge_wsl

WSL_KERNEL = "5.15.153.1-microsoft-standard-WSL2\n"


class TestWsl:
    def test_is_none_on_a_plain_linux(self) -> None:
        assert judge_wsl("6.1.0-18-amd64\n", "", ["172.20.1.2"]) is None

    @pytest.mark.parametrize(("mode", "hidden"), [("nat", True), ("mirrored", False), ("none", True)])
    def test_believes_the_word_of_wsl_itself(self, mode: str, hidden: bool) -> None:
        assert judge_wsl(WSL_KERNEL, mode, ["192.168.1.5"]) == Wsl(hidden=hidden)

    @pytest.mark.parametrize(
        ("addresses", "hidden"), [(["172.20.1.2"], True), (["192.168.1.5"], False), (["172.20.1.2", "10.0.0.5"], False)]
    )
    def test_goes_by_the_addresses_where_wsl_is_silent(self, addresses: list[str], hidden: bool) -> None:
        assert judge_wsl(WSL_KERNEL, "", addresses) == Wsl(hidden=hidden)


class TestFirewall:
    def test_names_the_command_of_ufw(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(obstacles, "UFW", tmp_path / "ufw.conf")
        monkeypatch.setattr("shutil.which", lambda _name: None)
        assert obstacles.firewall_hint([8000]) == ""
        (tmp_path / "ufw.conf").write_text("# comment\nENABLED=yes\n")
        assert obstacles.firewall_hint([8000, 8443]) == "sudo ufw allow 8000/tcp && sudo ufw allow 8443/tcp"
