"""The files of the package: small, typed, and named after what they hold."""

import ast
from functools import cache
from pathlib import Path

import pytest

import actviz

PACKAGE = Path(actviz.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in MODULES]
MOST_LINES = 500


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _calls(path: Path) -> set[str]:
    functions = (node.func for node in ast.walk(_parsed(path)) if isinstance(node, ast.Call))
    return {ast.unparse(function) for function in functions}


def test_the_modules_are_found():
    assert len(MODULES) > 20


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_file_is_too_long_to_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_every_module_says_what_it_is_for(path):
    assert ast.get_docstring(_parsed(path))


def test_the_package_is_typed_and_its_face_is_short():
    assert (PACKAGE / "py.typed").exists()
    # A line a public name for type checkers, a line a room for the loader, and what loads them.
    assert len((PACKAGE / "__init__.py").read_text(encoding="utf-8").splitlines()) <= 84


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_module_shares_its_name_with_a_public_name(path):
    """Modules are nouns and functions are verbs; a file of a command has the command's name."""
    if path.parent != PACKAGE / "cli" / "commands":
        assert path.stem not in actviz.__all__


def test_only_the_mixin_and_the_public_list_import_by_name():
    """An arrow that no import statement shows: the one upwards, and names that load on demand."""
    found = {str(path.relative_to(PACKAGE)) for path in MODULES if "import_module" in _calls(path)}
    completion, users = "cli/options.py", "cli/commands/gain.py"  # tables, and functions of users
    assert found == {"__init__.py", completion, users, "records/judged.py", "records/shown.py"}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_one_module_reads_files_and_one_writes_them(path):
    opening = {"open", "os.open", "os.replace"}
    reading = {"read_bytes", "read_text", "np.load", "np.fromfile", "np.loadtxt", "np.genfromtxt"}
    allowed = {
        "reading.py": {"open", "os.open"},
        "simulation/memory.py": {"read_text"},  # what the system says of itself
        "files/disk.py": {"open", "os.replace"},
        "cli/output.py": {"open", "os.open"},  # /dev/null, for streams that are closed
        "training/data/mnist.py": {"os.replace"},
    }
    called = {
        call if call in opening | reading else call.rpartition(".")[2] if "read_" in call else ""
        for call in _calls(path)
    }
    assert called & (opening | reading) <= allowed.get(path.relative_to(PACKAGE).as_posix(), set())


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_only_the_command_line_prints_and_exits(path):
    room = path.relative_to(PACKAGE).parts[0]
    if room not in ("cli", "__main__.py"):
        assert not _calls(path) & {"print", "exit", "sys.exit", "sys.stdout.write"}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_only_one_place_translates_errors(path):
    """Catching ActvizError is for the command line's `run`, and catching everything for nobody."""
    caught = {
        "bare" if node.type is None else ast.unparse(node.type)
        for node in ast.walk(_parsed(path))
        if isinstance(node, ast.ExceptHandler)
    }
    last = {"ActvizError", "Exception"}  # of `run`, after which there is nobody
    allowed = last if path == PACKAGE / "cli" / "__init__.py" else set()
    assert caught & {"bare", "Exception", "BaseException", "ActvizError"} <= allowed
