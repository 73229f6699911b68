"""A large stack in blocks of samples: what it finds is summed, and no layer is whole in memory.

A wave is as many blocks as there is memory for; it goes through all layers, each drawn once for it.
Blocks are summed in their order, whoever computed them: how many run at once changes no bit.
Histograms about the means of units need these first: where one wave has all blocks, these are gone
through again layer by layer; else all waves are, from their draws on.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from math import prod
from threading import local
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from actviz.layers.activations import Activation
from actviz.layers.dense import Dense, LayerPass, backpropagate
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS, Signal
from actviz.numbers.accumulator import EXACT_VALUES
from actviz.numbers.counted import Counted
from actviz.numbers.histogram import Histogram
from actviz.numbers.stats import FEW_SHARE, MANY_ZEROS, STATISTICS, SignalStats
from actviz.numbers.sums import APPROXIMATE, Asked, Sums
from actviz.records.kept import left_out
from actviz.records.measuring import Measuring
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import StackSpec
from actviz.records.summary import summarize
from actviz.records.unit_sample import UnitSample
from actviz.simulation.blocks import BlockPlan
from actviz.simulation.draws import BlockDraws, Draws
from actviz.simulation.executors import MayGoOn, one_blas_thread
from actviz.simulation.jobs import Job, MeasuredLayer


class Activate(Protocol):
    """Writes the activation and its slope, and returns the share of entries that are saturated."""

    def __call__(
        self,
        activation: Activation,
        z: NDArray[Any],
        a: NDArray[Any],
        slope: NDArray[Any] | None,
        pool: Executor | None,
        *,
        share: bool,
    ) -> float | None:
        """Do so for a block; None where the share is not asked for."""


def streamed_layers(
    job: Job, plan: BlockPlan, told: MayGoOn, activate: Activate
) -> Iterator[MeasuredLayer]:
    """Yield the layers of a stack, up to the first one that is not finite.

    As they are computed, where one wave holds all blocks and nothing goes back; else at the end.
    """
    run = _Run(job, plan, activate)
    rounds = plan.waves * (2 if run.again else 1)
    with ThreadPoolExecutor(plan.workers) if plan.workers > 1 else nullcontext() as pool:
        for wave in range(rounds):
            for number in run.forward(wave, pool):
                if plan.waves == 1 and not run.backward:
                    yield run.seen(number)
                if not told((wave * job.spec.depth + number) // rounds):
                    raise CancelledError
            if wave < plan.waves:
                run.back(pool)
    if plan.waves > 1 or run.backward:
        for number in range(1, run.last + 1):
            yield run.seen(number)


@dataclass(slots=True)
class _Block:
    """A block of samples on its way through the layers."""

    rows: int
    x: NDArray[Any]
    tape: list[LayerPass] = field(default_factory=list)


class _Values(NamedTuple):
    """What is kept of a block's values of a signal: sums, or themselves where they are few."""

    kept: Sums | NDArray[Any]
    first: NDArray[Any] | None


