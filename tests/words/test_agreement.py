"""What a picture says of a stack and what `diagnose` says of it are one judgement."""

import re
from dataclasses import replace
from itertools import combinations, product
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
from actviz.words.facets import heading_of
from actviz.words.findings import line
from actviz.words.outcome import Outcome
from actviz.words.overview import title_of, verdict_of
from actviz.words.sheet import headings_of
from actviz.words.stacks import alt_text, finding
from actviz.words.told import tell

INITS = ("std=1", "std=0.01", "xavier", "he", "lecun", "orthogonal", "torch_linear")
DEPTHS = (3, 5, 10, 20, 50)

#: 13 activations, 7 initializers, 5 depths.
STACKS = sorted(product({row.name for row in ACTIVATIONS.values()}, INITS, DEPTHS))
SOME = Random(0).sample(STACKS, 12)

#: What is kept where a picture is drawn and where `diagnose` is asked, which is what they read; and
#: all there is, of which a verdict reads no more: `diagnosis/test_rules` asks for that too.
PLOT = Measuring(
    gradients=True,
    statistics=together(DEFAULT.reads, VIEWS["overview"].reads(None, stacks=1, activations=1)),
)
DIAGNOSE = DEFAULT.measuring
ALL = Measuring(gradients=True)

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


def both(stacks, *, asked=DIAGNOSE, **fields):
    """Yield two records of every stack, as a picture and a diagnosis have them."""
    specs = [
        StackSpec(activation=activation, init=init, depth=depth, **fields)
        for activation, init, depth in stacks
    ]
    for spec in specs:
        yield from simulate_many([spec] * 2, [PLOT, asked])


def test_there_are_455_stacks():
    assert len(STACKS) == 455


@pytest.mark.wide
@pytest.mark.parametrize("stack", SOME, ids=lambda stack: "-".join(map(str, stack)))
def test_pictures_and_diagnose_agree_on_some_stacks(stack):
    check(*both([stack], asked=ALL, samples=100, width=50))


@pytest.mark.heavy
@pytest.mark.parametrize("activation", sorted({stack[0] for stack in STACKS}))
def test_pictures_and_diagnose_agree_on_all_stacks(activation):
    for stack in STACKS:
        if stack[0] == activation:
            check(*both([stack], samples=200))


@pytest.mark.heavy
@pytest.mark.parametrize("stack", Random(1).sample(STACKS, 60), ids=lambda s: "-".join(map(str, s)))
def test_pictures_and_diagnose_agree_whatever_the_seed(stack):
    """Of one record: that a picture's and a diagnosis' have one verdict, all stacks say above."""
    activation, init, depth = stack
    spec = StackSpec(activation=activation, init=init, depth=depth, samples=100, width=50)
    for record in simulate_many([replace(spec, seed=seed) for seed in range(20)], PLOT):
        check(record, record)


# --- without gradients there is no chance --------------------------------------------------


def said_to_keep(title):
    """Return who keeps the signal, as a title says it; None where it counts stacks."""
    if title.startswith(("No initializer", "None ")):
        return set()
    who, keeps, _ = title.partition(" keep")
    if not keeps or re.search(r"\d of ", who):
        return None
    who = re.split(r", | and ", who.removeprefix("Only "))
    return set(who) - set(who[:-1]) if title.startswith("For ") else set(who)


@pytest.mark.wide
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "hard_tanh"])
@pytest.mark.parametrize("depth", [3, 6, 20])
def test_no_title_contradicts_the_words_where_there_is_no_chance(activation, depth):
    """A title that none keeps tanh stood above an alternative text in which Xavier keeps it."""
    inits = ("std=0.01", "std=0.05", "xavier", "he")
    specs = [StackSpec(activation=activation, init=init, depth=depth, samples=50) for init in inits]
    every = tell(simulate_many(specs, Measuring(gradients=False)))
    for stacks in (*combinations(every, 2), *combinations(every, 3), every):
        kept = {each.label for each in stacks if each.word == "keeps"}
        verdicts = [verdict_of(each) for each in stacks]
        title = title_of(stacks, verdicts)
        assert heading_of(stacks, "activation", gradients=False).title == title
        assert "healthy" not in title or all(v.state != "not_judged" for v in verdicts)
        assert said_to_keep(title) in (kept, None), title
        sheet, *_ = headings_of(stacks, "activation", gradients=False)
        said = said_to_keep(sheet.title)
        assert said is None or (said <= kept and bool(said) is bool(kept)), sheet.title
        text = alt_text(stacks, "activation", title=title)
        assert text.count("; keeps the signal") == len(kept)
