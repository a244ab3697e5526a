"""A robot's runs: RUN/log.json, RUN/poses.npz and a PNG a frame in RUN/rgb, RUN/depth and RUN/ids."""
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import read_image
from fourdp_qa.scene.scene import Capability, ObjectFacts, Scene, SceneFacts
from fourdp_qa.sources.registry import Source

GIVEN = frozenset(map(Capability, (
    "depth", "background_depth", "instances", "object_poses", "gravity", "metric_scale")))
@dataclass(frozen=True)
class Run:  # the handle: small, picklable, nothing opened
    folder: Path
    scene_id: str
    split_key: str  # runs filmed in one room would share it
    source: str = "robot_log"
    def open(self):
        try:
            return RunScene(self)
        except Exception as error:  # whatever damage raises: the run is skipped, counted and listed
            raise SourceDataError(self.folder, "", found=repr(error), expected="a whole run") from None

class RunScene(Scene):
    def __init__(self, run):
        log, poses = json.loads((run.folder / "log.json").read_text()), np.load(run.folder / "poses.npz")
        self.folder, self.world_from_camera = run.folder, poses["camera"]  # OpenCV axes
        self.world_from_object = poses["objects"]  # of the box centres; NaN where one was not tracked
        self.pose_valid = np.isfinite(self.world_from_object).all(axis=(2, 3))
        self.objects = tuple(ObjectFacts(o["id"], o["class"], o["name"], np.array(o["size"]))
                             for o in log["objects"])
        K = np.add(log["K"], [[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]])  # its pixel centres are whole numbers
        self.facts = SceneFacts(run.source, run.scene_id, run.split_key, log["fps"], len(poses["camera"]),
                                log["height"], log["width"], K, up=np.array([0.0, 0.0, 1.0]),
                                units="metres", license="CC-BY-4.0", capabilities=GIVEN)
    def read(self, layer, t, mode):
        path = self.folder / layer / f"{t:05d}.png"
        return read_image(path, (mode,), self.facts.height, self.facts.width)
    def rgb(self, t): return self.read("rgb", t, "RGB")
    def depth(self, t): return self.read("depth", t, "I;16").astype(np.float32) / 1000  # z in millimetres
    def instances(self, t): return self.read("ids", t, "L").astype(np.int32)

def list_runs(options):
    for folder in sorted(path.parent for root in options.roots for path in root.glob("*/log.json")):
        yield Run(folder, folder.name, folder.name)

ROBOT_LOG = Source("robot_log", "rob", "runs of our robot", None, "CC-BY-4.0", list_runs, capabilities=GIVEN)
