"""SweepSpec: which stacks a sweep runs, as one frozen value that is small however many they are."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as stack_fields
from math import prod
from typing import Any, Self, get_args

import numpy as np

from actviz.errors import SpecError, UnknownNameError
from actviz.format import counted
from actviz.layers.activations import Activation, get_activation
from actviz.layers.initializer_laws import Initializer, Normal
from actviz.layers.initializers import get_initializer, initializer_name, with_gain
from actviz.numbers.scalars import check_integer, is_finite, is_integer, is_number, short
from actviz.records.plain import own_or, read_fields
from actviz.records.recorded_spec import stack_line
from actviz.records.spec import StackSpec, seeds_from
from actviz.sweeps.axes import AXIS_EXAMPLES, COUNTED, AxisGrid, AxisName, check_once, read_axis
from actviz.sweeps.seeds import said_shortly, seed_of
from actviz.sweeps.size import Work, check_size, check_there_can_be

AXIS_NAMES: tuple[AxisName, ...] = get_args(AxisName)

#: Between names in a text; one in brackets is between the arguments of a law.
_COMMA = re.compile(r"\s*,(?![^()]*\))\s*")

#: More than there can ever be, which an estimate says better.
_MANY = 10**18

#: What the values are of an axis that has numbers, which may be a million.
_KINDS = {
    name: int if name in COUNTED else float
    for name in AXIS_EXAMPLES
    if name not in ("activation", "init")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepAxis:
    """What is varied, and its values.

    Parameters
    ----------
    name : str
        Of `actviz.sweeps.axes.AXIS_EXAMPLES`.
    values : tuple
        Activations and initializers as objects or by name, numbers as numbers; at least two, and
        none twice.

    Raises
    ------
    SpecError
        If a value is none of this axis.
    """

    name: AxisName
    values: tuple[Any, ...]
    _text: str | None = field(init=False, default=None, compare=False, repr=False)

    @classmethod
    def of(cls, name: AxisName, values: "_Asked") -> Self:
        """Return the axis of values, or of those that a text says."""
        if not isinstance(values, AxisGrid):
            return cls(name=name, values=values)
        axis = cls(name=name, values=values.values())
        if len(values.pieces) < len(axis.values):
            object.__setattr__(axis, "_text", values.text)
        return axis

    @property
    def in_short(self) -> str | list[Any]:
        """The values as JSON has them, or the text that said them: there may be a million."""
        return self._text or list(self.plain)

    def __post_init__(self) -> None:
        if self.name not in AXIS_NAMES:
            raise SpecError(f"a sweep goes over {', '.join(AXIS_NAMES)} (got {short(self.name)})")
        values = tuple(self.values)
        if set(map(type, values)) != {_KINDS.get(self.name)}:
            values = tuple(_as_object(self.name, value) for value in values)
        if len(values) < 2:
            raise SpecError(
                f"{self.name} has {counted(len(values), 'value')}: an axis has two or more"
            )
        object.__setattr__(self, "values", values)
        check_once(self.name, self.plain)

    @property
    def plain(self) -> tuple[Any, ...]:
        """The values as JSON has them: names and numbers."""
        if self.name in _KINDS:
            return self.values
        return tuple(
            value.name if isinstance(value, Activation) else initializer_name(value)
            for value in self.values
        )


def _as_object(name: str, value: Any) -> Any:
    if name == "activation":
        return get_activation(value) if isinstance(value, str) else value
    if name == "init":
        return get_initializer(value) if isinstance(value, str) else value
    if not is_number(value):
        raise SpecError(f"{name} has numbers (got {short(value)})")
    return value if name in COUNTED else float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSpec:
    """Every combination of the axes' values, each under some seeds.

    Parameters
    ----------
    base : StackSpec
        What the stacks have in common; its seed is the first seed number.
    axes : tuple of SweepAxis
        What is varied; `std` is the std of normal weights, and takes the initializer's place.
    seeds : int, default 1
        How many seeds each combination has: see `actviz.sweeps.seeds.seed_of`.

    Raises
    ------
    SpecError
        If a value cannot be a stack's, or an axis is there twice.

    Examples
    --------
    >>> sweep = SweepSpec.of(activation="tanh", std="0.01..1:3", depth=50, seeds=2)
    >>> len(sweep), sweep.stack(2).init_name, sweep.shape
    (6, 'std=0.1', (3, 2))
    """

    base: StackSpec
    axes: tuple[SweepAxis, ...] = ()
    seeds: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.base, StackSpec):
            raise SpecError(f"base must be a StackSpec (got {short(self.base)})")
        if not isinstance(self.axes, Sequence) or not all(
            isinstance(axis, SweepAxis) for axis in self.axes
        ):
            raise SpecError(f"axes must be a sequence of SweepAxis (got {short(self.axes)})")
        names = [axis.name for axis in self.axes]
        if len(set(names)) < len(names) or {"init", "std"} <= set(names):
            raise SpecError(f"the axes {', '.join(names)} are of one thing twice")
        seeds = seeds_from(self.base.seed, self.seeds, rng=self.base.rng)
        object.__setattr__(self, "seeds", len(seeds))
        ordered = tuple(sorted(self.axes, key=lambda axis: AXIS_NAMES.index(axis.name)))
        object.__setattr__(self, "axes", ordered)
        # What is swept is no part of what all have in common.
        first: dict[str, Any] = {axis.name: axis.values[0] for axis in ordered}
        common = {name: value for name, value in first.items() if name != "gain"}
        base = stack_with(self.base, common)
        # As wide as the first of several widths is not as wide as each.
        object.__setattr__(self, "base", base if "width" in common else said_shortly(base))
        for values in _pairs(ordered):
            stack_with(self.base, first | values)

    def __len__(self) -> int:
        return prod(self.shape)

    def __repr__(self) -> str:
        """Return one line: an axis may have a million values."""
        several = [f"{count:,} {name}" for name, count in self.counts.items() if count > 1]
        over = f" over {' × '.join(several)}, the first" if several else ","
        return f"<SweepSpec of {counted(len(self), 'stack')}{over} {stack_line(self.base)}>"

    @property
    def counts(self) -> dict[str, int]:
        """How many values each axis has, by its name, and how many seeds there are."""
        return {**{axis.name: len(axis.values) for axis in self.axes}, "seeds": self.seeds}

    @property
    def largest(self) -> StackSpec:
        """The stack that takes most memory."""
        sizes = {axis.name: max(axis.values) for axis in self.axes if axis.name in COUNTED}
        return replace(self.base, **sizes)

    @property
    def work(self) -> Work:
        """About what one of the stacks takes."""
        return _work(self.base, {axis.name: axis.values for axis in self.axes})

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has, and how many seeds there are."""
        return tuple(self.counts.values())

    def places(self, number: int) -> tuple[int, ...]:
        """Return which value of each axis a stack has, and which seed; each from 0.

        The last axis goes round first, and the seeds before it.
        """
        found = []
        for count in reversed(self.shape):
            number, place = divmod(number, count)
            found.append(place)
        if number:
            raise IndexError(f"a sweep of {len(self)} stacks has no such number")
        return tuple(reversed(found))

    def stack(self, number: int) -> StackSpec:
        """Return a stack, from 0 on."""
        *places, repeat = self.places(number)
        pairs = zip(self.axes, places, strict=True)
        values: dict[str, Any] = {axis.name: axis.values[place] for axis, place in pairs}
        spec = said_shortly(stack_with(self.base, values))
        return replace(spec, seed=seed_of(spec, self.base.seed + repeat))

    def seed_number(self, number: int) -> int:
        """Return which seed of its parameters a stack has."""
        return self.base.seed + number % self.seeds

    def to_dict(self, *, in_short: bool = False) -> dict[str, Any]:
        """Return plain JSON types; `from_dict` reads them back.

        Parameters
        ----------
        in_short : bool
            Whether values that a text said, such as ``0.001..3:60``, are that text.
        """
        return {
            "base": self.base.to_dict(),
            "axes": {
                axis.name: axis.in_short if in_short else list(axis.plain) for axis in self.axes
            },
            "seeds": self.seeds,
        }

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        *,
        activations: Sequence[Activation] = (),
        initializers: Sequence[Initializer] = (),
    ) -> Self:
        """Return the sweep of a dict of plain types, with the user's own objects by their names.

        Raises
        ------
        SpecError
            If something is unknown, missing or out of range.
        """
        needed = ("base", "axes", "seeds")
        plain = read_fields(data, "a sweep", needed, needed=needed)
        own: dict[str, Any] = {item.name: item for item in activations}
        own |= {initializer_name(item): item for item in initializers}
        listed = plain["axes"]
        if not isinstance(listed, Mapping) or not all(
            isinstance(values, list | tuple) or (isinstance(values, str) and name in _KINDS)
            for name, values in listed.items()
        ):
            raise SpecError(
                f"axes are an object of names and lists of values (got {short(listed)})"
            )
        base = StackSpec.from_dict(
            plain["base"], activations=activations, initializers=initializers
        )
        said = {name: read_axis(name, text) for name, text in listed.items() if type(text) is str}
        check_there_can_be({name: grid.count for name, grid in said.items()}, _work(base, said))
        axes = tuple(
            SweepAxis.of(name, said.get(name) or tuple(own_or(value, own) for value in values))
            for name, values in listed.items()
        )
        return cls(base=base, axes=axes, seeds=plain["seeds"])

    @classmethod
    def of(cls, *, seeds: int = 1, at_most: int | None = None, **fields: Any) -> Self:
        """Return the sweep of fields of `StackSpec`, `std` and `gain`, of one value or of several.

        Parameters
        ----------
        seeds : int
            How many seeds each combination has.
        at_most : int, optional
            More stacks than this are refused before any of their values is made.
        **fields
            A value; or of what can be varied several in a sequence, or where it has numbers a text
            that `read_axis` reads.

        Raises
        ------
        SpecError
            If a name is no field, a value cannot be read, or there are more stacks than can ever
            be run.
        """
        own = {each.name for each in stack_fields(StackSpec)}
        read_fields(fields, "a sweep", {*AXIS_NAMES, *own, "seeds"})
        given = {name: value for name, value in fields.items() if value is not None}
        asked: dict[str, _Asked] = {
            name: _asked(name, given.pop(name)) for name in AXIS_NAMES if name in given
        }
        if {"init", "std"} <= set(asked):
            raise SpecError(
                "std is of normal weights, which are an initializer as well, and init is given: "
                "leave one out, or name all as init, such as he,std=0.1"
            )
        if {"gain", "std"} <= set(asked):
            raise SpecError("gain multiplies the std of an initializer, and std says it: give one")
        _check_names(asked)
        _check_there(asked)
        if "gain" in asked and _count(asked["gain"]) == 1:
            (gain,) = _ends(asked.pop("gain"))[:1]
            inits = _ends(asked["init"])
            asked["init"] = tuple(with_gain(_as_object("init", init), gain) for init in inits)
        first = {name: _ends(values)[0] for name, values in asked.items() if name != "gain"}
        base = StackSpec(
            activation=first.pop("activation"),
            init=first.pop("init", Normal(stddev=1.0)),
            **given,
        )
        base = stack_with(base, first)
        # The ends first: where they are wrong, nobody needs to know how many there are between.
        for name, values in asked.items():
            for end in _ends(values):
                stack_with(base, {name: end})
        counts = {name: _count(values) for name, values in asked.items()}
        counts["seeds"] = check_integer("seeds", seeds, 1, _MANY)
        work = _work(base, asked)
        check_there_can_be(counts, work)
        if at_most is not None:
            check_size(counts, work, here=prod(counts.values()), most=at_most)
        axes = tuple(
            SweepAxis.of(name, asked[name])
            for name in AXIS_NAMES
            if name in asked and counts[name] > 1
        )
        return cls(base=base, axes=axes, seeds=seeds)


