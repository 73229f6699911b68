"""What a picture says of a stack and what `diagnose` says of it are one judgement."""

from itertools import product
from random import Random

import pytest

from actviz.diagnosis import calibration
from actviz.diagnosis.findings import Kind, Severity, State
from actviz.diagnosis.rules import DEFAULT
from actviz.diagnosis.seeds import SeedFindings
from actviz.diagnosis.verdict import diagnose
from actviz.layers.activations import ACTIVATIONS
from actviz.plot.views import VIEWS
from actviz.records.kept import together
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate_many
from actviz.words.findings import line
from actviz.words.outcome import Outcome
from actviz.words.stacks import finding
from actviz.words.told import tell

INITS = ("std=1", "std=0.01", "xavier", "he", "lecun", "orthogonal", "torch_linear")
DEPTHS = (3, 5, 10, 20, 50)

#: 13 activations, 7 initializers, 5 depths.
STACKS = sorted(product({row.name for row in ACTIVATIONS.values()}, INITS, DEPTHS))
SOME = Random(0).sample(STACKS, 12)

#: What is kept where a picture is drawn, which is what it reads, and where all is.
PLOT = Measuring(
    gradients=True,
    statistics=together(DEFAULT.reads, VIEWS["overview"].reads(None, stacks=1, activations=1)),
)
DIAGNOSE = Measuring(gradients=True)

#: The words that a verdict may have, of a stack that is no healthy one.
WORDS = {
    Kind.NON_FINITE: {Outcome.OVERFLOWS, Outcome.GRADIENT_EXPLODES},
    Kind.DEAD_UNITS: {Outcome.DEAD},
    Kind.SYMMETRIC_UNITS: {Outcome.SYMMETRIC},
    Kind.SATURATED: {Outcome.SATURATES},
    Kind.COLLAPSED: {Outcome.ALIKE},
    Kind.EXPLODING_SIGNAL: {Outcome.EXPLODES, Outcome.GROWS},
    Kind.VANISHING_SIGNAL: {Outcome.VANISHES, Outcome.DECLINES},
    Kind.EXPLODING_GRADIENT: {
        Outcome.EXPLODES,
        Outcome.GROWS,
        Outcome.GRADIENT_EXPLODES,
        Outcome.GRADIENT_GROWS,
    },
    Kind.VANISHING_GRADIENT: {
        Outcome.VANISHES,
        Outcome.DECLINES,
        Outcome.GRADIENT_VANISHES,
        Outcome.GRADIENT_DECLINES,
    },
    Kind.FEW_DIRECTIONS: {Outcome.FEW_DIRECTIONS},
}

#: What no stack is said to do that keeps what it has.
BAD = ("vanish", "explode", "overflow", "alike", "dead", "decline", "grow", "saturat", "directions")


def check(drawn, asked):
    """Assert that a picture of one record and a diagnosis of the other say the same."""
    (told,), found = tell([drawn]), diagnose(asked)
    name = f"{found.activation}, {found.init}, {len(asked.layers)} layers"
    assert told.findings.chance == found.chance, name
    assert (told.findings.verdict, told.findings.severity, told.findings.state) == (
        found.verdict,
        found.severity,
        found.state,
    ), name
    # A severity is the chance's.
    lower, upper = calibration.CUTS
    ranks = [found.chance < lower, found.chance < upper].count(True)
    assert found.severity is list(Severity)[ranks], name
    # A word is the verdict's: "keeps" is said of a full stack, and of no other.
    slow = [each.kind for each in found.slow]
    kind = slow[0] if found.verdict is Kind.HEALTHY and slow else found.verdict
    assert told.outcome in WORDS.get(kind, {Outcome.KEEPS}), name
    assert (told.word == "keeps") is (found.state is State.FULL), name
    assert (told.outcome is Outcome.KEEPS) is (found.state is State.FULL), name
    # The line of diagnose, and the title of a picture of this stack alone.
    said = line(SeedFindings(found=(found,)))
    assert f": {told.word}" in said, name
    assert said[0] == {"full": "✓", "pale": "–", "lost": "✗"}[found.state], name
    title = finding([told], gradients=True)
    if found.state is State.FULL:
        assert not any(word in f"{told.word} {title}" for word in BAD), f"{name}: {title}"
    else:
        assert "the signal keeps its scale" not in title.partition(";")[0], f"{name}: {title}"
    assert "×1.0 a layer" not in title or "the gradient keeps its scale (×1.0" in title, title


def both(stacks, seed=0, **fields):
    """Yield two records of every stack, as a picture and a diagnosis have them."""
    specs = [
        StackSpec(activation=activation, init=init, depth=depth, seed=seed, **fields)
        for activation, init, depth in stacks
    ]
    for spec in specs:
        yield from simulate_many([spec] * 2, [PLOT, DIAGNOSE])


def test_there_are_455_stacks():
    assert len(STACKS) == 455


@pytest.mark.parametrize("stack", SOME, ids=lambda stack: "-".join(map(str, stack)))
def test_pictures_and_diagnose_agree_on_some_stacks(stack):
    check(*both([stack], samples=100, width=50))


@pytest.mark.heavy
@pytest.mark.parametrize("activation", sorted({stack[0] for stack in STACKS}))
def test_pictures_and_diagnose_agree_on_all_stacks(activation):
    for stack in STACKS:
        if stack[0] == activation:
            check(*both([stack], samples=200))


@pytest.mark.heavy
@pytest.mark.parametrize("stack", Random(1).sample(STACKS, 60), ids=lambda s: "-".join(map(str, s)))
def test_pictures_and_diagnose_agree_whatever_the_seed(stack):
    for seed in range(20):
        check(*both([stack], seed, samples=100, width=50))
