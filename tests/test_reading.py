"""One function reads files: regular ones of a size that is allowed, and nothing is waited for."""

import os
import socket

import pytest

from actviz import reading as _reading
from actviz.errors import RecordError, SpecError
from actviz.reading import at_most, read_file


def any_size(size):
    return None


def refuse_the_work(size):
    raise AssertionError("it was asked for its size, and would have been read")


@pytest.fixture
def places(tmp_path):
    """Things with a name that are no files."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    listening = socket.socket(socket.AF_UNIX)
    # Its whole path would be too long for a socket.
    here = os.open(".", os.O_RDONLY)
    os.chdir(tmp_path)
    listening.bind("socket")
    os.fchdir(here)
    os.close(here)
    yield tmp_path
    listening.close()


@pytest.mark.parametrize("error", [SpecError, RecordError])
@pytest.mark.parametrize("name", ["pipe", "link", "socket", "/dev/zero", "/dev/tty", "/dev/null"])
def test_only_regular_files_are_read(places, name, error):
    if not os.path.exists(places / name):
        pytest.fail(f"{name} is not there")
    with pytest.raises(error, match=f"{name} is not a regular file: name another"):
        read_file(places / name, fits=refuse_the_work, error=error)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("folder", "cannot read '.*folder': Is a directory"),
        ("missing", "cannot read '.*missing': No such file or directory"),
        ("a" * 300, "File name too long"),
        ("a\0b", r"'.*a\\x00b' cannot be a file name"),
    ],
)
def test_names_that_cannot_be_read(places, name, message):
    with pytest.raises(SpecError, match=message):
        read_file(places / name, fits=refuse_the_work)


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(places, monkeypatch):
    regular = os.stat(__file__)
    monkeypatch.setattr(_reading.os, "stat", lambda path: regular)
    with pytest.raises(SpecError, match="pipe is not a regular file"):
        read_file(places / "pipe", fits=refuse_the_work)


def test_the_size_is_asked_before_anything_is_read(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(10**12)  # a hole: it takes no place
    with pytest.raises(RecordError, match=r"large is larger than 3 MB: no record$"):
        read_file(path, fits=at_most(3_000_000, path, "record", RecordError))
    path.write_bytes(b"x" * 3_000_000)
    assert len(read_file(path, fits=at_most(3_000_000, path, "record"))) == 3_000_000


def test_a_file_that_changes_while_it_is_read(tmp_path):
    path = tmp_path / "a.npy"
    path.write_bytes(b"old")
    with pytest.raises(SpecError, match="changed while it was read: try again"):
        read_file(path, fits=lambda size: path.write_bytes(b"larger"))


def test_a_file_of_the_system_that_says_it_is_empty():
    with pytest.raises(SpecError, match="changed while it was read"):
        read_file("/proc/self/status", fits=any_size)
