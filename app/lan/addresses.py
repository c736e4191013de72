"""Which of this machine's addresses a phone in the room can reach.

Owns: leaving out what belongs to containers, virtual machines and tunnels, and telling the likeliest. Only IPv4: it is
what people type, and every classroom router gives it.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROUTES = Path("/proc/net/route")
MOST = 4
"""More adapters than this are a server room, not a classroom."""
# Bridges of Docker are `br-` and a number; a plain `br0` may well be the hotspot.
_NOT_THE_ROOM = re.compile(
    r"lo\d*$|docker|br-|veth|virbr|vnet|vmnet|vboxnet|cni|flannel|cali|podman|lxc|lxd|tun|tap|utun|wg|tailscale|zt|ppp|ifb|dummy",
    re.IGNORECASE,
)
_WIRELESS = re.compile(r"wl|ap|wifi", re.IGNORECASE)
_WIRED = re.compile(r"en|eth|br", re.IGNORECASE)


@dataclass(frozen=True)
class Adapter:
    """One network adapter (网卡) as the system lists it."""

    name: str
    is_up: bool
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class LanAddress:
    """An IPv4 address others can reach; `adapter` is empty when it is none of this machine's."""

    adapter: str
    address: str


class NoLanAddress(Exception):  # noqa: N818 -- reads as the sentence it is
    """No adapter has an address the room could reach."""


class UnknownAddress(Exception):  # noqa: N818 -- reads as the sentence it is
    """The address the user chose is none of this machine's; `known` are those that are."""

    def __init__(self, wanted: str, known: Sequence[LanAddress]) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.known = tuple(known)


def present() -> list[Adapter]:
    """Returns the adapters this machine has now."""
    states = psutil.net_if_stats()
    return [
        Adapter(
            name=name,
            is_up=name in states and states[name].isup,
            addresses=tuple(entry.address for entry in entries if entry.family == socket.AF_INET),
        )
        for name, entries in psutil.net_if_addrs().items()
    ]


def reachable(adapters: Iterable[Adapter], *, route: str | None) -> list[LanAddress]:
    """Returns the addresses of the room, the likeliest first: the adapter of the default `route`, wireless, wired, others."""
    found = [
        LanAddress(adapter.name, address)
        for adapter in adapters
        if adapter.is_up and not _NOT_THE_ROOM.match(adapter.name)
        for address in adapter.addresses
        if _is_of_a_network(address)
    ]
    return sorted(found, key=lambda entry: (_unlikeliness(entry.adapter, route), entry.adapter, entry.address))[:MOST]


def here() -> list[LanAddress]:
    """Returns the addresses under which the room reaches this machine now, the likeliest first."""
    return reachable(present(), route=default_adapter(_routes()))


def choose(known: Sequence[LanAddress], wanted: str | None, *, forwarded: bool) -> list[LanAddress]:
    """Returns the addresses to show, the one for the code first.

    `forwarded` says that another machine may pass its port on to this one, so that `wanted` need not be ours.

    Raises:
        NoLanAddress: there is none.
        UnknownAddress: `wanted` is not this machine's.

    """
    if wanted is None:
        if not known:
            raise NoLanAddress
        return list(known)
    mine = [entry for entry in known if entry.address == wanted]
    if mine or (forwarded and _is_of_a_network(wanted)):
        return mine or [LanAddress("", wanted)]
    raise UnknownAddress(wanted, known)


def default_adapter(routes: str) -> str | None:
    """Returns the adapter of the default route with the lowest metric, from the text of `/proc/net/route`."""
    defaults = [
        (int(fields[6]), fields[0])
        for line in routes.splitlines()[1:]
        if len(fields := line.split()) > 7 and fields[1] == "00000000" and fields[7] == "00000000"  # noqa: PLR2004 -- the kernel's columns
    ]
    return min(defaults)[1] if defaults else None


def _routes() -> str:
    try:
        return ROUTES.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _is_of_a_network(text: str) -> bool:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified)


def _unlikeliness(adapter: str, route: str | None) -> int:
    if adapter == route:
        return 0
    if _WIRELESS.match(adapter):
        return 1
    return 2 if _WIRED.match(adapter) else 3
