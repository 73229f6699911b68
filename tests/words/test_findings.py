"""What is said of a diagnosis: the line, what explains it, and the command that mends it."""

import shlex
from dataclasses import replace

import pytest
import typer
from handmade import judged, of_gradients, record

from actviz import simulate
from actviz.cli import run, stacks
from actviz.diagnosis.findings import _SLOW, Finding, Kind, Remedy, Severity, State, Unknown
from actviz.diagnosis.seeds import SeedFindings
from actviz.diagnosis.verdict import diagnose
from actviz.records.spec import StackSpec
from actviz.words.findings import (
    command_of,
    explanation_of,
    layers,
    line,
    lines,
    mark_of,
    meant,
    name_of,
    remedy,
    sentence,
    trains,
    why_unknown,
)
from actviz.words.told import share_of, word_of

FOUND = Finding(
    kind=Kind.DEAD_UNITS,
    severity=Severity.WARNING,
    layer=None,
    value=0.123456,
    threshold=0.1,
    measure="share",
    source="our own",
    layers=(1, 2, 3, 5),
)
SPEC = StackSpec(activation="relu", init="he")
MENDED = Remedy(tried=4, spec=SPEC, seeds=5, chance=0.934)
GOOD, BAD = diagnose(judged({}, {})), diagnose(judged({}, {"mean_cosine": 1.0}))
SLOW = diagnose(of_gradients(2.0, 7.0, 20.0, make=judged))


def of(*found):
    return SeedFindings(found=found)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((2,), "layer 2"), ((1, 2), "layers 1–2"), ((1, 2, 3, 5, 7, 8), "layers 1–3, 5, 7–8")],
)
def test_layers_in_a_row_are_a_range(numbers, text):
    assert layers(numbers) == text


def test_a_finding_has_its_number_threshold_and_source():
    assert lines(FOUND, GOOD) == [
        "  warning: units dead in layers 1–3, 5",
        "    share: 0.1235 (threshold 0.1)",
        "    threshold: our own",
    ]
    assert lines(replace(FOUND, layers=()), GOOD)[0] == "  warning: units dead"
    small = replace(FOUND, value=9.3e-9, threshold=1e-7)
    assert lines(small, GOOD)[1] == "    share: 9.3×10⁻⁹ (threshold 10⁻⁷)"


@pytest.mark.parametrize(
    ("init", "said"),
    [("xavier", ["declines", "gradient declines"]), ("std=0.01", ["vanishes"])],
)
def test_what_was_found_has_the_words_of_the_line(init, said):
    found = diagnose(simulate(activation="relu", init=init, gradients=True))
    assert word_of(found).startswith(said[0])
    heads = [lines(each, found)[0] for each in found.stack]
    for word in said:
        what = word if word.startswith("gradient") else f"signal {word}"
        assert any(what in head for head in heads)
    other = "vanishes" if said[0] == "declines" else "declines"
    assert not any(other in head for head in heads)


def test_what_two_measures_found_is_said_once_with_both():
    """Of sigmoid under Xavier it was twice that the inputs are alike, and that gradients vanish."""
    found = diagnose(simulate(activation="sigmoid", init="xavier", gradients=True))
    told = explanation_of(found)
    heads = [text for text in told if not text.startswith("    ")]
    kinds = [head.partition(": ")[2] for head in heads]
    assert len(kinds) == len(set(kinds)) < len([f for f in found.stack if f.value is not None])
    assert heads[0] == lines(found.stack[0], found)[0]
    for finding in found.stack:
        if finding.value is not None:
            assert set(lines(finding, found)[1:]) <= set(told)


# --- a line a stack -----------------------------------------------------------------------


def test_a_line_has_mark_stack_word_chance_number_and_what_to_try():
    assert line(of(GOOD)) == (
        f"✓ tanh with identity: keeps, trains {share_of(GOOD.chance)} (gradient ×1.0 a layer)"
    )
    measure = "mean cosine between the activations of two inputs: 1.0 in layer 2"
    assert line(of(BAD)) == f"✗ tanh with identity: inputs alike, trains 0 % ({measure})"
    mended = of(BAD).with_remedy(MENDED)
    assert line(mended) == (
        f"✗ tanh with identity: inputs alike, trains 0 % ({measure}); "
        "try: actviz plot -a relu -i he (trains 93 %, median of 5 seeds)"
    )


@pytest.mark.parametrize(("count", "text"), [(1.0, "1 value is"), (446.0, "446 values are")])
def test_values_that_are_no_numbers_are_counted_first(count, text):
    found = replace(BAD.findings[0], kind=Kind.NON_FINITE, value=count, layers=(70,))
    said = line(of(replace(BAD, findings=(found,))))
    assert said.endswith(f"({text} NaN or infinite in layer 70)")


def test_a_healthy_stack_that_is_slow_has_the_number_that_makes_it_so():
    slow = diagnose(simulate(activation="relu", init="xavier", gradients=True))
    assert slow.verdict is Kind.HEALTHY
    assert line(of(slow)) == (
        "– relu with xavier: declines ×0.71, trains 99 % (signal ×0.26 over 5 layers)"
    )
    flat = diagnose(simulate(activation="sigmoid", init="std=1", gradients=True))
    measure = "share of entries with a derivative below 5 % of its maximum: 0.66 in layers 1–5"
    assert line(of(flat)) == f"– sigmoid with std=1: saturates, trains 87 % ({measure})"


