"""Initializers by name: the table of presets, and a text for every law.

The laws themselves are in :mod:`actviz.layers.initializer_laws` and, where one brings the biases of
a framework's layer, in :mod:`actviz.layers.defaults`; they are passed on from here. This is the
friendly edge: it reads and writes texts such as ``he``, ``std=0.01`` and ``he(gain=1.5)``. It draws
nothing and makes no Generator; the rooms of the core are handed objects.

Two names mean something else elsewhere. ``he_normal``, ``glorot_normal`` and ``lecun_normal`` of
JAX and Keras are cut at two standard deviations: that is ``he_truncated_normal`` and so on here.
The "Xavier" of Saito, CS231n and Caffe has the variance 1/fan_in: that is ``lecun`` here, or
``xavier_fan_in``, the same as ``xavier`` for a square W.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace

from actviz.errors import SpecError
from actviz.layers.defaults import Law, LayerDefault, law_of_weights
from actviz.layers.initializer_laws import (
    SCALINGS,
    Constant,
    Distribution,
    Identity,
    Initializer,
    Mode,
    Normal,
    Orthogonal,
    RandomSource,
    Sparse,
    TruncatedNormal,
    Uniform,
    VarianceScaling,
)
from actviz.lookup import Table, lookup

__all__ = [
    "INITIALIZERS",
    "Constant",
    "Distribution",
    "Identity",
    "Initializer",
    "Law",
    "LayerDefault",
    "Mode",
    "Normal",
    "Orthogonal",
    "Preset",
    "RandomSource",
    "Sparse",
    "TruncatedNormal",
    "Uniform",
    "VarianceScaling",
    "get_initializer",
    "initializer_name",
    "law_of_weights",
    "with_gain",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A row of :data:`INITIALIZERS`.

    Parameters
    ----------
    name : str
        The main name.
    law : Law
        What the name stands for; an example of it if the row is not `complete`.
    formula : str
        The law, for people to read.
    source : str
        Who proposed it, or where it is found.
    aliases : tuple of str
        The other keys of the table that lead to this row.
    keywords : tuple of str
        The fields of the law that ``NAME(KEY=VALUE, …)`` sets.
    number : str, optional
        The field of the law that the number of ``NAME=NUMBER`` sets, or ``"limit"`` for both ends
        of a uniform law; None if the name takes no number.
    complete : bool, default True
        Whether the name says enough without a number or fields.
    """

    name: str
    law: Law
    formula: str
    source: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    number: str | None = None
    complete: bool = True

    @property
    def takes_gain(self) -> bool:
        """Whether the law has a gain."""
        return "gain" in self.keywords

    @property
    def usage(self) -> str:
        """How the name is written, such as ``std=NUMBER``."""
        if self.complete:
            return self.name
        return f"{self.name}=NUMBER" if self.number else f"{self.name}(…)"


# --- from a text --------------------------------------------------------------------------

_FORM = re.compile(r"([^=()]*)(?:=([^()]*)|\(([^()]*)\))?")
# What other libraries, and course books, call a law that has a number here.
_MEANT = {
    **dict.fromkeys(("normal", "random", "random_normal", "gaussian", "randn"), "std=0.01"),
    "random_uniform": "uniform=0.5",
    "truncated_normal": "truncated=0.05",
}
# ASCII decimals; nan and inf are read as well, so that the law refuses them in its own words
_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf|infinity)")


def get_initializer(text: str, *, gain: float | None = None) -> Initializer:
    """Return the initializer that a text names.

    Parameters
    ----------
    text : str
        ``NAME``, ``NAME=NUMBER`` or ``NAME(KEY=VALUE, …)``, such as ``he``, ``std=0.01``,
        ``he(gain=1.5)``; upper and lower case and spaces make no difference. A number alone is a
        std: ``0.01``.
    gain : float, optional
        Factor of the standard deviation, as in :func:`with_gain`; None leaves it as it is.

    Raises
    ------
    UnknownNameError
        If the table has no such name.
    SpecError
        If the text cannot be read, or a number is out of its range.

    Examples
    --------
    >>> get_initializer("std=0.01")
    Normal(stddev=0.01)
    >>> get_initializer("0.01")
    Normal(stddev=0.01)
    >>> get_initializer("he", gain=1.5) == get_initializer("kaiming(gain=1.5)")
    True
    """
    if not isinstance(text, str):
        raise SpecError(f"an initializer is named by a text such as 'he' (got {text!r})")
    typed = " ".join(text.split())
    form = _FORM.fullmatch(typed.lower())
    if form is None:
        raise SpecError(f"{typed}: write NAME, NAME=NUMBER or NAME(gain=NUMBER)")
    name, number, arguments = form.groups()
    if _NUMBER.fullmatch(form[0]):
        name, number = "std", form[0]
    row = lookup(INITIALIZERS, name, kind="initializer", meant=_MEANT)
    try:
        law = _bare_or_number(row, number) if arguments is None else _with_fields(row, arguments)
    except SpecError as error:
        raise SpecError(f"{typed}: {error}") from error
    return law if gain is None else with_gain(law, gain)


