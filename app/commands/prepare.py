"""`kaidian prepare`: migrates the database, looks after its keys and, for a demo, fills it; `kaidian up` runs it.

Its own process, so that what it imports does not stay in the supervisor's memory.
"""

import asyncio
import secrets
from pathlib import Path

from app import installation, modules
from app.backup import recovery
from app.commands import keys, search_entries
from app.commands.environment import OwnerUrlMissing
from app.commands.keys import KeysRefused
from app.demo import seed, still_open
from kernel import settings
from kernel.clock import SystemClock
from kernel.crypto import keyfile, rotation
from kernel.crypto.keyring import Keyring
from kernel.database import migrate
from kernel.database.engine import create_engine


def owner_url() -> str:
    """Returns the address migrations run under.

    Raises:
        OwnerUrlMissing: it is not set.

    """
    url = settings.load().database_owner_url
    if url is None:
        raise OwnerUrlMissing
    return url.get_secret_value()


def run(*, demo: bool, interrupted: bool = False) -> None:
    """Brings the schema up to date, has the keys ready and, if `demo`, makes the demo class unless it is there.

    Raises:
        KeysRefused: what is encrypted in the database cannot be read with the keys that are there.

    """
    _look_back(interrupted=interrupted)
    app_role = migrate.app_role_of(settings.load().database_url)
    migrate.upgrade(owner_url(), app_role=app_role)
    _have_keys(asyncio.run(_key_ids_in_use()))
    if demo:
        asyncio.run(seed.seed(settings.load()))
    asyncio.run(search_entries.fill(settings.load()))


def _look_back(*, interrupted: bool) -> None:
    """Finds out until when a run that was cut short has been kept, before anything new is written."""
    data_dir = settings.load().data_dir
    if interrupted:
        recovery.note(data_dir, owner_url(), SystemClock())
    else:
        recovery.forget(data_dir)


def open_demo_accounts() -> int:
    """Returns how many demo accounts could sign in with the public password."""
    return asyncio.run(still_open.count(settings.load()))


def _have_keys(needed: set[bytes]) -> None:
    """Passes when the key file reads the database; makes one while there is nothing to read."""
    path = settings.load().key_file
    if path is not None and not path.exists() and not needed:
        data_dir = settings.load().data_dir
        if path.resolve().is_relative_to(data_dir.resolve()):
            raise KeysRefused("密钥文件不能放在数据文件夹里", "请改 KAIDIAN_KEY_FILE，让它指向别的文件夹。")
        _make(path, installation.id_of(data_dir) or secrets.token_hex(8))
    with keys.explained():
        ring = Keyring.load(path)
    if needed - ring.field_keys.keys():
        raise KeysRefused(f"密钥文件 {path} 读不了这份数据里加密的内容", keys.missing_cure())


def _make(path: Path, installation_id: str) -> None:
    try:
        keyfile.write_new(path, Keyring.generate(installation_id).as_text())
    except OSError as error:
        raise KeysRefused(f"不能建立密钥文件 {path}：{error.strerror}", "请用 KAIDIAN_KEY_FILE 换一个地方。") from error


async def _key_ids_in_use() -> set[bytes]:
    engine = create_engine(settings.load().database_url, pool_size=1, application_name="kaidian-prepare")
    try:
        return await rotation.key_ids_in_use(engine, modules.encrypted_columns())
    finally:
        await engine.dispose()
