"""First letters of Chinese words (拼音首字母), so that “fm” suggests 蜂蜜. Pure."""

import os
from collections.abc import Callable
from functools import cache

from mall.search import words


@cache
def _reader() -> Callable[[str], str]:
    """Returns what reads one character, loaded on first use."""
    # The library's phrase dictionary costs 46 MB; single characters are 12 MB, and `words-1.toml` settles the ambiguous ones
    # that goods are full of. The library looks at this variable while it is imported.
    os.environ["PYPINYIN_NO_PHRASES"] = "true"
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  after the variable it looks at

    own = words.lists().initials
    return lambda char: own.get(char) or "".join(lazy_pinyin(char, style=Style.FIRST_LETTER))[:1]


def of(word: str) -> str:
    """Returns the first letters of a word's characters; Latin and digits stand for themselves."""
    return "".join(_reader()(char) if words.is_chinese(char) else char for char in word)
