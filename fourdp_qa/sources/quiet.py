"""Silence for compiled libraries that report their steps on the output streams of whoever calls us."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Send both output streams, also those of C, nowhere."""
    sys.stdout.flush()
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    kept = [(os.dup(stream), stream) for stream in (1, 2)]
    try:
        for _, stream in kept:
            os.dup2(nowhere, stream)
        yield
    finally:
        # What was written lies in a buffer of C's and would come out later.
        ctypes.CDLL(None).fflush(None)
        for copy, stream in kept:
            os.dup2(copy, stream)
            os.close(copy)
        os.close(nowhere)