class _Signal:
    """A signal of a layer, as one measuring keeps it, block by block."""

    def __init__(self, spec: StackSpec, measuring: Measuring, number: int, signal: Signal) -> None:
        self._signal, self._measuring = signal, measuring
        self._kept = measuring.kept(signal)
        self._edges = measuring.edges(signal, spec.activation, spec.input_std)
        self._counted = "histogram" in self._kept
        active = signal == "activation"
        self._alike = active and measuring.rank_if_alike(spec.widths, number)
        self._asked = Asked(
            edges=(self._edges,) if self._counted else (),
            gradient=signal in BACKWARD,
            rank_rows=measuring.rank_rows(spec.widths, number) if active else None,
            statistics=frozenset(name for each in self._kept for name in STATISTICS[each]),
        )
        self._few = spec.samples * spec.widths[number - 1] <= EXACT_VALUES
        self._by_unit = active and self._counted and measuring.unit_histograms
        self._about_means: Histogram | None = None
        self._sampled = measuring.unit_sample if active else None
        self._sums: Sums | None = None
        self._parts: list[NDArray[Any]] = []
        self._first: list[NDArray[Any]] = []

    def of(self, values: NDArray[Any]) -> _Values:
        """Return what is kept of a block; several threads may ask at a time."""
        inputs, units = self._sampled or (0, 0)
        first = values[:inputs, :units].copy() if self._sampled else None
        return _Values(values.copy() if self._few else Sums.of(values, self._asked), first)

    def add(self, values: _Values) -> None:
        """Add the next block."""
        if isinstance(values.kept, Sums):
            self._sums = values.kept if self._sums is None else self._sums.merge(values.kept)
        else:
            self._parts.append(values.kept)
        if self._sampled and sum(map(len, self._first)) < self._sampled[0]:
            assert values.first is not None
            self._first.append(values.first)

    def about_means(self, values: NDArray[Any]) -> Histogram | None:
        """Return the histogram of a block about the means of units, all of which were added.

        None where it is not asked for, or is counted of values that are all kept.
        """
        if self._sums is None or not self._by_unit:
            return None
        moments = self._sums.moments
        means = np.ldexp(moments.mean, -moments.exponent)
        if self._sums.nonfinite:
            means[:] = np.nan
        with np.errstate(over="ignore", invalid="ignore"):
            deviations = values + (means.mean() - means).astype(values.dtype)
        return Counted.of(deviations, [self._edges], coded=False).histograms[0]

    def add_about_means(self, of_block: Histogram | None) -> None:
        """Add what `about_means` returned of the next block."""
        if of_block is not None:
            known = self._about_means
            self._about_means = of_block if known is None else known.merge(of_block)

    def record(self, saturated: float | None) -> SignalRecord:
        """Return the record of all blocks."""
        if self._sums is None:
            item = summarize(
                self._signal,
                np.concatenate(self._parts),
                edges=[self._edges],
                saturated_fraction=saturated,
                keep=self._kept,
                rank_rows=self._asked.rank_rows,
                rank_if_alike=self._alike,
                unit_histogram=self._by_unit,
            )[0]
        else:
            stats = self._as_kept(self._sums.stats(saturated))
            item = SignalRecord(
                signal=self._signal,
                stats=stats,
                counted=self._sums.histograms[0] if self._counted else None,
                unit_histogram=self._about_means,
                approximate=tuple(name for name in APPROXIMATE if getattr(stats, name) is not None),
            )
        if self._sampled is None:
            return item
        return replace(item, unit_sample=UnitSample.of(np.concatenate(self._first), self._sampled))

    def _as_kept(self, stats: SignalStats) -> SignalStats:
        """Return statistics without those that nobody asked for."""
        without = set(left_out(self._signal, self._kept))
        if self._alike and stats.between_unit_std:
            without.add("effective_rank")
        if "few_entries" in self._kept and not _carried_by_few(stats):
            # Of what stands beside it, as `describe` leaves it.
            without |= {"std", "median_magnitude"} - {
                name for each in self._kept if each != "few_entries" for name in STATISTICS[each]
            }
        nothing: dict[str, Any] = dict.fromkeys(without)
        return replace(stats, **nothing, constant=stats.constant and "scale" in self._kept)


def _all_finite(
    values: NDArray[Any], signal: Signal, found: Sequence[Mapping[Signal, _Values]]
) -> bool:
    """Return whether the values of a block are finite, of which some sums may have told."""
    for way in found:
        if signal in way and isinstance(kept := way[signal].kept, Sums):
            return kept.nonfinite == 0
    return bool(np.isfinite(values).all())


def _carried_by_few(stats: SignalStats) -> bool:
    median, std, zeros = stats.median_magnitude, stats.std, stats.zero_fraction
    if median is None or std is None or zeros is None:
        return False
    return zeros <= MANY_ZEROS and median < FEW_SHARE * std


