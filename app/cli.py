"""The `kaidian` command: parses options and calls `app.commands`.

`kaidian up` stays in memory for hours; what would drag the web framework or the database toolkit into it is imported
inside the command that needs it.
"""

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from app.commands import doctor, frontend, keys, ps, up
from app.commands.environment import OwnerUrlMissing
from app.commands.keys import KeysRefused
from app.commands.reach import Wish
from app.commands.terminal import Terminal
from app.embedded.places import CHECKOUT

cli = typer.Typer(
    name="kaidian",
    help="开店沙盘：启动、检查与维护。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its Markdown would stay in the supervisor's memory
)
database = typer.Typer(help="数据库结构。", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(database, name="db")
classes = typer.Typer(help="一个班的存档。", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(classes, name="sandbox")
key_files = typer.Typer(help="密钥文件：另存、放回、更换。", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(key_files, name="keys")

DataDir = Annotated[Path, typer.Option("--data-dir", envvar="KAIDIAN_DATA_DIR", help="数据文件夹。")]
DEFAULT_DATA_DIR = CHECKOUT / "var"


@cli.command("up", help="启动全部进程，Ctrl-C 结束。")
def start(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="演示课堂：自带账号与商品，只在本机可用。")] = False,
    lan: Annotated[bool, typer.Option("--lan", help="给教室里的手机和电脑使用，显示网址和二维码。")] = False,
    tls: Annotated[
        bool, typer.Option("--tls", help="用 https，学员才能用摄像头和录屏；每台设备要装教学证书。")
    ] = False,
    address: Annotated[
        str | None, typer.Option(help="有几块网卡时，选一个地址来显示（和 --lan 一起用）。", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="网页端口；不写则用 8000，只在本机用时被占用会顺延。", show_default=False),
    ] = None,
    tls_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="https 端口；不写则用 8443。", show_default=False)
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Starts every process and watches it until Ctrl-C."""
    wish = Wish(demo=demo, lan=lan, tls=tls, port=port, tls_port=tls_port, address=address)
    raise typer.Exit(up.run(up.Options(wish=wish, data_dir=data_dir.resolve())))


@cli.command("doctor", help="检查这台机器，并告诉您怎么办。")
def examine(*, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Examines this machine."""
    raise typer.Exit(doctor.run(data_dir.resolve()))


@cli.command("ps", help="列出正在运行的进程与内存。")
def list_processes(*, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Lists running processes and their memory."""
    raise typer.Exit(ps.run(data_dir.resolve()))


@cli.command("frontend", help="构建或检查前端。")
def build_front_end(*, task: Annotated[frontend.Task, typer.Argument(help="要做的事。")]) -> None:
    """Builds or checks the front end."""
    raise typer.Exit(frontend.run(task))


@cli.command("openapi", help="生成 web/openapi.json。")
def write_openapi(
    *,
    check: Annotated[bool, typer.Option("--check", help="只比较，不写；不一致时退出码为 1。")] = False,
) -> None:
    """Writes web/openapi.json."""
    from app.commands import openapi  # noqa: PLC0415 -- imports the web application

    raise typer.Exit(openapi.run(check=check))


@cli.command("handbook", help="印《实践操作手册》：学员用、讲师用各一本 PDF。")
def print_handbook(
    *,
    pictures: Annotated[Path, typer.Option(help="浏览器旅程拍的图在哪个文件夹。")] = DEFAULT_DATA_DIR / "screenshots",
    target: Annotated[Path, typer.Option("--to", help="PDF 放到哪个文件夹。")] = DEFAULT_DATA_DIR / "handbook",
) -> None:
    """Prints the guides of `docs/guide` as PDF."""
    from app.commands import handbook  # noqa: PLC0415 -- Markdown is needed here only

    raise typer.Exit(handbook.run(pictures, target))


@cli.command("matrix", help="生成权限矩阵 docs/authorisation.md。")
def write_matrix(
    *,
    check: Annotated[bool, typer.Option("--check", help="只比较，不写；不一致时退出码为 1。")] = False,
) -> None:
    """Writes docs/authorisation.md."""
    from app.commands import matrix  # noqa: PLC0415 -- imports the web application

    raise typer.Exit(matrix.run(check=check))


@database.command("migrate", help="把数据库结构升级到最新。")
def migrate_database(*, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Brings the schema up to date."""
    from app.commands import db  # noqa: PLC0415 -- imports the database toolkit

    raise typer.Exit(db.migrate_to_head(data_dir.resolve()))


@database.command("status", help="显示数据库结构的版本。")
def show_database_status(*, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Shows the revision of the schema."""
    from app.commands import db  # noqa: PLC0415 -- imports the database toolkit

    raise typer.Exit(db.show_status(data_dir.resolve()))


@key_files.command("show", help="显示密钥文件在哪里、有几把密钥；不显示密钥。")
def show_keys(*, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Shows what may be known about the keys."""
    raise typer.Exit(keys.show(data_dir.resolve()))


@key_files.command("export", help="把密钥文件另存到一个文件夹，例如 U 盘。")
def export_keys(
    *, to: Annotated[Path, typer.Option("--to", help="目标文件夹。")], data_dir: DataDir = DEFAULT_DATA_DIR
) -> None:
    """Copies the key file to a safe place."""
    raise typer.Exit(keys.export(data_dir.resolve(), to.resolve()))


@key_files.command("import", help="把另存过的密钥文件放回它的位置。")
def import_keys(
    *, file: Annotated[Path, typer.Argument(help="另存的密钥文件。")], data_dir: DataDir = DEFAULT_DATA_DIR
) -> None:
    """Brings a kept key file back."""
    raise typer.Exit(keys.bring_in(data_dir.resolve(), file.resolve()))


@key_files.command("rotate", help="换一把新的字段密钥，并重新加密；请先停下开店沙盘。")
def rotate_keys(*, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Adds a key and encrypts every field anew."""
    from app.commands import rotate_keys  # noqa: PLC0415 -- imports the database toolkit

    raise typer.Exit(rotate_keys.run(data_dir.resolve()))


@key_files.command("create", help="为自备服务器的部署建立一个密钥文件（见 docs/deploy.md）。")
def create_keys(*, to: Annotated[Path, typer.Option("--to", help="密钥文件的路径。")]) -> None:
    """Makes a key file for servers of one's own."""
    raise typer.Exit(keys.create(to))


@cli.command("backup", help="备份数据库与图片到另一个文件夹或 U 盘；上课时也可以做。")
def back_up(
    *,
    to: Annotated[Path | None, typer.Option("--to", help="备份放到哪个文件夹。", show_default=False)] = None,
    list_: Annotated[bool, typer.Option("--list", help="只列出已有的备份。")] = False,
    verify: Annotated[Path | None, typer.Option("--verify", help="只检查一份备份。", show_default=False)] = None,
    key_file: Annotated[Path | None, typer.Option("--key-file", help="密钥文件。", show_default=False)] = None,
    trigger: Annotated[str, typer.Option("--trigger", hidden=True)] = "command",
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Makes, lists or verifies backups."""
    from app.backup.rules import Trigger  # noqa: PLC0415 -- belongs to what follows
    from app.commands import backup  # noqa: PLC0415 -- imports the database toolkit

    if list_:
        raise typer.Exit(backup.show(data_dir.resolve(), to=to))
    if verify is not None:
        raise typer.Exit(backup.verify(verify.resolve(), key_file=key_file))
    raise typer.Exit(backup.run(data_dir.resolve(), to=to, trigger=Trigger(trigger)))


@classes.command("snapshot", help="存下一个班的商城现在的样子；不写名称则列出已有的。")
def make_snapshot(
    *,
    name: Annotated[str | None, typer.Option("--name", help="存档名称。", show_default=False)] = None,
    sandbox: Annotated[
        UUID | None, typer.Option("--sandbox", help="场次编号；只有一个班时不用写。", show_default=False)
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Makes a snapshot of a class, or lists those it has."""
    from app.commands import sandbox as commands  # noqa: PLC0415 -- imports the database toolkit

    code = (
        commands.show(data_dir.resolve(), sandbox) if name is None else commands.make(data_dir.resolve(), name, sandbox)
    )
    raise typer.Exit(code)


@classes.command("rollback", help="让一个班的商城回到一份存档；时间要先暂停。")
def roll_back(
    *,
    snapshot: Annotated[UUID, typer.Argument(help="存档编号。")],
    sandbox: Annotated[
        UUID | None, typer.Option("--sandbox", help="场次编号；只有一个班时不用写。", show_default=False)
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Puts a class's market back to a snapshot."""
    from app.commands import sandbox as commands  # noqa: PLC0415 -- imports the database toolkit

    raise typer.Exit(commands.roll_back(data_dir.resolve(), snapshot, sandbox))


@cli.command("restore", help="从备份恢复到一个空的数据文件夹，例如换一台电脑。")
def restore_backup(
    *,
    file: Annotated[Path, typer.Argument(help="备份文件。")],
    key_file: Annotated[Path | None, typer.Option("--key-file", help="密钥文件。", show_default=False)] = None,
    replace: Annotated[bool, typer.Option("--replace", help="文件夹里已有数据时，先移到旁边再恢复。")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Fills an empty data folder from a backup."""
    from app.commands import restore  # noqa: PLC0415 -- imports the database toolkit

    options = restore.Options(file.resolve(), data_dir.resolve(), key_file, replace)
    raise typer.Exit(restore.run(options))


@cli.command("rehearse", help="彩排：虚构的学员经接口演一整个班，再对账。默认另起一套临时的沙盘。")
def rehearse_class(
    *,
    learners: Annotated[int, typer.Option(min=2, max=30, help="学员人数。")] = 30,
    days: Annotated[int, typer.Option(min=1, max=30, help="模拟天数。")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="同一个种子，同样的选择。")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="报告用 JSON 输出。")] = False,
    time_outs: Annotated[bool, typer.Option("--time-outs", help="等到未付款的订单超时关闭，多用 15 分钟。")] = False,
    url: Annotated[
        str | None, typer.Option(help="用正在运行的沙盘，如 http://127.0.0.1:8000。", show_default=False)
    ] = None,
    login: Annotated[str | None, typer.Option(help="讲师账号；不写用演示讲师。", show_default=False)] = None,
    password: Annotated[
        str | None, typer.Option(envvar="KAIDIAN_REHEARSAL_PASSWORD", help="讲师密码。", show_default=False)
    ] = None,
) -> None:
    """Rehearses a class over HTTP."""
    try:
        from app.commands import rehearse  # noqa: PLC0415 -- imports an HTTP client of the development dependencies
    except ModuleNotFoundError as error:
        Terminal().failure("彩排还缺依赖", str(error), "请运行 make rehearse，它会先装好。")
        raise typer.Exit(1) from error
    wish = rehearse.Wish(learners, days, seed, url, login, password, time_outs, as_json)
    raise typer.Exit(rehearse.run(wish))


@cli.command("prepare", help="由 kaidian up 调用：升级数据库结构，写入演示数据。", hidden=True)
def prepare_database(
    *,
    demo: Annotated[bool, typer.Option("--demo")] = False,
    interrupted: Annotated[bool, typer.Option("--interrupted")] = False,
) -> None:
    """Migrates and fills the database for `kaidian up`."""
    from app.commands import prepare  # noqa: PLC0415 -- imports the database toolkit

    prepare.run(demo=demo, interrupted=interrupted)


@cli.command("open-demo-accounts", help="由 kaidian up --lan 调用：还能登录的演示账号数。", hidden=True)
def count_open_demo_accounts() -> None:
    """Prints how many demo accounts could sign in with the public password."""
    from app.commands import prepare  # noqa: PLC0415 -- imports the database toolkit

    typer.echo(prepare.open_demo_accounts())


@cli.command("certificate", help="由 kaidian up --tls 调用：生成或更新教学证书。", hidden=True)
def renew_certificate(
    *,
    folder: Annotated[Path, typer.Option(help="证书所在的文件夹。")],
    address: Annotated[list[str] | None, typer.Option(help="这台电脑的地址，可以写多次。")] = None,
) -> None:
    """Makes or renews the class's certificate for `kaidian up`."""
    from app.commands import certificate  # noqa: PLC0415 -- imports cryptography

    raise typer.Exit(certificate.run(folder, address or []))


def main() -> None:
    """Runs the command line; a terminal that cannot show a character gets a substitute instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        cli()
    except (OwnerUrlMissing, KeysRefused) as error:
        Terminal().failure(error.title, "", error.cure)
        sys.exit(1)
    except KeyboardInterrupt:
        Terminal().say("已取消。")
        sys.exit(130)


if __name__ == "__main__":
    main()
