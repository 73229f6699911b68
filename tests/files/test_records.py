"""Files: what is written comes back, a stop half-way leaves the old file, bad files are named."""

import copy
import dataclasses
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import actviz
from actviz.checks.comparison import compare
from actviz.checks.making import rerun
from actviz.errors import RecordError
from actviz.files.records import load, load_baseline, save, to_json
from actviz.layers.activations import ACTIVATIONS
from actviz.layers.initializers import get_initializer
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
        TEXT.replace("actviz.record/2", "actviz.record/3").encode(),
        "its schema is 'actviz.record/3', not 'actviz.record/2'",
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


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(places(PLAIN), key=str)), strange)
def test_any_damage_is_refused_in_one_line_or_leaves_a_record(path, value):
    outcome = record_or_refusal(lambda: Record.from_dict(damaged(path, value)))
    if isinstance(outcome, str):
        assert len(outcome.splitlines()) == 1
    else:
        assert Record.from_dict(json.loads(to_json(outcome))) == outcome
        assert outcome.to_rows()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


# --- files of version 0.1.0 ---------------------------------------------------------------

V010 = Path(__file__).parents[1] / "data" / "v010"


@pytest.mark.parametrize("name", ["record-tanh-units", "record-foreign", "record-range"])
def test_records_of_0_1_0_are_read_and_written_anew(name, tmp_path):
    """Their specs hold what is measured; the schema of today has it apart."""
    old = json.loads((V010 / f"{name}.json").read_text(encoding="utf-8"))
    record = load(V010 / f"{name}.json")
    assert old["schema"] == "actviz.record/1"
    told, again = old["spec"], record.to_dict()
    kept = {key: told[key] for key in record.measuring.to_dict() if key in told}
    assert again["measuring"].items() >= kept.items()
    assert again["spec"] == {key: value for key, value in told.items() if key not in kept}
    assert record.measuring.gradients == ("gradient" in record.signals)
    for mine, theirs in zip(again["layers"], old["layers"], strict=True):
        for signal, item in theirs["signals"].items():
            assert mine["signals"][signal]["histogram"] == item["histogram"]
            assert mine["signals"][signal]["stats"].items() >= item["stats"].items()
    save(record, tmp_path / "new.json")
    assert load(tmp_path / "new.json") == record


def test_a_baseline_of_0_1_0_is_checked_as_before():
    baseline = load_baseline(V010 / "tanh-xavier.json")
    assert baseline.record.spec.init_name == "xavier"
    (record,) = rerun(baseline)
    assert compare([record], baseline).ok
    other = replace(baseline.record.spec, init=get_initializer("std=1"))
    wrong = replace(simulate(other, measuring=baseline.record.measuring), spec=record.spec)
    assert not compare(wrong, baseline).ok


def test_what_a_later_version_adds_is_left_aside():
    data = load(V010 / "record-foreign.json").to_dict()
    assert Record.from_dict(data | {"of a later version": 1}) == Record.from_dict(data)
