"""Records, baselines and trainings on disk: save and load."""

import json
import os
from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from actviz.checks.baseline import Baseline
from actviz.errors import RecordError, SpecError
from actviz.files.disk import write_atomically
from actviz.layers.activations import Activation
from actviz.layers.initializer_laws import Initializer
from actviz.reading import at_most, read_file
from actviz.records.record import Record
from actviz.simulation.memory import check_fits
from actviz.training.record import TrainingRecord

#: A file is read as a whole before it is looked at: a baseline of 10 layers has about 30 kB, and
#: a Record of the 100 000 layers that there may be up to 2 GB.
MAX_BYTES = {"baseline": 100_000_000, "record": 2_000_000_000}
#: What JSON takes while it is read, in its own bytes: a number is an object of 24 and its place.
_JSON_TIMES = 10
#: Up to here a mapping of a baseline stands on one line.
_LINE = 100


def to_json(record: Record | TrainingRecord) -> str:
    """Return the record as JSON text: numbers only, null where undefined, never NaN.

    That of a `TrainingRecord` is one line: it has some 100 000 numbers.
    """
    indent = 1 if isinstance(record, Record) else None
    return json.dumps(record.to_dict(), allow_nan=False, ensure_ascii=False, indent=indent) + "\n"


def save(record: Record | TrainingRecord, path: str | os.PathLike[str]) -> Path:
    """Write `record` as JSON and return the path.

    Raises
    ------
    ExportError
        If the file cannot be written; a file that was there before is then untouched.
    SpecError
        If `path` cannot be a file name.
    """
    target = Path(path)
    write_atomically(target, to_json(record).encode())
    return target


def load(
    path: str | os.PathLike[str],
    *,
    activations: Sequence[Activation] = (),
    initializers: Sequence[Initializer] = (),
) -> Record:
    """Read the record that `save` wrote.

    Parameters
    ----------
    path : path-like
        A JSON file in UTF-8.
    activations, initializers : sequences, optional
        The user's own objects that the record's spec names.

    Raises
    ------
    RecordError
        If the file cannot be read, is not JSON, or is not a record of this schema.
    """
    return _load(Record, "record", path, activations, initializers)


def save_baseline(baseline: Baseline, path: str | os.PathLike[str]) -> Path:
    """Write `baseline` as JSON that is readable in a diff, and return the path.

    Raises
    ------
    ExportError
        If the file cannot be written; a file that was there before is then untouched.
    SpecError
        If `path` cannot be a file name.
    """
    target = Path(path)
    write_atomically(target, f"{_diffable(baseline.to_dict())}\n".encode())
    return target


def load_baseline(
    path: str | os.PathLike[str],
    *,
    activations: Sequence[Activation] = (),
    initializers: Sequence[Initializer] = (),
) -> Baseline:
    """Read the baseline that `save_baseline` wrote.

    Parameters
    ----------
    path : path-like
        A JSON file in UTF-8.
    activations, initializers : sequences, optional
        The user's own objects that its spec names.

    Raises
    ------
    RecordError
        If the file cannot be read, is larger than 100 MB, is not JSON, names a key twice, or is
        not a baseline of this schema.
    """
    return _load(Baseline, "baseline", path, activations, initializers)


def load_training(
    path: str | os.PathLike[str],
    *,
    activations: Sequence[Activation] = (),
    initializers: Sequence[Initializer] = (),
) -> TrainingRecord:
    """Read the training record that `save` wrote; as `load` in everything else.

    Raises
    ------
    RecordError
        If the file cannot be read, is not JSON, or is not a training record.
    """
    return _load(TrainingRecord, "record", path, activations, initializers)


Stored = TypeVar("Stored", Record, Baseline, TrainingRecord)


def _load(
    kind: type[Stored],
    word: str,
    path: str | os.PathLike[str],
    activations: Sequence[Activation],
    initializers: Sequence[Initializer],
) -> Stored:
    data = _read_json(Path(path), word)
    try:
        return kind.from_dict(data, activations=activations, initializers=initializers)
    except (RecordError, SpecError) as error:
        raise RecordError(f"{path}: {error}") from error


def _diffable(data: object, indent: str = "") -> str:
    """Return JSON with sorted keys, a line for each list of numbers and each small mapping.

    Floats are the shortest texts that give the same float again.
    """
    line = json.dumps(data, allow_nan=False, ensure_ascii=False, sort_keys=True)
    if not isinstance(data, dict) or (len(line) <= _LINE and not _nested(data)):
        return line if not _nested(data) else _listed(data, indent)
    inner = f"{indent} "
    items = (
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {_diffable(data[key], inner)}"
        for key in sorted(data)
    )
    return "{\n" + ",\n".join(items) + f"\n{indent}}}"


def _listed(data: object, indent: str) -> str:
    assert isinstance(data, list)
    inner = f"{indent} "
    return "[\n" + ",\n".join(f"{inner}{_diffable(item, inner)}" for item in data) + f"\n{indent}]"


def _nested(data: object) -> bool:
    items = data.values() if isinstance(data, dict) else data
    return isinstance(items, Iterable) and any(isinstance(item, dict | list) for item in items)


def _read_json(source: Path, kind: str) -> Any:
    """Return what a JSON file holds; RecordError says in one line what is wrong with it."""
    try:
        allowed = at_most(MAX_BYTES[kind], source, kind, RecordError)

        def fits(size: int) -> None:
            allowed(size)
            check_fits(_JSON_TIMES * size, f"{source} needs", "free some, or read it elsewhere")

        return json.loads(
            read_file(source, fits=fits, error=RecordError).decode("utf-8"),
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_unique,
        )
    except RecordError:
        raise
    except UnicodeDecodeError as error:
        raise RecordError(f"{source} is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise RecordError(f"{source} is not valid JSON ({place}: {error.msg})") from error
    except RecursionError as error:
        raise RecordError(f"{source} is nested too deeply for a {kind}") from error
    except ValueError as error:  # nan, inf, a key twice, or 5000 digits
        what = "an integer of more digits than any number here has"
        told = what if "int_max_str_digits" in str(error) else error
        raise RecordError(f"cannot read {str(source)!r}: {told}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"it has {next(n for n in names if names.count(n) > 1)!r} twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"a record holds numbers and null, never {constant}")


def _finite(text: str) -> float:
    return value if isfinite(value := float(text)) else _refuse(text)
