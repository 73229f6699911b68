"""``--spec experiment.toml``: the options of the command line, in a file.

Keys are the options' long names, with - or _ alike; ``activation`` and ``init`` are one text or a
list. pydantic checks the types and reports all mistakes of a file at once.
"""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, FiniteFloat, ValidationError

from actviz.errors import SpecError, UnknownNameError

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
    signal: str | None = None
    output: str | None = None
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


KEYS = tuple(_Options.model_fields)


def read_spec_file(path: str) -> dict[str, Any]:
    """Return the options that a TOML file names.

    Raises
    ------
    SpecError
        If the file cannot be read, is not TOML, has an unknown key (the nearest one is named), or
        a value of a wrong type.
    """
    data = {key.replace("-", "_"): value for key, value in _read(path).items()}
    for key in data:
        if key not in KEYS:
            raise SpecError(f"{path}: {UnknownNameError('key', key, KEYS)}")
    try:
        options = _Options.model_validate(data)
    except ValidationError as error:
        mistakes = "; ".join(_mistake(item) for item in error.errors())
        raise SpecError(f"{path}: {mistakes}") from error
    found = options.model_dump(exclude_none=True)
    for name in ("activation", "init"):
        if isinstance(found.get(name), str):
            found[name] = [found[name]]
        elif found.get(name) == []:
            raise SpecError(f"{path}: {name} is an empty list: name at least one, or leave it out")
    if "range" in found:
        found["range"] = tuple(found["range"])
    return found


def _read(path: str) -> dict[str, Any]:
    source = Path(path)
    try:
        if source.stat().st_size > MAX_BYTES:
            raise SpecError(f"{path} is larger than {MAX_BYTES} bytes: not a spec file")
        return tomllib.loads(source.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path} is not valid TOML: {error}") from error
    except SpecError:
        raise
    except (ValueError, RecursionError) as error:  # a NUL in the name, 5000 digits, 10^5 brackets
        raise SpecError(f"cannot read {path!r}: {error}") from error


def _mistake(item: Any) -> str:
    # pydantic names the members of a union in the place; the key is what a user knows.
    key = item["loc"][0]
    shown = repr(item["input"])
    shown = shown if len(shown) <= 40 else f"{shown[:39]}…"
    message = item["msg"][0].lower() + item["msg"][1:]
    return f"{key}: {message} (got {shown})"
