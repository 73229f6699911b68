"""Bands of facets: which stacks stand together, and what a colour means."""

from drawn import FOUR, STDS, curves_in, record, records, solid, trends, written
from matplotlib.colors import to_hex

from actviz import plot_depth, plot_overlay
from actviz.plot.paper.style import THEMES, hues


def test_every_activation_has_a_trend_of_its_own_stacks():
    made = plot_depth(records(["tanh", "relu"], FOUR[:3]), **STDS)
    assert [len(solid(ax)) for ax in trends(made)] == [3, 3]
    assert len(made.axes) == 8


def test_activations_of_one_stack_each_have_a_trend_together():
    made = plot_depth(records(["tanh", "relu", "sigmoid"], ["he"]), **STDS)
    assert [len(solid(ax)) for ax in trends(made)] == [3]
    texts = [item.text for item in written(made)]
    assert {"tanh", "ReLU", "sigmoid"} <= set(texts)  # at the ends of its lines


def test_he_has_one_colour_in_every_figure_of_lines():
    alone = plot_depth(records(["tanh"], ["he"]), **STDS)
    four = plot_depth(records(["tanh", "relu"], FOUR), **STDS)
    seeds = plot_depth([record("tanh", "he", seed=seed) for seed in (0, 1)], **STDS)
    he = to_hex(solid(trends(alone)[0])[0].get_color())
    assert he == THEMES["light"].inits[3]
    assert [to_hex(solid(ax)[3].get_color()) for ax in trends(four)] == [he, he]
    first, second = (to_hex(line.get_color()) for line in solid(trends(seeds)[0]))
    assert first == he != second


def test_lines_of_one_stack_an_activation_have_the_activations_colours():
    made = plot_depth(records(["tanh", "gelu"], ["he"]), **STDS)
    lines = [to_hex(line.get_color()) for line in solid(trends(made)[0])]
    assert lines == list(hues(THEMES["light"], ["tanh", "gelu"]).values())


def test_a_colour_means_an_activation():
    made = plot_overlay(records(["tanh", "relu"], FOUR[:2]))
    last = [tuple(curves_in(ax).get_colors()[-1]) for ax in made.axes]
    assert last[0] == last[1] != last[2] == last[3]
