"""`kaidian keys`: the key file of an installation is made, copied to a safe place, brought back, and given a new key.

Prints places, counts and public halves, never a key. What needs cryptography is imported inside: `kaidian up` stays in
memory with this module.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app import installation
from app.commands import environment
from app.commands.terminal import Terminal
from app.typed import typed
from kernel.crypto import keyfile
from kernel.crypto.keyfile import KeyFileMissing, KeyFileOpen, KeyFileTrouble

if TYPE_CHECKING:
    from kernel.crypto.keyring import Keyring


class KeysRefused(Exception):  # noqa: N818 -- reads as the sentence it is
    """A request that cannot be carried out; `title` says why, `cure` what to do."""

    def __init__(self, title: str, cure: str) -> None:
        super().__init__(title)
        self.title = title
        self.cure = cure


def path_of(data_dir: Path) -> Path:
    """Returns where the key file of a data folder lies.

    Raises:
        KeysRefused: the data folder has never been started, so that it has none.

    """
    given = environment.user_variables().get(environment.KEY_FILE)
    if given:
        return Path(given).absolute()
    known = installation.id_of(data_dir)
    if known is None:
        raise KeysRefused(
            f"{data_dir} 里还没有数据", f"请先启动一次（{typed('up')}），或用 --data-dir 指定数据文件夹。"
        )
    return installation.default_key_file(known)


@contextmanager
def explained() -> Iterator[None]:
    """Turns trouble with a key file into words.

    Raises:
        KeysRefused: in place of any of them.

    """
    try:
        yield
    except KeyFileTrouble as trouble:
        raise KeysRefused(*words(trouble)) from trouble


def words(trouble: KeyFileTrouble) -> tuple[str, str]:
    """Returns what is wrong with a key file, and the cure."""
    if isinstance(trouble, KeyFileOpen):
        cure = f"请收紧权限后再启动：chmod 600 '{trouble.path}'"
        return f"密钥文件对别的账户开放（权限 {trouble.mode:04o}）：{trouble.path}", cure
    if isinstance(trouble, KeyFileMissing):
        return f"没有密钥文件：{trouble.path or '没有设置 KAIDIAN_KEY_FILE'}", missing_cure()
    return f"这不是可用的密钥文件：{trouble}", f"请换一份另存过的密钥文件：{typed('keys import 文件')}"


def missing_cure() -> str:
    """Returns what to do when the key file is gone."""
    return (
        f"请拿来另存过的密钥文件（在原来的电脑或 U 盘上，文件名以 .keys 结尾），然后运行：{typed('keys import 文件')}"
    )


def tell_to_keep(terminal: Terminal, path: Path) -> None:
    """Says once, when the file has just been made, that it has to be kept."""
    terminal.note(f"已建立密钥文件 {path}")
    terminal.note(
        f"请把密钥文件另存一份到 U 盘：{typed('keys export --to 文件夹')}。丢了它，身份证号、手机号和备份都无法恢复。"
    )


def create(to: Path) -> int:
    """Makes a key file for servers of one's own; returns the exit code."""
    import secrets  # noqa: PLC0415 -- beside its only use

    from kernel.crypto.keyring import Keyring  # noqa: PLC0415 -- imports cryptography

    terminal = Terminal()
    try:
        keyfile.write_new(to.absolute(), Keyring.generate(secrets.token_hex(8)).as_text())
    except FileExistsError:
        raise KeysRefused(f"{to} 已经存在，没有改动", "请换一个文件名；已有的密钥文件不要覆盖。") from None
    terminal.say(f"已建立密钥文件：{to.absolute()}")
    terminal.say("请另存一份到别处，并让 KAIDIAN_KEY_FILE 指向它。")
    return 0


def show(data_dir: Path) -> int:
    """Prints what may be known about the key file; returns the exit code."""
    path = path_of(data_dir)
    ring = _load(path)
    rows = [
        ("文件", str(path)),
        ("安装编号", ring.installation_id),
        ("字段密钥", f"{len(ring.field_keys)} 把，当前 {ring.current_id.hex()}"),
        ("备份公钥", ring.backup_recipient),
    ]
    Terminal().table("密钥文件（不显示密钥）", ("项目", "内容"), rows)
    return 0


def export(data_dir: Path, to: Path) -> int:
    """Copies the key file into a folder, e.g. on a stick; returns the exit code."""
    ring = _load(path_of(data_dir))
    if not to.is_dir():
        raise KeysRefused(f"没有这个文件夹：{to}", "请先插好 U 盘，再把 --to 指向它的文件夹。")
    copy = to / f"{ring.installation_id}.keys"
    if _is_inside(copy, data_dir):
        raise KeysRefused("密钥文件不能放进数据文件夹", "请另选一个文件夹，最好是 U 盘。")
    with explained():
        _put(copy, ring)
    Terminal().say(f"已另存：{copy}\n请妥善保管，不要发给别人，也不要和备份放在同一个 U 盘上。")
    return 0


def bring_in(data_dir: Path, file: Path) -> int:
    """Puts a kept key file where `kaidian up` looks for it; returns the exit code."""
    ring = _load(file, must_be_private=False)
    known = installation.id_of(data_dir)
    given = environment.user_variables().get(environment.KEY_FILE)
    if known is not None and known != ring.installation_id and not given:
        cure = "请换成这份数据的密钥文件，或用 --data-dir 指定另一份数据。"
        raise KeysRefused(f"这把密钥属于另一份数据（{ring.installation_id}），这里的数据是 {known}", cure)
    target = Path(given).absolute() if given else installation.default_key_file(ring.installation_id)
    with explained():
        _put(target, ring)
    Terminal().say(f"密钥文件已就位：{target}\n现在可以启动：{typed('up')}")
    return 0


def _put(target: Path, ring: "Keyring") -> None:
    """Writes a key file unless another one is there whose keys `ring` lacks.

    Raises:
        KeysRefused: such a one is there; it has not been touched.

    """
    try:
        keyfile.write_new(target, ring.as_text())
    except FileExistsError:
        if not ring.holds(_load(target, must_be_private=False)):
            cure = "请先把它移到别处再试；里面的密钥也许还用得着，不要删。"
            raise KeysRefused(f"{target} 是另一份密钥，没有覆盖", cure) from None
        keyfile.replace(target, ring.as_text())


def _load(path: Path, *, must_be_private: bool = True) -> "Keyring":
    from kernel.crypto.keyring import Keyring  # noqa: PLC0415 -- imports cryptography

    with explained():
        return Keyring.load(path, must_be_private=must_be_private)


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
