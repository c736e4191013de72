"""Why `kaidian up` will not start as asked, and what to do instead. Each is a sentence for somebody who is no engineer."""

from collections.abc import Sequence

from app.lan.addresses import LanAddress

OTHER_FOLDER = 'make up ARGS="--lan --data-dir var-class"'


class Refusal(Exception):  # noqa: N818 -- each of its kinds reads as the sentence it is
    """What is wrong, and the cure."""

    title = ""
    cure = ""


class DemoInTheRoom(Refusal):
    """`--demo` and `--lan` together."""

    title = "演示账号的密码是公开的，不能给局域网使用"
    cure = (
        "只在这台电脑上看演示：去掉 --lan。\n"
        f"给全班上课：去掉 --demo，并用 --data-dir 另选一个文件夹，例如 {OTHER_FOLDER}"
    )


class DemoAccountsOpen(Refusal):
    """The data folder was filled by `--demo`, and its accounts still let anybody in."""

    cure = (
        "演示密码是公开的，局域网里谁都能用它登录。请用 --data-dir 另选一个文件夹给班级用，"
        f"例如 {OTHER_FOLDER}；原来的演示数据不会动。"
    )

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} demo accounts can sign in")
        self.title = f"这个数据文件夹里有 {count} 个演示账号还能登录，不能给局域网使用"


class NotInANetwork(Refusal):
    """No adapter has an address for the room."""

    title = "这台电脑没有连上局域网，手机找不到它"
    cure = "请先连上教室的 Wi-Fi 或网线（也可以打开手机或电脑的热点），再启动一次。只在本机用，请去掉 --lan。"


class AddressNotHere(Refusal):
    """`--address` names none of our addresses."""

    def __init__(self, wanted: str, known: Sequence[LanAddress]) -> None:
        super().__init__(wanted)
        self.title = f"这台电脑没有 {wanted} 这个地址"
        listed = "、".join(f"{entry.address}（{entry.adapter}）" for entry in known)
        self.cure = f"现有的地址：{listed}。请从中选一个，或去掉 --address。" if known else NotInANetwork.cure


class AddressWithoutLan(Refusal):
    """`--address` without `--lan` would do nothing."""

    title = "--address 要和 --lan 一起用"
    cure = '给局域网使用：make up ARGS="--lan --address 地址"'


class TlsPortWithoutTls(Refusal):
    """`--tls-port` without `--tls` would do nothing."""

    title = "--tls-port 要和 --tls 一起用"
    cure = '用 https 启动：make up ARGS="--lan --tls --tls-port 端口"'


class OnePortForTwo(Refusal):
    """http and https on one port."""

    title = "http 和 https 不能用同一个端口"
    cure = "请给 --port 和 --tls-port 写不同的数字，例如 --port 8000 --tls-port 8443"


class HiddenByWsl(Refusal):
    """WSL2 in its NAT: Windows has the address that phones see."""

    title = "这里是 Windows 里的 Linux（WSL2），手机还连不到它"

    def __init__(self, address: str, ports: Sequence[int]) -> None:
        super().__init__(address)
        forward = "\n".join(
            f"     netsh interface portproxy add v4tov4 listenaddress=0.0.0.0 listenport={port} "
            f"connectaddress={address} connectport={port}"
            for port in ports
        )
        listed = ",".join(map(str, ports))
        self.cure = (
            "两个办法任选一个，做一次就行：\n"
            "① Windows 11：在 Windows 的个人文件夹（地址栏输入 %UserProfile%）里新建文件 .wslconfig，写两行：\n"
            "     [wsl2]\n"
            "     networkingMode=mirrored\n"
            "   保存后打开 PowerShell，输入 wsl --shutdown，再打开 Linux，重新启动开店沙盘。\n"
            "   手机仍打不开：右键“以管理员身份”打开 PowerShell，输入\n"
            "     New-NetFirewallHyperVRule -Name kaidian -DisplayName kaidian -Direction Inbound "
            f"-VMCreatorId '{{40E0AC32-46A5-438A-A0B2-2B479E8F2E90}}' -Protocol TCP -LocalPorts {listed}\n"
            "② Windows 10：右键“以管理员身份”打开 PowerShell，输入\n"
            f"{forward}\n"
            f"     netsh advfirewall firewall add rule name=kaidian dir=in action=allow protocol=TCP localport={listed}\n"
            "   再输入 ipconfig，找到 Windows 的 IPv4 地址（例如 192.168.1.5），启动时写上：--address 192.168.1.5\n"
            "   电脑重启以后 WSL 的地址会变，portproxy 那行要按新地址再输入一次。"
        )
