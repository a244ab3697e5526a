"""Generates simulated scenes without clips and prints the memory held after each of them as JSON.

Freed memory that the allocator keeps for later is given back before each reading: what it keeps
depends on the order of large and small arrays, goes up in steps of megabytes and says nothing.

A program: what the process that runs the tests holds says nothing about a generation.

    python tests/generate/memory_of_scenes.py SCENES [LEAK]

`LEAK` bytes are held for each scene, to show that a leak of that size is seen.
"""

import ctypes
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES

SIZE, FRAMES = 64, 12


def resident_bytes():
    """Memory of this process that lies in RAM and is in use."""
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main(scenes, leak=0):
    """Measure `scenes` scenes in this process; list the bytes held after each."""
    held, leaked = [], []

    def progress(phase, done, total):
        if phase == "measuring scenes" and done:
            leaked.append(os.urandom(leak))  # no page of it is shared or empty
            held.append(resident_bytes())

    settings = GenerationSettings(
        source="simulator", roots=(), scenes=scenes, seed=3, size=SIZE, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=3,
    )
    with tempfile.TemporaryDirectory() as folder:
        rows = len(generate(settings, Path(folder) / "stage", 1, progress).staged.rows)
    sys.stdout.write(json.dumps({"held": held, "rows": rows, "end": resident_bytes()}))


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
