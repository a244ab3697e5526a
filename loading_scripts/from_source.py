"""Rows made of a source's scenes when a builder asks for them: generated once, into the cache."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import is_published
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES

if TYPE_CHECKING:
    from fourdp_qa.loading_scripts.config import FourdpQaConfig

FOLDER = "fourdp-qa-generated"
"""In the cache of `datasets`; a folder each for other settings."""

PER_SEGMENT = 3
"""Questions of a type from one clip: what `fourdp-qa generate` takes when it is not told."""


def settings_of(config: FourdpQaConfig) -> GenerationSettings:
    """What `fourdp-qa generate` would be asked for; every type, whatever the config's own.

    Raises
    ------
    FourdpQaError
        For an odd size, which H.264 with 4:2:0 colours cannot hold.
    """
    if config.size % 2:
        raise FourdpQaError(f"config {config.name}: size: found {config.size}, expected an even number")
    return GenerationSettings(
        source=config.source, roots=tuple(str(Path(root).resolve()) for root in config.roots),
        scenes=config.scenes, seed=config.seed, size=config.size, frames=config.frames,
        types=tuple(t.name for t in TYPES), clips=True, per_segment=PER_SEGMENT,
    )


def generated_folder(config: FourdpQaConfig, cache: Path) -> DatasetFolder:
    """The folder of a source's rows below `cache`; made when it is not there, one worker.

    Stopped half-way, the next call goes on from there.

    Raises
    ------
    FourdpQaError
        When nothing can be generated, or scenes cannot be read.
    """
    # Imported here: reading a folder needs no source.
    from fourdp_qa.generate.run import generate, stage_folder

    settings = settings_of(config)
    key = hashlib.sha256(settings.to_json().encode()).hexdigest()[:16]
    out = cache.resolve() / FOLDER / key / "fourdp-qa"
    if not is_published(out):
        stage = stage_folder(out)
        generated = generate(settings, stage)
        if not generated.staged.rows:
            raise FourdpQaError(f"{config.source}: no question could be asked about {config.scenes} scenes; "
                                "give more scenes")
        if generated.summary.skipped:
            scene, reason = next(iter(generated.summary.skipped.items()))
            raise FourdpQaError(
                f"{config.source}: {len(generated.summary.skipped)} scenes cannot be read, the first: "
                f"{scene}: {reason}; `fourdp-qa generate --allow-partial` makes a folder of the others")
        publish(generated.staged, out)
        shutil.rmtree(stage)
    return DatasetFolder.open(out)
