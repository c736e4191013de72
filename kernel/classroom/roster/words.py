"""The words of findings and failures, from the kernel's catalogue."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kernel.i18n.catalogue import SOURCE_LANGUAGE, Catalogue, Text

_LOCALES = Path(__file__).resolve().parents[2] / "locales"


@cache
def _catalogue() -> Catalogue:
    texts = Catalogue()
    texts.load(_LOCALES / f"{SOURCE_LANGUAGE}.toml")
    return texts


def say(code: str, params: Mapping[str, object] | None = None) -> Text:
    """Returns what to tell a person about a code."""
    return _catalogue().render(code, params or {})
