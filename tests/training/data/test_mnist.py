"""MNIST: found, held against its hashes, and fetched when asked for, from a server on this host."""

import gzip
import re
import sys
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from actviz.errors import ExportError, MissingExtraError, SpecError
from actviz.training.data import mnist
from actviz.training.data.mnist import FILES, Source

SHAPES = ((6, 2, 2), (6,), (4, 2, 2), (4,))

#: The same bytes whenever it is done.
packed = partial(gzip.compress, mtime=0)


def header(shape):
    return Source(shape=shape, sha256="", packed_sha256="").header


@pytest.fixture
def small(monkeypatch) -> dict[str, bytes]:
    """Four small files in place of MNIST's: their contents, with the hashes that they must have."""
    rng = np.random.default_rng(0)
    contents, sources = {}, {}
    for name, shape in zip(FILES, SHAPES, strict=True):
        array = rng.integers(0, 256 if len(shape) == 3 else 10, shape).astype(np.uint8)
        contents[name] = header(shape) + array.tobytes()
        sources[name] = Source(
            shape=shape,
            sha256=sha256(contents[name]).hexdigest(),
            packed_sha256=sha256(packed(contents[name])).hexdigest(),
        )
    monkeypatch.setattr(mnist, "FILES", sources)
    return contents


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    """No folder is named, and the cache is an empty one."""
    monkeypatch.delenv("ACTVIZ_DATA_DIR", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _write(folder: Path, contents: dict[str, bytes], *, pack=bytes, suffix="") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name}{suffix}").write_bytes(pack(content))
    return folder


def test_a_header_is_the_files_own():
    assert FILES["train-labels-idx1-ubyte"].header.hex() == "000008010000ea60"
    assert len(FILES["t10k-images-idx3-ubyte"].header) == 16


@pytest.mark.parametrize(("pack", "suffix"), [(bytes, ""), (gzip.compress, ".gz")])
def test_images_are_flattened_and_scaled(tmp_path, small, pack, suffix):
    data = mnist.load_mnist(_write(tmp_path / "here", small, pack=pack, suffix=suffix))
    assert data.x_train.shape == (6, 4)
    assert data.x_train.dtype == np.float32
    first = small["train-images-idx3-ubyte"][16:20]
    np.testing.assert_allclose(data.x_train[0], np.frombuffer(first, "u1") / 255, rtol=1e-7)
    assert data.y_test.tolist() == list(small["t10k-labels-idx1-ubyte"][8:])


def test_the_named_folder_the_variable_s_and_the_cache_in_this_order(tmp_path, small, monkeypatch):
    _write(mnist.cache_dir(), small)
    assert mnist.find()["train-images-idx3-ubyte"].parent == mnist.cache_dir()
    monkeypatch.setenv("ACTVIZ_DATA_DIR", str(tmp_path / "named"))
    assert mnist.find()["train-images-idx3-ubyte"].parent == mnist.cache_dir()
    _write(tmp_path / "named", small)
    assert mnist.find()["train-images-idx3-ubyte"].parent == tmp_path / "named"
    with pytest.raises(SpecError, match=f"MNIST is not in {re.escape(str(tmp_path / 'empty'))} "):
        mnist.find(tmp_path / "empty")


def test_where_it_is_not_there_the_message_says_how_to_get_it(tmp_path):
    with pytest.raises(SpecError) as caught:
        mnist.load_mnist()
    message = str(caught.value)
    for part in (str(mnist.cache_dir()), "--download", "--data-dir", "ACTVIZ_DATA_DIR", "https://"):
        assert part in message
    assert "\n" not in message


def test_a_folder_that_lacks_one_file_names_it(tmp_path, small):
    folder = _write(tmp_path / "here", small)
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(SpecError, match="t10k-labels-idx1-ubyte is missing"):
        mnist.load_mnist(folder)


def test_names_with_a_dot_are_known(tmp_path, small):
    dotted = {name.replace("-idx", ".idx"): content for name, content in small.items()}
    assert len(mnist.load_mnist(_write(tmp_path / "here", dotted)).x_test) == 4


def test_another_file_of_the_same_shape_is_not_taken(tmp_path, small):
    changed = bytearray(small["t10k-images-idx3-ubyte"])
    changed[-1] ^= 1
    folder = _write(tmp_path / "here", small | {"t10k-images-idx3-ubyte": bytes(changed)})
    with pytest.raises(SpecError, match=r"is not MNIST's \(its SHA-256 is [0-9a-f]{64}\)"):
        mnist.load_mnist(folder)


