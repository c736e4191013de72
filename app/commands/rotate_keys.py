"""`kaidian keys rotate`: a new field key, and every encrypted field brought under it.

Nothing else may run meanwhile: processes keep the keys they were started with and could not read what bears the new one.
"""

import asyncio
from pathlib import Path

from app import modules
from app.commands import db, keys
from app.commands.keys import KeysRefused
from app.commands.terminal import Terminal
from app.supervisor import lock
from app.typed import typed
from kernel import settings
from kernel.crypto import keyfile, rotation
from kernel.crypto.keyring import Keyring, Unreadable
from kernel.database.engine import create_engine


def run(data_dir: Path) -> int:
    """Adds a key and encrypts everything anew; goes on with a rotation that was broken off. Returns the exit code.

    Raises:
        KeysRefused: the installation runs, or a field does not decrypt.

    """
    if lock.running_instance(data_dir) is not None:
        raise KeysRefused("开店沙盘正在运行", "请先在它的终端按 Ctrl-C 结束，再换密钥。")
    path = keys.path_of(data_dir)
    with keys.explained():
        ring = Keyring.load(path)
    with db.running(data_dir):
        added, changed = asyncio.run(_rotate(path, ring))
    terminal = Terminal()
    terminal.say(f"{'已换新密钥' if added else '接着做完了上次的更换'}，重新加密了 {changed} 项。")
    terminal.say(f"请重新另存一份密钥文件：{typed('keys export --to 文件夹')}。旧备份仍可恢复。")
    return 0


async def _rotate(path: Path, ring: Keyring) -> tuple[bool, int]:
    """Returns whether a key was added and how many values were encrypted anew."""
    columns = modules.encrypted_columns()
    engine = create_engine(settings.load().database_url, pool_size=1, application_name="kaidian-rotate")
    try:
        unfinished = await rotation.key_ids_in_use(engine, columns) - {ring.current_id}
        if not unfinished:
            ring = ring.add_key()
            keyfile.replace(path, ring.as_text())  # first the key, then what needs it
        return not unfinished, await rotation.re_encrypt(engine, ring, columns)
    except Unreadable:
        raise KeysRefused("有的内容用现有的密钥读不出来，已停下", keys.missing_cure()) from None
    finally:
        await engine.dispose()
