"""The options of stacks: what a file may hold, and what stands in for what was not given."""

from inspect import get_annotations
from typing import get_type_hints

import pytest

from actviz.cli.commands.plot import PlotOptions
from actviz.cli.spec_options import SpecOptions, otherwise


def test_what_was_given_stays_and_the_rest_is_filled_in():
    options = PlotOptions(seed=0, log_y=False, title="", view="depth")
    filled = otherwise(options, seed=3, log_y=True, title="a", depth=7, style=None)
    assert filled == PlotOptions(seed=0, log_y=False, title="", view="depth", depth=7)


@pytest.mark.parametrize("kind", SpecOptions.__subclasses__())
def test_a_command_adds_no_key(kind):
    """Else another command would refuse its file."""
    known = get_type_hints(SpecOptions)
    for name in get_annotations(kind):
        assert get_type_hints(kind)[name] == known[name]


def test_there_are_commands_of_stacks():
    assert len(SpecOptions.__subclasses__()) == 5
