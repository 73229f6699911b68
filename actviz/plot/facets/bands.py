"""Bands of facets: which stacks stand together, under what names and in what colours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actviz.plot.facets.series import TrendPanel
from actviz.plot.marks.trends import LogAxis, Series
from actviz.plot.paper.style import Theme, hues, initializer_hues
from actviz.words.told import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLines:
    """What compares the stacks of a band: by which statistic, on which axis, a series each.

    `notes` are ways to say each of them, the longest first.
    """

    panel: TrendPanel
    scale: LogAxis
    series: tuple[Series, ...]
    notes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Stacks that share a panel: its name above it, and each stack, its name and colour.

    A facet without a `trend` is of one stack.
    """

    name: str
    name_color: str
    stacks: tuple[Told, ...]
    names: tuple[str, ...]
    colors: tuple[str, ...]
    trend: TrendLines | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetBand:
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


def bands_by_activation(stacks: Sequence[Told], theme: Theme) -> tuple[FacetBand, ...]:
    """Return bands in which a colour means an activation."""
    names = [told.spec.activation.name for told in stacks]
    hue = hues(theme, names)
    bands = _bands(stacks, [hue[name] for name in names])
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


def bands_by_stack(stacks: Sequence[Told], theme: Theme) -> tuple[FacetBand, ...]:
    """Return bands in which a colour means an initializer, or whatever else tells stacks apart.

    Where each activation has one stack, it means that one's activation.
    """
    names = [told.spec.activation.name for told in stacks]
    if len(set(names)) == len(names) > 1:
        hue = hues(theme, names)
        colors = [hue[name] for name in names]
    else:
        labels = _alone_if_first(stacks)
        hue = initializer_hues(theme, labels)
        colors = [hue[label] for label in labels]
    return tuple(replace(band, color=theme.ink) for band in _bands(stacks, colors))


def _alone_if_first(stacks: Sequence[Told]) -> list[str]:
    """Return a label for each stack; that of the initializer alone for the first that has it.

    So He under one seed of several has the hue of He.
    """
    first: dict[str, str] = {}
    return [
        told.spec.label
        if first.setdefault(told.spec.label, told.label) == told.label
        else told.label
        for told in stacks
    ]


def _bands(stacks: Sequence[Told], colors: Sequence[str]) -> tuple[FacetBand, ...]:
    """Return a band for each activation, or one for all where each has a single stack."""
    groups: dict[str, list[Facet]] = {}
    for told, color in zip(stacks, colors, strict=True):
        name = told.label
        facet = Facet(name=name, name_color=color, stacks=(told,), names=(name,), colors=(color,))
        groups.setdefault(told.spec.activation.label, []).append(facet)
    if len(groups) > 1 and all(len(group) == 1 for group in groups.values()):
        facets = tuple(
            replace(group[0], name=f"{label}, {group[0].name}", names=(label,))
            for label, group in groups.items()
        )
        return (FacetBand(heading="", color="", facets=facets),)
    return tuple(
        FacetBand(heading=label, color="", facets=tuple(group)) for label, group in groups.items()
    )
