"""What is said of a diagnosis."""

from dataclasses import replace

import pytest

from actviz.diagnosis.findings import Finding, Findings, Kind, Remedy, Severity
from actviz.words.findings import layers, lines, remedy, sentence

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
MENDED = Remedy(measure="share", tried=4, init="He", activation="ReLU", value=0.0, instead=123.4)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((2,), "layer 2"), ((1, 2), "layers 1–2"), ((1, 2, 3, 5, 7, 8), "layers 1–3, 5, 7–8")],
)
def test_layers_in_a_row_are_a_range(numbers, text):
    assert layers(numbers) == text


def test_a_finding_has_its_number_threshold_and_source():
    assert lines(FOUND) == [
        "  warning: units dead in layers 1–3, 5",
        "    share: 0.1235 (threshold 0.1)",
        "    threshold: our own",
    ]
    mended = lines(replace(FOUND, layers=(), remedy=MENDED))
    assert mended[0] == "  warning: units dead"
    assert mended[3:] == ["    remedy: He with ReLU: share 0 instead of 123"]


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (Remedy(measure="share", tried=0), "not looked for: layers that were recorded elsewhere "),
        (Remedy(measure="share", tried=7), "none found: of 7 stacks tried, none has a better "),
        (replace(MENDED, value=None), "He with ReLU: share none instead of 123"),
        (
            replace(MENDED, unmended="sigmoid", left=Kind.SATURATED),
            "no initializer that was tried mends sigmoid; He with ReLU: share 0 instead of 123; "
            "better, but still: saturated",
        ),
    ],
)
def test_a_remedy_as_text_is_what_is_said_of_it(seen, text):
    assert remedy(seen).startswith(text)
    assert str(seen) == remedy(seen)
    assert replace(FOUND, remedy=seen).to_dict()["remedy"] == remedy(seen)


def test_the_verdict_is_a_sentence():
    found = Findings(
        activation="tanh", init="he", profile="default", findings=(FOUND,), has_gradients=True
    )
    dead = "leaves units dead: they are 0 for every input"
    assert sentence(found) == f"tanh with he {dead}"
    assert sentence(replace(found, activation="unknown")) == f"he {dead}"
    without = replace(found, has_gradients=False)
    assert sentence(without) == f"tanh with he {dead} (its gradients were not recorded)"
