"""Where sentences stand: what figures, notebooks and diagnoses say is said in `actviz.words`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from actviz.layers.activations import ACTIVATIONS
from actviz.literature.nets import NET_FIGURES
from actviz.literature.stacks import FIGURES
from actviz.literature.trained import TRAINED_FIGURES

PACKAGE = Path(__file__).resolve().parents[2] / "actviz"

#: The rooms whose texts `actviz.words` says. What the others write is errors, help, a Report's
#: table, and names.
ROOMS = ("diagnosis", "literature", "plot", "files")

#: Two words beside each other, or a word and a field: more than a name or a key.
SENTENCE = re.compile(r"[^\W\d_]{2,} ([^\W\d_]{2,}|\{\})|\{\}[ -][^\W\d_]{2,}")

#: Data: what rules measure and where their thresholds come from, and the names of fonts.
DATA = {"diagnosis/rules.py", "plot/paper/fonts.py"}
SOURCES = " ".join(
    figure.source
    for figure in (*FIGURES.values(), *TRAINED_FIGURES.values(), *NET_FIGURES.values())
)

#: Errors that are put together before they are raised.
ERRORS = {
    "files/formats.py": {"not {}", "and it has none"},
    "files/kept.py": {
        "file of {}",
        "delete it to begin anew, or name another file with -o",
        "{} holds no {} of {}: {}",
    },
    "files/nets.py": {"a map"},
    "files/parts.py": {"a sweep", "name what a sweep keeps beside its -o"},
    "files/rows.py": {"file of rows"},
    "files/records.py": {
        "line {}, column {}",
        "{} needs",
        "free some, or read it elsewhere",
        "an integer of more digits than any number here has",
    },
    "plot/facets/series.py": {
        ": simulate with gradients=True",
        ": simulate with effective_rank=True",
    },
    "plot/paper/style.py": {
        "WxH in inches, such as 10x5.6",
        "a figure of size {} has no room for a panel and its labels: choose a larger one",
    },
    "plot/refused.py": {"{} with {}", ": simulate with gradients=True"},
    "plot/views.py": {"no view takes {}", "{} goes with view {}"},
}

#: Not for people, or not in words: fonts, warnings that are caught, commands, kinds of numbers.
NAMES = {
    "diagnosis/verdict.py": {"no threshold was crossed"},  # the measure of what is healthy
    "files/drift.py": {"actviz check {}"},
    "files/images.py": {
        "Glyph .* missing from font",
        "'DejaVu Sans'",
        "'DejaVu Sans', Verdana, sans-serif",
        "actviz figure",
        '{} role="img" aria-label={}>\n <title>{}</title>\n <desc>{}</desc>{}',
    },
    "files/parts.py": {"part-{}-of-{}"},
    "literature/figure.py": {"mean field"},
    "literature/stacks.py": {"mean field"},
    "plot/paper/picture.py": {"Glyph .* missing from font"},
}


def texts_of(tree: ast.AST) -> Iterator[str]:
    """Yield every string but docstrings and errors; a field of a formatted one is ``{}``."""
    for node in ast.iter_child_nodes(tree):
        documented = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if documented or isinstance(node, ast.Raise):
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
            yield "".join(parts)
            for part in node.values:
                yield from () if isinstance(part, ast.Constant) else texts_of(part)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        else:
            yield from texts_of(node)


def is_data(text: str) -> bool:
    """Return whether a text is HTML, the name of a stack, or the source of a figure."""
    html, stack = text.startswith("<"), text.split()[0] in ACTIVATIONS
    return html or stack or all(part in SOURCES for part in text.split("{}"))


def sentences(name: str, source: str) -> set[str]:
    """Return the sentences of a module that stand in the wrong room."""
    if name in DATA:
        return set()
    found = {text for text in texts_of(ast.parse(source)) if SENTENCE.search(text)}
    named = ERRORS.get(name, set()) | NAMES.get(name, set())
    return {text for text in found - named if not is_data(text)}


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_stands_outside_of_words(room):
    for path in sorted((PACKAGE / room).rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        assert not sentences(name, path.read_text(encoding="utf-8")), name


def test_the_exceptions_are_there():
    for name, texts in (*ERRORS.items(), *NAMES.items()):
        tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
        assert texts <= set(texts_of(tree)), name


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 'All units are alike'", {"All units are alike"}),
        ("x = f'layer {n} of them is bad'", {"layer {} of them is bad"}),
        ("x = f'{say(\"no room\")}'", {"no room"}),
        ("def f():\n    'What it does.'\n    raise ValueError('this is wrong')", set()),
        ("x = say('title.kept')", set()),
    ],
)
def test_a_sentence_is_seen(source, found):
    assert sentences("plot/new.py", source) == found
