"""Where words stand that say what a part of a field means: alike in all fields, or at the key."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from actviz.plot.charts.chart import Axis, Chart, ColorKey, FieldPanel, Name, Stroke
from actviz.plot.charts.layout import lay_out
from actviz.plot.charts.regions import place_words
from actviz.plot.overview.type import type_of
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.style import SIZES

KEY = ColorKey(
    kind="diverging",
    low=-6.0,
    high=6.0,
    ticks=((0.0, "1"),),
    words=((-inf, -4.5, "vanishes"), (-0.75, 0.75, "kept"), (4.5, inf, "explodes")),
)


def a_chart(*cuts, rows=40, strokes=()):
    """Return a chart of fields which vanish up to one cell of 100 and explode from another on."""
    fields = []
    for low, high in cuts:
        values = np.zeros((rows, 100))
        values[:, :low], values[:, high:] = -6.0, 6.0
        fields.append(FieldPanel(values=values, strokes=strokes))
    return Chart(
        title="A title",
        subtitle="",
        foot=(),
        description="",
        rows=(Name(text="row"),),
        columns=tuple(Name(text=f"column {n}") for n in range(len(cuts))),
        panels=(tuple(fields),),
        x=Axis(values=tuple(map(float, range(100)))),
        y=Axis(values=tuple(map(float, range(rows)))),
        key=KEY,
        axes="up, over across",
    )


def placed(chart, size="slide"):
    layout = lay_out(chart, SIZES[size], type_of(SIZES[size]), head=1.0, foot=0.5)
    found = place_words(chart, layout)
    return layout, [{word.text: word for word in words} for words in found.fields[0]], found


def test_words_that_have_room_everywhere_stand_at_one_height_in_every_field_that_has_their_part():
    layout, fields, found = placed(a_chart((45, 55), (55, 60), (60, 100)))
    assert [sorted(one) for one in fields] == [
        ["explodes", "vanishes"],
        ["explodes", "vanishes"],
        ["kept", "vanishes"],
    ]
    for text in ("vanishes", "explodes"):
        words = [one[text] for one in fields if text in one]
        assert len({word.y for word in words}) == len({word.points for word in words}) == 1
    assert (found.low, found.high) == ("", "")
    for words, box in zip(fields, layout.panels[0], strict=True):
        for word in words.values():
            half = text_width(word.text, word.points) / 2
            low, high = (box.left + cell / 100 * box.width for cell in word.span)
            assert low < word.x - half < word.x + half < high


def test_both_ends_have_their_words_at_the_key_where_one_field_has_no_room_for_one():
    """A fifth of a panel is seen, and too narrow for the word: then no field has any."""
    _, fields, found = placed(a_chart((45, 55), (20, 55), (45, 55)))
    assert [sorted(one) for one in fields] == [[], ["kept"], []]
    assert (found.low, found.high) == ("vanishes", "explodes")


def test_a_part_that_is_hardly_seen_takes_a_word_from_no_field():
    _, fields, found = placed(a_chart((45, 55), (45, 97)))
    assert [sorted(one) for one in fields] == [["explodes", "vanishes"], ["kept", "vanishes"]]
    assert (found.low, found.high) == ("", "")


def test_what_is_nowhere_has_no_word():
    _, fields, found = placed(a_chart((0, 100)))
    assert [sorted(one) for one in fields] == [["kept"]]
    assert (found.low, found.high) == ("", "")


def test_words_at_the_middle_s_part_stand_where_there_is_room_alone():
    _, fields, found = placed(a_chart((30, 70), (49, 51), (45, 55)))
    assert [("kept" in one) for one in fields] == [True, False, False]
    assert "kept" not in (found.low, found.high)


def test_a_field_s_own_words_stand_where_they_have_room_and_their_part_is():
    chart = a_chart((0, 100), (0, 100), (0, 100))
    parts = [np.zeros((40, 100), dtype=bool) for _ in range(3)]
    parts[0][:, 60:], parts[1][:, 88:] = True, True
    parts[2][:, 98:] = True
    fields = tuple(
        replace(panel, words={"chaos": part})
        for panel, part in zip(chart.panels[0], parts, strict=True)
    )
    _, fields, found = placed(replace(chart, panels=(fields,)))
    assert ["chaos" in one for one in fields] == [True, False, False]
    assert fields[0]["chaos"].span == (60, 100)
    # What the key's colours mean is said at the key.
    assert all(one.keys() <= {"chaos", "kept"} for one in fields)
    assert (found.low, found.high) == ("", "")
    (field,) = a_chart((30, 70)).panels[0]
    named = replace(field, words={"kept": np.zeros((40, 100), dtype=bool)})
    _, fields, found = placed(replace(a_chart((30, 70)), panels=((named,),)))
    assert [*fields[0]] == ["kept"]
    assert (found.low, found.high) == ("vanishes", "explodes")


@pytest.mark.parametrize("at", [20.0, 50.0, 80.0])
def test_no_line_crosses_a_word(at):
    line = Stroke(kind="thin", points=np.array([[at, 0.0], [at, 39.0]]))
    layout, fields, _ = placed(a_chart((100, 100), strokes=(line,)))
    word, box = fields[0]["vanishes"], layout.panels[0][0]
    x = box.left + (at + 0.5) / 100 * box.width
    assert abs(word.x - x) > text_width(word.text, word.points) / 2


def test_a_word_is_higher_where_its_part_is_wider():
    chart = a_chart((100, 100))
    values = chart.panels[0][0].values.copy()
    values[:32] = 0.0  # all but the upper fifth
    _, fields, _ = placed(replace(chart, panels=((FieldPanel(values=values),),)))
    assert fields[0]["vanishes"].row >= 32


def dotted(*cuts):
    """Return the same with dots so close that no word has room between two."""
    at = np.arange(2.0, 100.0, 7.0)
    dots = np.array([(x, y, 0.0) for x in at for y in range(1, 40, 3)])
    chart = a_chart(*cuts)
    fields = tuple(replace(panel, dots=dots) for panel in chart.panels[0])
    return replace(chart, panels=(fields,))


def test_a_part_is_as_large_as_it_is_though_dots_stand_on_it():
    _, fields, found = placed(dotted((40, 60), (45, 55)))
    assert fields == [{}, {}]
    assert (found.low, found.high) == ("vanishes", "explodes")


def test_both_ends_of_the_key_have_their_words_or_those_of_none_that_is_nowhere():
    *_, found = placed(dotted((40, 97)))
    assert (found.low, found.high) == ("vanishes", "explodes")
    *_, found = placed(dotted((40, 100)))
    assert (found.low, found.high) == ("vanishes", "")