class _Layer:
    """A layer as all measurings see it, block by block."""

    def __init__(self, job: Job, number: int, signals: Sequence[Signal]) -> None:
        self.samples = self.saturated = 0
        self.finite = True
        self._job, self._number = job, number
        self._ways = [
            {
                signal: _Signal(job.spec, measuring, number, signal)
                for signal in signals
                if signal in measuring.signals
            }
            for measuring in job.measurings
        ]
        #: Of all blocks: their sum.
        self.weight_gradient: NDArray[Any] | None = None

    def of(self, values: dict[Signal, NDArray[Any]]) -> list[dict[Signal, _Values]]:
        return [
            {signal: way[signal].of(values[signal]) for signal in way if signal in values}
            for way in self._ways
        ]

    def add(self, found: list[dict[Signal, _Values]]) -> None:
        for way, values in zip(self._ways, found, strict=True):
            for signal, value in values.items():
                way[signal].add(value)

    def about_means(self, activation: NDArray[Any]) -> list[Histogram | None]:
        return [way["activation"].about_means(activation) for way in self._active]

    def add_about_means(self, found: list[Histogram | None]) -> None:
        for way, of_block in zip(self._active, found, strict=True):
            way["activation"].add_about_means(of_block)

    @property
    def _active(self) -> list[dict[Signal, _Signal]]:
        return [way for way in self._ways if "activation" in way]

    def add_weight_gradient(self, of_block: NDArray[Any]) -> None:
        if self.weight_gradient is None:
            self.weight_gradient = of_block
        else:
            with np.errstate(over="ignore", invalid="ignore"):
                self.weight_gradient += of_block

    def seen(self, saturated: float | None, *, backward: bool) -> MeasuredLayer:
        """Return the layer as each measuring sees it."""
        known = self._job.spec.layers[self._number - 1]
        found = []
        for measuring, way in zip(self._job.measurings, self._ways, strict=True):
            signals = []
            for signal in SIGNALS:
                if signal in way and (backward or signal in FORWARD):
                    signals.append(way[signal].record(saturated))
                elif signal == "weight_gradient" and backward and signal in measuring.signals:
                    signals.append(self._of_weights(measuring))
            found.append(LayerRecord.of(known, self._number, tuple(signals)))
        return tuple(found)

    def _of_weights(self, measuring: Measuring) -> SignalRecord:
        assert self.weight_gradient is not None
        spec = self._job.spec
        edges = measuring.edges("weight_gradient", spec.activation, spec.input_std)
        kept = measuring.kept("weight_gradient")
        return summarize("weight_gradient", self.weight_gradient, edges=[edges], keep=kept)[0]


