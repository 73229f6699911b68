"""What is said of a view of units: short enough for a slide, whatever the numbers are."""

import pytest

from actviz.diagnosis.pattern import Pattern, Scale
from actviz.simulation.stacks import simulate
from actviz.words.outcome import Outcome
from actviz.words.say import say
from actviz.words.told import tell
from actviz.words.units import ends, feet, finding, see, subtitles

#: A title of a slide is one line.
TITLE = 55


def seen(*stacks, **more):
    fields = {"unit_sample": (60, 60), "statistics": "moments"} | more
    return see(tell([simulate(activation=a, init=i, **fields) for a, i in stacks]))


@pytest.mark.parametrize(
    ("stack", "title", "caption"),
    [
        (
            ("tanh", "xavier"),
            "Noise to layer 5: every input leaves its own mark",
            "noise: inputs differ",
        ),
        (
            ("tanh", "std=1"),
            "Noise to layer 5, but the signal saturates",
            "noise, but saturates",
        ),
        (
            ("relu", "he"),
            "Some stripes from layer 3 on: inputs partly alike",
            "some stripes: partly alike",
        ),
        (
            ("relu", "std=1"),
            "Stripes in layer 5, and the signal explodes",
            "some stripes, explodes",
        ),
        (
            ("sigmoid", "xavier"),
            "Stripes from layer 2 on: all inputs look alike",
            "stripes down: inputs alike",
        ),
        (
            ("tanh", "ones"),
            "Stripes across: all units of a layer are the same",
            "stripes across: units alike",
        ),
        (
            ("tanh", "std=0.01"),
            "One tone from layer 2 on: the signal is gone",
            "one tone: signal gone",
        ),
        (
            ("relu", "std=1e200"),
            "Layer 2 overflows, and the stack stops there",
            "not finite in layer 2",
        ),
    ],
)
def test_one_stack(stack, title, caption):
    (one,) = seen(stack)
    assert finding([one]) == title
    assert one.captions[0] == caption
    assert len(one.captions[1]) < len(caption)


def test_what_is_said_of_the_gradient_is_not_said_of_the_signal():
    """The dots show none; a record that has gradients is judged by them too."""
    (one,) = seen(("tanh", "std=0.3"), depth=30, gradients=True)
    assert finding([one]) == "Noise to layer 30, but: gradient explodes"
    assert one.captions[0] == "noise, but gradient explodes"


def test_several_stacks():
    two = seen(("tanh", "xavier"), ("tanh", "he"))
    assert finding(two) == "In both stacks every input leaves its mark"
    assert finding((*two, two[0])) == "In all 3 stacks every input leaves its mark"
    mixed = (*two, *seen(("tanh", "ones")))
    assert finding(mixed) == "Under Xavier and He every input leaves its mark"
    none = seen(("tanh", "ones"), ("tanh", "zeros"))
    assert finding(none) == "Under ones all units are the same"
    # What most are, and not that no input leaves its mark: under std = 1 half is noise.
    sigmoid = seen(*(("sigmoid", init) for init in ("std=1", "std=0.01", "xavier", "he")))
    assert finding(sigmoid) == "Under std = 0.01, Xavier and He all inputs look alike"
    # Some stripes are no contradiction: inputs still differ.
    assert finding(seen(("relu", "he"), ("tanh", "he"))) == finding(two)
    assert (
        finding(seen(("tanh", "zeros"), ("relu", "zeros"))) == "In both stacks the signal is gone"
    )


