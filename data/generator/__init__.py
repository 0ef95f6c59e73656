"""Builds the synthetic district that ships with linli; see data/SOURCES.md."""
