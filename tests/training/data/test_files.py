"""Files that are not what they say: every fault has one line, and nothing is allocated for it."""

import gzip
import os
import pickle
import re
import struct
import tracemalloc
import zipfile
from io import BytesIO

import numpy as np
import pytest
from damaged import damaged, whole

from actviz.errors import SpecError
from actviz.simulation import memory as _memory
from actviz.training.data.datasets import from_files
from actviz.training.data.files import read_arrays, read_idx


def _npy(array, **settings):
    buffer = BytesIO()
    np.save(buffer, array, **settings)
    return buffer.getvalue()


def _header(shape, descr="<f8", version=b"\x01\x00"):
    text = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text


GOOD = _npy(np.arange(12.0).reshape(3, 4))


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4),
        np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
        np.arange(5, dtype=">i4"),
        np.array(["a", "bc"]),
        np.zeros((0, 3)),
        np.array(True),
    ],
)
def test_arrays_come_back_as_they_were(tmp_path, array):
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "a.npz", one=array, two=array)
    np.savez_compressed(tmp_path / "b.npz", one=array)
    for found in (
        read_arrays(tmp_path / "a.npy")[""],
        read_arrays(tmp_path / "a.npz")["two"],
        read_arrays(tmp_path / "b.npz")["one"],
    ):
        assert found.dtype == array.dtype
        assert found.tolist() == array.tolist()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a readable array"),
        (b"0.5,0.5\n", "is not a readable array: the magic string is not correct"),
        (GOOD[:6], "is not a readable array"),
        (GOOD[:-1], "its header claims 96 bytes, and there are 95"),
        (GOOD + b"x", "its header claims 96 bytes, and there are 97"),
        (_header((10**6, 10**6)), "its header claims 8000000000000 bytes, and there are 0"),
        (_header((2**40, 2**40)), "and there are 0"),
        (_header((-1, 8)), "is not a readable array"),
        (_header((1,), descr="|O"), "it holds Python objects, which are never loaded"),
        (_header((1,), version=b"\x09\x00"), "is not a readable array"),
        (_npy(np.array([None, {}]), allow_pickle=True), "which are never loaded"),
        (pickle.dumps([1, 2]), "is not a readable array"),
    ],
)
def test_a_damaged_npy(tmp_path, content, message):
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(SpecError, match=message):
        read_arrays(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", content)
    with pytest.raises(SpecError, match=message):
        read_arrays(tmp_path / "a.npz")


def _broken_zip():
    buffer = BytesIO()
    np.savez_compressed(buffer, x=np.random.default_rng(0).random(500))
    content = bytearray(buffer.getvalue())
    content[200] ^= 0xFF
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a whole .npz file"),
        (b"text", "is not a whole .npz file"),
        (GOOD, "is not a whole .npz file"),
        (b"PK\x05\x06" + bytes(18), "holds no arrays"),
        (_broken_zip(), "is not a readable array: Bad CRC-32"),
    ],
)
def test_a_damaged_npz(tmp_path, content, message):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(SpecError, match=message):
        read_arrays(tmp_path / "a.npz")


def test_a_pickle_is_never_loaded(tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    (tmp_path / "a.npy").write_bytes(_npy(np.array([Trap()]), allow_pickle=True))
    with pytest.raises(SpecError, match="never loaded"):
        read_arrays(tmp_path / "a.npy")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2\n3,4.5\n", [[1, 2], [3, 4.5]]),
        ("a,b\n1,2\n", [[1, 2]]),
        ("\ufeff1,2\r\n3,4\r\n", [[1, 2], [3, 4]]),
        ("1\n\n2\n", [[1], [2]]),
        ("1e3,-.5\n", [[1000, -0.5]]),
        ('"1","2"\n', [[1, 2]]),
        ("yes\nno\n", [["yes"], ["no"]]),
        ("kind\n1\n0\n", [[1], [0]]),
    ],
)
def test_tables(tmp_path, text, expected):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    assert read_arrays(tmp_path / "a.csv")[""].tolist() == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"1,2\n3\n", "line 2 has 1 columns, the first one 2"),
        (b"a,b\n1,2\n3,4,5\n", "line 3 has 3 columns"),
        (b"1,2\n3,x\n", "line 2, column 2 is no number: 'x'"),
        (b"a,b\n1,2\n3,\n", "line 3, column 2 is no number: ''"),
        (b"\xff\xfe1,2", "is not UTF-8 text"),
        (b'1,"2\n', "is not CSV"),
        (b"a,b\r1,2\r", "its lines end in CR alone, and must end in LF or CR LF"),
    ],
)
def test_a_table_that_is_none(tmp_path, content, message):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(SpecError, match=message):
        read_arrays(tmp_path / "a.csv")


