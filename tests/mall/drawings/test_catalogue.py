"""The parts of drawings fit together, and the front end knows the same ones."""

import json
import tomllib
from pathlib import Path

import pytest

from mall.drawings import catalogue

ROOT = Path(__file__).parents[3]
WEB = ROOT / "web" / "src" / "pictures" / "catalogue.json"
CATEGORIES = ROOT / "mall" / "catalog" / "categories" / "teaching-1.toml"


class TestCatalogue:
    def test_has_an_object_for_each_leaf(self) -> None:
        leaves = tomllib.loads(CATEGORIES.read_text(encoding="utf-8"))["leaves"]
        objects = catalogue.load().objects
        assert {thing.category for thing in objects.values()} == {leaf["code"] for leaf in leaves}
        assert {leaf["code"] for leaf in leaves if objects[leaf["art"]].category != leaf["code"]} == set()

    def test_has_home_schemes_that_exist(self) -> None:
        parts = catalogue.load()
        assert {thing.home for thing in parts.objects.values()} <= set(parts.schemes)

    def test_has_keys_that_fit_their_column(self) -> None:
        assert max(map(len, catalogue.keys())) <= 32

    def test_has_no_file_that_nothing_names(self) -> None:
        folder = Path(catalogue.__file__).parent
        parts = catalogue.load()
        assert {path.stem for path in folder.glob("objects/*")} == set(parts.objects)
        assert {path.stem for path in folder.glob("scenes/*")} == set(parts.scenes)

    def test_is_known_to_the_front_end(self) -> None:
        known = json.loads(WEB.read_text(encoding="utf-8"))
        assert known == catalogue.listing(), "run: python -m tools.list_drawings"


class TestFind:
    def test_finds_an_object_in_its_own_colours_on_the_floor(self) -> None:
        found = catalogue.find("honey")
        assert found is not None
        assert (found.thing.key, found.scheme, found.scene.key) == ("honey", None, "floor")

    def test_finds_a_scheme_and_a_scene(self) -> None:
        found = catalogue.find("tea.green.table")
        assert found is not None
        assert found.scheme is not None
        assert (found.thing.key, found.scheme.key, found.scene.key) == ("tea", "green", "table")

    @pytest.mark.parametrize(
        "key", ["", ".", "dragon", "tea.", "tea.plaid", "tea.green.moon", "tea.green.table.x", "Tea"]
    )
    def test_finds_nothing_else(self, key: str) -> None:
        assert catalogue.find(key) is None
