"""Lets the tests of the bank share what its slots are filled with."""

from __future__ import annotations

import sys
from pathlib import Path

# What they share is two modules, and tests are no package.
sys.path.insert(0, str(Path(__file__).parent))
