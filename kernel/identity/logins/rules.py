"""From where a log-in came, in words short enough for a table. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

KEPT = timedelta(days=180)
"""How long a log-in is kept. 示例: six months is what network logs are commonly kept
(Source: 《中华人民共和国网络安全法》 article 21 (三), “不少于六个月”, for operators of networks)."""

ADDRESS_LIMIT = 45
BROWSER_LIMIT = 80

# The first that fits names it: WeChat and Edge also call themselves Chrome, Chrome also calls itself Safari.
_BROWSERS = (
    ("微信", re.compile(r"MicroMessenger/(\d+)")),
    ("QQ", re.compile(r"QQBrowser/(\d+)")),
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+).*Safari")),
)
_SYSTEMS = (
    ("HarmonyOS", re.compile(r"HarmonyOS|OpenHarmony")),
    ("Android", re.compile(r"Android")),
    ("iPhone", re.compile(r"iPhone")),
    ("iPad", re.compile(r"iPad")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Mac OS X")),
    ("Linux", re.compile(r"Linux")),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a request came: the network address, and the browser in short."""

    address: str
    browser: str


def origin_of(address: str | None, headers: Mapping[str, str]) -> Origin:
    """Returns the origin of a request; the browser says of itself what it likes, so its words are only recognised."""
    return Origin(address=(address or "")[:ADDRESS_LIMIT], browser=browser_of(headers.get("user-agent", "")))


def browser_of(user_agent: str) -> str:
    """Returns `Chrome 120 · Windows`; empty for what is none of the known browsers."""
    told = user_agent[:400]
    name = next((f"{name} {found[1]}" for name, shape in _BROWSERS if (found := shape.search(told))), "")
    system = next((name for name, shape in _SYSTEMS if shape.search(told)), "")
    return " · ".join(part for part in (name, system) if part)[:BROWSER_LIMIT]
