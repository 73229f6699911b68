"""tests/ mirrors actviz/: who looks for the tests of a module finds them under its name."""

from pathlib import Path

import actviz

PACKAGE, TESTS = Path(actviz.__file__).parent, Path(__file__).parents[1]

#: Modules without a test file of their own, and why.
NO_TESTS_OF_THEIR_OWN = {
    "cli/charts.py": "what map and phase have in common, tested with both",
    "layers/activation_functions.py": "rows of activations.py, held to scipy and torch with it",
    "layers/signals.py": "three tuples of names",
    "plot/overview/shapes.py": "what a table of rows draws, tested with it",
    "records/layer.py": "fields without a rule of their own, tested with what has them",
    "simulation/cgroups.py": "files of made-up systems, read by the tests of memory and cores",
    "words/en/charts.py": "rows of the table of English, tested with it",
    "words/en/findings.py": "rows of the table of English, tested with it",
    "words/en/overview.py": "rows of the table of English, tested with it",
    "words/en/panels.py": "rows of the table of English, tested with it",
    "words/en/phase.py": "rows of the table of English, tested with it",
    "words/en/stacks.py": "rows of the table of English, tested with it",
    "words/en/sweeps.py": "rows of the table of English, tested with it",
    "words/en/training.py": "rows of the table of English, tested with it",
    "words/en/units.py": "rows of the table of English, tested with it",
}
#: Test files of no single module, and what they are of.
OF_NO_SINGLE_MODULE = {
    "test_copies.py": "every public value",
    "cli/commands/test_plot_overview.py": "plot where no view is asked for",
    "cli/test_faults.py": "bad input to every command",
    "cli/test_main.py": "the process",
    "cli/test_outside.py": "the world outside of the process",
    "diagnosis/test_seeds_of_stacks.py": "verdicts on whole stacks, under many seeds",
    "files/test_writers.py": "what every format of a picture has in common",
    "layers/test_untouched.py": "arrays handed to functions of a user's own, in every room",
    "literature/test_published_numbers.py": "numbers of the literature, by all that computes",
    "plot/test_ranges.py": "a range of one's own, in every view",
    "simulation/test_instructions.py": "how many instructions a stack takes, over its products",
    "simulation/test_many.py": "many stacks at once",
    "simulation/test_rank.py": "the effective rank at any width, from the measuring to the file",
    "words/test_agreement.py": "what a picture says and what diagnose says",
}
#: Folders of tests that are of the repository, and mirror nothing.
OF_THE_REPOSITORY = {"architecture", "docs"}


MODULES = {
    path.relative_to(PACKAGE).as_posix()
    for path in PACKAGE.rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py")
}
FILES = {
    path.relative_to(TESTS).as_posix()
    for path in TESTS.rglob("test_*.py")
    if path.relative_to(TESTS).parts[0] not in OF_THE_REPOSITORY
}


def named_after(module):
    folder, _, name = module.rpartition("/")
    return f"{folder}/test_{name}" if folder else f"test_{name}"


def test_every_module_has_a_test_file_of_its_name():
    missing = {module for module in MODULES if named_after(module) not in FILES}
    assert missing - NO_TESTS_OF_THEIR_OWN.keys() == set()


def test_every_test_file_has_the_name_of_a_module():
    odd = FILES - {named_after(module) for module in MODULES}
    assert odd - OF_NO_SINGLE_MODULE.keys() == set()


def test_no_exception_outlives_its_reason():
    gone = {
        module
        for module in NO_TESTS_OF_THEIR_OWN
        if module not in MODULES or named_after(module) in FILES
    }
    named = {named_after(module) for module in MODULES}
    gone |= {file for file in OF_NO_SINGLE_MODULE if file not in FILES or file in named}
    assert gone == set()