def test_another_number_of_labels_is_not_taken(tmp_path, small):
    another = {"train-labels-idx1-ubyte": header((5,)) + bytes(5)}
    folder = _write(tmp_path / "here", small | another)
    with pytest.raises(SpecError, match="has 5 entries, and MNIST's has 6"):
        mnist.load_mnist(folder)


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "given/actviz/mnist"),
        ("linux", None, "home/.cache/actviz/mnist"),
        ("darwin", None, "home/Library/Caches/actviz/mnist"),
        ("win32", "LOCALAPPDATA", "given/actviz/mnist"),
        ("win32", None, "home/AppData/Local/actviz/mnist"),
    ],
)
def test_the_cache_is_the_platform_s(tmp_path, monkeypatch, platform, variable, expected):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "given"))
    assert mnist.cache_dir() == tmp_path / expected


# --- fetching -----------------------------------------------------------------------------


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path) -> Iterator[tuple[str, Path]]:
    """The address of a server on this host, and the folder that it gives files from."""
    pytest.importorskip("pooch", reason="pooch is not installed")
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as made:
        thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}/", folder
        made.shutdown()
        thread.join()


class _Bar:
    def __init__(self) -> None:
        self.total, self.seen = 0.0, 0

    def update(self, amount: int) -> None:
        self.seen += amount

    def reset(self) -> None:
        self.seen = 0

    def close(self) -> None:
        pass


def test_a_download_goes_to_the_cache_and_is_not_made_twice(small, server):
    address, folder = server
    _write(folder, small, pack=packed, suffix=".gz")
    bar = _Bar()
    assert mnist.download(mirrors=[address], bar=bar) == mnist.cache_dir()
    assert bar.seen
    assert {path.stat().st_mode & 0o777 for path in mnist.cache_dir().iterdir()} == {0o644}
    assert {path.name for path in mnist.cache_dir().iterdir()} == {f"{name}.gz" for name in small}
    assert len(mnist.load_mnist().x_train) == 6
    mnist.download(mirrors=["http://127.0.0.1:1/"])  # nobody is asked


def test_pooch_says_nothing_beside_the_bar(small, server, monkeypatch):
    import pooch

    said = StringIO()
    pooch.get_logger().setLevel("NOTSET")
    for handler in pooch.get_logger().handlers:
        monkeypatch.setattr(handler, "stream", said)
    address, folder = server
    _write(folder, small, pack=packed, suffix=".gz")
    mnist.download(mirrors=[address])
    assert said.getvalue() == ""


def test_the_next_mirror_is_asked_where_the_first_has_no_such_file(small, server, tmp_path):
    address, folder = server
    _write(folder / "second", small, pack=packed, suffix=".gz")
    mirrors = [f"{address}first/", f"{address}second/"]
    assert mnist.download(tmp_path / "here", mirrors=mirrors) == tmp_path / "here"
    assert len(mnist.load_mnist(tmp_path / "here").x_train) == 6


@pytest.mark.parametrize("fault", ["missing", "wrong", "cut", "page"])
def test_what_is_not_the_file_is_not_kept(small, server, tmp_path, fault):
    address, folder = server
    name = "t10k-images-idx3-ubyte"
    _write(folder, small, pack=packed, suffix=".gz")
    path = folder / f"{name}.gz"
    content = {
        "wrong": packed(small[name][:-1] + b"?"),
        "cut": path.read_bytes()[:20],
        "page": b"<html>please log in</html>",
    }
    if fault == "missing":
        path.unlink()
    else:
        path.write_bytes(content[fault])
    with pytest.raises(ExportError, match=rf"cannot download {name}.gz \({address}.*--data-dir"):
        mnist.download(tmp_path / "here", mirrors=[address])
    kept = {item.name for item in (tmp_path / "here").iterdir()}
    assert kept == {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"}


def test_nobody_answers(small, tmp_path):
    pytest.importorskip("pooch", reason="pooch is not installed")
    with pytest.raises(ExportError, match="cannot download train-images"):
        mnist.download(tmp_path / "here", mirrors=["http://127.0.0.1:1/"])
    assert list((tmp_path / "here").iterdir()) == []


def test_a_folder_that_cannot_be_made(small, tmp_path):
    pytest.importorskip("pooch", reason="pooch is not installed")
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot write MNIST to"):
        mnist.download(tmp_path / "file" / "here", mirrors=[])


def test_without_pooch_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'actviz[train]'")):
        mnist.download()
