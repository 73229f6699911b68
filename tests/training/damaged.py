"""Files of arrays of every type and packing, and what damage makes of them, by a fixed seed."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import numpy as np

_DTYPES = ("?", "u1", "<i4", ">i8", "<f2", "<f4", ">f8", "<c16", "<U5", "S3", "<M8[s]", "V4")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_TABLES = (
    b"0.5,1,0\n-1e3,2,1\n.25,3,0\n",
    b"\xef\xbb\xbfx,y,class\r\n1,2,0\r\n3,4,1\r\n",
    '"größe","art"\n"1,5","a ""b"""\n2,c\n'.encode(),
)


def npy(array: np.ndarray, version: tuple[int, int] | None = None) -> bytes:
    """Return the array as a .npy file."""
    buffer = BytesIO()
    np.lib.format.write_array(buffer, array, version, allow_pickle=False)
    return buffer.getvalue()


def npz(members: dict[str, bytes], packing: int) -> bytes:
    """Return files as a .npz, packed in one of zip's ways."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return buffer.getvalue()


def whole() -> dict[str, list[bytes]]:
    """Return files that are as they should be, by suffix."""
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 2, (6, 4)).astype(dtype) for dtype in _DTYPES]
    arrays += [np.asfortranarray(arrays[5]), np.array(2.5), np.zeros((0, 3)), np.arange(6)]
    arrays.append(np.zeros(3, dtype=[("a", "<f4"), ("b", "u1", (2,))]))
    files = [npy(array) for array in arrays] + [npy(arrays[4], (2, 0))]
    rows, classes = npy(rng.random((6, 4))), npy(np.arange(6) % 2)
    packed = [npz({"x.npy": rows, "y.npy": classes}, packing) for packing in _PACKINGS]
    return {".npy": files, ".npz": packed, ".csv": list(_TABLES)}


def damaged(suffix: str, count: int, *, seed: int) -> Iterator[bytes]:
    """Yield files of one kind with bytes changed, left out or put in, or cut short."""
    rng = np.random.default_rng(seed)
    files = whole()[suffix]
    for number in range(count):
        content = bytearray(files[number % len(files)])
        for _ in range(rng.integers(1, 4)):
            _damage(content, rng)
        yield bytes(content)


def _damage(content: bytearray, rng: np.random.Generator) -> None:
    # Half of the damage is where a file says what it is: its beginning and its end.
    near = min(len(content), 130)
    place = int(rng.integers(0, len(content) + 1))
    if rng.random() < 0.5:
        place = int(rng.choice([near, len(content)])) - int(rng.integers(0, near + 1))
    some = rng.integers(0, 256, rng.integers(1, 9), dtype=np.uint8).tobytes()
    kind = rng.integers(0, 6)
    if kind == 0:
        del content[place:]
    elif kind == 1:
        content[place:place] = some
    elif kind == 2:
        del content[place : place + len(some)]
    elif kind == 3 and place < len(content):
        content[place] ^= 1 << int(rng.integers(0, 8))
    elif kind == 4 and place < len(content):  # another digit, bracket or letter
        content[place] = int(rng.choice(list(b"0123456789-()[]{}'\",.:<>|OTFeLx \n\x00\xff")))
    else:
        content[place : place + len(some)] = some
