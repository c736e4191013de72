"""Whom an installation serves, on which ports, and when it refuses."""

import socket
from pathlib import Path

import pytest

from app.commands import ports, reach, refusals
from app.commands.ports import PortBusy
from app.commands.reach import Reach, Wish
from app.lan.addresses import LanAddress
from app.lan.obstacles import Wsl
from app.tls.files import Files
from tests.app.conftest import unused_port

WLAN, WIRE = LanAddress("wlan0", "192.168.1.5"), LanAddress("eth0", "10.0.0.5")
FILES = Files(Path("keys"))


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lan.addresses.here", lambda: [WLAN, WIRE])
    monkeypatch.setattr("app.lan.obstacles.wsl", lambda _addresses: None)


class TestContradictions:
    @pytest.mark.parametrize(
        ("wish", "refusal"),
        [
            (Wish(demo=True, lan=True), refusals.DemoInTheRoom),
            (Wish(demo=True, lan=True, tls=True), refusals.DemoInTheRoom),
            (Wish(address="192.168.1.5"), refusals.AddressWithoutLan),
            (Wish(tls_port=9443), refusals.TlsPortWithoutTls),
            (Wish(tls=True, port=8443), refusals.OnePortForTwo),
            (Wish(tls=True, tls_port=8000), refusals.OnePortForTwo),
        ],
    )
    def test_are_refused_with_a_cure(self, wish: Wish, refusal: type[refusals.Refusal]) -> None:
        with pytest.raises(refusal) as caught:
            reach.decide(wish)
        assert caught.value.title
        assert caught.value.cure

    def test_the_demo_says_what_to_do_instead(self) -> None:
        assert "演示账号的密码是公开的" in refusals.DemoInTheRoom.title
        assert "--data-dir" in refusals.DemoInTheRoom.cure
        assert "7 个" in refusals.DemoAccountsOpen(7).title


@pytest.mark.usefixtures("room")
class TestDecide:
    def test_without_lan_only_this_machine_is_served(self) -> None:
        served = reach.decide(Wish())
        assert (served.host, served.rooms, served.tls_port) == ("127.0.0.1", (), None)
        assert served.variables(FILES) == {"KAIDIAN_LAN": "false", "KAIDIAN_LAN_ADDRESS": ""}

    def test_lan_listens_everywhere_and_shows_every_address(self) -> None:
        served = reach.decide(Wish(lan=True, port=unused_port()))
        assert (served.host, served.rooms) == ("0.0.0.0", (WLAN, WIRE))  # noqa: S104 -- what is tested
        assert served.variables(FILES) == {"KAIDIAN_LAN": "true", "KAIDIAN_LAN_ADDRESS": ""}

    def test_a_chosen_address_is_shown_alone_and_all_are_certified(self) -> None:
        served = reach.decide(Wish(lan=True, tls=True, port=unused_port(), tls_port=unused_port(), address="10.0.0.5"))
        assert served.rooms == (WIRE,)
        assert served.certified == ("10.0.0.5", "192.168.1.5")
        assert served.variables(FILES)["KAIDIAN_LAN_ADDRESS"] == "10.0.0.5"

    def test_the_room_s_ports_do_not_move_by_themselves(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = int(taken.getsockname()[1])
            monkeypatch.setattr(ports, "DEFAULT", port)
            assert reach.decide(Wish()).port != port
            with pytest.raises(PortBusy) as caught:
                reach.decide(Wish(lan=True))
        assert caught.value.port == port


class TestAddresses:
    def test_over_http_everything_is_one_port(self) -> None:
        served = Reach(8000, rooms=(WLAN,))
        assert (served.site("192.168.1.5"), served.first_visit("192.168.1.5")) == ("http://192.168.1.5:8000/",) * 2

    def test_over_https_a_new_phone_begins_at_the_certificate(self) -> None:
        served = Reach(8000, 8443, rooms=(WLAN,))
        assert served.site("192.168.1.5") == "https://192.168.1.5:8443/"
        assert served.first_visit("192.168.1.5") == "http://192.168.1.5:8000/setup"
        assert served.variables(FILES) == {
            "KAIDIAN_LAN": "true",
            "KAIDIAN_LAN_ADDRESS": "",
            "KAIDIAN_TLS": "true",
            "KAIDIAN_TLS_AUTHORITY": "keys/authority.pem",
            "KAIDIAN_SETUP_PORT": "8000",
        }


class TestRooms:
    def test_no_adapter_is_refused(self) -> None:
        with pytest.raises(refusals.NotInANetwork):
            reach.rooms_of(Wish(lan=True), [], None)

    def test_an_address_of_nobody_is_refused_naming_ours(self) -> None:
        with pytest.raises(refusals.AddressNotHere) as caught:
            reach.rooms_of(Wish(lan=True, address="10.0.0.6"), [WLAN, WIRE], None)
        assert "192.168.1.5（wlan0）、10.0.0.5（eth0）" in caught.value.cure

    def test_wsl_behind_windows_is_refused_with_both_cures(self) -> None:
        inside = [LanAddress("eth0", "172.20.1.2")]
        with pytest.raises(refusals.HiddenByWsl) as caught:
            reach.rooms_of(Wish(lan=True, tls=True, port=9000), inside, Wsl(hidden=True))
        cure = caught.value.cure
        assert "networkingMode=mirrored" in cure
        for port in (9000, 8443):
            assert f"listenport={port} connectaddress=172.20.1.2 connectport={port}" in cure

    def test_wsl_takes_windows_address_when_it_is_named(self) -> None:
        inside = [LanAddress("eth0", "172.20.1.2")]
        wish = Wish(lan=True, address="192.168.1.7")
        assert reach.rooms_of(wish, inside, Wsl(hidden=True)) == [LanAddress("", "192.168.1.7")]

    def test_wsl_that_shares_windows_addresses_is_like_any_machine(self) -> None:
        assert reach.rooms_of(Wish(lan=True), [WLAN], Wsl(hidden=False)) == [WLAN]
