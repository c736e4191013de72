"""A supervisor over chosen children: ``python -m tests.app.driver FOLDER CHILD…``.

Children: ``postgres``, ``redis``, ``idle`` (sleeps), ``stubborn`` (ignores SIGTERM). Writes FOLDER/running
when all are up.
"""

import signal
import sys
from pathlib import Path

from app.commands import processes
from app.embedded import account, postgres, redis
from app.embedded.process import Command
from app.supervisor.children import ChildSpec
from app.supervisor.lock import InstanceLock
from app.supervisor.loop import Supervisor
from app.supervisor.signals import Interrupted, StopRequests

IDLE = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {IDLE}"


def spec_of(name: str, folder: Path) -> ChildSpec:
    """Returns the named child."""
    if name == "postgres":
        who = account.for_data(folder / "postgres")
        cluster = postgres.Cluster(folder / "postgres", folder, account=who, throwaway=True)
        cluster.ensure_initialised()
        return processes.postgres_server(cluster)
    if name == "redis":
        server = redis.Server(folder, folder)
        server.prepare()
        return processes.redis_server(server)
    code = STUBBORN if name == "stubborn" else IDLE
    is_up = folder / f"{name}.up"
    return ChildSpec(
        name=name,
        label=name,
        command=Command(argv=(sys.executable, "-c", code, str(is_up), name)),
        stop_steps=((signal.SIGTERM, 60.0),),
        stop_group=processes.WEB_GROUP,
        after=processes.SERVERS,
        before_start=lambda: is_up.unlink(missing_ok=True),
        is_ready=is_up.exists,
    )


def tell(line: str) -> None:
    """Prints one line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(folder: Path, names: list[str]) -> None:
    """Runs until a stop is requested."""
    with StopRequests() as requests, InstanceLock(folder):
        supervisor = Supervisor(requests, folder / "log", tell)
        try:
            for name in names:
                supervisor.start(spec_of(name, folder))
            (folder / "running").touch()
            supervisor.watch()
        except Interrupted:
            pass
        finally:
            tell("ending")
            supervisor.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
