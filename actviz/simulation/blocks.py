"""Blocks: how large stacks are cut into blocks of samples, and how many of them run at once.

How large a block is follows from the spec alone, so that a Record has the same bits on any machine;
how many run at once, a wave, follows from the memory that may be taken. The room allocates nothing.
"""

from math import ceil
from typing import NamedTuple

import numpy as np

from actviz.numbers.accumulator import EXACT_VALUES
from actviz.records.measuring import ALL_ROWS, Measuring, judged_layer
from actviz.records.spec import StackSpec
from actviz.simulation.draws import kept_bytes

#: What the sums of a signal take, those of its units aside: counts by the first bits of a float.
_SUMS = 600_000

#: A block has a multiple of so many samples: BLAS multiplies rows in whole panels.
PANEL = 256

#: What temporaries take that stay in a core's cache whatever the stack's size.
CACHED = 10_000_000


def block_rows(spec: StackSpec) -> int:
    """Return how many samples a block has: all of them, where no layer has over 2**20 values.

    Of larger stacks about 2**20 values of the widest layer.
    """
    if spec.samples * max(spec.widths) <= EXACT_VALUES:
        return spec.samples
    rows = EXACT_VALUES // _widest(spec) // PANEL * PANEL
    return min(max(rows, PANEL), spec.samples)


def is_streamed(spec: StackSpec) -> bool:
    """Whether a stack runs in several blocks."""
    return block_rows(spec) < spec.samples


class BlockPlan(NamedTuple):
    """How a stack runs in blocks.

    Attributes
    ----------
    rows : int
        Samples of a block; the last one may have fewer.
    blocks : int
        How many there are.
    at_once : int
        How many a wave has, which are in memory together.
    workers : int
        How many threads share them.
    """

    rows: int
    blocks: int
    at_once: int
    workers: int

    @property
    def waves(self) -> int:
        """How often the layers are gone through."""
        return ceil(self.blocks / max(self.at_once, 1))


class _Needs(NamedTuple):
    """What a stack in blocks takes, in bytes."""

    always: int
    #: For each block of a wave, and for each one that is being computed.
    block: int
    worker: int
    #: The sums of a layer, which wait for the next wave, if there is one.
    sums: int
    depth: int

    def of(self, plan: BlockPlan) -> int:
        layers = 1 if plan.waves == 1 else self.depth
        working = plan.at_once * self.block + plan.workers * self.worker
        return self.always + working + layers * self.sums


def planned(spec: StackSpec, measuring: Measuring, *, limit: float, workers: int) -> BlockPlan:
    """Return how a streamed stack runs within a limit of memory, in bytes.

    One block at a time, if even that takes more: `least_bytes` tells.
    """
    rows, needs = block_rows(spec), _needs(spec, measuring)
    blocks = ceil(spec.samples / rows)
    threads = min(workers, blocks)
    whole = BlockPlan(rows, blocks, blocks, threads)
    if needs.of(whole) <= limit:
        return whole
    for each in range(threads, 0, -1):
        left = limit - needs.of(BlockPlan(rows, blocks, 0, each))
        at_once = min(int(left // needs.block), blocks - 1)
        if at_once >= each or each == 1:
            waves = ceil(blocks / max(at_once, 1))
            return BlockPlan(rows, blocks, ceil(blocks / waves), each)  # all waves alike
    raise AssertionError


def least_bytes(spec: StackSpec, measuring: Measuring) -> int:
    """Return about how much memory a streamed stack takes at least, its record aside."""
    rows, needs = block_rows(spec), _needs(spec, measuring)
    blocks = ceil(spec.samples / rows)
    one_wave, one_block = BlockPlan(rows, blocks, blocks, 1), BlockPlan(rows, blocks, 1, 1)
    return min(needs.of(one_wave), needs.of(one_block))


def planned_bytes(spec: StackSpec, measuring: Measuring, found: BlockPlan) -> int:
    """Return about how much memory a plan takes, its record aside."""
    return _needs(spec, measuring).of(found)


def _needs(spec: StackSpec, measuring: Measuring) -> _Needs:
    rows, shapes = block_rows(spec), set(spec.shapes)  # 100 000 layers are often of one shape
    entry, widest = np.dtype(spec.dtype).itemsize, _widest(spec)
    largest = max(fan_in * fan_out for fan_in, fan_out in shapes)
    # Drawn in float64 and scaled.
    always = CACHED + kept_bytes(spec) + 16 * largest
    # Its input, and where a layer's width is another one, its activation beside it.
    block = rows * widest * entry * (1 if len(set(spec.widths)) == 1 else 2)
    # The preactivation, its values that are not 0, their first bits, and what is drawn in float64.
    worker = rows * widest * (3 * entry + 16)
    if measuring.unit_histograms:
        worker += rows * widest * entry  # its deviations
    sums = len(measuring.signals) * (_SUMS + 100 * max(spec.widths)) + _rank_bytes(spec, measuring)
    if measuring.gradients:
        weights = sum(fan_in * fan_out for fan_in, fan_out in spec.shapes) * entry
        always += 2 * weights  # and their gradients
        worker += largest * entry
        # Of every layer its input and its slope, and the gradient on its way back.
        tape = sum(fan_in + fan_out for fan_in, fan_out in spec.shapes) * rows * entry
        block = tape + rows * widest * entry
    # What one thread has summed before another one's is added to the rest.
    return _Needs(always, block, worker + sums, sums, spec.depth)


def _rank_bytes(spec: StackSpec, measuring: Measuring) -> int:
    """Return what the effective rank needs of a layer: its covariance, or its first rows."""
    most = 0
    for layer in {1, spec.depth, judged_layer(spec.widths) or 1}:
        width, rows = spec.widths[layer - 1], measuring.rank_rows(spec.widths, layer)
        if rows is not None:
            most = max(most, 8 * width * (2 * width if rows == ALL_ROWS else rows))
    return most


def _widest(spec: StackSpec) -> int:
    widths = spec.widths
    return max(spec.input_width or widths[0], max(widths))
