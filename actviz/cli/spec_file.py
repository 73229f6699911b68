"""``--spec experiment.toml``: the options of the command line, in a file.

Keys are the options' long names, with - or _ alike; ``activation`` and ``init`` are one text or a
list. pydantic checks the types and reports all mistakes of a file at once.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import ConfigDict, FiniteFloat, ValidationError, create_model

from actviz.cli.options import value_type
from actviz.cli.spec_options import SpecOptions
from actviz.errors import SpecError, UnknownNameError
from actviz.reading import at_most, read_file

MAX_SPEC_BYTES = 1_000_000

KEYS = tuple(field.name for field in fields(SpecOptions) if field.name not in ("spec", "named"))

#: Other names of keys.
_ALSO = {"layers": "depth"}

#: Keys of which a number alone is a text.
_NUMBERED = ("init", "std")

#: What TOML has for the types of options that it has not.
_IN_TOML: Mapping[Any, Any] = {
    float: FiniteFloat,
    tuple[str, ...]: str | list[str],
    tuple[int, ...]: list[int],
    tuple[float, float]: list[FiniteFloat],
}
_KINDS = {key: value_type(hint) for key, hint in get_type_hints(SpecOptions).items() if key in KEYS}
_Model = create_model(
    "_Model",
    __config__=ConfigDict(extra="forbid", strict=True),
    **{key: (_IN_TOML.get(kind, kind), None) for key, kind in _KINDS.items()}
    | dict.fromkeys(_NUMBERED, (str | FiniteFloat | list[str | FiniteFloat], None))
    | {"memory_limit": (str | int, None)},
)


def read_spec_file(path: str) -> SpecOptions:
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
        name = _ALSO.get(name, name)
        if name not in KEYS:
            raise SpecError(f"{path}: {UnknownNameError('key', key, KEYS)}")
        if name in data:
            raise SpecError(f"{path}: {name} is given twice, under two spellings")
        data[name] = value
    try:
        found: dict[str, Any] = _Model.model_validate(data).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise SpecError(f"{path}: {_mistakes(error, data)}") from error
    for name, value in found.items():
        several = _KINDS[name] == tuple[str, ...]
        if several and value == []:
            raise SpecError(f"{path}: {name} is an empty list: name at least one, or leave it out")
        items = tuple(value) if isinstance(value, list) else (value,)
        if name in _NUMBERED:
            items = tuple(item if isinstance(item, str) else repr(item) for item in items)
        if name == "memory_limit":  # of which a number alone is a text, too
            found[name] = str(value)
        if several or isinstance(value, list):
            found[name] = items
    return SpecOptions(**found)


def _read(path: str) -> dict[str, Any]:
    content = read_file(path, fits=at_most(MAX_SPEC_BYTES, path, "spec file"))
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