def _check_names(asked: Mapping[str, "_Asked"]) -> None:
    """Raise SpecError if a name is unknown, before it is said what else is missing."""
    for name in ("activation", "init"):
        for value in _ends(asked.get(name, ())):
            try:
                _as_object(name, value)
            except UnknownNameError as error:
                if not (several := _COMMA.split(value))[1:]:
                    raise
                raise SpecError(
                    f"{name} {value!r} is one text: name several in a list, {several}"
                ) from error


def _check_there(asked: Collection[str]) -> None:
    """Raise SpecError if nothing says what follows the weights, or what these are."""
    lacking = []
    if "activation" not in asked:
        lacking.append("an activation, such as activation='tanh'")
    if not {"init", "std"} & set(asked):
        lacking.append("weights: init, such as init='he', or std, such as std='0.001..3:60'")
    if lacking:
        raise SpecError(f"a sweep needs {'; and '.join(lacking)}")


def _pairs(axes: Sequence[SweepAxis]) -> Iterator[dict[str, Any]]:
    """Yield values that are right only if all of every axis are, with every initializer."""
    inits = next((axis for axis in axes if axis.name == "init"), None)
    for axis in axes:
        for value in _decisive(axis):
            yield {axis.name: value}
            if inits is not None and axis.name in ("gain", "bias_std"):
                yield from ({axis.name: value, "init": init} for init in inits.values)


