"""What is said as a value, and the grammar of a table's templates."""

import pickle
from copy import deepcopy
from dataclasses import FrozenInstanceError

import pytest

from actviz.lookup import Table
from actviz.words.say import Saying, say, saying, text

GERMAN = Table(
    {
        "who": "{names:and} {names:lernt|lernen}",
        "whole": "{head}: {parts:;}",
        "number": "{x:.2f}",
        "made": lambda *, names: "+".join(names),
    }
)


def test_a_saying_is_a_key_and_fields_that_nobody_writes_to():
    said = saying("who", names=("a", "b"))
    assert said == Saying(key="who", fields={"names": ("a", "b")})
    with pytest.raises(FrozenInstanceError):
        said.key = "whole"
    with pytest.raises(TypeError):
        said.fields["names"] = ()


@pytest.mark.parametrize("copy", [deepcopy, lambda said: pickle.loads(pickle.dumps(said))])
def test_a_saying_goes_through_copy_and_pickle(copy):
    said = saying("whole", head="x", parts=[saying("number", x=1.0)])
    assert copy(said) == said


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (saying("who", names=["a"]), "a lernt"),
        (saying("who", names=["a", "b", "c"]), "a, b and c lernen"),
        (saying("number", x=0.126), "0.13"),
        (saying("made", names=["a", "b"]), "a+b"),
        (
            saying("whole", head=saying("number", x=2), parts=[saying("who", names=["a"]), "{b}"]),
            "2.00: a lernt; {b}",
        ),
    ],
)
def test_a_table_makes_the_sentence(said, sentence):
    assert text(said, GERMAN) == sentence


@pytest.mark.parametrize(("count", "noun"), [(0, "0 units"), (1, "1 unit"), (2, "2 units")])
def test_a_number_chooses_between_one_and_several(count, noun):
    assert text(saying("n", n=count), Table({"n": "{n} unit{n:|s}"})) == noun


def test_what_is_said_at_once_is_english():
    assert say("title.keeps", name="ReLU, He", depth=1) == text(
        saying("title.keeps", name="ReLU, He", depth=1)
    )
    assert say("title.keeps", depth=2) == "the signal keeps its scale through 2 layers"


def test_what_a_table_lacks_cannot_be_said():
    with pytest.raises(KeyError, match="missing"):
        say("missing")


def test_a_number_of_few_digits_has_a_power_of_ten_as_people_write_it():
    table = {"number": "{value:.3g}"}
    said = [text(saying("number", value=value), table) for value in (0.05, 9.3e-9, -123456.0, 3)]
    assert said == ["0.05", "9.3×10⁻⁹", "−1.23×10⁵", "3"]