def _bare_or_number(row: Preset, text: str | None) -> Law:
    if text is None and row.complete:
        return row.law
    if row.number is None:
        raise SpecError("takes no number" if row.complete else f"write {_usage(row)}")
    value = _read_value(text or "")
    if isinstance(value, str):
        kind = "plain decimal number" if value else "number"
        raise SpecError(f"needs a {kind}: {initializer_name(row.law)}")
    if row.number == "limit":
        return _symmetric(value)
    return replace(row.law, **{row.number: value})  # type: ignore[arg-type]  # the law checks it


def _with_fields(row: Preset, arguments: str) -> Law:
    if not row.keywords:
        raise SpecError("takes no gain, nor anything else in brackets")
    pairs = [part.partition("=") for part in arguments.split(",")]
    values = {key.strip(): _read_value(text) for key, _, text in pairs}
    needed = {field.name for field in fields(row.law) if field.default is MISSING}
    needed.intersection_update(row.keywords)
    if len(values) < len(pairs) or not needed <= set(values) <= set(row.keywords):
        raise SpecError(f"write {_usage(row)}")
    return replace(row.law, **values)  # type: ignore[arg-type]  # the law checks its own fields


def _read_value(text: str) -> float | str:
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) else text


def _usage(row: Preset) -> str:
    return f"{row.name}({', '.join(f'{key}=…' for key in row.keywords)})"


def with_gain(initializer: Initializer, gain: float) -> Initializer:
    """Return the initializer with its standard deviation multiplied by `gain`, at least 0.

    Raises
    ------
    SpecError
        If the initializer takes no gain, or has one already, or `gain` is out of its range.
    """
    name = initializer_name(initializer)
    if not isinstance(initializer, VarianceScaling | Orthogonal):
        text = _law_text(initializer) if isinstance(initializer, Sparse) else name
        remedy = f"; write {re.sub('=[^,)]+', '=<number>', text)} with the number you want"
        raise SpecError(f"{name} takes no gain{remedy if '=' in text else ''}")
    if initializer.gain != 1:
        raise SpecError(f"{name} has a gain already; give one gain, not two")
    return replace(initializer, gain=gain)


# --- to a text ----------------------------------------------------------------------------


def initializer_name(initializer: Initializer) -> str:
    """Return the text that :func:`get_initializer` reads back to an equal object.

    An object that is no law of actviz gives its attribute ``name``, or else its class's name.

    Examples
    --------
    >>> initializer_name(VarianceScaling(scale=2, mode="fan_in", distribution="normal", gain=3))
    'he(gain=3)'
    """
    preset = _preset(initializer)
    match initializer:
        case VarianceScaling(gain=gain) | Orthogonal(gain=gain) if preset:
            return preset.name if gain == 1 else f"{preset.name}(gain={_number_text(gain)})"
        case Constant() | Sparse() | Identity() | LayerDefault() if preset:
            return preset.name
        case Normal(stddev=number):
            return f"std={_number_text(number)}"
        case TruncatedNormal(stddev=number):
            return f"truncated={_number_text(number)}"
        case Constant(value=number):
            return f"constant={_number_text(number)}"
        case Uniform(low=low, high=number) if low == -number:
            return f"uniform={_number_text(number)}"
        case Sparse(sparsity=number, stddev=0.01):
            return f"sparse={_number_text(number)}"
        case VarianceScaling() | Uniform() | Sparse():
            return _law_text(initializer)
        case _:
            return str(getattr(initializer, "name", type(initializer).__name__))


def _preset(initializer: Initializer) -> Preset | None:
    """Return the first row of the table whose name alone is this law, the gain aside."""
    if isinstance(initializer, VarianceScaling | Orthogonal):
        initializer = replace(initializer, gain=1.0)
    rows = (row for row in _ROWS if row.complete and type(row.law) is type(initializer))
    return next((row for row in rows if row.law == initializer), None)


def _law_text(law: VarianceScaling | Uniform | Sparse) -> str:
    keys = tuple(field.name for field in fields(law))
    row = next(row for row in _ROWS if type(row.law) is type(law) and row.keywords == keys)
    values = {key: getattr(law, key) for key in keys}
    if values.get("gain") == 1:
        del values["gain"]
    texts = (f"{k}={v if isinstance(v, str) else _number_text(v)}" for k, v in values.items())
    return f"{row.name}({', '.join(texts)})"


