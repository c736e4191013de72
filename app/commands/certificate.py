"""`kaidian certificate`: makes or renews the class's certificate; a short program that `kaidian up --tls` runs.

Its own process, so that the supervisor never holds the library in memory.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from app.commands.terminal import Terminal
from app.tls import keeping
from app.tls.files import Files
from app.tls.keeping import ExposedKey
from kernel.clock import SystemClock


def run(folder: Path, addresses: Sequence[str]) -> int:
    """Prints what the certificate is as one line of JSON; returns 1 when its key may not be used."""
    try:
        issued = keeping.ensure(Files(folder), addresses, SystemClock().now())
    except ExposedKey as error:
        cure = f"别的账户可能已经拿到它。请删除文件夹 {folder} 再启动，会生成新的证书（每台设备要重新安装）。"
        Terminal().failure("教学证书的私钥文件对别的账户开放，不能再用", str(error.path), cure)
        return 1
    answer = {
        "fingerprint": issued.fingerprint,
        "last_day": f"{issued.last_day.astimezone():%Y-%m-%d}",
        "is_new_authority": issued.is_new_authority,
    }
    print(json.dumps(answer))  # noqa: T201 -- the answer to the program that asked
    return 0
