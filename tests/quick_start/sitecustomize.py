"""Imported by every Python that finds this folder on its path: YAML is read by the reader in C.

lmms-eval reads the YAML of two thousand tasks at each start, with PyYAML's slow reader: that is half of
what an evaluation of a few items costs. The reader in C gives the same values in a sixth of the time.
"""

import yaml


class Loader(yaml.CFullLoader):
    """`yaml.FullLoader` with its scanner and parser in C."""

    def __init__(self, stream):
        super().__init__(stream)
        self.name = getattr(stream, "name", "<file>")  # what `!function` looks beside


def full_load(stream):
    """``yaml.full_load``, with the constructors that were added to its loader until now."""
    Loader.yaml_constructors = yaml.FullLoader.yaml_constructors
    return yaml.load(stream, Loader=Loader)  # noqa: S506, a full loader makes no objects


yaml.full_load = full_load
