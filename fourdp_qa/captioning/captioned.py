"""Scenes whose objects are called by a captions file instead of by their source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fourdp_qa.captioning.captions_file import Caption, Captions
from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.scene import ObjectFacts, Scene, SceneHandle


@dataclass(frozen=True)
class CaptionedHandle:
    """A handle of a scene with other names; as light and picklable as the handle it wraps.

    Attributes
    ----------
    handle : of the scene as the source gives it.
    captions : (object id, caption) pairs; objects that are not among them keep their name.
    """

    handle: SceneHandle
    captions: tuple[tuple[int, Caption], ...]

    @property
    def source(self) -> str:
        """Name of the source."""
        return self.handle.source

    @property
    def scene_id(self) -> str:
        """As in `SceneFacts`."""
        return self.handle.scene_id

    @property
    def split_key(self) -> str:
        """As in `SceneFacts`."""
        return self.handle.split_key

    def open(self) -> Scene:
        """Open the scene and rename its objects.

        Raises
        ------
        SourceDataError
            When the scene is damaged, or calls an object otherwise than when it was named.
        """
        scene = self.handle.open()
        try:
            scene.objects = tuple(self._renamed(item) for item in scene.objects)
        except FourdpQaError:
            scene.close()
            raise
        return scene

    def _renamed(self, item: ObjectFacts) -> ObjectFacts:
        found = dict(self.captions).get(item.id)
        if found is None:
            return item
        if found.label != label_of(item):
            raise SourceDataError(
                f"captions of {self.source} {self.scene_id}", f"object {item.id}",
                found=f"'{label_of(item)}' in the scene", expected=f"'{found.label}'",
                do="name the objects of this very data with the same options of `fourdp-qa caption`")
        return replace(item, caption=found.caption)


def label_of(item: ObjectFacts) -> str:
    """What the source calls an object: its class and its caption."""
    return f"{item.kind}: {item.caption}"


def with_captions(
    handles: Sequence[SceneHandle], source: str, captions: Captions
) -> list[SceneHandle]:
    """Handles that rename what the file names, the others unchanged.

    Raises
    ------
    FourdpQaError
        When the file is of another source, or names none of the scenes.
    """
    if captions.source != source:
        raise FourdpQaError(
            f"captions: found names for source '{captions.source}', expected '{source}'")
    if not any(handle.scene_id in captions.scenes for handle in handles):
        named = ", ".join(sorted(captions.scenes)[:3]) or "no scene"
        raise FourdpQaError(
            f"captions: found names for {named}, expected some of the {len(handles)} scenes asked "
            f"for, such as {handles[0].scene_id}")
    return [
        CaptionedHandle(handle, tuple(sorted(captions.scenes[handle.scene_id].items())))
        if handle.scene_id in captions.scenes else handle
        for handle in handles
    ]


def caption_counts(
    captions: Captions, scene_ids: Sequence[str], objects: Mapping[str, frozenset[int]]
) -> dict[str, int]:
    """What of the file was used and what was not, for people.

    Parameters
    ----------
    captions : the file
    scene_ids : scenes asked for
    objects : ids of the objects of every scene that could be opened
    """
    counts = {
        "objects named by the file": 0, "objects without a name in it": 0,
        "scenes without a name in it": sum(s not in captions.scenes for s in scene_ids),
        "unknown scenes in it": len(captions.scenes.keys() - set(scene_ids)),
        "unknown objects in it": 0,
    }
    for scene, ids in objects.items():
        named = captions.scenes.get(scene, {}).keys()
        counts["objects named by the file"] += len(named & ids)
        counts["objects without a name in it"] += len(ids - named) if named else 0
        counts["unknown objects in it"] += len(named - ids)
    return {reason: n for reason, n in counts.items() if n}
