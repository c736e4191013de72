"""Checks of the programs: PostgreSQL, Redis, Node.js, and for the browser journeys Chromium and fonts."""

import shutil
import tempfile
from pathlib import Path

from app import frontend_build
from app.doctor.findings import Finding, bad, ok, warn
from app.embedded import account, process, programs
from app.embedded.account import NoUnprivilegedAccount
from app.embedded.postgres import throwaway
from app.embedded.process import NotStarted, ProgramFailed
from app.embedded.programs import ProgramMissing

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
CHINESE_FONTS = ("*CJK*", "wqy*", "*SourceHan*", "*DroidSansFallback*")


def postgres() -> Finding:
    """Starts a throw-away PostgreSQL and asks it something."""
    cure = "请重新安装依赖：make clean && make setup；仍不行时请把这一行发给我们。"
    try:
        with throwaway() as cluster:
            version = cluster.run_sql("SHOW server_version").strip()
            who = f"，以账户 {cluster.account.name} 运行" if cluster.account else ""
    except NoUnprivilegedAccount:
        return bad("PostgreSQL", "以 root 运行，但系统没有 nobody 账户", "请改用普通账户运行。")
    except (ProgramMissing, ProgramFailed, NotStarted, OSError) as error:
        return bad("PostgreSQL", f"不能启动：{error}", cure)
    return ok("PostgreSQL", f"{version} 能启动{who}")


def redis() -> Finding:
    """Checks that a Redis new enough is there."""
    try:
        program = programs.redis_server()
    except ProgramMissing as error:
        return bad("Redis", str(error), "请重新安装依赖：make clean && make setup，或 sudo apt install redis-server。")
    major, minor = programs.redis_version(program)
    return ok("Redis", f"{major}.{minor}（{program.name}）")


def node() -> Finding:
    """Checks what builds the front end."""
    if frontend_build.exists() and frontend_build.is_current():
        return ok("Node.js", "前端已构建，不再需要")
    machine = frontend_build.find_machine_node()
    if machine is not None and machine[1] >= frontend_build.OLDEST_NODE:
        return ok("Node.js", ".".join(map(str, machine[1])))
    if frontend_build.find_wheel_node() is not None:
        return ok("Node.js", "使用 .venv 里的")
    found = f"本机的 {machine[1][0]}.{machine[1][1]} 太旧" if machine else "本机没有"
    return warn("Node.js", found, "不必处理：构建前端时会自动下载一份到 .venv（约 60 MB）。")


def chromium() -> Finding:
    """Checks for the browser of `make e2e`."""
    for name in CHROMIUM_NAMES:
        program = shutil.which(name)
        if program is not None:
            try:
                return ok("Chromium", process.run([program, "--version"], timeout_seconds=20).strip())
            except ProgramFailed as failure:
                return warn("Chromium", f"不能启动：{failure}", "sudo apt install --reinstall chromium")
    return warn("Chromium", "没有找到", "只影响 make e2e（会跳过）：sudo apt install chromium")


def fonts() -> Finding:
    """Checks that screenshots of the journeys show Chinese and no boxes."""
    for folder in FONT_FOLDERS:
        for pattern in CHINESE_FONTS:
            found = next(folder.rglob(pattern), None) if folder.is_dir() else None
            if found is not None:
                return ok("中文字体", found.name)
    return warn("中文字体", "没有找到", "只影响 make e2e 的截图：sudo apt install fonts-noto-cjk")


def temporary_folder() -> Finding:
    """Checks that the temporary folder takes files, and the server's account can reach it."""
    folder = Path(tempfile.gettempdir())
    who = account.for_data(folder / "missing")
    if who is not None and not account.can_enter(folder, who):
        return warn("临时文件夹", f"{folder} 对账户 {who.name} 关闭", "测试会改用 /tmp。")
    return ok("临时文件夹", str(folder))
