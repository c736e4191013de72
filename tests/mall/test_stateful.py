"""A market under any sequence of what people, banks and couriers do: the books agree after every step. The walk: `market_walk`."""

from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from app.http import create_app
from kernel.settings import Settings
from tests.mall.market_walk import Market


def explore(settings: Settings, *, examples: int, steps: int, **options: Any) -> None:
    web = create_app(settings)
    machine: Any = lambda: Market(settings, web)  # noqa: E731  Hypothesis calls any factory, its types know classes only
    chosen = hypothesis_settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **options,
    )
    run_state_machine_as_test(machine, settings=chosen)


class TestMarket:
    def test_keeps_its_books_whatever_people_do(self, settings: Settings) -> None:
        """The same walks at every check-in; `nightly` looks for new ones."""
        explore(settings, examples=15, steps=25, derandomize=True)

    @pytest.mark.nightly
    def test_keeps_its_books_on_long_walks(self, settings: Settings) -> None:
        explore(settings, examples=80, steps=60)
