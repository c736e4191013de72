"""Where backups go, and whether that is another disk than the data's."""

from pathlib import Path


def folder_for(data_dir: Path, named: Path | None) -> Path:
    """Returns where backups go: the named folder, else one beside the data, which a lost data folder does not take along."""
    return named.absolute() if named is not None else data_dir.absolute().parent / "backups"


def on_same_disk(data_dir: Path, folder: Path) -> bool:
    """Says whether a dying disk would take data and backups together."""
    return _disk_of(data_dir.absolute()) == _disk_of(folder.absolute())


def _disk_of(folder: Path) -> int:
    return next(step for step in (folder, *folder.parents) if step.exists()).stat().st_dev
