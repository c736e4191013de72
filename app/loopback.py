"""Who asks from this machine: some answers, such as metrics, are not for the classroom's network.

A page on the internet whose name has been pointed at this machine makes the browser ask from here too (DNS rebinding),
so what changes or tells anything looks at the name that was called as well.
"""

import ipaddress
import re

from fastapi import Request

from kernel.errors import NotFound

_PORT = re.compile(r":[0-9]{1,5}$")


def refuse_strangers(request: Request) -> None:
    """Passes when the request comes from this machine and calls it by a name of its own.

    Raises:
        NotFound: it comes from another, or does not say from where; to a stranger the address does not exist.

    """
    if not is_this_machine(request):
        raise NotFound("kernel.request.no_such_page")


def refuse_other_machines(request: Request) -> None:
    """Passes when the request comes from this machine, by whatever name: for what is no secret on it.

    Raises:
        NotFound: see `refuse_strangers`.

    """
    if not _comes_from_here(request):
        raise NotFound("kernel.request.no_such_page")


def is_this_machine(request: Request) -> bool:
    """Says whether a request comes from this machine and calls it `localhost` or by a loopback address."""
    return _comes_from_here(request) and names_this_machine(_PORT.sub("", request.headers.get("host", "")))


def names_this_machine(host: str) -> bool:
    """Says whether a host name or address, without its port, can mean nothing but the machine that uses it."""
    name = host.lower()
    return name == "localhost" or name.endswith(".localhost") or _is_loopback(name.removeprefix("[").removesuffix("]"))


def _comes_from_here(request: Request) -> bool:
    return request.client is not None and _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a proxy's invention, or a Unix socket
        return False
