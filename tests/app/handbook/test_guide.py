"""The guides: their chapters, their pictures, and that the journeys take every picture that they show."""

import re
from datetime import date
from pathlib import Path

import pytest

from app.embedded.places import CHECKOUT
from app.handbook import guide
from app.handbook.guide import GUIDES, Guide, GuideError

ONE = Guide("one", "手册", "谁用")
TODAY = date(2026, 11, 24)
JOURNEYS = CHECKOUT / "tests" / "e2e"


def write(folder: Path, **chapters: str) -> Path:
    """Writes chapters, named by their keyword arguments, and returns their folder."""
    folder.mkdir(exist_ok=True)
    for name, text in chapters.items():
        (folder / f"{name.removeprefix('c').replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return folder


def page(folder: Path, pictures: Path) -> str:
    return guide.page_of(ONE, guide.chapters_of(folder), pictures, style="", today=TODAY)


class TestChapters:
    def test_come_in_the_order_of_their_numbers(self, tmp_path: Path) -> None:
        folder = write(tmp_path, c02_b="# 乙\n", c10_c="# 丙\n", c01_a="# 甲\n", cnotes="# 不是章节\n")
        assert [chapter.title for chapter in guide.chapters_of(folder)] == ["甲", "乙", "丙"]

    @pytest.mark.parametrize("text", ["", "没有标题\n", "## 二级标题\n"])
    def test_begin_with_their_heading(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(GuideError, match=r"01-a\.md"):
            guide.chapters_of(write(tmp_path, c01_a=text))

    def test_are_there(self, tmp_path: Path) -> None:
        with pytest.raises(GuideError):
            guide.chapters_of(tmp_path)


class TestPage:
    def test_numbers_and_links_its_chapters(self, tmp_path: Path) -> None:
        html = page(write(tmp_path, c01_a="# 甲 <b>\n\n一段。", c02_b="# 乙\n"), tmp_path)
        assert '<li><a href="#c1">甲 &lt;b&gt;</a></li>' in html
        assert '<section id="c2" class="chapter"><span class="number">第 2 章</span>' in html
        assert "2026 年 11 月 24 日" in html

    def test_prints_no_markup_of_a_chapter(self, tmp_path: Path) -> None:
        assert "<script>" not in page(write(tmp_path, c01_a="# 甲\n\n<script>alert(1)</script>"), tmp_path)

    def test_sets_the_pictures_of_a_paragraph_side_by_side(self, tmp_path: Path) -> None:
        for name in ("a-1-pc", "a-2-phone"):
            (tmp_path / f"{name}.png").write_bytes(b"")
        html = page(write(tmp_path, c01_a="# 甲\n\n![一](picture:a-1-pc)\n![二](picture:a-2-phone)\n"), tmp_path)
        assert html.count('<div class="pictures">') == 1
        assert html.index('<figure class="pc">') < html.index('<figure class="phone">')
        assert "<figcaption>二</figcaption>" in html

    def test_names_every_picture_that_was_not_taken(self, tmp_path: Path) -> None:
        folder = write(tmp_path, c01_a="# 甲\n\n![一](picture:b-pc)\n", c02_b="# 乙\n\n![二](picture:a-pc)\n")
        with pytest.raises(GuideError, match="a-pc、b-pc"):
            page(folder, tmp_path)

    def test_shows_no_picture_from_elsewhere(self, tmp_path: Path) -> None:
        with pytest.raises(GuideError, match=r"01-a\.md"):
            page(write(tmp_path, c01_a="# 甲\n\n![一](http://elsewhere.example/a.png)\n"), tmp_path)


@pytest.mark.parametrize("one", GUIDES, ids=lambda one: one.name)
def test_the_journeys_take_every_picture_of_a_guide(one: Guide) -> None:
    taken = set(re.findall(r'\blook\(\s*"([^"]+)"', "".join(file.read_text() for file in JOURNEYS.glob("*.py"))))
    shown = guide.pictures_of(guide.chapters_of(CHECKOUT / "docs" / "guide" / one.name))
    assert shown
    unknown = [name for name in shown if not any(f"-{look}-" in name for look in taken)]
    assert unknown == []
