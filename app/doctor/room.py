"""Checks of what a class in the room needs: an address phones can reach, a certificate that is still good."""

from datetime import datetime

from app.commands import environment
from app.doctor.findings import Finding, ok, warn
from app.lan import addresses as lan
from app.lan import obstacles
from app.tls.files import Files
from kernel.clock import SystemClock


def addresses() -> Finding:
    """Checks that phones could reach this machine."""
    known = lan.here()
    if not known:
        return warn("局域网地址", "没有", "只影响 --lan：请先连上教室的 Wi-Fi 或网线。")
    found = "、".join(f"{entry.address}（{entry.adapter}）" for entry in known)
    wsl = obstacles.wsl([entry.address for entry in known])
    if wsl is not None and wsl.hidden:
        return warn("局域网地址", f"{found}，在 WSL2 里", "手机还连不到：用 --lan 启动时会写明怎么办。")
    return ok("局域网地址", found)


def certificate() -> Finding:
    """Checks the class's certificate where there is one."""
    files = environment.certificates()
    return judge_certificate(files, [entry.address for entry in lan.here()], SystemClock().now())


def judge_certificate(files: Files, known: list[str], now: datetime) -> Finding:
    """Says how long the certificates in `files` are good, and whether for the addresses this machine has."""
    from app.tls import authority, keeping  # noqa: PLC0415 -- imports cryptography, which the supervisor does without

    root, leaf = keeping.certificate_at(files.authority), keeping.certificate_at(files.leaf)
    if root is None or leaf is None:
        return ok("教学证书", "没有（第一次用 --tls 启动时生成）")
    if any(key.exists() and key.stat().st_mode & keeping.OTHERS for key in (files.authority_key, files.leaf_key)):
        return warn(
            "教学证书", f"{files.folder} 里的私钥对别的账户开放", "请删除这个文件夹；再用 --tls 启动会重新生成。"
        )
    last = f"有效到 {leaf.not_valid_after_utc.astimezone():%Y-%m-%d}"
    if not authority.may_vouch_for(root, known, now):
        cure = "再用 --tls 启动时会换一张新的，每台设备要重新安装。"
        return warn("教学证书", f"{last}，但教学证书快到期，或不管现在的地址", cure)
    if not authority.is_good(leaf, root, known, now):
        return warn(
            "教学证书", f"{last}，但快到期，或不含现在的地址", "再用 --lan --tls 启动时会自动更新，设备不用重装。"
        )
    return ok("教学证书", last)
