"""The processes of an installation: how each is started, known to be ready, and ended."""

import json
import signal
import ssl
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.commands.reach import LOOPBACK, Reach
from app.embedded import postgres, redis
from app.embedded.places import CHECKOUT
from app.embedded.process import Command
from app.supervisor.children import ChildSpec
from app.tls.files import Files

HOST = LOOPBACK
CELERY_APP = "app.worker:celery_app"
TASKS = "app.background"  # imported by workers only; beat stays lean
SERVERS = ("postgres", "redis")
# The application writes the request log; uvicorn's own lines would show the tickets in the addresses of sockets.
QUIET = ("--no-access-log", "--log-level", "warning")
# A run of a class keeps its thread for fifty seconds, nearly all of them asleep; a class without one stands still.
THREADS = {"sim": 32, "work": 4}
# The order of the end: nobody talks to a server that is already gone.
WEB_GROUP, WORKER_GROUP, BEAT_GROUP, REDIS_GROUP, POSTGRES_GROUP = range(5)


def postgres_server(cluster: postgres.Cluster) -> ChildSpec:
    """Returns PostgreSQL as a child."""
    return ChildSpec(
        name="postgres",
        label="数据库 PostgreSQL ",
        command=cluster.command(),
        stop_steps=postgres.STOP_STEPS,
        stop_group=POSTGRES_GROUP,
        before_start=cluster.clear_remains,
        is_ready=cluster.is_ready,
        patience_seconds=60,
    )


def redis_server(server: redis.Server) -> ChildSpec:
    """Returns Redis as a child."""
    return ChildSpec(
        name="redis",
        label="Redis ",
        command=server.command(),
        stop_steps=redis.STOP_STEPS,
        stop_group=REDIS_GROUP,
        before_start=server.clear_remains,
        is_ready=server.is_ready,
    )


def web(variables: Mapping[str, str], reach: Reach, files: Files) -> ChildSpec:
    """Returns the web process."""
    argv = ("uvicorn", "app.http:create_app", "--factory", "--host", reach.host, "--port", str(reach.web_port))
    keys = ("--ssl-certfile", str(files.leaf), "--ssl-keyfile", str(files.leaf_key))
    tls = keys if reach.tls_port is not None else ()
    # The hub's own limit; without it uvicorn would first hold 16 MiB. Frames are small, compressing them costs more.
    sockets = ("--ws-max-size", "65536", "--ws-per-message-deflate", "false")
    return ChildSpec(
        name="web",
        label="网页服务",
        command=_python(*argv, *tls, *sockets, *QUIET, "--timeout-graceful-shutdown", "5", variables=variables),
        stop_steps=((signal.SIGTERM, 8.0),),
        stop_group=WEB_GROUP,
        after=SERVERS,
        is_ready=lambda: answers(f"{reach.site()}health/ready", authority=files.authority),
        patience_seconds=60,
    )


def setup(reach: Reach, files: Files) -> ChildSpec:
    """Returns the plain-http listener beside https."""
    ports = ("--port", str(reach.port), "--https-port", str(reach.web_port))
    argv = ("app.tls.listener", "--host", reach.host, *ports, "--authority", str(files.authority))
    return ChildSpec(
        name="setup",
        label="证书页",
        command=_python(*argv, variables={}),
        stop_steps=((signal.SIGTERM, 3.0),),
        stop_group=WEB_GROUP,
        is_ready=lambda: answers(f"http://{HOST}:{reach.port}/health/live"),
    )


def worker(queue: str, variables: Mapping[str, str]) -> ChildSpec:
    """Returns the Celery worker of one queue; on SIGTERM it finishes what it has begun."""
    threads = ("-P", "threads", "-c", str(THREADS[queue]))
    options = ("-I", TASKS, "-Q", queue, "-n", f"{queue}@kaidian", *threads, "-l", "INFO")
    lean = ("--without-gossip", "--without-mingle", "--without-heartbeat")  # talk among many workers; here are two
    return ChildSpec(
        name=f"worker-{queue}",
        label=f"后台进程 {queue} ",
        command=_python("celery", "-A", CELERY_APP, "worker", *options, *lean, variables=variables),
        stop_steps=((signal.SIGTERM, 10.0),),  # a pool of threads cannot be stopped half-way; killed is safe
        stop_group=WORKER_GROUP,
        after=SERVERS,
    )


def beat(variables: Mapping[str, str]) -> ChildSpec:
    """Returns Celery's scheduler."""
    schedule = f"{variables['KAIDIAN_DATA_DIR']}/beat-schedule"
    return ChildSpec(
        name="beat",
        label="定时进程 beat ",
        command=_python("celery", "-A", CELERY_APP, "beat", "-s", schedule, "--pidfile=", variables=variables),
        stop_steps=((signal.SIGTERM, 5.0),),
        stop_group=BEAT_GROUP,
        after=SERVERS,
    )


def prepare(variables: Mapping[str, str], *, demo: bool, interrupted: bool = False) -> Command:
    """Returns the short program that migrates the database and, for a demo, fills it; see `app.interruption`."""
    chosen = [option for option, wanted in (("--demo", demo), ("--interrupted", interrupted)) if wanted]
    return _python("app.cli", "prepare", *chosen, variables=variables)


def certificate(files: Files, addresses: Sequence[str]) -> Command:
    """Returns the short program that makes or renews the class's certificate and prints what it is."""
    wanted = [word for address in addresses for word in ("--address", address)]
    return _python("app.cli", "certificate", "--folder", str(files.folder), *wanted, variables={})


def open_demo_accounts(variables: Mapping[str, str]) -> Command:
    """Returns the short program that prints how many demo accounts could sign in."""
    return _python("app.cli", "open-demo-accounts", variables=variables)


def answers(url: str, *, authority: Path | None = None) -> bool:
    """Says whether `url` answers 200; for https `authority` is whose word is taken."""
    try:
        with urllib.request.urlopen(url, timeout=2, context=_trusting(url, authority)) as response:  # noqa: S310 -- the address is our own loopback
            return bool(response.status == 200)  # noqa: PLR2004 -- HTTP's OK
    except OSError:  # a refused connection and any status but 2xx included
        return False


def is_unclaimed(url: str, *, authority: Path | None = None) -> bool:
    """Says whether nobody has an account yet, so that the first page is the first run's."""
    address = f"{url}api/v1/welcome/state"
    try:
        with urllib.request.urlopen(address, timeout=5, context=_trusting(url, authority)) as response:  # noqa: S310 -- our own loopback
            return bool(json.load(response)["is_open"])
    except (OSError, ValueError, KeyError):
        return False


def demo_accounts(url: str, *, authority: Path | None = None) -> list[dict[str, str]]:
    """Returns the accounts that the demo's log-in page offers; none when the web process does not say."""
    address = f"{url}api/v1/demo-accounts"
    try:
        with urllib.request.urlopen(address, timeout=5, context=_trusting(url, authority)) as response:  # noqa: S310 -- our own loopback
            accounts: list[dict[str, str]] = json.load(response)
            return accounts
    except (OSError, ValueError):
        return []


def _trusting(url: str, authority: Path | None) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=authority) if url.startswith("https:") else None


def _python(*module_and_arguments: str, variables: Mapping[str, str]) -> Command:
    return Command(argv=(sys.executable, "-m", *module_and_arguments), env=variables, cwd=CHECKOUT)
