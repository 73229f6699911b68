"""Values with arrays that stay read-only: through pickle and copy they are made again."""

from dataclasses import fields
from typing import Any


class MadeAgain:
    """A frozen dataclass whose copies, pickled or not, go through its checks again."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        kept = {item.name: getattr(self, item.name) for item in fields(self)}  # type: ignore[arg-type]  # of a dataclass
        return _made, (type(self), kept)


def _made(kind: type[Any], kept: dict[str, Any]) -> Any:
    return kind(**kept)
