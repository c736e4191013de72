"""When the front end is installed and built, and with which Node.js; no command is really run."""

import shutil
from pathlib import Path

import pytest

from app import frontend_build
from app.embedded import process
from app.embedded.process import Command, ProgramFailed


class Recorder:
    """Takes the place of running npm: notes the words and leaves behind what npm would."""

    def __init__(self, web: Path) -> None:
        self._web = web
        self.ran: list[list[str]] = []

    def __call__(self, command: Command, _doing: str) -> None:
        words = [word for word in command.argv[1:] if word not in frontend_build.QUIET]
        self.ran.append(words)
        (self._web / ("node_modules" if "install" in words else "dist")).mkdir(exist_ok=True)


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    (folder / "package-lock.json").write_text("{}")
    (folder / "src" / "main.ts").write_text("one")
    monkeypatch.setattr(frontend_build, "WEB", folder)
    monkeypatch.setattr(frontend_build, "DIST", folder / "dist")
    monkeypatch.setattr(frontend_build, "BUILD_STAMP", folder / "dist" / ".sources.sha256")
    monkeypatch.setattr(frontend_build, "PACKAGES_STAMP", folder / "node_modules" / ".kaidian-packages")
    node = frontend_build.Node(Path("/nowhere"), ("npm",))
    monkeypatch.setattr(frontend_build, "_find_node", lambda: node)
    return folder


INSTALL = ["install", "--no-save", "--omit=dev"]
BUILD = ["run", "--silent", "build"]


def build(web: Path) -> list[list[str]]:
    recorder = Recorder(web)
    frontend_build.build(lambda command, doing: recorder(Command(argv=("", *command.argv[1:])), doing))
    return recorder.ran


class TestBuild:
    def test_installs_and_builds_the_first_time_only(self, web: Path) -> None:
        assert build(web) == [INSTALL, BUILD]
        assert build(web) == []

    def test_a_changed_source_builds_without_installing(self, web: Path) -> None:
        build(web)
        (web / "src" / "main.ts").write_text("two")
        assert build(web) == [BUILD]

    def test_a_changed_lock_installs_again(self, web: Path) -> None:
        build(web)
        (web / "package-lock.json").write_text('{"changed": true}')
        assert build(web) == [INSTALL, BUILD]

    def test_a_lost_build_is_made_again(self, web: Path) -> None:
        build(web)
        frontend_build.BUILD_STAMP.unlink()
        assert build(web) == [BUILD]

    def test_packages_with_test_tools_serve_building_too(self, web: Path) -> None:
        recorder = Recorder(web)
        frontend_build.run_script("test", recorder, with_dev=True)
        assert build(web) == [BUILD]

    def test_a_failed_build_is_tried_again(self, web: Path) -> None:
        def fail(command: Command, doing: str) -> None:
            Recorder(web)(command, doing)
            if "build" in command.argv:
                raise ProgramFailed(doing, "")

        with pytest.raises(ProgramFailed):
            frontend_build.build(fail)
        assert not frontend_build.is_current()
        assert build(web) == [BUILD]


class TestNode:
    def test_one_that_is_too_old_is_passed_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(frontend_build, "find_wheel_node", lambda: None)
        monkeypatch.setattr(process, "run", lambda *_a, **_k: "v18.19.1\n")
        assert frontend_build.find_machine_node() == (Path("/usr/bin/node"), (18, 19))
        assert frontend_build._find_node() is None
        monkeypatch.setattr(process, "run", lambda *_a, **_k: "v22.12.0\n")
        assert frontend_build._find_node() == frontend_build.Node(Path("/usr/bin"), ("/usr/bin/npm",))
