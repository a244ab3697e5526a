"""Importable `datasets` builders: one config per question type, and all of them together."""

from fourdp_qa.loading_scripts.builder import FourdpQa
from fourdp_qa.loading_scripts.config import FourdpQaConfig
from fourdp_qa.loading_scripts.register import register, unregister

__all__ = ["FourdpQa", "FourdpQaConfig", "register", "unregister"]
