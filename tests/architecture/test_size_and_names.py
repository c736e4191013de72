"""Files stay readable: size, names, and a first line that says what they own."""

import ast
import re

from tests.architecture.source import EVERYTHING, PACKAGES, ROOT, files, functions_of, tree_of

FILE_LINES = 400
FUNCTION_LINES = 40
FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc|data|info)$")


class TestFiles:
    def test_are_found(self) -> None:
        assert len(files(*PACKAGES)) > 100

    def test_have_four_hundred_lines_at_most(self) -> None:
        lines = {str(path): (ROOT / path).read_text(encoding="utf-8").count("\n") for path in files(*EVERYTHING)}
        assert {path: count for path, count in lines.items() if count > FILE_LINES} == {}

    def test_say_what_they_own(self) -> None:
        assert [str(path) for path in files(*EVERYTHING) if not ast.get_docstring(tree_of(path))] == []

    def test_have_names_that_say_something(self) -> None:
        names = {part for path in files(*PACKAGES) for part in (*path.parts[:-1], path.stem)}
        assert {name for name in names if FORBIDDEN_NAMES.search(name)} == set()

    def test_export_nothing_from_package_files(self) -> None:
        packages = [path for path in files(*PACKAGES) if path.name == "__init__.py"]
        assert [str(path) for path in packages if len(tree_of(path).body) != 1] == []


class TestFunctions:
    def test_have_forty_lines_at_most(self) -> None:
        paths = [path for path in files(*EVERYTHING) if path.parts[0] != "migrations"]
        long = {
            f"{path}:{name}": lines for path in paths for name, lines in functions_of(path) if lines > FUNCTION_LINES
        }
        assert long == {}


class TestClasses:
    def test_have_names_that_say_something(self) -> None:
        classes = [
            f"{path}:{node.name}"
            for path in files(*PACKAGES)
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Utils?)$", node.name)
        ]
        assert classes == []
