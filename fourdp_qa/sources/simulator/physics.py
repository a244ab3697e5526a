"""Poses of all objects over the clip: MuJoCo for what is thrown, rolls, slides or gets hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from fourdp_qa.errors import MissingExtraError
from fourdp_qa.scene.pose import Floats, make_pose
from fourdp_qa.sources.simulator.catalogue import kind_of, mesh_of
from fourdp_qa.sources.simulator.kinds import Kind
from fourdp_qa.sources.simulator.motions import PHYSICAL, first_pose, kinematic_path
from fourdp_qa.sources.simulator.spec import LandmarkSpec, ObjectSpec, SceneSpec
from fourdp_qa.sources.simulator.things import landmark_poses

SUBSTEPS_PER_SECOND: Final = 240
"""Contacts of bodies of 10 to 100 cm at under 6 m/s are stable; twice as many change no picture."""
SETTLING_SECONDS: Final = 1.0
DENSITY: Final = 150.0
"""kg/m3: hollow toys."""

# friction: sliding, torsional (m), rolling (m). solref: time constant (s), damping ratio.
CONTACTS: Final[dict[str, tuple[tuple[float, float, float], tuple[float, float]]]] = {
    "rest": ((0.8, 0.01, 0.002), (0.010, 1.0)),
    "slide": ((0.13, 0.004, 0.001), (0.010, 1.0)),
    "roll": ((0.7, 0.008, 0.0015), (0.010, 0.9)),
    "throw": ((0.5, 0.008, 0.003), (0.016, 0.28)),
}
"""Sliders are slippery so that they get far without toppling; what is thrown bounces a little."""
SLIDING_FRICTION: Final = CONTACTS["slide"][0][0]

# A body that moved less than this during the clip did not move: contacts creep by micrometres.
STILL_METRES, STILL_RADIANS = 0.002, 0.01


@dataclass(frozen=True)
class Simulated:
    """What happened.

    Attributes
    ----------
    world_from_object : (T, N, 4, 4)
    toppled : tuple of int
        Objects that were to rest but did not stay upright in the second before frame 0.
    """

    world_from_object: Floats
    toppled: tuple[int, ...]


def clip_times(frames: int) -> Floats:
    """Clip time (T,) of each frame: 0 in the first, 1 in the last."""
    return np.arange(frames) / (frames - 1)


def simulate(spec: SceneSpec, pace: float = 1.0) -> Simulated:
    """Move the objects of `spec` through the clip.

    Parameters
    ----------
    pace : float
        Time that passes for the objects in one of the clip: at 0.5 the clip shows the first half of
        the same events, at 1.5 those on a path have arrived after two thirds of it.

    Raises
    ------
    MissingExtraError
        When something moves by physics and MuJoCo is not installed.
    """
    if not any(entry.motion.kind in PHYSICAL for entry in spec.objects):
        return Simulated(_kinematic_only(spec, pace), ())
    return _World(spec, pace).run()


def _kinematic_only(spec: SceneSpec, pace: float) -> Floats:
    """Without a dynamic body nothing can be hit: the paths of the spec are the poses."""
    s = clip_times(spec.frames) * pace
    poses = np.empty((spec.frames, len(spec.objects), 4, 4))
    for n, entry in enumerate(spec.objects):
        poses[:, n] = kinematic_path(entry, s) if entry.by_spec else first_pose(entry)
    return poses


class _World:
    """One MuJoCo model of the scene; kinematic objects are mocap bodies that push but never yield."""

    def __init__(self, spec: SceneSpec, pace: float = 1.0) -> None:
        self.spec, self.pace = spec, pace
        self.mujoco = _import_mujoco()
        self.steps_per_frame = round(SUBSTEPS_PER_SECOND / spec.fps * pace)
        self.model: Any = self._build()
        self.data: Any = self.mujoco.MjData(self.model)
        self.bodies = [self.model.body(f"o{n}").id for n in range(len(spec.objects))]

    def run(self) -> Simulated:
        """Settle, then record the clip."""
        toppled = self._settle()
        settled = self._poses()
        self._set_velocities()
        poses = np.empty((self.spec.frames, len(self.bodies), 4, 4))
        poses[0] = settled
        paths = self._mocap_paths()
        for frame in range(1, self.spec.frames):
            for step in range(self.steps_per_frame):
                at = (frame - 1) * self.steps_per_frame + step + 1
                for mocap, position, quaternion in paths:
                    self.data.mocap_pos[mocap] = position[at]
                    self.data.mocap_quat[mocap] = quaternion[at]
                self.mujoco.mj_step(self.model, self.data)
            poses[frame] = self._poses()
        return Simulated(self._with_exact_paths(poses), toppled)

    def _build(self) -> Any:
        mujoco, model = self.mujoco, self.mujoco.MjSpec()
        model.option.timestep = 1.0 / SUBSTEPS_PER_SECOND
        model.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
        model.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_PLANE, size=[60, 60, 1], friction=CONTACTS["rest"][0],
            pos=[0, 0, self.spec.environment.stage.level],
        )
        for n, entry in enumerate(self.spec.objects):
            pose = first_pose(entry)
            body = model.worldbody.add_body(
                name=f"o{n}", pos=pose[:3, 3], quat=self._quaternion(pose),
                mocap=entry.by_spec,
            )
            if not entry.by_spec:
                body.add_freejoint()
                body.gravcomp = 1.0
            self._add_colliders(body, entry, entry.motion.kind)
        self._add_supports(model)
        return model.compile()

    def _add_supports(self, model: Any) -> None:
        """What carries an object stays where it is; other landmarks are kept clear of."""
        for mark, pose in zip(
            self.spec.environment.landmarks, landmark_poses(self.spec.environment.landmarks),
            strict=True,
        ):
            if kind_of(mark.kind).colliders:
                body = model.worldbody.add_body(pos=pose[:3, 3], quat=self._quaternion(pose))
                self._add_colliders(body, mark, "rest")

    def _add_colliders(self, body: Any, entry: ObjectSpec | LandmarkSpec, motion: str) -> None:
        types = self.mujoco.mjtGeom
        shapes = {
            "box": types.mjGEOM_BOX, "sphere": types.mjGEOM_SPHERE,
            "ellipsoid": types.mjGEOM_ELLIPSOID, "cylinder": types.mjGEOM_CYLINDER,
        }
        kind: Kind = kind_of(entry.kind)
        friction, solref = CONTACTS.get(motion, CONTACTS["rest"])
        centre = mesh_of(entry.kind).centre
        # Torsional and rolling friction are lengths: small things roll as far for their size.
        unit = self.spec.environment.stage.unit
        friction = (friction[0], friction[1] * unit**2, friction[2] * unit**2)
        for collider in kind.colliders:
            body.add_geom(
                type=shapes[collider.shape],
                size=np.asarray(collider.half) * entry.scale,
                pos=(np.asarray(collider.centre) - centre) * entry.scale,
                density=DENSITY, friction=friction, solref=solref, condim=6,
                # The pair uses the values of the body with the higher priority: the mover's own.
                priority=1 if motion in PHYSICAL else 0,
            )

    def _settle(self) -> tuple[int, ...]:
        """Let resting bodies stand for a second while the movers float; name those that fell."""
        mujoco, resting = self.mujoco, []
        for n, entry in enumerate(self.spec.objects):
            if entry.motion.kind == "rest" and not entry.held:
                self.model.body_gravcomp[self.bodies[n]] = 0.0
                resting.append(n)
        mujoco.mj_forward(self.model, self.data)
        before = self._poses()
        if resting:
            for _ in range(round(SETTLING_SECONDS * SUBSTEPS_PER_SECOND)):
                mujoco.mj_step(self.model, self.data)
        after = self._poses()
        for n, entry in enumerate(self.spec.objects):
            if entry.motion.kind in PHYSICAL:
                self.model.body_gravcomp[self.bodies[n]] = 0.0
                self._place(n, before[n])
        mujoco.mj_kinematics(self.model, self.data)
        upright = after[:, 2, 2] > np.cos(np.deg2rad(3.0))
        shift = np.linalg.norm(after[:, :3, 3] - before[:, :3, 3], axis=1)
        return tuple(
            n for n in resting
            if shift[n] > 0.02 or not (upright[n] or self.spec.objects[n].lying)
        )

    def _place(self, n: int, pose: Floats) -> None:
        joint = self.model.body_jntadr[self.bodies[n]]
        at, dof = self.model.jnt_qposadr[joint], self.model.jnt_dofadr[joint]
        self.data.qpos[at : at + 3] = pose[:3, 3]
        self.data.qpos[at + 3 : at + 7] = self._quaternion(pose)
        self.data.qvel[dof : dof + 6] = 0.0

    def _set_velocities(self) -> None:
        """Linear velocity in world axes, angular in body axes: MuJoCo's free joint."""
        for n, entry in enumerate(self.spec.objects):
            if entry.motion.kind not in PHYSICAL:
                continue
            dof = self.model.jnt_dofadr[self.model.body_jntadr[self.bodies[n]]]
            rotation = first_pose(entry)[:3, :3]
            self.data.qvel[dof : dof + 3] = entry.motion.velocity
            self.data.qvel[dof + 3 : dof + 6] = rotation.T @ np.asarray(
                entry.motion.angular_velocity
            )

    def _mocap_paths(self) -> list[tuple[int, Floats, Floats]]:
        count = (self.spec.frames - 1) * self.steps_per_frame
        s = np.arange(count + 1) / count * self.pace
        paths = []
        for n, entry in enumerate(self.spec.objects):
            if entry.by_spec:
                poses = kinematic_path(entry, s)
                yaw = np.arctan2(poses[:, 1, 0], poses[:, 0, 0]) / 2
                zero = np.zeros_like(yaw)
                quaternion = np.stack([np.cos(yaw), zero, zero, np.sin(yaw)], axis=1)
                mocap = int(self.model.body_mocapid[self.bodies[n]])
                paths.append((mocap, poses[:, :3, 3], quaternion))
        return paths

    def _poses(self) -> Floats:
        """Poses (N, 4, 4) now; positions lag one step behind until kinematics are recomputed."""
        self.mujoco.mj_kinematics(self.model, self.data)
        rotation = self.data.xmat[self.bodies].reshape(-1, 3, 3)
        return make_pose(rotation, self.data.xpos[self.bodies])

    def _with_exact_paths(self, poses: Floats) -> Floats:
        """Kinematic poses straight from the spec, and resting bodies that nothing hit quite still."""
        s = clip_times(self.spec.frames) * self.pace
        for n, entry in enumerate(self.spec.objects):
            if entry.by_spec:
                poses[:, n] = kinematic_path(entry, s)
            elif entry.motion.kind == "rest" and _is_still(poses[:, n]):
                poses[:, n] = poses[0, n]
        return poses

    def _quaternion(self, pose: Floats) -> Floats:
        """Unit quaternion wxyz of a pose's rotation."""
        quaternion = np.empty(4)
        self.mujoco.mju_mat2Quat(quaternion, np.ascontiguousarray(pose[:3, :3]).reshape(-1))
        return quaternion


def _is_still(poses: Floats) -> bool:
    shift = np.linalg.norm(poses[:, :3, 3] - poses[0, :3, 3], axis=1).max()
    trace = np.einsum("tij,ij->t", poses[:, :3, :3], poses[0, :3, :3])
    angle = np.arccos(np.clip((trace - 1) / 2, -1, 1)).max()
    return bool(shift < STILL_METRES and angle < STILL_RADIANS)


def _import_mujoco() -> Any:
    try:
        import mujoco
    except ImportError as error:
        raise MissingExtraError("the simulator", "sim") from error
    return mujoco
