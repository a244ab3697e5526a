"""Versions written into every row. A changed threshold, template or label rule bumps one of them."""

from typing import Final

GENERATOR_VERSION: Final = "0.4.0"
"""Changes when a row made from the same scene and seed could differ."""

SCHEMA_VERSION: Final = "1.2"
"""Changes when a column is added, removed, renamed or given another meaning."""
