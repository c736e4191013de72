"""The way to a store as a learner clicks it, for every journey that needs one."""

import re

from tests.e2e.people import Person


def register(person: Person, shop: str, *, intro: str = "", story: str | None = None) -> None:
    """Walks through the five steps and hands the form in; with `story` each step is kept as a picture."""

    def look(step: str) -> None:
        if story is not None:
            person.look(f"{story}-{step}")

    def press(name: str) -> None:
        # Each step brings its button with it: wait for that one, do not look what is there at this moment.
        page.get_by_role("button", name=name, exact=True).click()

    page = person.page
    page.goto("/desk/open")
    press("开始注册")
    page.get_by_role("radio", name=re.compile("^个体工商户")).check()
    press("生成模拟证照")
    person.sees("统一社会信用代码")
    look("subject")
    press("保存，下一步")
    person.fill("店名", shop)
    person.fill("一句话介绍", intro)
    page.get_by_role("checkbox", name=re.compile("^食品零食")).check()
    look("store")
    press("保存，下一步")
    press("生成模拟资质")
    page.get_by_text("有效期至").first.wait_for()
    look("papers")
    press("保存，下一步")
    page.get_by_role("button", name=re.compile("^缴纳")).click()
    person.sees("保证金已缴")
    look("deposit")
    press("保存，下一步")
    page.get_by_role("checkbox", name=re.compile("^我已读完")).click()  # ticked, its words change
    look("agreement")
    press("提交申请")
    page.wait_for_url(lambda url: "/desk/open" not in url)
