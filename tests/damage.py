"""Damage to the files of a scene, and what every message about damage must be.

Each function returns what does the damage: a callable that is given the scene's folder.
"""

from __future__ import annotations

import json
import re

from PIL import Image


def is_one_helpful_line(message, words):
    """Where, what was found, what was expected, what to do."""
    assert words in message, message
    assert re.search(r"found .+, expected .+; \w+", message), message
    assert "\n" not in message


def edit_json(name, change):
    """`change` is given the parsed file and alters it."""
    def damage(folder):
        data = json.loads((folder / name).read_text())
        change(data)
        (folder / name).write_text(json.dumps(data))
    return damage


def cut(name, keep):
    """Only the first `keep` bytes of a file are left."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:keep])


def remove(name):
    """A file is gone."""
    return lambda folder: (folder / name).unlink()


def folder_for(name):
    """A folder stands where a file should be."""
    def damage(folder):
        (folder / name).unlink()
        (folder / name).mkdir()
    return damage


def text_for(name, text="hello"):
    """A file holds other text."""
    return lambda folder: (folder / name).write_text(text)


def image(name, array):
    """An image file holds other pixels."""
    return lambda folder: Image.fromarray(array).save(folder / name)
