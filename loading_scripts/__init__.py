"""Importable `datasets` builders: one config per question type, and all of them together."""

from fourdp_qa.loading_scripts.builder import FourdpQa, FourdpQaConfig

__all__ = ["FourdpQa", "FourdpQaConfig"]
