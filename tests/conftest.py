"""How the suite runs: in two processes where pytest-xdist is, and with few garbage collections."""

import gc
import os

import pytest
from threadpoolctl import threadpool_limits

# As a full path, since tests run commands in folders of their own.
if folder := os.environ.get("ACTVIZ_DATA_DIR"):
    os.environ["ACTVIZ_DATA_DIR"] = os.path.abspath(folder)


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


def pytest_collection_finish() -> None:
    """Look for garbage less often: figures are made of cycles, and the tests stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
