"""What the terminal says when everything runs: the address to open, and for the room a code to scan."""

from app.commands.reach import Reach
from app.commands.terminal import Terminal
from app.lan import codes, lettering, obstacles


def alone(terminal: Terminal, reach: Reach) -> None:
    """Says where this machine's browser finds the first page."""
    terminal.say(f"\n开店沙盘已启动，请用浏览器打开：{reach.site()}")
    if reach.tls_port is not None:
        terminal.say(f"浏览器提示证书有问题时，先打开 {reach.first_visit('127.0.0.1')} 安装教学证书。")
    terminal.say("按 Ctrl-C 结束。")


def room(terminal: Terminal, reach: Reach) -> None:
    """Shows the way in: code, large letters, every address, and what to do when a phone finds nothing."""
    first, *others = reach.rooms
    begin = reach.first_visit(first.address)
    terminal.say("\n开店沙盘已启动。学员连上同一个 Wi-Fi，扫这个码：\n")
    terminal.code(codes.half_blocks(begin))
    terminal.large(lettering.large(f"{first.address}:{reach.port}"))
    terminal.say(f"\n或在浏览器里输入：{begin}")
    if reach.tls_port is not None:
        terminal.say(f"第一次在这一页安装教学证书；装过的设备直接打开：{reach.site(first.address)}")
    if others:
        terminal.say("这台电脑还有别的网卡；上面的打不开时试试：")
        for entry in others:
            terminal.say(f"  {reach.first_visit(entry.address)}（{entry.adapter}）")
        terminal.say("要换成其中一个来显示，启动时写上：--address 地址")
    terminal.say(f"\n在这台电脑上打开：{reach.site()}")
    terminal.say(f"投屏给学员扫码：{reach.site()}entrance")
    _when_nothing_opens(terminal, reach)
    terminal.say("按 Ctrl-C 结束。")


def certificate(terminal: Terminal, mark: str) -> None:
    """Shows the fingerprint that people compare before they trust."""
    half = len(mark) // 2 + 1
    terminal.say("教学证书的指纹（SHA-256），安装时请核对：")
    terminal.say(f"  {mark[:half]}\n  {mark[half:]}")


def _when_nothing_opens(terminal: Terminal, reach: Reach) -> None:
    wanted = [reach.port] if reach.tls_port is None else [reach.port, reach.tls_port]
    command = obstacles.firewall_hint(wanted)
    opening = f"在这台电脑上放行：{command}" if command else "这台电脑的防火墙放行端口 " + "、".join(map(str, wanted))
    terminal.say("手机打不开？① 和这台电脑连同一个 Wi-Fi；② 路由器关闭“AP 隔离”（访客网络通常开着）；")
    terminal.say(f"③ {opening}。")
