"""Checks of one installation: its data folder, its sockets, whether it runs."""

import os
from pathlib import Path

from app import installation
from app.backup import folders
from app.commands import environment
from app.doctor.findings import Finding, bad, ok, warn
from app.embedded import places
from app.supervisor.lock import Instance
from app.typed import typed
from kernel.crypto import keyfile


def running(instance: Instance | None) -> Finding:
    """Tells whether the data folder is in use."""
    if instance is None:
        return ok("运行状态", "没有在运行")
    return ok("运行状态", f"正在运行：{instance.url or '启动中'}（进程号 {instance.pid}）")


def data_folder(data_dir: Path) -> Finding:
    """Checks that the data are ours to use."""
    if not data_dir.exists():
        return ok("数据文件夹", f"{data_dir}（第一次启动时建立）")
    cure = "以前用 root 启动过：请继续用 root，或用 --data-dir 换一个文件夹。"
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        return bad("数据文件夹", f"{data_dir} 不可写", cure)
    postgres = data_dir / "postgres"
    if os.geteuid() != 0 and postgres.exists() and postgres.stat().st_uid != os.geteuid():
        return bad("数据文件夹", f"{postgres} 属于别的账户", cure)
    return ok("数据文件夹", str(data_dir))


def backups(data_dir: Path) -> Finding:
    """Checks that a dying disk would not take data and backups together."""
    given = environment.user_variables().get("KAIDIAN_BACKUP_DIR")
    folder = folders.folder_for(data_dir, Path(given) if given else None)
    if folders.on_same_disk(data_dir, folder):
        cure = "插一个 U 盘或用第二块磁盘，并在 .env 设置 KAIDIAN_BACKUP_DIR。"
        return warn("备份", f"{folder} 与数据在同一块磁盘上", cure)
    return ok("备份", str(folder))


def sockets(data_dir: Path) -> Finding:
    """Checks that socket names fit into what the system allows."""
    longest = data_dir / "run" / places.LONGEST_SOCKET
    length = len(os.fsencode(longest))
    if length < places.SOCKET_NAME_LIMIT:
        return ok("套接字路径", f"{length} 字节")
    return warn("套接字路径", f"{length} 字节，超过 {places.SOCKET_NAME_LIMIT}", "不必处理：会改放在系统临时文件夹。")


def key_file(data_dir: Path) -> Finding:
    """Checks that the key file of the data is there and closed to others."""
    given = environment.user_variables().get(environment.KEY_FILE)
    known = installation.id_of(data_dir)
    if not given and known is None:
        return ok("密钥文件", "第一次启动时建立")
    path = Path(given) if given else installation.default_key_file(known or "")
    try:
        keyfile.read(path)
    except keyfile.KeyFileMissing:
        return warn("密钥文件", f"没有 {path}", f"有另存的密钥文件就放回来：{typed('keys import 文件')}")
    except keyfile.KeyFileTrouble as trouble:
        return bad("密钥文件", str(trouble), f"chmod 600 '{path}'")
    return ok("密钥文件", f"{path}（请另存一份：{typed('keys export --to 文件夹')}）")
