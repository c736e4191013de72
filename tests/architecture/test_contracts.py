"""The import contracts of pyproject.toml hold, and there are as many as were agreed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from importlinter import cli
from importlinter.application.use_cases import read_user_options

from tests.architecture.source import ROOT


@contextmanager
def _in_the_checkout() -> Iterator[None]:
    before = os.getcwd()  # noqa: PTH109  import-linter reads the present folder
    os.chdir(ROOT)
    try:
        yield
    finally:
        os.chdir(before)


class TestContracts:
    def test_hold(self) -> None:
        with _in_the_checkout():
            assert cli.lint_imports(cache_dir=None, no_cache=True) == cli.EXIT_STATUS_SUCCESS

    def test_are_all_there(self) -> None:
        options = read_user_options(str(ROOT / "pyproject.toml"))
        kinds = sorted(contract["type"] for contract in options.contracts_options)
        assert kinds == ["forbidden", "layers", "layers", "protected"]
