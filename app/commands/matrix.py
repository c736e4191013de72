"""`kaidian matrix`: writes docs/authorisation.md, who may use which route, from the routes themselves."""

from app import authorisation
from app.authorisation import Reach, Row, UnknownRoutes
from app.commands.terminal import Terminal
from app.embedded.places import CHECKOUT
from app.http import create_app
from kernel.actor import ActorKind
from kernel.settings import Settings

PAGE = CHECKOUT / "docs" / "authorisation.md"
KINDS = tuple(kind for kind in ActorKind if kind is not ActorKind.SYSTEM)
HEAD = """# Authorisation matrix

Written by `make matrix` from the routes themselves; `make check` fails when a route has no row or this page is out of date.
`tests/app/test_authorisation.py` walks every row as every role, at home and abroad. Who is what, and what a capability lets one do:
[capabilities](capabilities.md).

- **yes**: enters. What he finds there is a matter of the reach: a foreign id answers 404.
- empty: 403; without signing in 401. A *visitor* is signed in without a place, or must first change his password.

| Reach | The route answers for |
|---|---|
"""
REACHES = {
    Reach.MACHINE: "this machine alone",
    Reach.OPEN: "anybody; what it gives depends on a code, ticket or password in the request",
    Reach.ACCOUNT: "the caller's own account and sessions",
    Reach.CLASS: "the class the session is in; no request names one",
    Reach.COHORT: "a class named by its id: the own one, one of the own institution or region",
    Reach.ORGANISATION: "institutions, accounts and people of the own institution or region",
    Reach.INSTALLATION: "the whole installation",
}


def run(*, check: bool) -> int:
    """Writes the page, or with `check` compares it and returns 1 when it or a row is missing."""
    terminal = Terminal()
    try:
        text = page(authorisation.rows(create_app(Settings(demo=True))))
    except UnknownRoutes as error:
        terminal.failure("有接口没有写进权限矩阵", str(error), "请在 app/authorisation.toml 里写明它的范围。")
        return 1
    if check:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        terminal.failure("docs/authorisation.md 与接口代码不一致", "", "请运行 make matrix。")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    terminal.say(f"已写入 {PAGE.relative_to(CHECKOUT)}")
    return 0


def page(rows: list[Row]) -> str:
    """Returns the page of a matrix."""
    lines = [f"| {reach.value} | {meaning} |" for reach, meaning in REACHES.items()]
    heads = " | ".join(kind.value for kind in KINDS)
    lines += ["", f"| Route | Reach | Capability | {heads} |", "|---|---|---|" + "---|" * len(KINDS)]
    return HEAD + "\n".join([*lines, *map(_line, rows)]) + "\n"


def _line(row: Row) -> str:
    capability = f"`{row.capability.value}`" if row.capability else ("signed in" if row.signed_in else "none")
    cells = " | ".join("yes" if row.admits(kind) else "" for kind in KINDS)
    line = f"| `{row.method} {row.path.removeprefix('/api/v1')}` | {row.reach.value} | {capability} | {cells} |"
    return line.replace("|  |", "| |").replace("|  |", "| |")
