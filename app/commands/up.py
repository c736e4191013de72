"""`kaidian up`: from an empty folder to the first page, then keeps everything running until Ctrl-C.

This process stays in memory for hours, so it imports no web framework, database toolkit or task queue: migrations and
demo data are a short program of their own (`app.commands.prepare`).
"""

import json
from dataclasses import dataclass
from pathlib import Path

from app import frontend_build, interruption
from app.commands import environment, keys, ports, processes, reach, welcome
from app.commands.environment import Installation
from app.commands.reach import Reach, Wish
from app.commands.refusals import DemoAccountsOpen, Refusal
from app.commands.terminal import Terminal
from app.embedded.account import NoUnprivilegedAccount
from app.embedded.places import DatabaseElsewhere, UnsafeFolder
from app.embedded.postgres import DataOfAnother
from app.embedded.process import Command, NotStarted, ProgramFailed
from app.embedded.programs import ProgramMissing
from app.supervisor.lock import AlreadyRunning, InstanceLock
from app.supervisor.loop import Supervisor
from app.supervisor.signals import Interrupted, StopRequests
from app.typed import typed

STEPS = 6
ACCOUNT_PARTS = ("note", "display_name", "login", "password")


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    wish: Wish
    data_dir: Path


def run(options: Options) -> int:
    """Starts everything, watches it until a stop is requested, ends it; returns the exit code."""
    terminal = Terminal(STEPS + options.wish.tls)
    try:
        with StopRequests() as requests, InstanceLock(options.data_dir) as lock:
            return _run_locked(options, requests, lock, terminal)
    except AlreadyRunning as error:
        _tell_already_running(terminal, error)
    except PermissionError as error:
        cure = f"如果以前用 root 启动过，请继续用 root，或用 --data-dir 换一个文件夹。（{options.data_dir}）"
        terminal.failure("没有权限使用数据文件夹", str(error), cure)
    return 1


def _run_locked(options: Options, requests: StopRequests, lock: InstanceLock, terminal: Terminal) -> int:
    logs = options.data_dir.resolve() / "log"
    supervisor = Supervisor(requests, logs, terminal.event)
    exit_code = 0
    try:
        start = _Start(options, supervisor, terminal)
        served = start.everything()
        lock.announce(served.site())
        _welcome(terminal, options, served, start)
        supervisor.watch()
    except Interrupted:
        pass
    except ports.PortBusy as error:
        who = f"，占用者是 {error.holder}" if error.holder else ""
        option = "--tls-port 9443" if error.port == (options.wish.tls_port or reach.TLS_PORT) else "--port 8080"
        terminal.failure(f"端口 {error.port} 已被占用{who}", "", f"请先结束占用者，或换一个端口：{option}")
        exit_code = 1
    except (environment.OwnerUrlMissing, Refusal) as error:
        terminal.failure(error.title, "", error.cure)
        exit_code = 1
    except (
        NotStarted,
        ProgramFailed,
        ProgramMissing,
        DataOfAnother,
        NoUnprivilegedAccount,
        UnsafeFolder,
        DatabaseElsewhere,
    ) as error:
        terminal.failure("启动没有成功", str(error), f"日志在 {logs}；可运行 {typed('doctor')} 查找原因。")
        exit_code = 1
    finally:
        _end(supervisor, terminal)
    return exit_code


def _end(supervisor: Supervisor, terminal: Terminal) -> None:
    if not supervisor.has_children:
        return
    terminal.say("\n正在结束各进程…（再按一次 Ctrl-C 立即结束）")
    supervisor.stop()
    terminal.say("已全部结束，数据已保存。")


