"""What keeps phones out although the address is right: WSL2's own network, and firewalls."""

import ipaddress
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

KERNEL = Path("/proc/sys/kernel/osrelease")
UFW = Path("/etc/ufw/ufw.conf")
_NAT_ADDRESSES = ipaddress.ip_network("172.16.0.0/12")
"""Where WSL2 puts its NAT unless told otherwise. Source: Microsoft, “Accessing network applications with WSL”."""
_REACHED = frozenset({"mirrored", "bridged"})


@dataclass(frozen=True)
class Wsl:
    """A Linux inside Windows; `hidden` when Windows keeps it behind its own address."""

    hidden: bool


def wsl(addresses: list[str]) -> Wsl | None:
    """Returns how this WSL2 stands in the network; None when it is no WSL."""
    try:
        release = KERNEL.read_text(encoding="utf-8")
    except OSError:
        return None
    return judge_wsl(release, _networking_mode(), addresses) if is_wsl(release) else None


def is_wsl(kernel_release: str) -> bool:
    """Says whether a kernel's name is one of Microsoft's."""
    return "microsoft" in kernel_release.lower()


def judge_wsl(kernel_release: str, mode: str, addresses: list[str]) -> Wsl | None:
    """Returns how a WSL stands in the network by the word of `wslinfo`; where that is silent, by its addresses."""
    if not is_wsl(kernel_release):
        return None
    if mode:
        return Wsl(hidden=mode not in _REACHED)
    return Wsl(hidden=all(ipaddress.ip_address(address) in _NAT_ADDRESSES for address in addresses))


def firewall_hint(ports: list[int]) -> str:
    """Returns the command that opens `ports` in the firewall this machine has; empty when none is seen."""
    if _ufw_is_on():
        return " && ".join(f"sudo ufw allow {port}/tcp" for port in ports)
    if shutil.which("firewall-cmd"):
        return "sudo firewall-cmd " + " ".join(f"--add-port={port}/tcp" for port in ports)
    return ""


def _networking_mode() -> str:
    program = shutil.which("wslinfo")
    if program is None:
        return ""
    try:
        answer = subprocess.run(  # noqa: S603 -- no shell; the program is WSL's own
            [program, "--networking-mode"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip().lower() if answer.returncode == 0 else ""


def _ufw_is_on() -> bool:
    try:
        return "ENABLED=yes" in UFW.read_text(encoding="utf-8").replace(" ", "").splitlines()
    except OSError:
        return False
