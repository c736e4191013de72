"""`kaidian up --demo` as a whole: first page, demo accounts, restart of what is killed, orderly end, second start."""

import os
import signal
import socket
from pathlib import Path

import psutil

from app.commands import processes
from app.commands.reach import Reach
from app.supervisor import lock
from app.tls.files import Files
from tests.app.conftest import Started, is_gone, wait_until


class TestDemo:
    def test_from_an_empty_folder_to_the_end_and_again(
        self, open_folder: Path, free_port: int, started: list[Started]
    ) -> None:
        demo = Started(open_folder / "var", "--demo", "--port", str(free_port))
        started.append(demo)
        demo.wait_until_running()
        assert demo.answers()
        accounts = processes.demo_accounts(demo.url)
        assert {account["role"] for account in accounts} == {"learner", "lecturer"}
        wait_until(lambda: all(account["login"] in demo.printed for account in accounts))

        [key_file] = (demo.settings / "kaidian").iterdir()
        assert key_file.stat().st_mode & 0o777 == 0o600
        assert "请把密钥文件另存一份" in demo.printed

        web = demo.child("uvicorn")
        assert "kaidian_owner" not in str(web.environ())
        web.kill()
        wait_until(lambda: "网页服务已恢复" in demo.printed, seconds=30)
        assert demo.answers()

        family = psutil.Process(demo.process.pid).children(recursive=True)
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 0
        assert [child for child in family if not is_gone(child)] == []
        assert lock.running_instance(demo.data_dir) is None

        again = Started(open_folder / "var", "--demo", "--port", str(free_port))
        started.append(again)
        again.wait_until_running()
        assert processes.demo_accounts(again.url) == accounts
        assert list((demo.settings / "kaidian").iterdir()) == [key_file]
        assert demo.printed.count("请把密钥文件另存一份") == 1

    def test_a_busy_port_is_named_with_its_holder(self, open_folder: Path, started: list[Started]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = int(busy.getsockname()[1])
            demo = Started(open_folder / "var", "--demo", "--port", str(port))
            started.append(demo)
            assert demo.process.wait(30) == 1
        assert f"端口 {port} 已被占用" in demo.printed
        assert str(os.getpid()) in demo.printed
        assert "--port" in demo.printed

    def test_only_this_machine_is_served(self) -> None:
        command = processes.web({"KAIDIAN_DATA_DIR": "var"}, Reach(8000), Files(Path("keys"))).command.argv
        assert command[command.index("--host") + 1] == "127.0.0.1"
