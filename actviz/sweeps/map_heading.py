"""Which nets are trained on a map, so that those which are kept on disk can be gone on with."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from actviz.errors import RecordError
from actviz.records.plain import schema_of
from actviz.records.summary import writer
from actviz.sweeps.map_nets import MapNet
from actviz.sweeps.map_record import MapSpec
from actviz.sweeps.map_trying import cells_of
from actviz.sweeps.parts import check_same_version, field_apart

#: Of the first line of a file of nets.
_SCHEMA = "actviz.map-nets/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetsHeading:
    """What the first line of a file of nets says of them: all that a net follows from.

    Parameters
    ----------
    activations : tuple of str
        By name.
    stds, depths : tuple
        Of the cells on which there are nets.
    width, bias_std, seed
        Of every net.
    data : str
        What they learn.
    version : str
        Of the actviz that trained them.
    """

    activations: tuple[str, ...]
    stds: tuple[float, ...]
    depths: tuple[int, ...]
    width: int
    bias_std: float
    seed: int
    data: str
    version: str

    @classmethod
    def today(cls, spec: MapSpec, data: str) -> Self:
        """Return the heading of nets that are trained here and now."""
        stds, depths = cells_of(spec)
        return cls(
            activations=tuple(one.name for one in spec.activations),
            stds=stds,
            depths=depths,
            width=spec.width,
            bias_std=spec.bias_std,
            seed=spec.seeds[0],
            data=data,
            version=dict(writer())["actviz"],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; `from_dict` reads them back."""
        plain = {
            name: [*value] if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }
        return {"schema": _SCHEMA, **plain}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the heading of a dict.

        Raises
        ------
        RecordError
            If it is none.
        """
        schema_of(data, "the nets of a map", _SCHEMA)
        names = [item.name for item in fields(cls)]
        if sorted(data) != sorted((*names, "schema")) or not all(
            isinstance(data[name], list) for name in names[:3]
        ):
            raise RecordError("a heading of nets that cannot be read")
        return cls(**{name: data[name] for name in names} | {n: (*data[n],) for n in names[:3]})

    def has(self, net: MapNet) -> bool:
        """Whether a net stands on one of the cells."""
        return (
            net.activation in self.activations and net.std in self.stds and net.depth in self.depths
        )

    def check_same(self, other: Self) -> None:
        """Raise RecordError if `other` is of other nets, or of another version."""
        there, here = self.to_dict(), other.to_dict()
        check_same_version(there.pop("version"), here.pop("version"), "nets")
        if field := field_apart(there, here):
            raise RecordError(f"they are of another map: {field}")
