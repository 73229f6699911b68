"""How the suite runs: in two processes where pytest-xdist is, and with few garbage collections."""

import gc

import pytest


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Let pyproject.toml's options for pytest-xdist be, and mean nothing, where it is not."""
    if not pluginmanager.hasplugin("xdist"):
        for name in ("--numprocesses", "--dist"):
            parser.addoption(name, help="ignored without pytest-xdist")


def pytest_collection_finish() -> None:
    """Look for garbage less often: figures are made of cycles, and the tests stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
