"""Every code that is raised has words, and all words belong to a code that is raised."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app import modules
from kernel import errors
from kernel.classroom.roster.findings import Code as RosterFinding
from kernel.lifecycle import Machine
from kernel.storage import errors as storage_errors
from mall.fulfilment.rules import PARCEL
from mall.members.rules import MEMBER
from mall.payments.rules import PAYMENT, REFUND
from mall.registrations.rules import REGISTRATION
from mall.shops.rules import SHOP
from mall.trades.rules import TRADE
from tests.architecture.source import PACKAGES, files, tree_of

CODE = re.compile(r"(app|kernel|mall|supply|livestream|grading|admin)(\.[a-z0-9_]+)+")
BESIDE_FIELDS = frozenset({"FieldError", "PydanticCustomError", "field", "shaped"})
FAILURES = BESIDE_FIELDS | {
    name
    for module in (errors, storage_errors)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, errors.DomainError)
}
FAILURES |= {"_InvalidRequestError", "_UnexpectedError", "BackupFailed", "_Hopeless"}
TABLES_OF_CODES = {"_CODES", "_ENDED_CODES", "_REFUSALS"}
"""Dictionaries whose values are codes."""
ROSTER_FINDINGS = {code.value for code in RosterFinding}
"""What is written beside a cell of a roster, as other codes are beside a field."""
MACHINES: tuple[Machine, ...] = (TRADE, PARCEL, PAYMENT, REFUND, SHOP, REGISTRATION, MEMBER)


def _literals(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
            yield part.value


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def raised_in(path: Path, *, at: frozenset[str] = FAILURES) -> set[str]:
    """Returns the codes a file gives to failures: at the calls that make them, and in tables of codes."""
    codes: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and _called(node) in at:
            codes.update(_literals(node))
        if isinstance(node, ast.Assign) and {getattr(target, "id", "") for target in node.targets} & TABLES_OF_CODES:
            codes.update(_literals(node.value))
    return codes


def raised() -> set[str]:
    """Returns every code the product can answer with."""
    written = {code for path in files(*PACKAGES) for code in raised_in(path)}
    derived = {f"{machine.name}.{end}" for machine in MACHINES for end in ("not_possible", "changed")}
    return written | derived | ROSTER_FINDINGS


class TestCodes:
    def test_are_found(self) -> None:
        found = raised()
        assert {"mall.stock.insufficient", "kernel.field.missing", "kernel.request.too_large"} <= found
        assert len(found) > 60

    def test_have_words(self) -> None:
        assert raised() - modules.catalogue().codes() == set()

    def test_have_no_words_in_vain(self) -> None:
        assert modules.catalogue().codes() - raised() == set()

    def test_name_the_package_that_raises_them(self) -> None:
        foreign = {
            (str(path), code)
            for path in files(*PACKAGES)
            for code in raised_in(path)
            if path.parts[0] != "kernel" and code.split(".")[0] not in {path.parts[0], "kernel"}
        }
        assert foreign == set()

    def test_of_machines_know_every_machine(self) -> None:
        made = [
            str(path)
            for path in files(*PACKAGES)
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Call) and _called(node) == "Machine"
        ]
        assert len(made) == len(MACHINES)


class TestWords:
    def test_are_never_empty(self) -> None:
        catalogue = modules.catalogue()
        assert [code for code in catalogue.codes() if not catalogue.render(code, {}).title.strip()] == []

    def test_of_what_is_no_field_say_how_to_go_on(self) -> None:
        """A field's words stand beside the field; everything else tells the person what to do next."""
        catalogue = modules.catalogue()
        beside_fields = {code for path in files(*PACKAGES) for code in raised_in(path, at=BESIDE_FIELDS)}
        beside_fields |= ROSTER_FINDINGS
        silent = {code for code in catalogue.codes() if not catalogue.render(code, {}).detail}
        assert silent - beside_fields == set()
