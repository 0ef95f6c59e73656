"""Fixtures that several test files share."""

import os

import pytest
from district_tools import LAYERS, load
from hypothesis import HealthCheck, settings

# The same random cases in every run; `./dev soak` looks at fresh ones. A busy machine is no fault.
patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("fixed", derandomize=True, **patient)
settings.register_profile("soak", **patient)
settings.load_profile("soak" if "LINLI_SOAK" in os.environ else "fixed")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks that tests carry."""
    config.addinivalue_line(
        "markers", "browser: opens the map in chromium; skipped where there is none"
    )


@pytest.fixture(scope="session")
def district():
    """The features of each layer of the embedded district."""
    return {layer: load(layer) for layer in LAYERS}
