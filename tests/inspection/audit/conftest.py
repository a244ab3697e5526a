"""Made-up questions without any bias, into which a test plants one."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
import pytest

from fourdp_qa.dataset.write import publish
from fourdp_qa.generate.settings import GenerationSettings, StagedDataset
from fourdp_qa.inspection.audit.report import audit_material
from fourdp_qa.inspection.material import Material
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.rows.details import Evidence, NamedFrames, ObjectMention, to_json
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import LETTERS, Row

THINGS = ("red car", "blue ball", "green mug", "old chair", "yellow duck", "white house")
NEARER = ("Is {a} nearer to the camera than {b}?", "Does less distance part {a} from the camera than {b}?",
          "Compare both: is {a} the closer one, and {b} not?", "Of {a} and {b}, is the first closer?")
FARTHER = ("Is {a} farther from the camera than {b}?", "Does more space part {a} from the camera than {b}?",
           "Compare both: is {a} the remoter one, and {b} not?", "Of {a} and {b}, is the first remoter?")
ASKED = ("What does the camera do?", "Over the clip, what is done by the camera?", "How does it move?")
MOTIONS = ("Pans to the left", "Pans to the right", "Tilts up", "Tilts down")


@dataclass
class Pair:
    """A comparison of two objects, everything drawn by lot."""

    lot: random.Random
    captions: list[str] = field(init=False)
    boxes: list[tuple[float, float, float, float]] = field(init=False)
    nearer: int = field(init=False)
    first: int = field(init=False)
    asks_nearer: bool = field(init=False)
    template: int = field(init=False)

    def __post_init__(self):
        lot = self.lot
        self.captions = lot.sample(THINGS, 2)
        self.boxes = [self.box(lot.uniform(0.05, 0.3)) for _ in range(2)]
        self.nearer, self.first = lot.randrange(2), lot.randrange(2)
        self.asks_nearer, self.template = lot.random() < 0.5, lot.randrange(4)

    def box(self, side):
        x, bottom = self.lot.uniform(0.2, 0.8), self.lot.uniform(0.4, 0.9)
        return (x - side / 2, bottom - side, x + side / 2, bottom)

    @property
    def yes(self):
        return (self.nearer == self.first) == self.asks_nearer


def no_plant(pair):
    """Leaves a pair as it was drawn."""


@pytest.fixture(scope="session")
def pairs():
    """``pairs(600, plant)``: rows of type depth, four a scene; `plant` changes every `Pair`."""
    return make_pairs


def make_pairs(count, plant=no_plant, seed=0):
    lot = random.Random(seed)
    rows = []
    for n in range(count):
        pair = Pair(lot)
        plant(pair)
        mentions = [
            ObjectMention(id=k + 1, caption=pair.captions[k], reference=f"the {pair.captions[k]}", frame=0,
                          box=pair.boxes[k])
            for k in range(2)
        ]
        bank = NEARER if pair.asks_nearer else FARTHER
        question = bank[pair.template].format(
            a=mentions[pair.first].reference, b=mentions[1 - pair.first].reference)
        verdict = "+" if pair.nearer == 0 else "-"
        value = 0.4 if pair.nearer == 0 else -0.4
        quantity = Quantity("ln_distance_ratio", "", value, 0.4, -0.182, 0.182, verdict)
        rows.append(_row(
            n, "depth", "spatial", "yes_no", question, [], "Yes" if pair.yes else "No", mentions, quantity,
            f"depth.yes_no.q{pair.template:02d}"))
    return rows


@pytest.fixture(scope="session")
def choices():
    """``choices(600, letter, options)``: rows of type camera_movement with four options; both arguments
    are functions of the lot.
    """
    return make_choices


def make_choices(count, letter=lambda lot: lot.randrange(4), options=lambda lot: lot.sample(MOTIONS, 4),
                 seed=0):
    lot = random.Random(seed)
    rows = []
    for n in range(count):
        right, order = letter(lot), options(lot)
        quantity = Quantity("pan", "degrees", 10.0, 10.0, 2.0, 8.0, "+", tuple(np.linspace(0, 10, 12)))
        template = lot.randrange(len(ASKED))
        rows.append(_row(
            n, "camera_movement", "camera", "multiple_choice", ASKED[template], order, LETTERS[right], [],
            quantity, f"camera_movement.multiple_choice.q{template:02d}"))
    return rows


def _row(n, question_type, category, answer_format, question, options, answer, mentions, quantity, template):
    scene, segment = n // 4, f"{12 * (n % 4):04d}+01x12@12.00"
    return Row(
        id=f"mad-{question_type[:5]}-{n:06d}", file_name="", question_type=question_type,
        category=category, format=answer_format, question=question, options=options, answer=answer,
        answer_text=options[LETTERS.index(answer)] if options else answer, reference_system="camera",
        naming="caption" if mentions else "none", objects=to_json(mentions),
        frames=to_json(NamedFrames(12, (n % 4,))), evidence=to_json(Evidence("", (quantity,))), margin=0.5,
        entangled="none", cue_conflict="none", camera_motion="low", scene_motion="low", group_id="",
        variant="", source="mad", scene_id=f"scene-{scene:04d}", segment=segment,
        split_unit=f"scene-{scene:04d}", license="CC0-1.0", label_quality="exact", seed="0",
        generator_version="0", schema_version="0", template_id=template,
    )


@pytest.fixture(scope="session")
def audited():
    """``audited(rows)``: the audit of some rows without clips."""
    return lambda rows, **how: audit_material(Material("made up", list(rows), lambda row: None, []), **how)


@pytest.fixture
def published(tmp_path):
    """``published(rows)``: a folder that holds them."""

    def make(rows):
        settings = GenerationSettings(
            source="mad", roots=("data",), scenes=None, seed=0, size=64, frames=12,
            types=tuple(sorted({r.question_type for r in rows})), clips=False, per_segment=4)
        proofs = [
            SegmentProof(source="mad", scene_id=name, segment=segment, units="relative", K=np.eye(3),
                         side=64, up=None, scene_length=1.0, world_from_camera=np.tile(np.eye(4), (12, 1, 1)),
                         object_ids=(), captions=(), sizes=np.zeros((0, 3)),
                         world_from_object=np.zeros((12, 0, 4, 4)))
            for name, segment in sorted({(r.scene_id, r.segment) for r in rows})
        ]
        publish(StagedDataset(settings, sorted(rows, key=lambda r: r.id), proofs, None), tmp_path / "mad")
        return tmp_path / "mad"

    return make
