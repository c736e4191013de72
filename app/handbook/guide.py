"""One guide: its chapters in order, its pictures, as one HTML page. Pure but for reading the files.

A chapter is a Markdown file named `NN-….md` that begins with a `#` heading. A picture is written
`![what it shows](picture:NAME)`; NAME is a file of the picture folder without `.png`, and ends in `-pc` or `-phone`, which
decides how large it is printed. Pictures of one paragraph stand side by side.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

_SCHEME = "picture:"
_PICTURES_ALONE = re.compile(r"<p>((?:\s*<figure.*?</figure>\s*)+)</p>", re.DOTALL)


class GuideError(ValueError):
    """A guide that cannot be printed; the words say what is missing."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file of a guide."""

    file: Path
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: the folder's name, what it is called, for whom."""

    name: str
    title: str
    reader: str


GUIDES = (
    Guide("learner", "实践操作手册", "学员用"),
    Guide("lecturer", "实践操作手册", "授课讲师用"),
)


def chapters_of(folder: Path) -> list[Chapter]:
    """Returns the chapters of a guide in the order of their file names.

    Raises:
        GuideError: there is none, or one does not begin with its heading.

    """
    chapters = []
    for file in sorted(folder.glob("[0-9][0-9]-*.md")):
        text = file.read_text(encoding="utf-8")
        first = text.split("\n", 1)[0]
        if not first.startswith("# "):
            raise GuideError(f"{file.name} 的第一行不是“# 标题”")
        chapters.append(Chapter(file, first.removeprefix("# ").strip(), text))
    if not chapters:
        raise GuideError(f"{folder} 里没有章节")
    return chapters


def pictures_of(chapters: Sequence[Chapter]) -> list[str]:
    """Returns the names of the pictures that the chapters show, in their order."""
    names: list[str] = []
    for chapter in chapters:
        for token in _walk(MarkdownIt().parse(chapter.text)):
            source = str(token.attrs.get("src", "")) if token.type == "image" else ""
            if token.type == "image" and not source.startswith(_SCHEME):
                raise GuideError(f"{chapter.file.name}：图片要写成 {_SCHEME}名字，不能写 {source}")
            if source:
                names.append(source.removeprefix(_SCHEME))
    return names


def page_of(guide: Guide, chapters: Sequence[Chapter], pictures: Path, *, style: str, today: date) -> str:
    """Returns a guide as one HTML page: cover, contents, chapters.

    Raises:
        GuideError: a picture has not been taken; all that are missing are named.

    """
    missing = sorted({name for name in pictures_of(chapters) if not (pictures / f"{name}.png").is_file()})
    if missing:
        raise GuideError("还没有这些图：" + "、".join(missing))
    contents = "".join(
        f'<li><a href="#c{number}">{escape(chapter.title)}</a></li>' for number, chapter in enumerate(chapters, 1)
    )
    body = "".join(
        f'<section id="c{number}" class="chapter"><span class="number">第 {number} 章</span>{_html(chapter, pictures)}</section>'
        for number, chapter in enumerate(chapters, 1)
    )
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(guide.title)}（{escape(guide.reader)}）</title>'
        f"<style>{style}</style></head><body>"
        f'<header class="cover"><p class="mark">模拟</p><h1>{escape(guide.title)}</h1><p class="reader">{escape(guide.reader)}</p>'
        f'<p class="foot">开店沙盘　{today:%Y 年 %m 月 %d 日}<br>交易、钱款、物流均为模拟，规则与数值为教学示例</p></header>'
        f"<nav><h2>目录</h2><ol>{contents}</ol></nav><main>{body}</main></body></html>"
    )


def _html(chapter: Chapter, pictures: Path) -> str:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

    def picture(tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
        name = str(tokens[index].attrs["src"]).removeprefix(_SCHEME)
        kind = "phone" if name.endswith("-phone") else "pc"
        caption = escape(tokens[index].content)
        source = escape((pictures / f"{name}.png").resolve().as_uri())
        return f'<figure class="{kind}"><img src="{source}" alt="{caption}"><figcaption>{caption}</figcaption></figure>'

    markdown.renderer.rules["image"] = picture  # type: ignore[attr-defined]  # its protocol does not name the table
    return _PICTURES_ALONE.sub(r'<div class="pictures">\1</div>', markdown.render(chapter.text))


def _walk(tokens: Sequence[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *_walk(token.children or []))]
