"""MNIST: where its four files are, whether they are the right ones, and how to get them.

The files are not part of actviz (CC BY-SA 3.0, Y. LeCun and C. Cortes). Nothing is downloaded
unless `download` is called.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from actviz.errors import ExportError, MissingExtraError, SpecError
from actviz.lookup import Table
from actviz.training.data.datasets import Dataset
from actviz.training.data.files import read_idx

if TYPE_CHECKING:
    from pooch import HTTPDownloader, Pooch

#: Where torchvision gets the files, too; the second one where the first fails.
MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/")

#: The environment variable that names the folder of the files.
VARIABLE = "ACTVIZ_DATA_DIR"

#: Seconds without a byte after which a mirror is given up.
_TIMEOUT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One of the files: its shape, and the SHA-256 of it without gzip and as a mirror has it."""

    shape: tuple[int, ...]
    sha256: str
    packed_sha256: str

    @property
    def header(self) -> bytes:
        """The bytes before the data."""
        sizes = (0x0800 + len(self.shape), *self.shape)
        return b"".join(size.to_bytes(4, "big") for size in sizes)


FILES: Mapping[str, Source] = Table(
    {
        "train-images-idx3-ubyte": Source(
            shape=(60_000, 28, 28),
            sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            packed_sha256="440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        "train-labels-idx1-ubyte": Source(
            shape=(60_000,),
            sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            packed_sha256="3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        ),
        "t10k-images-idx3-ubyte": Source(
            shape=(10_000, 28, 28),
            sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            packed_sha256="8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        "t10k-labels-idx1-ubyte": Source(
            shape=(10_000,),
            sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            packed_sha256="f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    }
)


class Bar(Protocol):
    """What is told how a download gets on: pooch's protocol, which tqdm has too."""

    total: float

    def update(self, amount: int) -> None:
        """Add bytes."""
        ...

    def reset(self) -> None:
        """Begin again."""
        ...

    def close(self) -> None:
        """End."""
        ...


def cache_dir() -> Path:
    """Return the user's cache folder for MNIST, whether it is there or not.

    Raises
    ------
    SpecError
        If the user has no home folder, as a number without a name in a container has none.
    """
    try:
        home = Path.home()
    except RuntimeError as error:
        raise SpecError(
            f"there is no home folder for MNIST: name a folder with --data-dir or {VARIABLE}"
        ) from error
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "actviz" / "mnist"


def load_mnist(data_dir: str | os.PathLike[str] | None = None) -> Dataset:
    """Return MNIST, its images flattened and scaled to [0, 1] in float32.

    Parameters
    ----------
    data_dir : path-like, optional
        The folder of the four files, gzipped or not. Default: the one that ``ACTVIZ_DATA_DIR``
        names, or else the user's cache.

    Raises
    ------
    SpecError
        If a file is missing, damaged, or not the one that it should be.
    """
    paths = find(data_dir)
    arrays = {name: read_checked(path, FILES[name]) for name, path in paths.items()}
    x_train, y_train, x_test, y_test = (arrays[name] for name in FILES)
    return Dataset(
        name="mnist",
        x_train=_scaled(x_train),
        y_train=y_train.astype(np.int64),
        x_test=_scaled(x_test),
        y_test=y_test.astype(np.int64),
        classes=tuple(map(str, range(10))),
        digest=sha256("".join(source.sha256 for source in FILES.values()).encode()).hexdigest(),
    )


def _scaled(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = images.reshape(len(images), -1).astype(np.float32)
    scaled /= np.float32(255)
    return scaled


def find(data_dir: str | os.PathLike[str] | None = None) -> dict[str, Path]:
    """Return where each of the files is, all of them in one folder.

    Raises
    ------
    SpecError
        If they are not there; the message says where they can be had.
    """
    folders = _folders(data_dir)
    missing: list[str] = []
    for folder in folders:
        found = {name: _there(folder, name) for name in FILES}
        missing = [name for name, path in found.items() if path is None]
        if not missing:
            return {name: path for name, path in found.items() if path is not None}
    places = " or ".join(map(str, folders))
    raise SpecError(
        f"MNIST is not in {places} ({missing[0]} is missing): --download fetches it, or get the "
        f"four files from {MIRRORS[0]} and name their folder with --data-dir or {VARIABLE}"
    )


def _folders(data_dir: str | os.PathLike[str] | None) -> list[Path]:
    if data_dir is not None:
        return [Path(data_dir)]
    named = os.environ.get(VARIABLE)
    try:
        return [*([Path(named)] if named else []), cache_dir()]
    except SpecError:
        if named:
            return [Path(named)]
        raise


def _there(folder: Path, name: str) -> Path | None:
    dotted = name.replace("-idx", ".idx")  # as some unpackers name them
    names = (name, f"{name}.gz", dotted, f"{dotted}.gz")
    return next((path for path in (folder / it for it in names) if os.path.isfile(path)), None)


def read_checked(path: Path, source: Source) -> NDArray[np.uint8]:
    """Return the content of one of the files.

    Raises
    ------
    SpecError
        If it is not, byte by byte, the file that it should be.
    """
    array = read_idx(path, len(source.shape))
    if array.shape != source.shape:
        given, wanted = (" × ".join(map(str, shape)) for shape in (array.shape, source.shape))
        raise SpecError(f"{path} has {given} entries, and MNIST's has {wanted}: get it again")
    found = sha256(source.header + array.tobytes()).hexdigest()
    if found != source.sha256:
        raise SpecError(f"{path} is not MNIST's (its SHA-256 is {found}): get it again")
    return array


def download(
    data_dir: str | os.PathLike[str] | None = None,
    *,
    mirrors: Sequence[str] = MIRRORS,
    bar: Bar | None = None,
) -> Path:
    """Fetch those of the files that are not there, and return their folder.

    Parameters
    ----------
    data_dir : path-like, optional
        Where to; default: the user's cache.
    mirrors : sequence of str
        Addresses to try, one after the other.
    bar : Bar, optional
        Told how it gets on.

    Raises
    ------
    MissingExtraError
        If pooch is not installed.
    ExportError
        If no mirror gives a file, or the machine cannot write it.

    Notes
    -----
    A file gets its name after its SHA-256 has been found right.
    """
    try:
        import pooch
    except ImportError as error:
        raise MissingExtraError("--download", "pooch", extra="train") from error
    pooch.get_logger().setLevel("WARNING")  # the bar tells how it gets on
    folder = cache_dir() if data_dir is None else Path(data_dir)
    registry = {f"{name}.gz": source.packed_sha256 for name, source in FILES.items()}
    stores = [pooch.create(folder, mirror, registry=registry) for mirror in mirrors]
    downloader = pooch.HTTPDownloader(progressbar=bar or False, timeout=_TIMEOUT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            if _there(folder, name) is None:
                _fetch(f"{name}.gz", stores, downloader)
    except OSError as error:
        if isinstance(error, ExportError):
            raise
        raise ExportError(f"cannot write MNIST to {folder}: {error.strerror or error}") from error
    return folder


def _fetch(name: str, stores: "Sequence[Pooch]", downloader: "HTTPDownloader") -> None:
    """Fetch a file from the first of the stores that gives it, whole and right."""
    from requests import RequestException

    reasons = []
    for store in stores:
        try:
            path = Path(store.fetch(name, downloader=downloader))
        except (RequestException, ValueError) as error:  # a ValueError: of its hash
            reasons.append(f"{store.base_url}: {error}".replace("\n", " ")[:200])
        else:
            path.chmod(0o644)  # pooch makes it for its owner alone, and a class may share a folder
            return
    raise ExportError(
        f"cannot download {name} ({'; '.join(reasons)}): try again later, or get it elsewhere "
        "and name its folder with --data-dir"
    )
