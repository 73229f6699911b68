"""Files: what is written comes back, a stop half-way leaves the old file, bad files are named."""

import copy
import dataclasses
import json
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import actviz
from actviz.errors import ExportError, RecordError, SpecError
from actviz.files.disk import check_writable, write_atomically
from actviz.files.records import load, save, to_json
from actviz.layers.activations import ACTIVATIONS
from actviz.records.record import Record
from actviz.simulation.stacks import simulate

STACK = {"width": (3, 4), "input_width": 2, "samples": 5, "bins": 4}
RECORD = simulate(activation="relu", init="he", **STACK)
PLAIN = RECORD.to_dict()


def one_line(caught):
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    return text


# --- there and back -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"activation": "sigmoid", "init": "xavier"},
        {"activation": "relu", "init": "zeros", "bias_std": 0.1},
        {"activation": "relu", "init": "std=1e200", "depth": 9, "width": 4},
        {"activation": "gelu", "init": "torch_linear", "dtype": "float32", "seed": 2**63 - 1},
        {"activation": "tanh", "init": "sparse(sparsity=0.5, stddev=1)", "range": (-0.1, 0.3)},
        {"activation": "selu", "init": "uniform(low=0, high=1e-300)", "rng": "legacy"},
        {"activation": "mish", "init": "ones", "width": 1, "samples": 1, "depth": 1},
        {"activation": "softplus", "init": "he", "input_distribution": "uniform", "input_std": 0.1},
    ],
    ids=lambda fields: f"{fields['activation']}-{fields['init']}",
)
def test_what_is_saved_is_loaded(fields, tmp_path):
    shape = {} if "width" in fields else {"width": (3, 4), "input_width": 2}
    original = simulate(**{"samples": 5, "bins": 4} | shape | fields)
    path = save(original, tmp_path / "record.json")
    assert path == tmp_path / "record.json"
    back = load(path)
    assert back == original
    assert back.writer == original.writer
    # … and once more it is the same text.
    assert to_json(back) == path.read_text("utf-8") == to_json(original)
    assert os.listdir(tmp_path) == ["record.json"]


def test_names_are_strings_or_paths(tmp_path):
    assert actviz.load(str(actviz.save(RECORD, str(tmp_path / "a.json")))) == RECORD


def test_ones_own_objects_come_back(tmp_path):
    class Mine:
        name = label = "größer"

        def sample(self, rng, fan_in, fan_out):
            return rng.standard_normal((fan_in, fan_out))

        def std(self, fan_in, fan_out):
            return 1.0

    row = dataclasses.replace(ACTIVATIONS["tanh"], name="mein tanh")
    init = Mine()
    original = simulate(activation=row, init=init, **STACK)
    path = save(original, tmp_path / "own.json")
    assert load(path, activations=[row], initializers=[init]) == original
    with pytest.raises(RecordError) as caught:
        load(path, activations=[row])
    assert "unknown initializer 'größer'" in one_line(caught)


def test_the_text_is_strict_json():
    def refuse(constant):
        raise AssertionError(constant)

    for record in (RECORD, simulate(activation="relu", init="std=1e200", width=3, samples=2)):
        text = to_json(record)
        assert text.endswith("}\n")
        assert json.loads(text, parse_constant=refuse) == record.to_dict()