def test_names_that_cannot_be_read(tmp_path):
    (tmp_path / "folder.npy").mkdir()
    os.mkfifo(tmp_path / "pipe.npy")
    for name, message in (
        ("a.txt", "the suffix of .*a.txt must be .npy, .npz or .csv"),
        ("missing.npy", "cannot read .*missing.npy': No such file or directory"),
        ("folder.npy", "cannot read .*folder.npy': Is a directory"),
        ("pipe.npy", "is not a regular file"),
        ("a\0.npy", "cannot be a file name"),
        (f"{'a' * 300}.npy", "File name too long"),
    ):
        with pytest.raises(SpecError, match=message):
            read_arrays(tmp_path / name)


def test_a_file_larger_than_memory_allows(tmp_path, monkeypatch):
    path = tmp_path / "a.npy"
    path.write_bytes(GOOD)
    monkeypatch.setattr(_memory, "least", lambda: _memory.Limit(10, "the test's limit"))
    with pytest.raises(SpecError, match="take fewer rows"):
        read_arrays(path)
    with pytest.raises(SpecError, match="take fewer rows"):
        read_idx(path, 1)


def test_one_long_text_does_not_fill_memory(tmp_path, monkeypatch):
    """numpy makes each of 4000 cells as long as the longest: 40 kB would be 320 MB."""
    (tmp_path / "a.csv").write_text("a\n" * 4000 + "c" * 20_000 + "\n")
    monkeypatch.setattr(_memory, "least", lambda: _memory.Limit(1e8, "the test's limit"))
    with pytest.raises(SpecError, match=r"needs about 321 MB of memory.*take fewer rows"):
        read_arrays(tmp_path / "a.csv")


# --- IDX ----------------------------------------------------------------------------------


def _idx(array, magic=None):
    magic = 0x0800 + array.ndim if magic is None else magic
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.astype("u1").tobytes()


IMAGES = np.arange(24).reshape(2, 3, 4)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_files_are_read_with_and_without_gzip(tmp_path, pack):
    path = tmp_path / "images"
    path.write_bytes(pack(_idx(IMAGES)))
    assert read_idx(path, 3).tolist() == IMAGES.tolist()


BOMB = struct.pack(">4I", 0x0803, 2**32 - 1, 2**32 - 1, 2**32 - 1)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "begins with 0x00000000, not with 0x00000803"),
        (_idx(IMAGES)[:9], "not the IDX file it should be"),
        (_idx(np.arange(5)), "begins with 0x00000801, not with 0x00000803"),
        (_idx(IMAGES, 0x0D03), "begins with 0x00000d03"),
        (b"<html>no</html>", "begins with 0x3c68746d"),
        (_idx(IMAGES)[:-1], "announces 2 × 3 × 4 bytes and has only 23"),
        (_idx(IMAGES) + b"x", "announces 2 × 3 × 4 bytes and has more"),
        (BOMB, "take fewer rows"),
    ],
)
def test_a_damaged_idx(tmp_path, pack, content, message):
    path = tmp_path / "images"
    path.write_bytes(pack(content))
    with pytest.raises(SpecError, match=re.escape(message)):
        read_idx(path, 3)


def test_a_gzip_that_ends_too_early_or_is_damaged(tmp_path):
    whole = bytearray(gzip.compress(_idx(np.random.default_rng(0).integers(0, 255, (9, 9, 9)))))
    path = tmp_path / "images"
    path.write_bytes(whole[:300])
    with pytest.raises(SpecError, match="is not a whole gzip file"):
        read_idx(path, 3)
    whole[400] ^= 0xFF
    path.write_bytes(whole)
    with pytest.raises(SpecError, match=r"is not a whole gzip file|announces"):
        read_idx(path, 3)


def told(path):
    """Return what is said of a damaged file, "" where it can be read and is fit for training."""
    try:
        from_files(path, None if path.suffix == ".npz" else path)
    except SpecError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("suffix", "count"), [(".npy", 300), (".npz", 400), (".csv", 200)])
def test_damage_of_any_kind_is_one_line(tmp_path, suffix, count):
    """Bytes changed, lost and added, by a fixed seed; any other exception is a red test."""
    path = tmp_path / f"a{suffix}"
    for content in damaged(suffix, count, seed=20261129):
        path.write_bytes(content)
        assert "\n" not in told(path)


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".csv"])
def test_what_is_not_damaged_is_read(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    for content in whole()[suffix]:
        path.write_bytes(content)
        assert read_arrays(path)
