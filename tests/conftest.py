"""How the suite runs: in two processes where pytest-xdist is, and with few garbage collections."""

import ctypes
import gc
import os
import signal
import sys
from collections import defaultdict
from contextlib import ExitStack, nullcontext, suppress
from functools import cache
from io import BytesIO
from zlib import crc32

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

# As a full path, since tests run commands in folders of their own.
if folder := os.environ.get("ACTVIZ_DATA_DIR"):
    os.environ["ACTVIZ_DATA_DIR"] = os.path.abspath(folder)

# What one process has compiled the next one reads, where the environment says otherwise too: the
# tests start hundreds of them, each of which would compile actviz anew, and pytest every test.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Other examples in each run: of many runs it matters little how many one has.
settings.register_profile("suite", max_examples=60)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Let pyproject.toml's options for pytest-xdist be, and mean nothing, where it is not."""
    if not pluginmanager.hasplugin("xdist"):
        for name in ("--numprocesses", "--dist"):
            parser.addoption(name, help="ignored without pytest-xdist")


@pytest.fixture(scope="module")
def one_blas_thread():
    """Hold BLAS to one thread: where matrices are small, its others wait and keep cores busy."""
    with threadpool_limits(1, user_api="blas"):
        yield


#: Of a wide test the default suite takes its first case, its last, and one of so many others.
_WIDE = 4


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as heavy what waits for a training of a course, and most cases of tests with many.

    Such a training is 15,000 steps of five initializers. Which cases of a wide test stay follows
    from their names: their order would leave out one size or theme altogether.
    """
    wide = defaultdict(list)
    for item in items:
        if {"coursera", "trained"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.heavy)
        if item.get_closest_marker("wide"):
            wide[item.nodeid.partition("[")[0]].append(item)
    for cases in wide.values():
        for item in cases[1:-1]:
            if crc32(item.nodeid.encode()) % _WIDE:
                item.add_marker(pytest.mark.heavy)


@cache
def _subset_once() -> None:
    """Have each set of letters cut from a font once: half a second, of what matplotlib gives a PDF.

    A font is the same however often it is cut, and tests write the same figures again and again.
    """
    pdf = sys.modules["matplotlib.backends._backend_pdf_ps"]
    # Names of its own that another matplotlib may lack: then it cuts each time.
    cut, save = (getattr(pdf, name, None) for name in ("get_glyphs_subset", "font_as_file"))
    if cut is None or save is None:
        return
    kept, saved, opened = {}, {}, ExitStack()

    def subset(font, glyphs):
        key = str(font), font.face_index, frozenset(glyphs)
        if key not in kept:
            kept[key] = opened.enter_context(cut(font, glyphs))
        return nullcontext(kept[key])

    def as_file(font):
        if id(font) not in saved:
            saved[id(font)] = save(font).getvalue()
        return BytesIO(saved[id(font)])

    pdf.get_glyphs_subset, pdf.font_as_file = subset, as_file


def pytest_runtest_setup() -> None:
    """Change what writes a PDF where something has loaded it."""
    if "matplotlib.backends._backend_pdf_ps" in sys.modules:
        _subset_once()


def pytest_collection_finish() -> None:
    """Look for garbage less often: figures are made of cycles, and the tests stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)


# A run in the background of a shell, or under nohup, ignores Ctrl-C or a hang-up, and so would its
# children, among them those that a test interrupts.
with suppress(ValueError):  # not the main thread: a worker of pytest-xdist may have others
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable"))


#: CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of Linux, by which root reads and writes everything.
_EVERYTHING = (1 << 1) | (1 << 2)


@pytest.fixture
def ordinary_user():
    """Give up what root may beyond every other user: permissions then bind it as they bind them."""
    if os.geteuid() != 0:
        yield
        return
    assert sys.platform == "linux", "run the tests as an ordinary user"
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = _Header(0x20080522, 0), (_Sets * 2)()

    def call(function):
        if function(ctypes.byref(header), ctypes.byref(sets)):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    call(libc.capget)
    had = sets[0].effective
    sets[0].effective = had & ~_EVERYTHING
    call(libc.capset)
    yield
    sets[0].effective = had
    call(libc.capset)