# --- writing ------------------------------------------------------------------------------


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
    for path, error, message in (
        (tmp_path / "d", SpecError, "is a directory: name a file in it"),
        (Path("."), SpecError, "is a directory"),
        (Path(""), SpecError, "is a directory"),
        (Path(os.devnull), SpecError, "is not a regular file: name another"),
        (tmp_path / "pipe", SpecError, "is not a regular file"),
        (tmp_path / "none" / "a.json", SpecError, "none is not a directory: make it first"),
        (tmp_path / "f" / "a.json", SpecError, "f is not a directory: make it first"),
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
    assert sorted(os.listdir(tmp_path)) == ["d", "f", "pipe"]


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


# --- reading ------------------------------------------------------------------------------

TEXT = to_json(RECORD)
BAD_BYTES = {
    "empty": (b"", "not valid JSON (line 1, column 1"),
    "a bracket": (b"{", "not valid JSON (line 1, column 2"),
    "half a list": (b"[1,2", "not valid JSON (line 1, column 5"),
    "spaces": (b"  \n ", "not valid JSON (line 2, column 2"),
    "two values": (b"{} {}", "not valid JSON (line 1, column 4: Extra data)"),
    "single quotes": (b"{'schema': 1}", "not valid JSON (line 1, column 2"),
    "half a record": (TEXT[: len(TEXT) // 2].encode(), "not valid JSON (line "),
    "a null": (b"null", "not an actviz record: its schema is None"),
    "a number": (b"5", "not an actviz record"),
    "a list": (b"[1, 2]", "not an actviz record"),
    "a text": (b'"actviz.record/1"', "not an actviz record"),
    "an empty object": (b"{}", "not an actviz record"),
    "nan": (TEXT.replace('"depth": 2', '"depth": NaN').encode(), "never NaN"),
    "inf": (b"[Infinity]", "never Infinity"),
    "-inf": (b"[-Infinity]", "never -Infinity"),
    "1e999": (TEXT.replace('"bias_std": 0.0', '"bias_std": 1e999').encode(), "never 1e999"),
    "-1e999": (b"[-1e999]", "never -1e999"),
    "5000 digits": (b'{"schema": ' + b"9" * 5000 + b"}", "cannot read"),
    "bom": (b"\xef\xbb\xbf" + TEXT.encode(), "BOM"),
    "utf-16": (TEXT.encode("utf-16"), "is not UTF-8 text"),
    "utf-16-le": (TEXT.encode("utf-16-le"), "not valid JSON"),
    "utf-32": (TEXT.encode("utf-32"), "is not UTF-8 text"),
    "latin-1": ('{"schema": "größer"}'.encode("latin-1"), "is not UTF-8 text"),
    "random bytes": (bytes(range(256)), "is not"),
    "a png": (b"\x89PNG\r\n\x1a\n" + bytes(50), "is not UTF-8 text"),
    "deep lists": (b"[" * 100_000, "nested too deeply"),
    "deep objects": (b'{"a":' * 100_000, "nested too deeply"),
    "another schema": (
        TEXT.replace("actviz.record/1", "actviz.record/2").encode(),
        "its schema is 'actviz.record/2', not 'actviz.record/1'",
    ),
}


@pytest.mark.parametrize("kind", BAD_BYTES)
def test_bad_files_are_named_in_one_line(kind, tmp_path):
    content, message = BAD_BYTES[kind]
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(RecordError) as caught:
        load(path)
    text = one_line(caught)
    assert message in text
    assert str(path) in text
    assert len(text) < 400


def test_every_truncation_is_named(tmp_path):
    path = tmp_path / "half.json"
    content = TEXT.encode()
    # Without its last byte, a line feed, it is whole.
    for end in range(0, len(content) - 2, 97):
        path.write_bytes(content[:end])
        with pytest.raises(RecordError, match="is not valid JSON"):
            load(path)


def test_files_that_cannot_be_read(tmp_path):
    for path, message in (
        (tmp_path / "none.json", "No such file or directory"),
        (tmp_path, "Is a directory"),
        (tmp_path / ("a" * 300), "File name too long"),
        (tmp_path / "a\0b", "cannot be a file name"),
    ):
        with pytest.raises(RecordError, match=message) as caught:
            load(path)
        assert "\0" not in one_line(caught)


def at(data, *path):
    for step in path:
        data = data[step]
    return data


FIRST = ("layers", 0)
ITEM = ("layers", 1, "signals", "activation")
STATS, HISTOGRAM = (*ITEM, "stats"), (*ITEM, "histogram")
GONE = object()
#: Where, what stands there instead, and what the message says of it.
DAMAGE = [
    *(((name,), GONE, f"needs '{name}'") for name in ("spec", "layers")),
    *(((*FIRST, name), GONE, f"needs '{name}'") for name in ("layer", "fan_in", "width")),
    ((*FIRST, "signals"), GONE, "needs 'signals'"),
    ((*FIRST, "signals", "activation"), GONE, "needs 'activation'"),
    ((*ITEM, "stats"), GONE, "needs 'stats'"),
    ((*ITEM, "histogram"), GONE, "needs 'histogram'"),
    ((*HISTOGRAM, "counts"), GONE, "counts"),
    ((*STATS, "mean"), GONE, "statistics need 'mean'"),
    ((*STATS, "median"), 1.0, "there is no statistic 'median'"),
    ((*HISTOGRAM, "bins"), 4, "bins"),
    (("spec", "activation"), GONE, "a spec needs 'activation'"),
    (("spec", "dpeth"), 3, "a spec has no field 'dpeth'"),
    (("spec", "activation"), "rleu", "unknown activation 'rleu': did you mean 'relu'?"),
    (("spec", "activation"), ["relu"], "activation must be a name"),
    (("spec", "init"), 0.01, "init must be a text"),
    (("spec", "depth"), "2", "depth must be an integer"),
    (("spec", "depth"), 2.0, "depth must be an integer"),
    (("spec", "samples"), 6, "must have 18 values"),
    (("spec", "width"), [3, 5], "cannot hold"),
    (("spec",), "relu", "a spec is read from a mapping"),
    (("spec",), None, "a spec is read from a mapping"),
    (("layers",), {}, "cannot hold none"),
    (("layers",), [], "cannot hold none"),
    (("layers",), 5, "wrong type"),
    (("layers",), "ab", "wrong type"),
    (FIRST, None, "wrong type"),
    ((*FIRST, "layer"), "1", "layer must be an integer"),
    ((*FIRST, "layer"), 1.0, "layer must be an integer"),
    ((*FIRST, "layer"), True, "layer must be an integer"),
    ((*FIRST, "layer"), 2, "cannot hold"),
    ((*FIRST, "width"), None, "width must be an integer"),
    ((*FIRST, "signals"), [], "wrong type"),
    ((*STATS, "count"), "20", "count must be an integer"),
    ((*STATS, "count"), 20.0, "count must be an integer"),
    ((*STATS, "count"), None, "count must be an integer"),
    ((*STATS, "count"), -1, "count must be >= 0"),
    ((*STATS, "count"), 19, "counts 20 finite values and 0 others"),
    ((*STATS, "nonfinite"), 1, "its statistics 20 and 1"),
    ((*STATS, "mean"), "0.5", "mean must be a finite number"),
    ((*STATS, "mean"), True, "mean must be a finite number"),
    ((*STATS, "mean"), [0.5], "mean must be a finite number"),
    ((*STATS, "mean"), 10**400, "mean must be a finite number"),
    ((*STATS, "zero_fraction"), 1.5, "zero_fraction must be from 0 to 1"),
    ((*STATS, "zero_fraction"), -0.5, "zero_fraction must be from 0 to 1"),
    ((*STATS, "constant"), "false", "constant must be true or false"),
    ((*STATS, "constant"), 0, "constant must be true or false"),
    ((*STATS, "quantiles"), [1.0, 2.0], "quantiles must be 7 numbers"),
    ((*STATS, "quantiles"), ["1"] * 7, "quantiles must be a finite number"),
    ((*STATS, "quantiles"), "1234567", "quantiles must be a finite number"),
    ((*STATS, "quantiles"), 5, "wrong type"),
    (STATS, [], "statistics need 'between_unit_std'"),
    ((*HISTOGRAM, "counts"), [1, 2], "n + 1 edges"),
    ((*HISTOGRAM, "counts"), ["1", "2", "3", "4"], "counts of a histogram must be integers"),
    ((*HISTOGRAM, "counts"), [1.0, 2.5, 3.0, 4.0], "counts of a histogram must be integers"),
    ((*HISTOGRAM, "counts"), [20, 0, 0, -1], "must be >= 0"),
    ((*HISTOGRAM, "counts"), [1, 1, 1, 1], "its statistics 20 and 0"),
    ((*HISTOGRAM, "counts"), [[1], [2, 3]], "wrong type"),
    ((*HISTOGRAM, "edges"), [0, 1, 2, "3", 4], "edges of a histogram must be numbers"),
    ((*HISTOGRAM, "edges"), [0, 1, 2, 2, 4], "strictly increasing"),
    ((*HISTOGRAM, "edges"), [0, 1, None, 3, 4], "edges of a histogram must be numbers"),
    ((*HISTOGRAM, "underflow"), "0", "underflow of a histogram must be an integer"),
    ((*HISTOGRAM, "overflow"), 0.5, "overflow of a histogram must be an integer"),
    ((*HISTOGRAM, "nonfinite"), 3, "counts 20 finite values and 3 others"),
    (HISTOGRAM, [], ""),
    (("writer",), 5, "writer must be an object of names and versions (got 5)"),
    (("writer",), None, "writer must be an object of names and versions (got None)"),
    (("first_nonfinite_layer",), 9, "first_nonfinite_layer is 9, and its layers say None"),
    (("first_underflow_layer",), -4, "first_underflow_layer is -4, and its layers say None"),
    ((*HISTOGRAM, "kind"), "values", "a file does not name a histogram's kind"),
]  # fmt: skip


def damaged(path, value):
    data = copy.deepcopy(PLAIN)
    *way, last = path
    if value is GONE:
        del at(data, *way)[last]
    else:
        at(data, *way)[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"), DAMAGE, ids=[f"{p[-1]}-{v!r:.20}" for p, v, _ in DAMAGE]
)
def test_a_record_that_does_not_fit_together_is_refused(path, value, message, tmp_path):
    file = tmp_path / "damaged.json"
    file.write_text(json.dumps(damaged(path, value), allow_nan=False))
    with pytest.raises(RecordError) as caught:
        load(file)
    text = one_line(caught)
    assert text.startswith(f"{file}: ")
    assert message in text
    assert len(text) < 2000


def places(data, way=()):
    """The path of every value in a tree of dicts and lists."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for step, value in items:
        yield (*way, step)
        if isinstance(value, dict | list):
            yield from places(value, (*way, step))


def record_or_refusal(make):
    """No error but the one of a record is let through."""
    try:
        return make()
    except RecordError as error:
        return str(error)


strange = (
    st.none()
    | st.booleans()
    | st.integers(-3, 50)
    | st.sampled_from([2**63, 10**30, 10**320, GONE, {}, [], [[]], {"a": 1}, "relu", "he", ""])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.lists(st.integers(-1, 3) | st.none(), max_size=5)
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(places(PLAIN), key=str)), strange)
def test_any_damage_is_refused_in_one_line_or_leaves_a_record(path, value):
    outcome = record_or_refusal(lambda: Record.from_dict(damaged(path, value)))
    if isinstance(outcome, str):
        assert len(outcome.splitlines()) == 1
    else:
        assert Record.from_dict(json.loads(to_json(outcome))) == outcome
        assert outcome.to_rows()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(TEXT.encode()) - 1), byte=st.integers(0, 255))
def test_any_byte_changed_is_refused_in_one_line_or_leaves_a_record(place, byte, tmp_path):
    content = bytearray(TEXT.encode())
    content[place] = byte
    path = tmp_path / "changed.json"
    path.write_bytes(content)
    outcome = record_or_refusal(lambda: load(path))
    if isinstance(outcome, str):
        assert len(outcome.splitlines()) == 1
    else:
        assert Record.from_dict(json.loads(to_json(outcome))) == outcome
