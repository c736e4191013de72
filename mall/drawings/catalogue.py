"""What there is to draw: objects, schemes of colours, scenes, and the keys they make. Refuses a half-drawn object on loading."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from mall.drawings.dye import Dye

_FOLDER = Path(__file__).parent
_DATA = _FOLDER / "drawings-1.toml"
_PARTS = re.compile(
    r"<defs>(?P<defs>.*)</defs>\n<g id=\"props\">(?P<props>.*)</g>\n<g id=\"object\">(?P<object>.*)</g>\n</svg>\n"
)


@dataclass(frozen=True, slots=True)
class DrawnObject:
    """One thing. `defs`, `props` and `body` are SVG; `half` is half the width of its shadow."""

    key: str
    name: str
    category: str
    home: str
    half: int
    dye: tuple[str, ...]
    defs: str
    props: str
    body: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """Colours of the backdrop, and the dye of an object's own."""

    key: str
    name: str
    wall: tuple[str, str]
    floor: str
    dye: Dye


@dataclass(frozen=True, slots=True)
class Scene:
    """A backdrop: SVG with places for the object, its shadow and its props."""

    key: str
    name: str
    props: bool
    drawing: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All parts by key, in the order of the file. The edition changes with any stroke or colour."""

    objects: dict[str, DrawnObject]
    schemes: dict[str, Scheme]
    scenes: dict[str, Scene]
    edition: str


@dataclass(frozen=True, slots=True)
class Composition:
    """What a key names. No scheme: the object's own colours."""

    thing: DrawnObject
    scheme: Scheme | None
    scene: Scene


@cache
def load() -> Catalogue:
    """Returns the catalogue, read once."""
    loaded: dict[str, list[dict[str, Any]]] = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return Catalogue(
        objects={row["key"]: _object(row) for row in loaded["objects"]},
        schemes={row["key"]: _scheme(row) for row in loaded["schemes"]},
        scenes={row["key"]: _scene(row) for row in loaded["scenes"]},
        edition=_edition(),
    )


@cache
def keys() -> frozenset[str]:
    """Returns every key: object, object.scheme and object.scheme.scene."""
    parts = load()
    dressed = [f"{thing}.{scheme}" for thing in parts.objects for scheme in parts.schemes]
    return frozenset([*parts.objects, *dressed, *(f"{key}.{scene}" for key in dressed for scene in parts.scenes)])


def listing() -> dict[str, Any]:
    """Returns what a browser needs: names and keys of all parts, and the edition for its addresses."""
    parts = load()
    return {
        "edition": parts.edition,
        "objects": [
            {"key": thing.key, "name": thing.name, "category": thing.category, "home": thing.home}
            for thing in parts.objects.values()
        ],
        "schemes": [{"key": scheme.key, "name": scheme.name} for scheme in parts.schemes.values()],
        "scenes": [{"key": scene.key, "name": scene.name} for scene in parts.scenes.values()],
    }


def find(key: str) -> Composition | None:
    """Returns what a key names; `None` if nothing."""
    if key not in keys():
        return None
    parts = load()
    thing, scheme, scene = (*key.split("."), None, None)[:3]
    return Composition(
        thing=parts.objects[str(thing)],
        scheme=None if scheme is None else parts.schemes[scheme],
        scene=parts.scenes[scene or "floor"],
    )


def _object(row: dict[str, Any]) -> DrawnObject:
    drawn = _PARTS.search((_FOLDER / "objects" / f"{row['key']}.svg").read_text(encoding="utf-8"))
    if drawn is None:
        raise ValueError(f"objects/{row['key']}.svg lacks its defs, props and object")
    missing = [colour for colour in row["dye"] if colour not in drawn[0]]
    if missing:
        raise ValueError(f"objects/{row['key']}.svg has no {missing} to dye")
    parts: dict[str, Any] = {"defs": drawn["defs"], "props": drawn["props"], "body": drawn["object"]}
    return DrawnObject(**{**row, **parts, "dye": tuple(row["dye"])})


def _scheme(row: dict[str, Any]) -> Scheme:
    return Scheme(**{**row, "wall": tuple(row["wall"]), "dye": Dye(**row["dye"])})


def _scene(row: dict[str, Any]) -> Scene:
    return Scene(**row, drawing=(_FOLDER / "scenes" / f"{row['key']}.svg").read_text(encoding="utf-8"))


def _edition() -> str:
    sources = [_DATA, *sorted(_FOLDER.glob("*/*.svg")), _FOLDER / "composition.py", _FOLDER / "dye.py"]
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
