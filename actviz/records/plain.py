"""From plain JSON types to values: what is missing, unknown or wrong is one line that names it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from actviz.errors import RecordError, SpecError
from actviz.numbers.scalars import short


def schema_of(data: object, what: str, *known: str) -> Any:
    """Return the schema of `data`; RecordError unless it is known, today's being the first."""
    schema = data.get("schema") if isinstance(data, Mapping) else None
    if schema not in known:
        raise RecordError(f"not {what}: its schema is {schema!r}, not {known[0]!r}")
    return schema


@contextmanager
def worded(what: str, wrong: str) -> Iterator[None]:
    """Raise a RecordError for what goes wrong within, `wrong` naming what has a wrong type."""
    try:
        yield
    except KeyError as error:
        raise RecordError(f"{what} needs {error.args[0]!r}, and it is missing") from error
    except SpecError as error:
        raise RecordError(f"{what} that does not fit together: {error}") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, RecordError):
            raise
        raise RecordError(f"{what} with {wrong}: {error}") from error


def read_fields(
    data: Mapping[str, Any],
    what: str,
    known: Collection[str],
    *,
    older: Collection[str] = (),
    needed: Collection[str] = (),
    tuples: Collection[str] = (),
) -> dict[str, Any]:
    """Return fields, lists of `tuples` as such; SpecError if one is not known or missing."""
    if not isinstance(data, Mapping):
        raise SpecError(f"{what} is read from a mapping of its fields (got {short(data)})")
    if unknown := sorted(set(data).difference(known, older)):
        raise SpecError(f"{what} has no field {unknown[0]!r}; it has {', '.join(sorted(known))}")
    if missing := [name for name in needed if name not in data]:
        raise SpecError(f"{what} needs {missing[0]!r}")
    lists = {name: tuple(data[name]) for name in tuples if isinstance(data.get(name), list)}
    return {**data, **lists}


def own_or(value: Any, own: Mapping[str, object]) -> Any:
    """Return the user's own object where `value`, or an item of it, is its name."""
    if isinstance(value, tuple):
        return tuple(own_or(item, own) for item in value)
    return own.get(value, value) if isinstance(value, str) else value
