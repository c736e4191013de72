"""The catalogue (文案目录): texts by stable code, read from each package's `locales/<language>.toml`.

A text is a `str.format` template over the error's params. A test proves that every code raised has a text.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE_LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Text:
    """Title: what happened. Detail: what the person can do next."""

    title: str
    detail: str


class Catalogue:
    """Texts of all registered packages in one language."""

    def __init__(self) -> None:
        self._texts: dict[str, Text] = {}

    def load(self, path: Path) -> None:
        """Adds a package's texts.

        Raises:
            ValueError: a code is already taken; codes start with the package's name, so this is a mistake.

        """
        for code, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in self._texts:
                raise ValueError(f"text {code} is defined twice")
            self._texts[code] = Text(title=entry["title"], detail=entry.get("detail", ""))

    def __contains__(self, code: str) -> bool:
        return code in self._texts

    def codes(self) -> frozenset[str]:
        """Returns every code that has a text."""
        return frozenset(self._texts)

    def render(self, code: str, params: Mapping[str, object]) -> Text:
        """Returns the texts of a code with its parameters filled in; an unknown code speaks for itself."""
        text = self._texts.get(code)
        if text is None:
            return Text(title=code, detail="")
        return Text(title=text.title.format_map(_Lenient(params)), detail=text.detail.format_map(_Lenient(params)))


class _Lenient(dict[str, object]):
    """Parameters for a template; a missing one shows as a dash instead of breaking an error message."""

    def __missing__(self, key: str) -> str:
        return "—"
