"""Every example in a docstring is run, and gives what it says it gives."""

import doctest
import importlib
import pkgutil

import pytest

import actviz

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(actviz.__path__, "actviz.")
    if not module.name.endswith("__main__")  # it runs the command line
)


def _examples(name: str) -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    return [found for found in finder.find(importlib.import_module(name)) if found.examples]


@pytest.mark.parametrize("name", ["actviz", *MODULES])
def test_examples_give_what_they_say(name):
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_ONLY_FIRST_FAILURE)
    said: list[str] = []
    for found in _examples(name):
        runner.run(found, out=said.append)
    assert not runner.summarize(verbose=False).failed, "".join(said)


def test_the_examples_are_found():
    """A finder that finds nothing would pass: what a reader meets first has an example."""
    names = {found.name for name in ["actviz", *MODULES] for found in _examples(name)}
    assert {
        "actviz",
        "actviz.simulation.stacks.simulate",
        "actviz.theory.maps.fixed_point",
    } <= names
    assert len(names) >= 40
