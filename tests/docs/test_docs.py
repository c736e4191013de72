"""The documentation says what the code does: links lead somewhere, and nothing that is listed is missing or invented."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import pytest

from app import modules
from app.embedded import postgres
from app.embedded.places import CHECKOUT
from kernel.actor import ActorKind
from kernel.classroom.claims.models import RequestState
from kernel.classroom.seats.rules import SeatState
from kernel.clock import ClockState
from kernel.events.models import InboxState
from kernel.identity.rules import CAPABILITIES, Capability
from kernel.lifecycle import Machine
from kernel.sandbox.models import TimerState
from kernel.settings import Settings
from mall.fulfilment.rules import PARCEL
from mall.members.rules import DUTIES, MEMBER, Duty, Role
from mall.payments.models import PayOrderState
from mall.payments.rules import PAYMENT, REFUND
from mall.registrations.models import DepositState
from mall.registrations.rules import REGISTRATION
from mall.shops.rules import SHOP
from mall.stock.models import HoldState
from mall.trades.rules import TRADE

DOCS = CHECKOUT / "docs"
PAGES = sorted([*CHECKOUT.glob("*.md"), *DOCS.rglob("*.md")])
MACHINES = (TRADE, PARCEL, PAYMENT, REFUND, SHOP, REGISTRATION, MEMBER)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"```.*?```", re.DOTALL)
FILE_IN_CODE = re.compile(r"`((?:app|kernel|mall|migrations|tests|web|deploy|requirements|docs)/[\w./-]*)`")


def _relative(page: Path) -> str:
    return str(page.relative_to(CHECKOUT))


def _section(page: str, heading: str) -> str:
    """Returns one `## ` section of a page, by a part of its heading."""
    sections = re.split(r"^## ", page, flags=re.MULTILINE)
    [found] = [section for section in sections[1:] if heading in section.splitlines()[0]]
    return found


def _rows(section: str) -> list[list[str]]:
    """Returns the cells of every table row of a section, heads and rules left out."""
    rows: list[list[str]] = []
    lines = section.splitlines()
    for number, line in enumerate(lines):
        is_head = number + 1 < len(lines) and lines[number + 1].startswith("|---")
        if line.startswith("| ") and not is_head:
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def _words(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", CODE_BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _links(page: Path) -> Iterator[str]:
    for target in LINK.findall(CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:", target):
            yield target


class TestLinks:
    def test_pages_are_found(self) -> None:
        names = {_relative(page) for page in PAGES}
        assert {"README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= names

    @pytest.mark.parametrize("page", PAGES, ids=_relative)
    def test_lead_somewhere(self, page: Path) -> None:
        broken: list[str] = []
        for link in _links(page):
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and anchor not in _anchors(target)):
                broken.append(link)
        assert broken == []

    @pytest.mark.parametrize("page", PAGES, ids=_relative)
    def test_files_named_in_the_text_exist(self, page: Path) -> None:
        made_later = {"web/dist", "web/node_modules"}
        named = {name.rstrip("/") for name in FILE_IN_CODE.findall(page.read_text(encoding="utf-8"))}
        assert {name for name in named - made_later if not (CHECKOUT / name).exists()} == set()

    def test_every_decision_is_in_the_index(self) -> None:
        index = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")
        files = {path.name for path in (DOCS / "adr").glob("[0-9]*.md")}
        assert set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", index)) == files
        assert [name[:4] for name in sorted(files)] == [f"{number:04d}" for number in range(1, len(files) + 1)]


class TestSettings:
    def test_every_one_is_in_the_example(self) -> None:
        example = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
        listed = set(re.findall(r"^#?(KAIDIAN_\w+)=", example, re.MULTILINE))
        assert {f"KAIDIAN_{name.upper()}" for name in Settings.model_fields} <= listed
        assert listed - {f"KAIDIAN_{name.upper()}" for name in Settings.model_fields} == {"KAIDIAN_WEB_BACKEND"}

    def test_the_example_tells_the_defaults(self) -> None:
        example = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
        told = dict(re.findall(r"^#?KAIDIAN_(\w+)=(.*)$", example, re.MULTILINE))
        addresses = {"database_url", "database_owner_url", "redis_url", "key_file", "backup_dir"}
        for name, field in Settings.model_fields.items():
            if name not in addresses:
                assert told[name.upper()] == str(field.default).lower(), name

    def test_every_variable_of_the_scaled_form_is_in_the_example(self) -> None:
        example = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
        used = set(re.findall(r"\$\{(\w+)", (CHECKOUT / "compose.yaml").read_text(encoding="utf-8")))
        assert len(used) > 0
        assert used <= set(re.findall(r"^#?(\w+)=", example, re.MULTILINE))


class TestCapabilities:
    def test_the_table_is_the_code(self) -> None:
        section = (DOCS / "capabilities.md").read_text(encoding="utf-8").split("\n## ")[0]
        columns = [kind for kind in ActorKind if kind is not ActorKind.VISITOR]
        told = {row[0].strip("`"): tuple(cell == "yes" for cell in row[2:]) for row in _rows(section)}
        assert told == {
            capability.value: tuple(capability in CAPABILITIES[kind] for kind in columns) for capability in Capability
        }

    def test_the_roles_in_a_store_are_the_code(self) -> None:
        rows = _rows(_section((DOCS / "capabilities.md").read_text(encoding="utf-8"), "Roles in a store"))
        told = {row[0].strip("`"): tuple(cell == "yes" for cell in row[2:]) for row in rows}
        assert told == {duty.value: tuple(duty in DUTIES[role] for role in Role) for duty in Duty}


class TestEvents:
    def test_every_event_and_who_hears_it(self) -> None:
        directory = modules.directory()
        page = (DOCS / "events.md").read_text(encoding="utf-8")
        told = {
            row[0].strip("`"): (row[1].strip("`"), row[2].strip("`"), _words(row[4]))
            for row in _rows(page)[: len(directory.events)]
        }
        assert told == {
            event.type: (event.__name__, event.aggregate_kind, set(directory.handlers_of(event.type)))
            for event in directory.events.values()
        }

    def test_every_handler_with_its_kind(self) -> None:
        rows = _rows(_section((DOCS / "events.md").read_text(encoding="utf-8"), "Handlers"))
        handlers = modules.directory().handlers
        assert {row[0].strip("`"): row[1] for row in rows} == {
            name: type(handler).__name__ for name, handler in handlers.items()
        }

    def test_every_topic(self) -> None:
        rows = _rows(_section((DOCS / "events.md").read_text(encoding="utf-8"), "Realtime topics"))
        assert {row[0].strip("`") for row in rows} == {
            topic.kind for module in modules.MODULES for topic in module.topics
        }


class TestStates:
    page = (DOCS / "state-tables.md").read_text(encoding="utf-8")

    @pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
    def test_every_state_of_a_machine(self, machine: Machine) -> None:
        rows = _rows(_section(self.page, f"machine `{machine.name}`"))
        states = {
            row[0].strip("`"): row for row in rows if row[0].strip("`") in machine.states and row[-1] in {"yes", ""}
        }
        assert {name: row[-1] == "yes" for name, row in states.items()} == {
            name: state.terminal for name, state in machine.states.items()
        }

    def test_every_state_of_a_trade_with_who_must_act_and_by_when(self) -> None:
        rows = _rows(_section(self.page, f"machine `{TRADE.name}`"))[: len(TRADE.states)]
        told = {row[0].strip("`"): (row[2], _words(row[3])) for row in rows}
        assert told == {
            name: (str(state.must_act or "–"), {state.deadline} if state.deadline else set())
            for name, state in TRADE.states.items()
        }

    def test_every_step_of_a_trade(self) -> None:
        rows = _rows(_section(self.page, f"machine `{TRADE.name}`"))[len(TRADE.states) :]
        told = {(row[0].strip("`"), row[1].strip("`"), row[2], row[3].strip("`")) for row in rows}
        steps = {(step.source, step.event, "".join(step.parties), step.target) for step in TRADE.steps}
        assert told == steps | {("–", "place", "buyer", TRADE.initial)}

    @pytest.mark.parametrize(
        ("heading", "states"),
        [
            ("`PayOrderState`", PayOrderState),
            ("`HoldState`", HoldState),
            ("`ClockState`", ClockState),
            ("`TimerState`", TimerState),
            ("`InboxState`", InboxState),
            ("`SeatState`", SeatState),
            ("`RequestState`", RequestState),
            ("`DepositState`", DepositState),
        ],
    )
    def test_every_state_without_a_machine(self, heading: str, states: type[StrEnum]) -> None:
        rows = _rows(_section(self.page, heading))
        assert {state.value for state in states} <= {word for row in rows for cell in row for word in _words(cell)}

    def test_every_kind_of_timer(self) -> None:
        assert set(modules.timer_handlers()) <= _words(_section(self.page, "`TimerState`"))


class TestDeploy:
    def test_a_class_opens_as_written(self, database: postgres.Urls, redis_url: str, key_file: Path) -> None:
        [script] = re.findall(r"```python\n(.*?)```", (DOCS / "deploy.md").read_text(encoding="utf-8"), re.DOTALL)
        unique = (
            script.replace('("lin"', '("docs-lin"').replace('("li"', '("docs-li"').replace('("wang"', '("docs-wang"')
        )
        environment: Mapping[str, str] = {
            **os.environ,
            "KAIDIAN_DATABASE_URL": database.app,
            "KAIDIAN_REDIS_URL": redis_url,
            "KAIDIAN_KEY_FILE": str(key_file),
        }
        run = subprocess.run(
            [sys.executable, "-c", unique], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
        )
        assert (run.returncode, run.stderr) == (0, "")
