"""Fixtures that several test files share."""

import pytest
from district_tools import LAYERS, load


@pytest.fixture(scope="session")
def district():
    """The features of each layer of the embedded district."""
    return {layer: load(layer) for layer in LAYERS}
