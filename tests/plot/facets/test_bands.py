"""Bands of facets: which stacks stand together, and what a colour means."""

from drawn import FOUR, STDS, curves_in, records, solid, trends, written

from actviz import plot_depth, plot_overlay


def test_every_activation_has_a_trend_of_its_own_stacks():
    made = plot_depth(records(["tanh", "relu"], FOUR[:3]), **STDS)
    assert [len(solid(ax)) for ax in trends(made)] == [3, 3]
    assert len(made.axes) == 8


def test_activations_of_one_stack_each_have_a_trend_together():
    made = plot_depth(records(["tanh", "relu", "sigmoid"], ["he"]), **STDS)
    assert [len(solid(ax)) for ax in trends(made)] == [3]
    texts = [item.text for item in written(made)]
    assert {"tanh", "ReLU", "sigmoid"} <= set(texts)  # at the ends of its lines


def test_a_colour_means_an_activation():
    made = plot_overlay(records(["tanh", "relu"], FOUR[:2]))
    last = [tuple(curves_in(ax).get_colors()[-1]) for ax in made.axes]
    assert last[0] == last[1] != last[2] == last[3]
