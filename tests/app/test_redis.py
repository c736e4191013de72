"""A Redis server of our own."""

from pathlib import Path

import psutil
from redis import Redis

from app.embedded import redis
from app.embedded.redis import Server


class TestServer:
    def test_keeps_its_keys_over_stop_and_start(self, open_folder: Path) -> None:
        server = Server(open_folder, open_folder)
        server.start()
        try:
            with Redis.from_url(server.url) as client:
                client.set("kept", "42")
            server.stop()
            assert not server.is_ready()
            server.start()
            with Redis.from_url(server.url) as client:
                assert client.get("kept") == b"42"
        finally:
            server.stop()

    def test_listens_on_the_socket_only_and_never_drops_keys(self) -> None:
        with redis.throwaway() as server, Redis.from_url(server.url) as client:
            assert client.config_get("port") == {"port": "0"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert server.socket.stat().st_mode & 0o777 == 0o700

    def test_a_lasting_server_writes_the_append_only_file_every_second(self, open_folder: Path) -> None:
        server = Server(open_folder, open_folder)
        server.start()
        try:
            with Redis.from_url(server.url) as client:
                assert client.config_get("appendonly") == {"appendonly": "yes"}
                assert client.config_get("appendfsync") == {"appendfsync": "everysec"}
        finally:
            server.stop()

    def test_a_server_left_over_is_ended_first(self, open_folder: Path) -> None:
        first, second = Server(open_folder, open_folder), Server(open_folder, open_folder)
        first.start()
        pid = int((first.data_dir / "redis.pid").read_text())
        second.clear_remains()
        assert not first.is_ready()
        first.stop()
        assert not psutil.pid_exists(pid)
        second.start()
        second.stop()

    def test_a_pid_file_naming_another_program_harms_nobody(self, open_folder: Path) -> None:
        server = Server(open_folder, open_folder)
        server.prepare()
        (server.data_dir / "redis.pid").write_text(str(psutil.Process().pid))
        server.clear_remains()
        assert not (server.data_dir / "redis.pid").exists()
