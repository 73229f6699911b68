"""Words of a view of units on their page: sizes of type, labels, and which captions have room."""

import re

import pytest
from drawn import record, written

from actviz.format import significant
from actviz.plot import plot_units
from actviz.plot.paper.style import look_of
from actviz.plot.units.arrange import dot_arrangements
from actviz.plot.units.page import label_of, stds_above, typed
from actviz.words.told import tell
from actviz.words.units import see

KEPT = {"width": 70, "samples": 70, "unit_sample": (60, 60), "statistics": "moments"}


def stacks(activations, inits, **fields):
    return [record(a, i, **(KEPT | fields)) for a in activations for i in inits]


def texts(figure):
    return [item.text for item in written(figure)]


@pytest.mark.parametrize(
    ("size", "least"), [("slide", 13), ("stage", 18), ("half-slide", 13), ("column", None)]
)
def test_type_of_a_slide_is_read_from_afar(size, least):
    look, kind = typed(look_of(size, "light"))
    assert look.size.text == kind.least == (least or look_of(size, "light").size.text)
    assert kind.least <= kind.body <= kind.heading < kind.title
    assert (kind.least < kind.body) == (size != "stage")


def test_a_label_has_what_is_seen_below_it_only_where_that_is_told():
    arrangement, *_ = dot_arrangements(see(tell(stacks(["sigmoid"], ["xavier"]))))
    (row,) = arrangement.rows
    _, kind = typed(look_of("slide", "light"))
    label, below = label_of(row, 2.0, kind, told=True)
    assert (" ".join(label.lines), " ".join(below.lines)) == (row.label, row.cells[0].captions[0])
    _, nothing = label_of(row, 2.0, kind, told=False)
    assert "".join(nothing.lines) == ""


def test_captions_are_short_where_the_long_ones_have_no_room():
    """One form for all, so that one stack is not told more than another."""
    asked = stacks(["sigmoid", "tanh"], ["xavier", "std=0.01"])
    forms = [[seen.captions[form] for seen in see(tell(asked))] for form in (0, 1)]
    for size, form in (("20x11.25", 0), ("half-slide", 1)):
        found = texts(plot_units(asked, size=size))
        for words in forms[form]:
            assert any(words in text for text in found), (size, words)
        for words in set(forms[1 - form]) - set(forms[form]):
            assert words not in found


def test_numbers_of_layers_stand_below_the_last_row_alone():
    found = texts(plot_units(stacks(["tanh"], ["he", "xavier", "lecun"])))
    assert [text for text in found if text in "2345"] == list("2345")


class Room:
    """What the stds above a row ask of a layout."""

    pitch, block_gap, named = 1.0, 0.5, False


@pytest.mark.parametrize(
    ("stds", "expected"),
    [
        ([0.63, 0.49, 0.41], ["0.63", "0.49", "0.41"]),
        ([0.0588, 0.004, 2.8e-4, 2.2e-5, 1.6e-6], ["0.06", "", "3×10⁻⁴", "", "2×10⁻⁶"]),
        ([2e-7, None, 3e-5], ["2×10⁻⁷", "", "3×10⁻⁵"]),
        ([2e-7], [""]),
    ],
)
def test_fewer_layers_have_a_std_before_one_is_wrong(stds, expected):
    """A power of ten alone is off by up to 3 times."""
    assert stds_above(stds, Room(), lambda text: 0.16 * len(text)) == expected


def test_the_first_std_has_its_name_and_no_number_is_on_its_neighbour():
    """In place of a sentence in the foot."""

    class Named(Room):
        named = True

    def width_of(text):
        return 0.16 * len(text)

    assert stds_above([2.0, 2.0], Named(), width_of) == ["std 2", "2"]
    assert stds_above([2e-7, 2e-7], Named(), width_of) == ["std 2.0×10⁻⁷", ""]
    found = texts(plot_units(stacks(["tanh"], ["he"])))
    assert any(re.fullmatch(r"std 0\.\d+", text) for text in found)
    assert not any(text.startswith("Numbers") for text in found)


def test_the_stds_of_a_slide_are_those_of_the_record():
    """Twelve stacks: little room, and ReLU's stds of powers from 10⁻² to 10⁻⁶."""
    asked = stacks(["sigmoid", "tanh", "relu"], ["std=1", "std=0.01", "xavier", "he"])
    found = texts(plot_units(asked))
    last = [one.layers[-1]["activation"].stats.std for one in asked]
    for std in last:
        assert {significant(std, 1), significant(std, 2)} & set(found), std
    assert not [text for text in found if re.fullmatch("10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", text)]
