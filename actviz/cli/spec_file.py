"""``--spec experiment.toml``: the options of the command line, in a file.

Keys are the options' long names, with - or _ alike; ``activation`` and ``init`` are one text or a
list. pydantic checks the types and reports all mistakes of a file at once.
"""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, FiniteFloat, ValidationError

from actviz.errors import SpecError, UnknownNameError
from actviz.reading import at_most, read_file

MAX_BYTES = 1_000_000


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    activation: str | list[str] | None = None
    init: str | list[str] | None = None
    gain: FiniteFloat | None = None
    depth: int | None = None
    width: int | None = None
    widths: list[int] | None = None
    bias_std: FiniteFloat | None = None
    input_width: int | None = None
    samples: int | None = None
    input_distribution: str | None = None
    input_std: FiniteFloat | None = None
    seed: int | None = None
    rng: str | None = None
    dtype: str | None = None
    bins: int | None = None
    range: list[FiniteFloat] | None = None
    gradients: bool | None = None
    effective_rank: bool | None = None
    unit_histograms: bool | None = None
    seeds: int | None = None
    summary: bool | None = None
    signal: str | None = None
    output: str | None = None
    view: str | None = None
    panel: str | list[str] | None = None
    pool: str | None = None
    theory: bool | None = None
    style: str | None = None
    size: str | None = None
    theme: str | None = None
    transparent: bool | None = None
    dpi: FiniteFloat | None = None
    share_y: str | None = None
    density: bool | None = None
    log_y: bool | None = None
    title: str | None = None
    font: str | None = None
    format: str | None = None
    record: str | None = None
    profile: str | None = None
    remedies: bool | None = None
    fail_on: str | None = None


KEYS = tuple(_Options.model_fields)


def read_spec_file(path: str) -> dict[str, Any]:
    """Return the options that a TOML file names; each command takes from it what it knows.

    Raises
    ------
    SpecError
        If the file cannot be read, is not TOML, has an unknown key (the nearest one is named), or
        a value of a wrong type.
    """
    data: dict[str, Any] = {}
    for key, value in _read(path).items():
        name = key.replace("-", "_")
        if name not in KEYS:
            raise SpecError(f"{path}: {UnknownNameError('key', key, KEYS)}")
        if name in data:
            raise SpecError(f"{path}: {name} is given twice, with - and with _")
        data[name] = value
    try:
        options = _Options.model_validate(data)
    except ValidationError as error:
        raise SpecError(f"{path}: {_mistakes(error, data)}") from error
    found = options.model_dump(exclude_none=True)
    for name in ("activation", "init", "panel"):
        if isinstance(found.get(name), str):
            found[name] = [found[name]]
        elif found.get(name) == []:
            raise SpecError(f"{path}: {name} is an empty list: name at least one, or leave it out")
    if "range" in found:
        found["range"] = tuple(found["range"])
    return found


def _read(path: str) -> dict[str, Any]:
    content = read_file(path, fits=at_most(MAX_BYTES, path, "spec file"))
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise SpecError(f"{path} is nested too deeply for a spec file") from error
    except ValueError as error:  # the one thing that Python refuses and TOML allows
        raise SpecError(f"{path} has an integer of thousands of digits") from error


def _mistakes(error: ValidationError, data: Mapping[str, Any]) -> str:
    # pydantic tells of each member of a union and of a list; the key is what a user knows.
    expected: dict[str, list[str]] = {}
    for item in error.errors():
        key = str(item["loc"][0])
        message = item["msg"].removeprefix("Input should be ")
        if message not in expected.setdefault(key, []):
            expected[key].append(message)
    return "; ".join(
        f"{key} must be {' or '.join(messages)} (got {_shown(data[key])})"
        for key, messages in expected.items()
    )


def _shown(value: object) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