def test_a_line_of_several_seeds_has_the_median_and_the_range():
    text = line(of(BAD, GOOD, GOOD))
    share = share_of(GOOD.chance)
    assert text == (
        f"✓ tanh with identity: keeps, trains {share} (0 % to {share} of 3 seeds); "
        "gradient ×1.0 a layer"
    )
    assert f"trains {share} (all 2 seeds); gradient" in line(of(GOOD, GOOD))
    none = diagnose(judged({}, {"effective_rank": None}))
    assert "trains 99 % at most" in line(of(GOOD, none)).replace(share_of(none.at_most), "99 %")


def test_a_line_without_a_chance_says_why():
    bare = diagnose(record({}, {}, gradients=False))
    assert line(of(bare)) == (
        "· tanh with he: keeps, no chance given: the gradients were not recorded"
    )
    published = diagnose(judged({}, {"std": 9.0}), "published")
    assert line(of(published)).startswith("✗ tanh with identity: signal explodes (largest over")


def test_what_is_said_of_the_chance():
    assert trains(GOOD) == f"trains {share_of(GOOD.chance)}"
    assert trains(BAD) == "trains 0 %"
    bare = replace(GOOD, chance=None, unknown=Unknown.NO_RANK)
    assert trains(bare) == f"no chance given: {why_unknown(Unknown.NO_RANK)}"
    assert trains(replace(bare, at_most=0.05)) == "trains 5 % at most"
    assert trains(replace(bare, unknown=None)) == ""
    assert len({why_unknown(why) for why in Unknown}) == len(Unknown)
    assert "300 nets" in meant(300)


def test_a_mark_for_every_state():
    assert [mark_of(state) for state in State] == ["✓", "–", "✗", "·"]


def test_the_name_is_that_of_the_stack_and_of_recorded_layers_their_label():
    assert name_of(GOOD) == "tanh with identity"
    assert name_of(replace(GOOD, activation="unknown")) == "identity"
    assert word_of(SLOW) in line(of(SLOW))


# --- what to try --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (Remedy(tried=0), "not looked for: layers that were recorded elsewhere cannot be "),
        (Remedy(tried=7), "nothing better found among 7 stacks that were tried"),
        (MENDED, "try: actviz plot -a relu -i he (trains 93 %, median of 5 seeds)"),
        (replace(MENDED, chance=None), "try: actviz plot -a relu -i he"),
        (
            replace(MENDED, unmended="sigmoid", left=Kind.SATURATED),
            "no initializer that was tried mends sigmoid; try: actviz plot -a relu -i he "
            "(trains 93 %, median of 5 seeds); better, but still: saturated",
        ),
    ],
)
def test_a_remedy_as_text_is_what_is_said_of_it(seen, text):
    assert remedy(seen).startswith(text)
    assert str(seen) == remedy(seen)
    assert replace(BAD, remedy=seen).to_dict()["remedy"] == remedy(seen)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"activation": "sigmoid", "init": "lecun(gain=4)"},
        {"init": "orthogonal(gain=1.414)", "depth": 10, "width": 30},
        {"init": "std=0.01", "depth": 3},
        {"init": "constant=-0.01"},
        {"width": (40, 30, 20), "input_width": 64},
        {"width": 7, "input_width": 9, "samples": 123, "seed": 42},
        {"input_std": 0.123456789, "bias_std": 1e-3},
        {"input_distribution": "uniform", "dtype": "float32"},
        {"rng": "legacy", "seed": 7},
    ],
    ids=str,
)
def test_a_command_is_read_back_as_the_stack_that_it_is_for(fields, monkeypatch, tmp_path):
    spec = StackSpec(**{"activation": "relu", "init": "he"} | fields)
    seen = []

    def simulate(specs, measuring=None, memory_limit=None):
        seen.extend(specs)
        raise typer.Exit(0)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stacks, "simulate_specs", simulate)
    program, *words = shlex.split(command_of(spec))
    assert program == "actviz"
    assert run(words) == 0
    assert seen == [spec]


def test_a_command_has_nothing_that_goes_without_saying():
    assert command_of(SPEC) == "actviz plot -a relu -i he"
    assert command_of(replace(SPEC, seed=3)) == "actviz plot -a relu -i he --seed 3"


@pytest.mark.parametrize("kind", sorted(_SLOW))
def test_what_is_slow_no_longer_is_said(kind):
    assert remedy(replace(MENDED, mends=kind)).startswith(f"{remedy(MENDED)}, where the ")


# --- a sentence ---------------------------------------------------------------------------


def test_the_verdict_is_a_sentence():
    found = replace(GOOD, init="he", findings=(FOUND,))
    dead = "leaves units dead: they are 0 for every input"
    assert sentence(found) == f"tanh with he {dead}"
    assert sentence(replace(found, activation="unknown")) == f"he {dead}"
    without = diagnose(record({}, {}, gradients=False))
    assert sentence(replace(without, findings=(FOUND,))) == (
        f"tanh with he {dead} (its gradients were not recorded)"
    )
