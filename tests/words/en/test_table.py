"""The table of English: all that is said is there, and what is there is said, with its fields."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from actviz.diagnosis.course import Becomes
from actviz.diagnosis.findings import Kind, State, Unknown
from actviz.diagnosis.pattern import Pattern
from actviz.layers.signals import SIGNALS
from actviz.literature.stacks import FIGURES
from actviz.literature.trained import TRAINED_FIGURES
from actviz.plot.facets.series import TRENDS
from actviz.plot.heights import SHARE_Y
from actviz.plot.training.inside import STRIPS
from actviz.words.en.charts import CHARTS
from actviz.words.en.findings import FINDINGS
from actviz.words.en.overview import OVERVIEW
from actviz.words.en.panels import PANELS
from actviz.words.en.phase import PHASE
from actviz.words.en.stacks import STACKS
from actviz.words.en.sweeps import SWEEPS
from actviz.words.en.table import EN
from actviz.words.en.training import TRAINING
from actviz.words.en.units import UNITS
from actviz.words.outcome import Outcome

PACKAGE = Path(__file__).resolve().parents[3] / "actviz"


@cache
def nodes() -> list[ast.expr]:
    """Return what is constant or called; the command line prints with a `say` of its own."""
    return [
        node
        for path in PACKAGE.rglob("*.py")
        if not {"en", "cli"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant | ast.Call)
    ]


def calls() -> Iterator[ast.Call]:
    """Yield all calls of `say` and `saying`."""
    for node in nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "saying"):
            yield node


def keys_of(node: ast.expr) -> set[str]:
    """Return the keys that an expression may be; of a formatted one, all that fit it."""
    if isinstance(node, ast.IfExp):
        return keys_of(node.body) | keys_of(node.orelse)
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.JoinedStr):
        parts = [
            re.escape(p.value)
            if isinstance(p, ast.Constant)
            else ".+"  # the whole key of a Saying
            if isinstance(p.value, ast.Attribute) and p.value.attr == "key"
            else "[^.]+"
            for p in node.values
        ]
        found = {key for key in EN if re.fullmatch("".join(parts), key)}
        assert found, ast.unparse(node)
        return found
    return set()


def fields_of(key: str) -> set[str]:
    row = EN[key]
    if callable(row):
        return set(inspect.signature(row).parameters)
    return {name for _, name, _, _ in Formatter().parse(row) if name}


def test_every_key_that_is_said_is_there():
    said = set().union(*(keys_of(call.args[0]) for call in calls()))
    assert len(said) > 200
    assert said <= set(EN)


def test_every_key_that_is_there_is_said():
    said = set()
    for node in nodes():
        if isinstance(node, ast.Constant):
            said.add(node.value)
    for call in calls():
        said |= keys_of(call.args[0])
    said |= {f"figure.{name}" for name in (*FIGURES, *TRAINED_FIGURES)}
    assert set(EN) <= said


def test_a_sentence_is_given_the_fields_that_it_has():
    checked = 0
    for call in calls():
        given = {word.arg for word in call.keywords}
        if not isinstance(call.args[0], ast.Constant) or None in given:
            continue
        assert given == fields_of(call.args[0].value), ast.unparse(call)
        checked += 1
    assert checked > 50


@pytest.mark.parametrize(
    ("stem", "names"),
    [
        ("does", list(Outcome)),
        ("word", list(Outcome)),
        ("trend", list(Becomes)),
        ("mark", list(State)),
        ("unknown", list(Unknown)),
        ("verdict", list(Kind)),
        ("kind", list(Kind)),
        ("signal", SIGNALS),
        ("signals", SIGNALS),
        ("grid.scale", SHARE_Y),
        ("view.scale", SHARE_Y),
        ("panel", list(TRENDS)),
        ("strip", [strip.name for strip in STRIPS]),
        ("units", list(Pattern)),
        ("units.title", list(Pattern)),
        ("units.titles", [one for one in Pattern if one is not Pattern.STREAKED]),  # as noise
        ("figure", [*FIGURES, *TRAINED_FIGURES]),
    ],
)
def test_all_of_a_kind_have_words(stem, names):
    assert {f"{stem}.{name}" for name in names} <= set(EN)


def test_no_key_is_there_twice():
    assert len(EN) == sum(
        map(len, (STACKS, PANELS, OVERVIEW, TRAINING, FINDINGS, UNITS, CHARTS, PHASE, SWEEPS))
    )


def test_the_table_is_not_written_to():
    with pytest.raises(TypeError):
        EN["title.keeps"] = "kept"