def test_several_stacks_are_named_where_a_title_has_room_for_all_their_names():
    inits = ("std=1", "std=0.01", "xavier", "he")
    default = seen(*((name, init) for name in ("sigmoid", "tanh", "relu") for init in inits))
    assert finding(default) == "Tanh and ReLU tell inputs apart but for std = 0.01"
    deep = seen(*((name, "xavier") for name in ("sigmoid", "tanh", "relu")))
    assert finding(deep) == "In tanh and ReLU every input leaves its mark"
    # Not all stacks of some activations or under some initializers; or names too long for a title.
    odd = seen(
        ("tanh", "he"), ("tanh", "zeros"), ("relu", "he"), ("relu", "xavier"), ("elu", "zeros")
    )
    assert finding(odd[:3]) == "Under He every input leaves its mark"
    assert finding(odd) == "Tanh and ReLU tell inputs apart but for zeros"
    crossed = seen(
        ("tanh", "he"), ("tanh", "zeros"), ("relu", "zeros"), ("relu", "ones"), ("elu", "he")
    )
    assert finding(crossed[1:]) == "In ELU every input leaves its mark"
    either = seen(("tanh", "he"), ("sigmoid", "he"), ("tanh", "std=9"), ("sigmoid", "std=9"))
    assert [one.pattern.noisy for one in either] == [True, False, True, True]
    assert finding(either) == "In 3 of 4 stacks every input leaves its mark"
    many = seen(*(("tanh", f"std=0.{n}") for n in range(12, 19)), ("tanh", "zeros"))
    assert finding(many) == "In 7 of 8 stacks every input leaves its mark"


@pytest.mark.parametrize("pattern", Pattern)
def test_titles_fit_a_slide(pattern):
    words = [say(f"word.{outcome}") for outcome in Outcome]
    words += [say("word.factor", word=word, factor="0.71") for word in words if "lines" in word]
    verbs = [word for word in words if " " not in word.partition(" ×")[0]]
    titles = [say(f"units.title.{pattern}", layer=99_999)]
    kind = Pattern.NOISE if pattern.noisy else pattern
    titles += [say(f"units.titles.{kind}", count=count, of=1000) for count in (999, 1000)]
    titles += [say("units.title.noise_but", layer=999, does=word) for word in verbs]
    titles += [say("units.title.noise_and", layer=999, does=word) for word in words]
    titles += [say("units.title.streaked_but", layer=999, does=word) for word in verbs]
    titles += [say("units.title.streaked_and", layer=999, does=word) for word in words]
    titles += [say("units.title.recorded", layer=99_999)]
    assert max(map(len, titles)) <= TITLE


def test_a_subtitle_says_how_much_is_drawn():
    stacks = seen(("tanh", "he"), depth=12)
    said, short = subtitles(stacks, units=31, inputs=60, layers=range(1, 13))
    assert said.endswith("seed 0 · first 31 units × 60 inputs")
    assert said.startswith("12 layers of 100 units")
    assert short == "12 layers of 100 units · first 31 units × 60 inputs"
    chosen, _ = subtitles(stacks, units=60, inputs=60, layers=(1, 6, 12))
    assert chosen.endswith("· 3 of 12 layers")


def test_a_foot_names_numbers_that_have_no_name_and_stacks_that_are_left_out():
    noise = {Pattern.NOISE}
    (plain,) = feet(noise, stds=False, stacks=4, of=4)
    assert plain == "Across: units, down: inputs."
    assert feet(noise, stds=True, stacks=4, of=4) == [f"Numbers: std. {plain}"]
    assert feet(noise, stds=False, stacks=4, of=9) == [f"{plain} Only 4 of 9 stacks fit."]


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        (set(), ""),
        ({Pattern.STREAKED}, "; stripes down: inputs alike"),
        ({Pattern.DOWN, Pattern.NOISE}, "; stripes down: inputs alike"),
        ({Pattern.ACROSS}, "; stripes across: units alike"),
        (
            set(Pattern),
            "; stripes down: inputs alike; stripes across: units alike; one tone: nothing left",
        ),
    ],
)
def test_a_foot_explains_marks_that_are_seen(marks, told):
    first, *shorter = feet(marks, stds=False, stacks=1, of=1)
    assert first == f"Across: units, down: inputs{told}."
    # Where a line has no room for all of them, the last ones go.
    assert all(first.startswith(each.removesuffix(".")) for each in shorter)
    assert [first, *shorter][-1] == "Across: units, down: inputs."


def test_the_ends_of_a_scale():
    def scale(**more):
        return Scale(**({"center": 0.0, "reach": 1.0, "signed": True, "bounded": True} | more))

    assert ends(scale()) == ("−1", "1")
    assert ends(scale(center=0.5, reach=0.5)) == ("0", "1")
    assert ends(scale(bounded=False)) == ("", "±2.5 rms of layer 1")
    assert ends(scale(bounded=False, signed=False)) == ("0", "2.5 rms of layer 1")
