"""`kaidian openapi`: writes the description of the HTTP interface that the front end's client is generated from.

The demo's routes are in it, whatever the settings of this machine: the log-in page is built once for both.
"""

import json

from app.commands.terminal import Terminal
from app.embedded.places import CHECKOUT
from app.http import create_app
from kernel.settings import Settings

DOCUMENT = CHECKOUT / "web" / "openapi.json"


def run(*, check: bool) -> int:
    """Writes the document, or with `check` compares it and returns 1 when it is out of date."""
    terminal = Terminal()
    text = json.dumps(create_app(Settings(demo=True)).openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if check:
        if DOCUMENT.is_file() and DOCUMENT.read_text() == text:
            return 0
        terminal.failure("web/openapi.json 与接口代码不一致", "", "请运行 make openapi，再运行 npm run generate。")
        return 1
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(text)
    terminal.say(f"已写入 {DOCUMENT.relative_to(CHECKOUT)}")
    return 0
