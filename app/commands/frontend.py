"""`kaidian frontend`: builds or checks `web/` for the Makefile; output goes straight to the terminal."""

import subprocess
from enum import StrEnum

from app import frontend_build
from app.commands.terminal import Terminal
from app.embedded import process
from app.embedded.process import Command, ProgramFailed


class Task(StrEnum):
    """What can be done with the front end."""

    BUILD = "build"
    CHECK = "check"
    TEST = "test"


SCRIPTS = {Task.CHECK: ("generate", "lint", "types"), Task.TEST: ("test",)}
GENERATED = frontend_build.WEB / "src" / "api" / "schema.gen.ts"


def run(task: Task) -> int:
    """Runs the task and returns the exit code."""
    terminal = Terminal()

    def run_visibly(command: Command, doing: str) -> None:
        terminal.say(f"前端：{doing} …")
        if subprocess.call(command.argv, cwd=command.cwd, env={**process.clean_environment(), **command.env}):  # noqa: S603 -- no shell; argv is our own
            raise ProgramFailed(doing, "")

    if not frontend_build.exists():
        terminal.say("前端：这份代码里还没有 web/，跳过。")
        return 0
    generated_before = _generated()
    try:
        if task is Task.BUILD:
            frontend_build.build(run_visibly)
        for script in SCRIPTS.get(task, ()):
            frontend_build.run_script(script, run_visibly, with_dev=True)
    except ProgramFailed as failure:
        terminal.failure(f"前端：{failure.program} 没有成功", failure.output)
        return 1
    if task is Task.CHECK and _generated() != generated_before:
        terminal.failure("前端的接口类型与 web/openapi.json 不一致", f"已重新生成 {GENERATED.name}，请一并提交。")
        return 1
    return 0


def _generated() -> str:
    return GENERATED.read_text() if GENERATED.is_file() else ""
