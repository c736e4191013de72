"""Who asks from this machine: some answers, such as metrics, are not for the classroom's network."""

import ipaddress

from fastapi import Request

from kernel.errors import NotFound


def refuse_strangers(request: Request) -> None:
    """Passes when the request comes from this machine.

    Raises:
        NotFound: it comes from another, or does not say from where; to a stranger the address does not exist.

    """
    if not is_this_machine(request):
        raise NotFound("kernel.request.no_such_page")


def is_this_machine(request: Request) -> bool:
    """Says whether a request comes from this machine."""
    return request.client is not None and _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a proxy's invention, or a Unix socket
        return False
