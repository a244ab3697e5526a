"""Folders of a few simulated scenes, made once."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

# What the tests share is a module, and tests are no package.
sys.path.insert(0, str(Path(__file__).parent))

from changed_rows import made


@pytest.fixture(scope="session")
def plain(tmp_path_factory):
    """Rows of every type and format, without clips."""
    return made(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="session")
def filmed(tmp_path_factory):
    """Two scenes with clips, some with rings."""
    return made(tmp_path_factory.mktemp("filmed"), scenes=2, clips=True, per_segment=6)


@pytest.fixture
def copy(plain, filmed, tmp_path):
    """``copy("plain")``: a copy of a folder, to be changed."""
    def make(name):
        return Path(shutil.copytree({"plain": plain, "filmed": filmed}[name], tmp_path / name))

    return make
