"""Whom an installation serves: this machine alone or the whole room, over http or https, and on which ports.

In the room it listens on every adapter: a laptop whose Wi-Fi gets a new address in mid-lesson must stay reachable. The
ports of the room never move by themselves, because its address is printed on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.commands import ports
from app.commands.refusals import (
    AddressNotHere,
    AddressWithoutLan,
    DemoInTheRoom,
    HiddenByWsl,
    NotInANetwork,
    OnePortForTwo,
    TlsPortWithoutTls,
)
from app.lan import addresses, obstacles
from app.lan.addresses import LanAddress, NoLanAddress, UnknownAddress
from app.lan.obstacles import Wsl
from app.tls.files import Files

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 -- the room is served on purpose, see above
TLS_PORT = 8443


@dataclass(frozen=True)
class Wish:
    """What the user asked for; a port of None means the default, and for this machine alone the next free one."""

    demo: bool = False
    lan: bool = False
    tls: bool = False
    port: int | None = None
    tls_port: int | None = None
    address: str | None = None


@dataclass(frozen=True)
class Reach:
    """Where the installation listens. `tls_port` None means plain http; `rooms` is empty for this machine alone."""

    port: int
    tls_port: int | None = None
    rooms: tuple[LanAddress, ...] = ()
    certified: tuple[str, ...] = ()
    """The addresses the certificate is for: all that are ours, whichever is shown."""
    chosen: str = ""

    @property
    def host(self) -> str:
        return EVERYWHERE if self.rooms else LOOPBACK

    @property
    def web_port(self) -> int:
        return self.port if self.tls_port is None else self.tls_port

    def site(self, host: str = LOOPBACK) -> str:
        """Returns the first page's address under `host`."""
        return f"{'http' if self.tls_port is None else 'https'}://{host}:{self.web_port}/"

    def first_visit(self, host: str) -> str:
        """Returns where a new phone begins: with https at the page that installs the certificate."""
        return self.site(host) if self.tls_port is None else f"http://{host}:{self.port}/setup"

    def variables(self, files: Files) -> dict[str, str]:
        """Returns what the children are told of it."""
        told = {"KAIDIAN_LAN": "true" if self.rooms else "false", "KAIDIAN_LAN_ADDRESS": self.chosen}
        if self.tls_port is not None:
            told |= {
                "KAIDIAN_TLS": "true",
                "KAIDIAN_TLS_AUTHORITY": str(files.authority),
                "KAIDIAN_SETUP_PORT": str(self.port),
            }
        return told


def decide(wish: Wish) -> Reach:
    """Returns where to listen, after a look at this machine's adapters and ports.

    Raises:
        Refusal: it cannot be done as asked, see `app.commands.refusals`.
        PortBusy: a port is taken.

    """
    _refuse_contradictions(wish)
    rooms: list[LanAddress] = []
    certified: list[str] = []
    if wish.lan:
        known = addresses.here()
        rooms = rooms_of(wish, known, obstacles.wsl([entry.address for entry in known]))
        certified = list(dict.fromkeys(entry.address for entry in (*rooms, *known)))
    host = EVERYWHERE if rooms else LOOPBACK
    tried = 1 if rooms else ports.TRIED
    port = ports.choose(host, wish.port, tried=tried)
    tls_port = ports.choose(host, wish.tls_port, default=TLS_PORT, tried=tried) if wish.tls else None
    return Reach(port, tls_port, tuple(rooms), tuple(certified), wish.address or "")


def rooms_of(wish: Wish, known: Sequence[LanAddress], wsl: Wsl | None) -> list[LanAddress]:
    """Returns the addresses to show to the room, the one for the code first.

    Raises:
        NotInANetwork, AddressNotHere, HiddenByWsl: there is none, or phones could not reach it.

    """
    hidden = wsl is not None and wsl.hidden
    if hidden and known and wish.address is None:
        asked = [wish.port or ports.DEFAULT]
        raise HiddenByWsl(known[0].address, [*asked, wish.tls_port or TLS_PORT] if wish.tls else asked)
    try:
        return addresses.choose(known, wish.address, forwarded=hidden)
    except NoLanAddress:
        raise NotInANetwork from None
    except UnknownAddress as error:
        raise AddressNotHere(error.wanted, error.known) from None


def _refuse_contradictions(wish: Wish) -> None:
    if wish.lan and wish.demo:
        raise DemoInTheRoom
    if wish.address is not None and not wish.lan:
        raise AddressWithoutLan
    if wish.tls_port is not None and not wish.tls:
        raise TlsPortWithoutTls
    if wish.tls and (wish.port or ports.DEFAULT) == (wish.tls_port or TLS_PORT):
        raise OnePortForTwo