class _Start:
    """The steps of one start, in their order."""

    def __init__(self, options: Options, supervisor: Supervisor, terminal: Terminal) -> None:
        self._options = options
        self._wish = options.wish
        self._supervisor = supervisor
        self._terminal = terminal
        self.files = environment.certificates()
        self.fingerprint = ""

    def everything(self) -> Reach:
        """Runs every step and returns where the room or this machine finds the first page."""
        with self._terminal.step("检查环境"):
            served = self._decide()
            installation = environment.installation(self._options.data_dir)
            for note in installation.places.notes:
                self._terminal.note(note)
        with self._terminal.step("前端页面"):
            self._build_front_end()
        with self._terminal.step("数据库 PostgreSQL"):
            self._start_postgres(installation)
        with self._terminal.step("Redis"):
            self._start_redis(installation)
        variables = {**installation.variables(demo=self._wish.demo), **served.variables(self.files)}
        had_keys = installation.key_file.exists()
        with self._terminal.step("数据表与演示数据" if self._wish.demo else "数据表"):
            owner = {**installation.owner_variables(), **variables}
            interrupted = interruption.is_marked(self._options.data_dir)
            command = processes.prepare(owner, demo=self._wish.demo, interrupted=interrupted)
            self._supervisor.run_step("prepare", command)
            if interrupted:
                _tell_of_recovery(self._terminal, self._options.data_dir)
            if not had_keys:
                keys.tell_to_keep(self._terminal, installation.key_file)
            if self._wish.lan:
                self._refuse_open_demo_accounts(variables)
        if self._wish.tls:
            with self._terminal.step("教学证书"):
                self._certify(served)
        with self._terminal.step("网页与后台进程"):
            self._start_processes(variables, served)
        return served

    def _decide(self) -> Reach:
        served = reach.decide(self._wish)
        for wanted, default, chosen in (
            (self._wish.port, ports.DEFAULT, served.port),
            (self._wish.tls_port, reach.TLS_PORT, served.tls_port),
        ):
            if wanted is None and chosen not in {default, None}:
                who = ports.holder(default) or "别的程序"
                self._terminal.note(f"端口 {default} 已被 {who} 占用，改用 {chosen}。")
        return served

    def _refuse_open_demo_accounts(self, variables: dict[str, str]) -> None:
        output = self._supervisor.run_step("prepare", processes.open_demo_accounts(variables))
        if count := int(_last_line(output)):
            raise DemoAccountsOpen(count)

    def _certify(self, served: Reach) -> None:
        command = processes.certificate(self.files, served.certified)
        made = json.loads(_last_line(self._supervisor.run_step("certificate", command)))
        self.fingerprint = made["fingerprint"]
        self._terminal.note(f"有效到 {made['last_day']}，保存在 {self.files.folder}。")
        if made["is_new_authority"]:
            self._terminal.note("这是新的证书：每台设备都要安装一次，以前装过的旧证书可以删除。")

    def _build_front_end(self) -> None:
        if environment.WEB_DIST in environment.user_variables():
            self._terminal.note("使用 KAIDIAN_WEB_DIST 指定的构建。")
        elif not frontend_build.exists():
            self._terminal.note("这份代码里还没有 web/，跳过。")
        elif frontend_build.is_current():
            self._terminal.note("没有改动，沿用上次的构建。")
        else:
            frontend_build.build(self._run_build_step)

    def _run_build_step(self, command: Command, doing: str) -> None:
        self._terminal.note(f"{doing} …")
        self._supervisor.run_step("frontend", command)

    def _start_postgres(self, installation: Installation) -> None:
        cluster = installation.cluster
        if cluster is None:
            self._terminal.note("使用 KAIDIAN_DATABASE_URL 指定的服务器。")
            return
        if not cluster.is_initialised:
            self._terminal.note("第一次启动，正在建立数据库。")
        cluster.ensure_initialised()
        self._supervisor.start(processes.postgres_server(cluster))
        cluster.ensure_roles()

    def _start_redis(self, installation: Installation) -> None:
        if installation.redis is None:
            self._terminal.note("使用 KAIDIAN_REDIS_URL 指定的服务器。")
            return
        installation.redis.prepare()
        try:
            self._supervisor.start(processes.redis_server(installation.redis))
        except NotStarted:
            aside = installation.redis.set_aside()
            if aside is None:
                raise
            self._terminal.note(
                f"Redis 的文件读不了（多半是断电所致），已移到 {aside}；里面只有队列，数据都在数据库里。"
            )
            self._supervisor.start(processes.redis_server(installation.redis))

    def _start_processes(self, variables: dict[str, str], served: Reach) -> None:
        self._supervisor.start(processes.web(variables, served, self.files))
        if served.tls_port is not None:
            self._supervisor.start(processes.setup(served, self.files))
        self._supervisor.start(processes.worker("sim", variables))
        self._supervisor.start(processes.worker("work", variables))
        self._supervisor.start(processes.beat(variables))


def _tell_of_recovery(terminal: Terminal, data_dir: Path) -> None:
    last = interruption.last_write(data_dir)
    until = f"，数据已恢复到 {last.astimezone():%m-%d %H:%M:%S}（最后一次写入）" if last else "，数据已恢复"
    terminal.event(f"上次没有正常结束（断电或被强行关闭）{until}。")
    interruption.settle(data_dir)


def _welcome(terminal: Terminal, options: Options, served: Reach, start: _Start) -> None:
    if options.wish.demo:
        accounts = processes.demo_accounts(served.site(), authority=start.files.authority)
        rows = [[account[part] for part in ACCOUNT_PARTS] for account in accounts]
        terminal.say("")
        terminal.table("演示账号（仅限本机）", ("用来做什么", "姓名", "账号", "密码"), rows)
    if start.fingerprint:
        welcome.certificate(terminal, start.fingerprint)
    show = welcome.room if served.rooms else welcome.alone
    show(terminal, served)
    if processes.is_unclaimed(served.site(), authority=start.files.authority):
        terminal.say(f"\n第一次使用：请在这台电脑上打开 {served.site()}welcome ，建好机构和第一个账号。")


def _last_line(output: str) -> str:
    """Returns what a short program answers; warnings of its libraries may stand above it."""
    return output.strip().splitlines()[-1]


def _tell_already_running(terminal: Terminal, error: AlreadyRunning) -> None:
    instance = error.instance
    where = f"：{instance.url}" if instance and instance.url else ""
    who = f"（进程号 {instance.pid}）" if instance else ""
    cure = "可直接用浏览器打开；要重新启动，请先在它的终端按 Ctrl-C；要再开一份，请用 --data-dir 另选文件夹。"
    terminal.failure(f"这个数据文件夹已有一个开店沙盘在运行{who}{where}", "", cure)
