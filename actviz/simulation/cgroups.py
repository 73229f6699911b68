"""What the system says of the control groups that hold this process: their folders and files.

What their numbers mean is their readers' business: `memory` reads limits, `cores` quotas.
"""

from collections.abc import Iterator
from pathlib import Path


def groups(root: Path, controller: str) -> Iterator[tuple[Path, int]]:
    """Yield the folders of this process's control groups and of all those that hold them.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are.
    controller : str
        What is limited: ``"memory"`` or ``"cpu"``.

    Yields
    ------
    (Path, int)
        A folder that may be there, and the version of control groups whose files it has.
    """
    mount = root / "sys/fs/cgroup"
    for line in text_of(root / "proc/self/cgroup").splitlines():
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if number == "0":
            yield from ((group, 2) for group in _up(mount, path))
            yield from ((group, 2) for group in _up(mount / "unified", path))  # beside version 1
        elif controller in controllers.split(","):
            yield from ((group, 1) for group in _up(mount / controller, path))


def _up(mount: Path, path: str) -> Iterator[Path]:
    # In a container the path may be the host's, and what is mounted is the group itself.
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    for depth in range(len(parts), -1, -1):
        yield mount.joinpath(*parts[:depth])


def number_in(path: Path) -> int | None:
    """Return the number that a file of the system holds; None for a word, and for no file."""
    text = text_of(path).strip()
    return int(text) if text.isdigit() else None  # "max" is no limit


def text_of(path: Path) -> str:
    """Return a file of the system, "" where there is none."""
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
