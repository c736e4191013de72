"""Every failure has its words: no person ever reads a bare code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app import modules
from kernel.errors import DomainError
from mall.fulfilment.rules import PARCEL
from mall.trades.rules import TRADE

ROOT = Path(__file__).parents[2]
OF_MACHINES = {f"{machine.name}.{ending}" for machine in (PARCEL, TRADE) for ending in ("not_possible", "changed")}


def failures(kind: type[DomainError] = DomainError) -> Iterator[str]:
    """Yields the names of all classes of expected failures."""
    yield kind.__name__
    for below in kind.__subclasses__():
        yield from failures(below)


def codes_raised() -> Iterator[tuple[str, str]]:
    """Yields (code, where) of every failure and every wrong field that the source names."""
    makers = {*failures(), "FieldError", "PydanticCustomError", "field"}
    for package in ("kernel", "mall", "app"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
                if name in makers:
                    yield from (
                        (str(value), f"{path.relative_to(ROOT)}:{node.lineno}")
                        for value in texts
                        if str(value).startswith(("kernel.", "mall."))
                    )


class TestTexts:
    def test_every_code_raised_has_its_words(self) -> None:
        catalogue = modules.catalogue()
        raised = list(codes_raised())
        assert len(raised) > 50, "the search itself has gone blind"
        assert [(code, where) for code, where in raised if code not in catalogue] == []

    def test_every_refusal_of_a_state_machine_has_its_words(self) -> None:
        assert OF_MACHINES - modules.catalogue().codes() == set()

    def test_no_words_are_left_over(self) -> None:
        source = "".join(
            path.read_text(encoding="utf-8")
            for package in ("kernel", "mall", "app")
            for path in (ROOT / package).rglob("*.py")
        )
        unused = {code for code in modules.catalogue().codes() - OF_MACHINES if f'"{code}"' not in source}
        assert unused == set()
