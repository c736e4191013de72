"""The addresses a page shows as a code: pure, everything it depends on is an argument.

What the reader's own browser called is reachable for sure, unless it is this machine itself; then it is the adapters,
if the server listens on them at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.lan.addresses import LanAddress
from app.loopback import names_this_machine

_HOST = re.compile(r"([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Serving:
    """How the web process is served; `setup_port` 0 means that there is no page for the class's certificate."""

    tls: bool
    lan: bool
    setup_port: int

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"


@dataclass(frozen=True)
class Way:
    """One way in: the site's root, and the page that installs the certificate before the first visit, if there is one."""

    adapter: str
    site: str
    setup: str | None


def ways(host_header: str, serving: Serving, addresses: Sequence[LanAddress]) -> list[Way]:
    """Returns the ways in, the surest first; none when only this machine itself is served."""
    called = _HOST.fullmatch(host_header)
    host, port = (called[1].lower(), int(called[2] or _DEFAULT_PORTS[serving.scheme])) if called else ("", 0)
    adapters = {entry.address: entry.adapter for entry in addresses}
    hosts: list[str] = []
    if called and not names_this_machine(host):
        hosts.append(host)
    if called and serving.lan:
        hosts.extend(address for address in adapters if address != host)
    return [_way(adapters.get(name, ""), name, port, serving) for name in hosts]


def _way(adapter: str, host: str, port: int, serving: Serving) -> Way:
    setup = f"{_site('http', host, serving.setup_port)}/setup" if serving.setup_port else None
    return Way(adapter=adapter, site=_site(serving.scheme, host, port), setup=setup)


def _site(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{host}" if port == _DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}"