def _decisive(axis: SweepAxis) -> tuple[Any, ...]:
    """Return values of an axis of which one is wrong if any is.

    Of numbers the least and the greatest, as what is allowed are all that lie between two; and the
    first that is not finite, or no integer. There may be a million, and a stack takes a while.
    """
    if axis.name not in _KINDS:
        return axis.values
    allowed = is_integer if axis.name in COUNTED else is_finite
    odd = next((value for value in axis.values if not allowed(value)), None)
    return (min(axis.values), max(axis.values)) if odd is None else (odd,)


#: The values of an axis: all of them, or as a text says them.
_Asked = AxisGrid | tuple[Any, ...]


def _asked(name: AxisName, value: Any) -> _Asked:
    if isinstance(value, str) and name in _KINDS:
        return read_axis(name, value)
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return (value,)
    if not value:
        raise SpecError(f"{name} has no values: write {AXIS_EXAMPLES[name]}")
    if name == "width" and not all(map(is_number, value)):
        odd = next(each for each in value if not is_number(each))
        raise SpecError(
            f"a width of a sweep is one number, of every layer (got {short(odd)}): stacks whose "
            "layers differ are named one by one, in a list of StackSpec"
        )
    return tuple(value)


def _count(values: _Asked) -> int:
    return values.count if isinstance(values, AxisGrid) else len(values)


def _ends(values: _Asked) -> tuple[Any, ...]:
    return values.ends if isinstance(values, AxisGrid) else values


def _work(base: StackSpec, asked: Mapping[str, _Asked]) -> Work:
    """Return about what one of the stacks takes."""
    means = {
        name: values.mean if isinstance(values, AxisGrid) else sum(values) / len(values)
        for name, values in asked.items()
        if name in COUNTED
    }
    width = means.get("width", sum(base.widths) / base.depth)
    return Work(depth=means.get("depth", base.depth), width=width, samples=base.samples)


def stack_with(base: StackSpec, values: Mapping[str, Any]) -> StackSpec:
    """Return a stack with other values of axes.

    Raises
    ------
    SpecError
        If a value is out of its range, or does not go with the others.
    """
    fields = dict(values)
    init = fields.pop("init", base.init)
    std, gain = fields.pop("std", None), fields.pop("gain", None)
    if isinstance(init, str):
        init = get_initializer(init)
    if std is not None:
        init = Normal(stddev=std)
    if gain is not None:
        init = with_gain(init, gain)
    return replace(base, **fields, init=init)
