"""Every object, scheme and scene makes a small, well-formed, lifeless SVG."""

from xml.etree import ElementTree as ET

import pytest

from mall.drawings import catalogue
from mall.drawings.composition import draw
from mall.drawings.dye import Dye, dyed, mixed

SVG = "{http://www.w3.org/2000/svg}"
LARGEST_BYTES = 8 * 1024
LIVELY = {"script", "style", "foreignObject", "image", "a", "animate", "set"}
# Each scheme and each scene meets every object once; all 10 560 pairs of them would tell nothing more.
PARTS = catalogue.load()
KEYS = [
    f"{thing}.{scheme}.{list(PARTS.scenes)[number % len(PARTS.scenes)]}"
    for thing in PARTS.objects
    for number, scheme in enumerate(PARTS.schemes)
]


def drawing(key: str) -> str:
    found = catalogue.find(key)
    assert found is not None
    return draw(found)


class TestDraw:
    def test_makes_small_lifeless_pictures(self) -> None:
        for key in [*PARTS.objects, *KEYS]:
            text = drawing(key)
            assert len(text.encode()) <= LARGEST_BYTES, key
            elements = list(ET.fromstring(text).iter())  # noqa: S314  our own drawing
            assert {element.tag.removeprefix(SVG) for element in elements} & LIVELY == set(), key
            addresses = [value for element in elements for name, value in element.items() if name.endswith("href")]
            assert all(address.startswith("#") for address in addresses), key
            assert not any(
                name == "style" or name.startswith("on") for element in elements for name, _ in element.items()
            ), key

    def test_refers_only_to_what_it_defines(self) -> None:
        for key in [*PARTS.objects, *KEYS]:
            root = ET.fromstring(drawing(key))  # noqa: S314  our own drawing
            ids = [element.get("id") for element in root.iter() if element.get("id")]
            assert len(ids) == len(set(ids)), key
            used = {
                value[5:-1] for element in root.iter() for _, value in element.items() if value.startswith("url(#")
            } | {element.get("href", "#")[1:] for element in root.iter(f"{SVG}use")}
            assert used <= set(ids), key

    def test_draws_the_same_key_alike_and_others_otherwise(self) -> None:
        texts = {key: drawing(key) for key in KEYS}
        assert texts == {key: drawing(key) for key in KEYS}
        assert len(set(texts.values())) == len(KEYS)

    def test_leaves_the_colours_of_nature_alone(self) -> None:
        assert "#ee7d16" in drawing("orange.blue.table")
        assert "#5b9cc2" not in drawing("tshirt.green.table")


class TestDyed:
    def test_gives_the_hue_and_keeps_the_light(self) -> None:
        red, green, blue = (int(dyed("#5b9cc2", Dye(142, 1, 1, 0))[at : at + 2], 16) for at in (1, 3, 5))
        assert green > red > 0
        assert green > blue

    def test_gives_colour_to_grey_where_asked(self) -> None:
        assert dyed("#808080", Dye(30, 1, 1, 0)) == "#808080"
        assert dyed("#808080", Dye(30, 1, 1, 0.08)) != "#808080"

    def test_keeps_a_colour_of_the_same_hue(self) -> None:
        assert dyed("#ff0000", Dye(29.2339, 1, 1, 0)) == "#ff0000"

    @pytest.mark.parametrize(("share", "colour"), [(0, "#000000"), (0.5, "#808080"), (1, "#ffffff")])
    def test_mixes_by_share(self, share: float, colour: str) -> None:
        assert mixed("#000000", "#ffffff", share) == colour
