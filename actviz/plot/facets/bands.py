"""Bands of facets: which stacks stand together, under what names and in what colours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actviz.plot.marks.trends import Series, Trend
from actviz.plot.paper.style import Theme, hues
from actviz.records.record import Record
from actviz.words import stacks as words


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Stacks that share a panel: its name above it, and the record, name and colour of each.

    A facet of one stack has notes on it; a `trend` compares all stacks of a band by their `series`,
    and has notes of its own: ways to say each, the longest first.
    """

    name: str
    name_color: str
    records: tuple[Record, ...]
    names: tuple[str, ...]
    colors: tuple[str, ...]
    trend: Trend | None = None
    series: tuple[Series, ...] = ()
    notes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Facets that share their axes.

    Parameters
    ----------
    heading : str
        The activation; "" where the facets' names say it.
    color : str
        Of the heading.
    facets : tuple of Facet
        From left to right.
    """

    heading: str
    color: str
    facets: tuple[Facet, ...]


def bands_by_activation(records: Sequence[Record], theme: Theme) -> tuple[Band, ...]:
    """Return bands in which a colour means an activation."""
    hue = hues(theme, list(dict.fromkeys(r.spec.activation.name for r in records)))
    bands = _bands(records, [hue[record.spec.activation.name] for record in records])
    return tuple(
        replace(
            band,
            color=band.facets[0].colors[0],
            facets=tuple(
                replace(facet, name_color=theme.ink if band.heading else facet.colors[0])
                for facet in band.facets
            ),
        )
        for band in bands
    )


def bands_by_stack(records: Sequence[Record], theme: Theme) -> tuple[Band, ...]:
    """Return bands in which a colour means an initializer, or whatever else tells stacks apart."""
    specs = [record.spec for record in records]
    single = len({spec.activation.name for spec in specs}) == len(specs) > 1
    labels = [spec.activation.name if single else words.row_label(spec, specs) for spec in specs]
    order = list(dict.fromkeys(labels))
    colors = [theme.hues[order.index(label) % len(theme.hues)] for label in labels]
    return tuple(replace(band, color=theme.ink) for band in _bands(records, colors))


def _bands(records: Sequence[Record], colors: Sequence[str]) -> tuple[Band, ...]:
    """Return a band for each activation, or one for all where each has a single stack."""
    specs = [record.spec for record in records]
    groups: dict[str, list[Facet]] = {}
    for record, color in zip(records, colors, strict=True):
        name = words.row_label(record.spec, specs)
        facet = Facet(
            name=name, name_color=color, records=(record,), names=(name,), colors=(color,)
        )
        groups.setdefault(record.spec.activation.label, []).append(facet)
    if len(groups) > 1 and all(len(group) == 1 for group in groups.values()):
        facets = tuple(
            replace(group[0], name=f"{label}, {group[0].name}", names=(label,))
            for label, group in groups.items()
        )
        return (Band(heading="", color="", facets=facets),)
    return tuple(
        Band(heading=label, color="", facets=tuple(group)) for label, group in groups.items()
    )
