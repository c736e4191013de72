"""What a machine may report of itself: typed, bounded, nothing free in it but numbers and known words.

Refuses what no machine can measure. Whether figures are plausible for *this* test, and good enough, is decided in `rules`.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kernel.http.fields import Command

LATENCY_REQUESTS = 10
DOWNLOAD_BYTES = 8_000_000
UPLOAD_BYTES = 2_000_000
_DAY_MS = 86_400_000

Milliseconds = Annotated[int, Field(strict=True, ge=0, le=60_000)]
Yes = Annotated[bool, Field(strict=True)]


class Feature(StrEnum):
    """What the pages need a browser to have, by the name the check page tests it under."""

    FETCH_STREAM = "fetch_stream"
    WEB_SOCKET = "web_socket"
    ABORT = "abort"
    CSS_GRID = "css_grid"
    RESIZE_OBSERVER = "resize_observer"
    RANDOM = "random"


class BrowserName(StrEnum):
    CHROMIUM = "chromium"
    SAFARI = "safari"
    FIREFOX = "firefox"
    OTHER = "other"


class SystemName(StrEnum):
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    ANDROID = "android"
    IOS = "ios"
    HARMONY = "harmony"
    OTHER = "other"


class MediaState(StrEnum):
    OK = "ok"
    NONE = "none"
    DENIED = "denied"
    INSECURE = "insecure"
    """The page came over plain http from another machine; browsers then hide cameras altogether."""
    BUSY = "busy"
    """There is one, but another program holds it or it gave no picture."""


class Latency(Command):
    """Round trips of small requests: median, mean deviation from one to the next, and how many got no answer."""

    median_ms: Milliseconds
    jitter_ms: Milliseconds
    lost: Annotated[int, Field(strict=True, ge=0, lt=LATENCY_REQUESTS)]


class Download(Command):
    """Bytes that arrived, and in which time. No bytes: it failed."""

    bytes: Annotated[int, Field(strict=True, ge=0, le=DOWNLOAD_BYTES)]
    ms: Annotated[int, Field(strict=True, ge=1, le=60_000)]


class Upload(Command):
    """Bytes the server confirmed, and in which time. No bytes: it failed."""

    bytes: Annotated[int, Field(strict=True, ge=0, le=UPLOAD_BYTES)]
    ms: Annotated[int, Field(strict=True, ge=1, le=60_000)]


class Socket(Command):
    connected: Yes
    round_trip_ms: Milliseconds


class Media(Command):
    camera: MediaState
    microphone: MediaState


class Browser(Command):
    name: BrowserName
    version: Annotated[int, Field(strict=True, ge=0, le=9999)]
    system: SystemName
    in_app: Yes
    """Inside another app, such as WeChat."""
    missing: Annotated[list[Feature], Field(max_length=len(Feature))]


class Screen(Command):
    width: Annotated[int, Field(strict=True, ge=1, le=20_000)]
    height: Annotated[int, Field(strict=True, ge=1, le=20_000)]
    touch: Yes


class Storage(Command):
    cookies: Yes
    local: Yes


class Hardware(Command):
    """What the browser tells of the machine; Safari and Firefox tell less."""

    cores: Annotated[int, Field(strict=True, ge=1, le=512)] | None
    memory_gb: Annotated[int, Field(strict=True, ge=0, le=1024)] | None


class Measures(Command):
    """One machine's figures. Null is *not measured yet*; only camera and microphone may stay so to the end."""

    latency: Latency | None
    download: Download | None
    upload: Upload | None
    socket: Socket | None
    media: Media | None
    clock_offset_ms: Annotated[int, Field(strict=True, ge=-400 * _DAY_MS, le=400 * _DAY_MS)] | None
    """The machine's clock less the server's."""
    browser: Browser | None
    screen: Screen | None
    storage: Storage | None
    hardware: Hardware | None
