"""A file is written whole, or not at all, and where it cannot be that is said before the work."""

import os
import stat
import threading
from pathlib import Path

import pytest

from actviz.errors import ExportError, SpecError
from actviz.files.disk import check_writable, write_atomically
from actviz.files.records import load, save
from actviz.simulation.stacks import simulate

STACK = {"width": (3, 4), "input_width": 2, "samples": 5, "bins": 4}
RECORD = simulate(activation="relu", init="he", **STACK)


def one_line(caught):
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    return text


class Stop(BaseException):
    pass


FAILURES = [OSError(28, "No space left on device"), KeyboardInterrupt(), Stop(), MemoryError()]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    ("step", "old"),
    # Only an old file has a mode to keep.
    [
        *((step, None) for step in ("open", "write", "fsync", "replace")),
        *((step, b"old") for step in ("open", "write", "fsync", "chmod", "replace")),
    ],
)
def test_a_stop_at_any_step_leaves_the_old_file_and_nothing_else(
    step, failure, old, tmp_path, monkeypatch
):
    path = tmp_path / "record.json"
    if old is not None:
        path.write_bytes(old)

    def fail(*args, **kwargs):
        raise failure

    if step in ("open", "write"):
        real = open

        class Failing:
            """The file, which takes half of what it is given, and then no more."""

            def __init__(self, file):
                self.file = file

            def __getattr__(self, name):
                return getattr(self.file, name)

            def __enter__(self):
                return self

            def __exit__(self, *_):
                self.file.close()

            def write(self, content):
                self.file.write(content[: len(content) // 2])
                raise failure

        def opening(name, mode):
            if step == "open":
                raise failure
            return Failing(real(name, mode))

        monkeypatch.setattr("builtins.open", opening)
    else:
        monkeypatch.setattr(os, step, fail)
    expected = ExportError if isinstance(failure, OSError) else type(failure)
    with pytest.raises(expected) as caught:
        save(RECORD, path)
    monkeypatch.undo()
    assert os.listdir(tmp_path) == ([] if old is None else ["record.json"])
    if old is not None:
        assert path.read_bytes() == old
    if expected is ExportError:
        assert one_line(caught) == f"cannot write {path}: No space left on device"


def test_a_full_disk_is_named(tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with pytest.raises(ExportError) as caught:
        write_atomically(Path("/dev/full"), b"new")
    assert "/dev/full" in one_line(caught)


def test_content_is_on_disk_before_the_name_moves(tmp_path, monkeypatch):
    steps = []
    fsync, replace = os.fsync, os.replace

    def noting(name, real):
        def run(*args):
            steps.append(name)
            return real(*args)

        return run

    monkeypatch.setattr(os, "fsync", noting("fsync", fsync))
    monkeypatch.setattr(os, "replace", noting("replace", replace))
    write_atomically(tmp_path / "a", b"new")
    assert steps == ["fsync", "replace"]


def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "there" / "real.json", tmp_path / "link.json"
    real.parent.mkdir()
    real.write_bytes(b"old")
    link.symlink_to(real)
    save(RECORD, link)
    assert link.is_symlink()
    assert load(real) == load(link) == RECORD
    assert os.listdir(real.parent) == ["real.json"]


def test_a_link_to_nothing_makes_the_file(tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "real.json")
    save(RECORD, link)
    assert link.is_symlink()
    assert load(tmp_path / "real.json") == RECORD


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o007])
def test_a_new_file_follows_the_umask(umask, tmp_path):
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "new", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o666 & ~umask


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_an_old_file_keeps_its_mode(mode, tmp_path):
    path = tmp_path / "old"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_two_writers_and_a_reader_never_meet(tmp_path):
    path = tmp_path / "a"
    contents = [bytes([65 + i]) * 50_000 for i in range(2)]
    write_atomically(path, contents[0])
    stop = threading.Event()
    failed = []

    def write(content):
        while not stop.is_set():
            try:
                write_atomically(path, content)
            except BaseException as error:  # seen by the test, not by the thread's end alone
                failed.append(error)
                return

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    try:
        for _ in range(300):
            assert path.read_bytes() in contents
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert not failed
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("write", [lambda p: save(RECORD, p), lambda p: write_atomically(p, b"x")])
class TestWhereNothingCanBeWritten:
    def test_a_device_stays_a_device(self, write):
        with pytest.raises(ExportError, match="not a regular file") as caught:
            write(Path(os.devnull))
        one_line(caught)
        assert stat.S_ISCHR(os.stat(os.devnull).st_mode)

    def test_a_fifo_stays_a_fifo(self, write, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ExportError, match="not a regular file"):
            write(tmp_path / "pipe")
        assert os.listdir(tmp_path) == ["pipe"]

    def test_a_directory_stays_a_directory(self, write, tmp_path):
        (tmp_path / "d").mkdir()
        with pytest.raises(ExportError, match="not a regular file"):
            write(tmp_path / "d")
        assert (tmp_path / "d").is_dir()
        assert os.listdir(tmp_path) == ["d"]

    def test_a_missing_directory_is_not_made(self, write, tmp_path):
        with pytest.raises(ExportError, match="No such file or directory"):
            write(tmp_path / "none" / "a.json")
        assert os.listdir(tmp_path) == []

    def test_a_file_is_no_directory(self, write, tmp_path):
        (tmp_path / "f").write_bytes(b"old")
        with pytest.raises(ExportError, match="Not a directory"):
            write(tmp_path / "f" / "a.json")

    def test_a_name_too_long(self, write, tmp_path):
        with pytest.raises(ExportError, match="File name too long") as caught:
            write(tmp_path / ("a" * 300))
        one_line(caught)
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("name", ["a\0b", "a" * 250 + "\0"])
    def test_a_nul(self, write, name, tmp_path):
        with pytest.raises(SpecError, match="cannot be a file name") as caught:
            write(tmp_path / name)
        assert "\0" not in one_line(caught)
        assert os.listdir(tmp_path) == []

    @pytest.mark.usefixtures("ordinary_user")
    def test_a_directory_without_permission(self, write, tmp_path):
        (tmp_path / "d").mkdir(mode=0o500)
        with pytest.raises(ExportError, match="Permission denied"):
            write(tmp_path / "d" / "a.json")


# --- checking before the work -------------------------------------------------------------


@pytest.mark.parametrize("name", ["new.json", "old.json", "link", "a" * 255, "图" * 85, "-", ".a"])
def test_names_that_can_be_written_are_let_through_and_written(name, tmp_path):
    (tmp_path / "old.json").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "old.json")
    before = sorted(os.listdir(tmp_path))
    check_writable(tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == before
    assert (tmp_path / "old.json").read_bytes() == b"old"
    save(RECORD, tmp_path / name)
    assert load(tmp_path / name) == RECORD


def test_what_cannot_be_a_file_is_refused_before_the_work(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "f").write_bytes(b"old")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "astray").symlink_to(tmp_path / "none" / "a.json")
    for path, error, message in (
        (tmp_path / "d", SpecError, "is a directory: name a file in it"),
        (Path("."), SpecError, "is a directory"),
        (Path(""), SpecError, "is a directory"),
        (Path(os.devnull), SpecError, "is not a regular file: name another"),
        (tmp_path / "pipe", SpecError, "is not a regular file"),
        (tmp_path / "none" / "a.json", SpecError, "none is not a directory: make it first"),
        (tmp_path / "f" / "a.json", SpecError, "f is not a directory: make it first"),
        (tmp_path / "astray", SpecError, "is a link to .*none is not a directory: make it first"),
        (tmp_path / "a\0b", SpecError, "cannot be a file name"),
        (tmp_path / ("a" * 250 + "\0"), SpecError, "cannot be a file name"),
        (tmp_path / "a\0b" / "c", SpecError, "cannot be a file name"),
        (tmp_path / ("a" * 300), ExportError, "File name too long"),
        (tmp_path / ("a" * 256), ExportError, "File name too long"),
        (tmp_path / ("a" * 300) / "b", ExportError, "File name too long"),
    ):
        with pytest.raises(error, match=message) as caught:
            check_writable(path)
        assert "\0" not in one_line(caught)
    assert sorted(os.listdir(tmp_path)) == ["astray", "d", "f", "pipe"]


@pytest.mark.parametrize("failing", ["access", "open"])
def test_a_missing_permission_is_the_machines_refusal(failing, tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    if failing == "access":
        monkeypatch.setattr(os, "access", lambda *_: False)
    else:

        def refuse(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ExportError) as caught:
        check_writable(path)
    assert one_line(caught) == f"cannot write {path}: Permission denied"
