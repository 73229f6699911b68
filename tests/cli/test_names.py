"""Activations and initializers as they are typed: what is read alike, and what is said of it."""

import pytest

from actviz.cli import names
from actviz.errors import SpecError

SHAPE = ("-d", "2", "-w", "5", "-n", "5")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("relu",), ["relu"]),
        (("relu,tanh", "selu"), ["relu", "tanh", "selu"]),
        ((" relu , tanh ",), ["relu", "tanh"]),
        (("relu,", "tanh"), ["relu", "tanh"]),  # typed with a space and no quotes
        (("",), [""]),
        ((",",), ["", ""]),
        (("a,,b",), ["a", "", "b"]),
        (("uniform(low=0,high=1),he(gain=2),he",), ["uniform(low=0,high=1)", "he(gain=2)", "he"]),
        (("0.01,0.1,1",), ["0.01", "0.1", "1"]),
        (("1,0.01",), ["1", "0.01"]),
        (("std=1,std=5",), ["std=1", "std=5"]),
        (("he(",), ["he("]),
    ],
)
def test_commas_stand_between_names(texts, expected):
    assert list(names.several(texts)) == expected


@pytest.mark.parametrize("text", ["0,01", "std=1,5", "he,0,01", "he,std=0,01", "1,2,he", "-1,5"])
def test_a_comma_for_a_decimal_point_is_never_two_numbers(text):
    with pytest.raises(SpecError, match="needs a plain decimal number with a point"):
        list(names.several([text]))


def test_what_was_not_given_is_none():
    assert names.activations(None, None) is None
    assert names.initializers(None, None) is None


SAME = [
    (("relu",), ("-a", "relu")),
    (("relu", "tanh"), ("-a", "relu", "-a", "tanh")),
    (("relu", "-a", "tanh"), ("-a", "relu", "-a", "tanh")),
    (("relu,tanh",), ("-a", "relu", "-a", "tanh")),
    (("-a", "relu,tanh", "-a", "selu"), ("-a", "relu", "-a", "tanh", "-a", "selu")),
    (("-i", "0.01"), ("-i", "std=0.01")),
    (("--std", "0.01"), ("-i", "std=0.01")),
    (("--std", "1,0.01", "-i", "he"), ("-i", "std=1", "-i", "std=0.01", "-i", "he")),
    (("--std", "1", "--std", "0.01"), ("-i", "std=1", "-i", "std=0.01")),
    (("-i", "xavier,he"), ("-i", "xavier", "-i", "he")),
    (("-i", "he,0.5,he"), ("-i", "he", "-i", "std=0.5")),
    (("-i", "xavier_fan_in"), ("-i", "lecun")),
    (("--layers", "3"), ("-d", "3")),
]


@pytest.mark.wide
@pytest.mark.parametrize(("typed", "meant"), SAME, ids=[" ".join(words) for words, _ in SAME])
def test_what_is_typed_is_what_is_meant(actviz, typed, meant):
    found = actviz("stats", *SHAPE, *typed, "-f", "csv")
    assert (found.code, found.err) == (0, "")
    assert found == actviz("stats", *SHAPE, *meant, "-f", "csv")


@pytest.mark.parametrize("command", ["plot", "stats", "diagnose", "theory", "baseline"])
def test_every_command_of_stacks_takes_it(actviz, command):
    more = {"baseline": ("-o", "a.json", "--seeds", "1"), "theory": ("--seeds", "2")}
    shape = ("--layers", "2", "-w", "5", "-n", "5", *more.get(command, ()))
    found = actviz(command, "relu", "--std", "0.5", *shape)
    assert (found.code, found.err) == (0, "")
    assert found == actviz(command, "-a", "relu", "-i", "std=0.5", *shape)


def test_a_training_takes_it(actviz):
    few = ("train", "circles", "--steps", "2", "-f", "csv")
    found = actviz(*few, "--std", "0.5", "-i", "lecun,0.1")
    assert (found.code, found.err) == (0, "")
    assert "std=0.5" in found.out
    assert found == actviz(*few, "-i", "std=0.5", "-i", "lecun", "-i", "std=0.1")


def test_gains_take_commas(actviz):
    assert actviz("gain", "relu,tanh") == actviz("gain", "relu", "tanh")


# --- whose Xavier -------------------------------------------------------------------------

WHOSE = (
    "xavier is Glorot's 2/(fan_in + fan_out); the Xavier of Saito, CS231n and Caffe, 1/fan_in, "
    "is lecun: they differ, as the widths do"
)
UNEQUAL = ("-n", "5", "--widths", "5,4")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-i", "xavier", *UNEQUAL), True),
        (("-i", "he,Xavier_uniform,xavier", *UNEQUAL), True),
        (("-i", "xavier(gain=2)", *UNEQUAL), True),
        (("-i", "xavier", *SHAPE, "--input-width", "7"), True),
        (("-i", "xavier", *SHAPE), False),
        (("-i", "xavier_fan_in,glorot,lecun", *UNEQUAL), False),
        (UNEQUAL, False),
    ],
)
def test_it_is_said_once_where_widths_differ(actviz, words, told):
    found = actviz("stats", "relu", "tanh", *words)
    assert (found.code, found.err) == (0, f"actviz: {WHOSE}\n" if told else "")


def test_it_is_said_of_a_figure_and_of_a_training_too(actviz):
    assert actviz("plot", "relu", "-i", "xavier", *UNEQUAL, "--dpi", "20").complaint == WHOSE
    assert actviz("train", "circles", "-i", "xavier,he", "--steps", "2").complaint == WHOSE
