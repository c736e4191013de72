"""Composes a drawing: backdrop, scene, shadow, the object in its colours. Pure: the same key always gives the same bytes."""

import re
from string import Template

from mall.drawings.catalogue import Composition, DrawnObject, Scheme, load
from mall.drawings.dye import dyed, mixed

_PAGE = Template(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><defs>'
    '<linearGradient id="bg" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="$top"/>'
    '<stop offset="1" stop-color="$bottom"/></linearGradient>'
    '<radialGradient id="sh" cx=".5" cy=".42" r=".7"><stop offset="0" stop-color="#3a2a18" stop-opacity=".38"/>'
    '<stop offset="1" stop-color="#3a2a18" stop-opacity="0"/></radialGradient>$defs</defs>'
    '<rect width="400" height="400" fill="url(#bg)"/>$scene</svg>'
)
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
# The middle colours that a scheme's tint, sky and leaves are dyed from.
_TINT, _SKY, _LEAF = "#d98a5a", "#cfe4f2", "#8fb573"


def draw(composition: Composition) -> str:
    """Returns the drawing as one SVG document without script, style or anything from outside."""
    thing, scene = composition.thing, composition.scene
    scheme = composition.scheme or load().schemes[thing.home]
    defs, body = (part if composition.scheme is None else _in_colours(part, thing, scheme) for part in _parts(thing))
    drawing = Template(scene.drawing).substitute(
        floor=scheme.floor,
        deep=mixed(scheme.floor, "#3a2a18", 0.22),
        tint=dyed(_TINT, scheme.dye),
        sky=mixed(_SKY, scheme.wall[1], 0.2),
        leaf=mixed(_LEAF, scheme.floor, 0.25),
        props=thing.props,
        shadow=f'<ellipse cx="206" cy="327" rx="{thing.half}" ry="17" fill="url(#sh)"/>',
        object=f'<g id="o">{body}</g>',
    )
    top, bottom = scheme.wall
    return _PAGE.substitute(top=top, bottom=bottom, defs=defs, scene=drawing.replace("\n", ""))


def _parts(thing: DrawnObject) -> tuple[str, str]:
    return thing.defs, thing.body


def _in_colours(part: str, thing: DrawnObject, scheme: Scheme) -> str:
    return _COLOUR.sub(lambda found: dyed(found[0], scheme.dye) if found[0] in thing.dye else found[0], part)
