"""Fixtures that several test files share."""

import pytest
from district_tools import LAYERS, load


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks that tests carry."""
    config.addinivalue_line(
        "markers", "browser: opens the map in chromium; skipped where there is none"
    )


@pytest.fixture(scope="session")
def district():
    """The features of each layer of the embedded district."""
    return {layer: load(layer) for layer in LAYERS}