class _Run:
    """A stack in waves of blocks."""

    def __init__(self, job: Job, plan: BlockPlan, activate: Activate) -> None:
        self._job, self._plan, self._activate = job, plan, activate
        self.backward = any(measuring.gradients for measuring in job.measurings)
        self._shares = any(
            "saturated" in each.kept(name) for each in job.measurings for name in FORWARD
        )
        self._draws = BlockDraws(job.spec, plan.rows)
        self._by_unit = any(measuring.unit_histograms for measuring in job.measurings)
        #: Whether all waves are gone through a second time, when the units' means are known.
        self.again = self._by_unit and plan.waves > 1
        #: The last layer that is reached, and whether it is finite too.
        self.last, self.finite = job.spec.depth, True
        self._layers: dict[int, _Layer] = {}
        #: With gradients, the layers that were drawn, once for all waves.
        self._drawn: list[Dense] = []
        self._wave: list[_Block] = []
        self._from: Draws | None = None
        self._spaces = local()

    # --- forward ----------------------------------------------------------------------------

    def forward(self, wave: int, pool: Executor | None) -> Iterator[int]:
        """Take the blocks of a wave through the layers, and yield the number of each.

        The waves after the last one are the same again.
        """
        spec, plan = self._job.spec, self._plan
        if wave == plan.waves:
            self._draws = BlockDraws(spec, plan.rows)
        begin = wave % plan.waves * plan.at_once
        starts = range(spec.samples)[:: plan.rows][begin : begin + plan.at_once]
        sizes = [min(plan.rows, spec.samples - start) for start in starts]
        self._wave = [_Block(rows, self._draws.input(rows)) for rows in sizes]
        layers = self._draws.layers()
        self._from = self._from or layers
        for number in range(1, self.last + 1):
            with one_blas_thread():
                dense = self._dense(number, layers)
                if wave < plan.waves:
                    self._step(number, dense, pool)
                else:
                    self._step_again(number, dense, pool)
            if self._by_unit and (plan.waves == 1 or wave >= plan.waves):
                self._count_about_means(number, pool)
            if not self._layers[number].finite:
                self.last, self.finite = number, False
            yield number
            if self.last == number:
                return

    def _dense(self, number: int, layers: Draws) -> Dense:
        """Return a layer, drawn for this wave, or once where it is needed on the way back."""
        if number <= len(self._drawn):
            return self._drawn[number - 1]
        # A block's product is one thread's, and has the same bits without tiles, which cost more.
        dense = Dense(*layers.layer(number))
        if self.backward:
            self._drawn.append(dense)
        return dense

    def _step(self, number: int, dense: Dense, pool: Executor | None) -> None:
        spec = self._job.spec
        if number not in self._layers:
            forward = [s for s in SIGNALS if s != "weight_gradient"]
            self._layers[number] = _Layer(self._job, number, forward)
        layer, width = self._layers[number], spec.widths[number - 1]

        def through(block: _Block) -> tuple[list[dict[Signal, _Values]], int, bool]:
            shape = (block.rows, width)
            with np.errstate(over="ignore", invalid="ignore"):  # a thread has its own
                z = dense.forward(block.x, out=self._space(shape, block.x.dtype))
            slope = None
            if self.backward:
                slope = np.empty(shape, z.dtype)
                block.tape.append(LayerPass(dense, block.x, slope))
            if self.backward or block.x.shape != shape:
                block.x = np.empty(shape, z.dtype)
            share = self._activate(spec.activation, z, block.x, slope, None, share=self._shares)
            values: dict[Signal, NDArray[Any]] = {"preactivation": z, "activation": block.x}
            found = layer.of(values)
            finite = all(_all_finite(values[signal], signal, found) for signal in values)
            return found, round((share or 0.0) * z.size), finite

        for found, saturated, finite in (pool.map if pool else map)(through, self._wave):
            layer.add(found)
            layer.saturated += saturated
            layer.finite &= finite
        layer.samples += sum(block.rows for block in self._wave)

    def _step_again(self, number: int, dense: Dense, pool: Executor | None) -> None:
        """Take a wave that was seen through a layer, and look at nothing."""
        spec = self._job.spec

        def through(block: _Block) -> None:
            shape = (block.rows, spec.widths[number - 1])
            with np.errstate(over="ignore", invalid="ignore"):
                z = dense.forward(block.x, out=self._space(shape, block.x.dtype))
            if block.x.shape != shape:
                block.x = np.empty(shape, z.dtype)
            self._activate(spec.activation, z, block.x, None, None, share=False)

        for _ in (pool.map if pool else map)(through, self._wave):
            pass

    def _count_about_means(self, number: int, pool: Executor | None) -> None:
        """Count a wave's activations about the means of units, of which all blocks were seen."""
        layer = self._layers[number]

        def count(block: _Block) -> list[Histogram | None]:
            return layer.about_means(block.x)

        for found in (pool.map if pool else map)(count, self._wave):
            layer.add_about_means(found)

    def _space(self, shape: tuple[int, int], dtype: np.dtype[Any]) -> NDArray[Any]:
        """Return an array of this thread's that is written to again for every block."""
        flat = getattr(self._spaces, "flat", None)
        if flat is None or flat.size < prod(shape):
            flat = self._spaces.flat = np.empty(prod(shape), dtype)
        return np.asarray(flat[: prod(shape)].reshape(shape))

    # --- back -------------------------------------------------------------------------------

    def back(self, pool: Executor | None) -> None:
        """Take the blocks of a wave back through the layers, if they went through all of them."""
        if not (self.backward and self.finite):
            self._wave = []
            return
        assert self._from is not None
        ways = [
            backpropagate(block.tape, self._draws.cotangent(block.rows, self._from))
            for block in self._wave
        ]
        self._wave = []
        for number in range(self.last, 0, -1):
            layer = self._layers[number]

            def through(
                way: Iterator[dict[Signal, NDArray[Any]]], layer: _Layer = layer
            ) -> tuple[list[dict[Signal, _Values]], NDArray[Any]]:
                gradients = next(way)
                of_weights = gradients.pop("weight_gradient")
                return layer.of(gradients), of_weights

            with one_blas_thread():
                for found, of_weights in (pool.map if pool else map)(through, ways):
                    layer.add(found)
                    layer.add_weight_gradient(of_weights)

    # --- what was found ---------------------------------------------------------------------

    def seen(self, number: int) -> MeasuredLayer:
        """Return a layer of which all blocks were seen, and forget it."""
        layer = self._layers.pop(number)
        width = self._job.spec.widths[number - 1]
        share = layer.saturated / (layer.samples * width) if self._shares else None
        return layer.seen(share, backward=self.backward and self.finite)