def _number_text(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


# --- the table ----------------------------------------------------------------------------


def _scaling(names: str, label: str, formula: str, source: str) -> Preset:
    name, *aliases = names.split()
    return Preset(
        name=name,
        law=SCALINGS[label],
        formula=formula,
        source=source,
        aliases=tuple(aliases),
        keywords=("gain",),
    )


def _layer(name: str, formula: str, source: str) -> Preset:
    return Preset(name=name, law=LayerDefault(name=name), formula=formula, source=source)


def _symmetric(limit: float) -> Uniform:
    if not 0.0 <= limit < math.inf:
        raise SpecError(f"limit must be a finite number >= 0 (got {limit})")
    return Uniform(low=-limit, high=limit)


_GLOROT, _HE, _LECUN = "Glorot & Bengio 2010", "He et al. 2015", "LeCun et al. 1998"

_ROWS = (
    Preset(
        name="std",
        law=Normal(stddev=0.01),
        formula="N(0, std²)",
        source="Krizhevsky et al. 2012 (0.01)",
        number="stddev",
        complete=False,
    ),
    Preset(
        name="truncated",
        law=TruncatedNormal(stddev=0.05),
        formula="N(0, number²) cut at ±2σ: its std is 0.88 of the number",
        source="TruncatedNormal of Keras",
        number="stddev",
        complete=False,
    ),
    Preset(name="zeros", law=Constant(value=0), formula="0", source="torch.nn.init"),
    Preset(name="ones", law=Constant(value=1), formula="1", source="torch.nn.init"),
    Preset(
        name="constant",
        law=Constant(value=0.63),
        formula="the number",
        source="torch.nn.init",
        number="value",
        complete=False,
    ),
    Preset(
        name="uniform",
        law=Uniform(low=-0.5, high=0.5),
        formula="U(±limit), or U(low, high)",
        source="torch.nn.init",
        number="limit",
        keywords=("low", "high"),
        complete=False,
    ),
    # the main name and its aliases; the law's label; formula; source
    _scaling(
        "xavier glorot glorot_normal xavier_normal",
        "Xavier",
        "N(0, 2/(fan_in + fan_out))",
        _GLOROT,
    ),
    _scaling(
        "glorot_uniform xavier_uniform",
        "Xavier uniform",
        "U(±√(6/(fan_in + fan_out)))",
        _GLOROT,
    ),
    _scaling("he kaiming he_normal kaiming_normal", "He", "N(0, 2/fan_in)", _HE),
    _scaling("he_uniform kaiming_uniform", "He uniform", "U(±√(6/fan_in))", _HE),
    _scaling("he_fan_out", "He fan-out", "N(0, 2/fan_out)", _HE),
    _scaling(
        "lecun lecun_normal xavier_fan_in",
        "LeCun",
        "N(0, 1/fan_in)",
        f"{_LECUN}; the Xavier of Saito, CS231n and Caffe",
    ),
    _scaling(
        "lecun_uniform", "LeCun uniform", "U(±√(3/fan_in))", f"{_LECUN}; as Caffe draws Xavier"
    ),
    _scaling(
        "he_truncated_normal",
        "He truncated",
        "N(0, 2/fan_in) cut at ±2σ",
        "he_normal of JAX and Keras",
    ),
    _scaling(
        "xavier_truncated_normal glorot_truncated_normal",
        "Xavier truncated",
        "N(0, 2/(fan_in + fan_out)) cut at ±2σ",
        "glorot_normal of JAX and Keras",
    ),
    _scaling(
        "lecun_truncated_normal",
        "LeCun truncated",
        "N(0, 1/fan_in) cut at ±2σ",
        "lecun_normal of JAX and Keras",
    ),
    Preset(
        name="orthogonal",
        law=Orthogonal(),
        formula="WᵀW = I or WWᵀ = I",
        source="Saxe et al. 2014",
        keywords=("gain",),
    ),
    Preset(
        name="sparse",
        law=Sparse(),
        formula="N(0, stddev²), a share of 0 in each row",
        source="Martens 2010",
        keywords=("sparsity", "stddev"),
        number="sparsity",
    ),
    Preset(
        name="identity",
        law=Identity(),
        formula="1 on the diagonal, else 0",
        source="Le et al. 2015",
    ),
    _scaling(
        "torch_linear",
        "torch Linear",
        "U(±1/√fan_in)",
        "torch.nn.Linear without its bias, which torch_default has",
    ),
    _layer("torch_default", "U(±1/√fan_in), and the bias too", "torch.nn.Linear"),
    _layer(
        "torch_conv",
        "U(±1/√fan_in), and the bias too",
        "torch.nn.Conv2d, fan_in = channels × kernel; in dense layers the same as torch_default",
    ),
    _layer("keras_dense", "U(±√(6/(fan_in + fan_out))), bias 0", "Dense of Keras"),
    _layer("flax_dense", "N(0, 1/fan_in) cut at ±2σ, bias 0", "Dense of Flax"),
    Preset(
        name="variance_scaling",
        law=VarianceScaling(scale=1, mode="fan_geo_avg", distribution="normal"),
        formula="variance scale·gain²/n, n by mode",
        source="variance_scaling of JAX",
        keywords=("scale", "mode", "distribution", "gain"),
        complete=False,
    ),
)

#: The presets by name and alias, in reading order; each alias leads to the row of its main name.
INITIALIZERS: Mapping[str, Preset] = Table(
    {name: row for row in _ROWS for name in (row.name, *row.aliases)}
)
