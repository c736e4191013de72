"""The Chinese words of findings and of the record form; the catalogue is `kernel/locales/devices.zh-CN.toml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kernel.i18n.catalogue import SOURCE_LANGUAGE, Catalogue, Text

_PATH = Path(__file__).parents[2] / "locales" / f"devices.{SOURCE_LANGUAGE}.toml"


@cache
def catalogue() -> Catalogue:
    """Returns the words."""
    words = Catalogue()
    words.load(_PATH)
    return words


def say(code: str, **params: object) -> str:
    """Returns the title of a code."""
    return catalogue().render(code, params).title


def of_finding(code: str, params: Mapping[str, object]) -> Text:
    """Returns what a finding says, and its cure."""
    return catalogue().render(code, params)
