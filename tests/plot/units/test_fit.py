"""What of a view of units has room: the best of all arrangements, and words that agree with it."""

import pytest
from drawn import record

from actviz.errors import SpecError
from actviz.plot.paper.style import look_of
from actviz.plot.units.fit import fit_dots
from actviz.plot.units.page import typed
from actviz.words.told import tell
from actviz.words.units import see

KEPT = {"width": 70, "samples": 70, "unit_sample": (60, 60), "statistics": "moments"}


def fitted(activations, inits, size="slide", heading="A heading", **fields):
    seen = see(tell([record(a, i, **(KEPT | fields)) for a in activations for i in inits]))
    return fit_dots(seen, *typed(look_of(size, "light")), heading)


def text(paragraph):
    return " ".join(paragraph.lines)


def test_words_tell_of_the_dots_that_are_drawn():
    for depth, inits in ((5, ["he"]), (30, ["he", "xavier"])):
        layout, sheet = fitted(["tanh", "relu"], inits, depth=depth)
        said = text(sheet.subtitle)
        assert f"first {layout.units} units × {layout.inputs} inputs" in said
        shown = len(layout.arrangement.layers)
        assert (f"{shown} of {depth} layers" in said) == (shown < depth)
        top = layout.bottoms[0] + layout.dots_height
        assert top <= layout.height - sheet.head_height
        assert layout.bottoms[-1] >= sheet.foot_height


def test_stacks_that_do_not_fit_are_counted_in_the_foot():
    layout, sheet = fitted(["tanh"], [f"std={n}" for n in range(1, 30)])
    assert len(layout.rows) < layout.of == 29
    assert f"Only {len(layout.rows)} of 29 stacks fit." in text(sheet.foot)
    assert "stacks fit" not in text(fitted(["tanh"], ["he"])[1].foot)


def test_labels_stand_beside_rows_that_are_several_on_a_page_that_is_wide():
    both = ["tanh", "relu"]
    for inits, size, beside in (
        (["he", "xavier"], "slide", True),
        (["he"], "slide", False),
        (["he", "xavier"], "column", False),
    ):
        layout, sheet = fitted(both, inits, size)
        assert layout.beside == beside
        # Numbers that stand beside no label are named at the first of them, or in the foot.
        assert text(sheet.foot).startswith("Numbers: std.") == (not beside and not layout.named)
        assert len(sheet.foot.lines) == 1


def test_a_heading_that_is_long_becomes_smaller_before_it_takes_a_second_line():
    short, long, longest = (
        fitted(["tanh"], ["he"], heading=" ".join(["word"] * n))[1].title for n in (3, 14, 60)
    )
    assert short.points > long.points >= longest.points
    assert [len(one.lines) for one in (short, long)] == [1, 1]
    assert len(longest.lines) > 1


@pytest.mark.parametrize("size", ["1.5x1.5", "60x1.5"])
def test_a_page_without_room_is_refused(size):
    with pytest.raises(SpecError, match=f"a figure of size {size} has no room"):
        fitted(["tanh"], ["he", "xavier"], size)
