"""Fixtures that several test files share."""

import os

import pytest
from district_tools import LAYERS, load
from hypothesis import settings

# The same random cases in every run; `./dev soak` looks at fresh ones.
settings.register_profile("fixed", derandomize=True)
if "LINLI_SOAK" not in os.environ:
    settings.load_profile("fixed")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks that tests carry."""
    config.addinivalue_line(
        "markers", "browser: opens the map in chromium; skipped where there is none"
    )


@pytest.fixture(scope="session")
def district():
    """The features of each layer of the embedded district."""
    return {layer: load(layer) for layer in LAYERS}
