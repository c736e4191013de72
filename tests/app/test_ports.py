"""Free and busy ports."""

import os
import socket
from collections.abc import Iterator

import pytest

from app.commands import ports

HOST = "127.0.0.1"


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as server:
        yield int(server.getsockname()[1])


class TestChoose:
    def test_takes_a_free_wish(self, busy_port: int) -> None:
        with socket.create_server((HOST, 0)) as other:
            free = int(other.getsockname()[1])
        assert free != busy_port
        assert ports.choose(HOST, free) == free

    def test_refuses_a_busy_wish_and_names_the_holder(self, busy_port: int) -> None:
        with pytest.raises(ports.PortBusy) as caught:
            ports.choose(HOST, busy_port)
        assert caught.value.port == busy_port
        assert str(os.getpid()) in caught.value.holder

    def test_without_a_wish_takes_the_next_free_one(self, busy_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ports, "DEFAULT", busy_port)
        chosen = ports.choose(HOST, None)
        assert busy_port < chosen < busy_port + ports.TRIED
        assert ports.is_free(HOST, chosen)
