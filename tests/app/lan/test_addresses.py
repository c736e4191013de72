"""Which address is shown to the room: made-up adapters of machines as they stand in classrooms."""

import pytest

from app.lan import addresses
from app.lan.addresses import Adapter, LanAddress, NoLanAddress, UnknownAddress, default_adapter

LAPTOP = [
    Adapter("lo", True, ("127.0.0.1",)),
    Adapter("docker0", True, ("172.17.0.1",)),
    Adapter("br-5f3a9c", True, ("172.18.0.1",)),
    Adapter("veth12ab", True, ("172.18.0.2",)),
    Adapter("virbr0", True, ("192.168.122.1",)),
    Adapter("tailscale0", True, ("100.100.1.1",)),
    Adapter("eth0", True, ("10.0.0.5",)),
    Adapter("wlan0", True, ("192.168.1.5",)),
    Adapter("eth1", False, ("10.9.9.9",)),
    Adapter("eth2", True, ("169.254.7.7",)),
]
ROUTES = """Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
eth0 00000000 0100000A 0003 0 0 600 00000000 0 0 0
wlan0 00000000 0101A8C0 0003 0 0 100 00000000 0 0 0
tun0 00000000 0101A8C0 0003 0 0 50 00000080 0 0 0
eth0 0000000A 00000000 0001 0 0 0 00FFFFFF 0 0 0
"""


def shown(adapters: list[Adapter], route: str | None = None) -> list[str]:
    return [entry.address for entry in addresses.reachable(adapters, route=route)]


class TestReachable:
    def test_leaves_out_containers_tunnels_what_is_down_and_what_reaches_nobody(self) -> None:
        assert set(shown(LAPTOP)) == {"192.168.1.5", "10.0.0.5"}

    def test_the_default_route_comes_first(self) -> None:
        assert shown(LAPTOP, "eth0") == ["10.0.0.5", "192.168.1.5"]
        assert shown(LAPTOP, "wlan0") == ["192.168.1.5", "10.0.0.5"]

    def test_without_a_route_wireless_comes_before_wired_before_others(self) -> None:
        adapters = [Adapter(name, True, (f"10.0.0.{n}",)) for n, name in enumerate(["usb0", "enp3s0", "wlp2s0"], 1)]
        assert shown(adapters) == ["10.0.0.3", "10.0.0.2", "10.0.0.1"]

    def test_a_hotspot_s_bridge_is_of_the_room(self) -> None:
        assert shown([Adapter("br0", True, ("192.168.8.1",))]) == ["192.168.8.1"]

    def test_a_server_room_is_cut_short(self) -> None:
        many = [Adapter(f"eth{n}", True, (f"10.0.{n}.1",)) for n in range(9)]
        assert len(shown(many)) == addresses.MOST

    def test_this_machine_has_no_loopback_among_them(self) -> None:
        assert [entry for entry in addresses.here() if entry.address.startswith("127.")] == []


class TestDefaultAdapter:
    def test_is_the_one_with_the_lowest_metric(self) -> None:
        assert default_adapter(ROUTES) == "wlan0"

    @pytest.mark.parametrize("text", ["", "Iface Destination\n", "Iface\neth0 0000000A 0 1 0 0 0 0 0 0 0\n"])
    def test_is_nobody_without_a_default_route(self, text: str) -> None:
        assert default_adapter(text) is None


class TestChoose:
    known = (LanAddress("wlan0", "192.168.1.5"), LanAddress("eth0", "10.0.0.5"))

    def test_without_a_wish_is_all_of_them(self) -> None:
        assert addresses.choose(self.known, None, forwarded=False) == list(self.known)

    def test_takes_the_wanted_one_alone(self) -> None:
        assert addresses.choose(self.known, "10.0.0.5", forwarded=False) == [self.known[1]]

    def test_refuses_what_is_not_ours_and_says_what_is(self) -> None:
        with pytest.raises(UnknownAddress) as caught:
            addresses.choose(self.known, "10.0.0.6", forwarded=False)
        assert caught.value.known == self.known

    def test_takes_another_machine_s_where_that_forwards(self) -> None:
        assert addresses.choose(self.known, "192.168.7.7", forwarded=True) == [LanAddress("", "192.168.7.7")]

    @pytest.mark.parametrize("nonsense", ["", "x", "127.0.0.1", "224.0.0.1", "1.2.3.4.5", "http://10.0.0.5"])
    def test_takes_no_nonsense_even_then(self, nonsense: str) -> None:
        with pytest.raises(UnknownAddress):
            addresses.choose(self.known, nonsense, forwarded=True)

    def test_refuses_a_machine_without_a_network(self) -> None:
        with pytest.raises(NoLanAddress):
            addresses.choose([], None, forwarded=False)
