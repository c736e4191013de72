"""The packages of the application; each registers itself in its own `module.py` or `registration.py`."""

from app.backup import module as backup
from kernel import registration
from kernel.crypto.rotation import EncryptedColumn
from kernel.events.relay import Directory
from kernel.i18n.catalogue import SOURCE_LANGUAGE, Catalogue
from kernel.module import Module
from kernel.realtime.topics import Topics
from kernel.sandbox.runner import TimerHandler
from mall import module as mall

MODULES: tuple[Module, ...] = (registration.MODULE, mall.MODULE, backup.MODULE)


def catalogue() -> Catalogue:
    """Returns the texts of all packages in the source language."""
    texts = Catalogue()
    for module in MODULES:
        texts.load(module.locales / f"{SOURCE_LANGUAGE}.toml")
    return texts


def directory() -> Directory:
    """Returns who handles which event."""
    return Directory(
        events=[event for module in MODULES for event in module.events],
        reactions=[reaction for module in MODULES for reaction in module.reactions],
        broadcasts=[broadcast for module in MODULES for broadcast in module.broadcasts],
    )


def timer_handlers() -> dict[str, TimerHandler]:
    """Returns who handles which kind of timer."""
    return {kind: handler for module in MODULES for kind, handler in module.timers.items()}


def topics() -> Topics:
    """Returns the realtime topics of all packages."""
    registry = Topics()
    for module in MODULES:
        for topic in module.topics:
            registry.register(topic)
    return registry


def encrypted_columns() -> tuple[EncryptedColumn, ...]:
    """Returns the columns that hold ciphertexts."""
    return tuple(column for module in MODULES for column in module.encrypted)
