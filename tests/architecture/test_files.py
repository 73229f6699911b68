"""The files of the package: small, typed, and named after what they hold."""

import ast
from functools import cache
from pathlib import Path

import actviz

PACKAGE = Path(actviz.__file__).parent
MODULES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
MOST_LINES = 500


# A law of all files is one test: it names every file that breaks it.


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _calls(path: Path) -> set[str]:
    functions = (node.func for node in ast.walk(_parsed(path)) if isinstance(node, ast.Call))
    return {ast.unparse(function) for function in functions}


def test_the_modules_are_found():
    assert len(MODULES) > 20


def test_no_file_is_too_long_to_read():
    lines = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()
    }
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_every_module_says_what_it_is_for():
    assert [name for name, path in MODULES.items() if not ast.get_docstring(_parsed(path))] == []


def test_the_package_is_typed_and_its_face_is_short():
    assert (PACKAGE / "py.typed").exists()
    # A line a public name for type checkers, a line a room for the loader, and what loads them.
    assert len((PACKAGE / "__init__.py").read_text(encoding="utf-8").splitlines()) <= 92


def test_no_module_shares_its_name_with_a_public_name():
    """Modules are nouns and functions are verbs; a file of a command has the command's name."""
    own = {name: path for name, path in MODULES.items() if not name.startswith("cli/commands/")}
    assert [name for name, path in own.items() if path.stem in actviz.__all__] == []


def test_only_the_mixin_and_the_public_lists_import_by_name():
    """An arrow that no import statement shows: the one upwards, and names that load on demand."""
    found = {name for name, path in MODULES.items() if "import_module" in _calls(path)}
    completion, users = "cli/options.py", "cli/commands/gain.py"  # tables, and functions of users
    views = {"plot/__init__.py", "plot/views.py"}  # a picture loads its own view alone
    upwards = {"records/judged.py", "records/shown.py"}
    commands = "cli/__init__.py"  # the one that is called
    assert found == {"__init__.py", commands, completion, users} | views | upwards


def test_one_module_reads_files_and_one_writes_them():
    opening = {"open", "os.open", "os.replace"}
    reading = {"read_bytes", "read_text", "np.load", "np.fromfile", "np.loadtxt", "np.genfromtxt"}
    allowed = {
        "reading.py": {"open", "os.open"},
        "simulation/cgroups.py": {"read_text"},  # what the system says of itself
        "files/disk.py": {"open", "os.replace"},
        "cli/output.py": {"open", "os.open"},  # /dev/null, for streams that are closed
        "training/data/mnist.py": {"os.replace"},
    }
    for name, path in MODULES.items():
        called = {
            call
            if call in opening | reading
            else call.rpartition(".")[2]
            if "read_" in call
            else ""
            for call in _calls(path)
        }
        assert called & (opening | reading) <= allowed.get(name, set()), name


def test_only_the_command_line_prints_and_exits():
    saying = {"print", "exit", "sys.exit", "sys.stdout.write"}
    others = {
        n: path for n, path in MODULES.items() if n.split("/")[0] not in ("cli", "__main__.py")
    }
    assert [name for name, path in others.items() if _calls(path) & saying] == []


def test_only_one_place_translates_errors():
    """Catching ActvizError is for the command line's `run`, and catching everything for nobody."""
    for name, path in MODULES.items():
        caught = {
            "bare" if node.type is None else ast.unparse(node.type)
            for node in ast.walk(_parsed(path))
            if isinstance(node, ast.ExceptHandler)
        }
        last = {"ActvizError", "Exception"}  # of `run`, after which there is nobody
        sent = {"Exception"}  # it goes from one process to another, as a value
        allowed = {"cli/__init__.py": last, "simulation/sending.py": sent}.get(name, set())
        assert caught & {"bare", "Exception", "BaseException", "ActvizError"} <= allowed, name
