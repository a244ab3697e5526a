"""A sequence of Aria Digital Twin as it is downloaded, made from any scene in the data set's own conventions.

Its traps are all there: a sensor mounted a quarter turn off, a fisheye lens, pixel centres at whole
numbers, a device frame that is not the camera's, depth in millimetres, ids of sixteen digits, boxes that do
not lie around their origin, objects with y up and z in front, quaternions in two orders, records that are
a little off the capture times, one row for what stays.
"""

from __future__ import annotations

import copy
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from fourdp_qa.scene.pose import invert_pose, make_pose, quaternion_wxyz_from_rotation
from fourdp_qa.scene.scene import Capability, Scene

FOCAL_SHARE = 245.0 / 448.0  # of the upright view
START, STEP = 87_551_170_813_262, 33_333_000  # nanoseconds; 30 frames a second
GROUND_TRUTH_LATE = 90_000  # it is 0.09 ms off the capture times
SERIAL, OTHER_SERIAL = "1WM103600M1292", "1WM093701M1276"
BUILDING = 7_999_999_999_999_999
PEOPLE = (6_810_803_442_292_599, 6_810_803_442_292_600)  # the wearer, another person
TURNED = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])  # raw_from_upright
FARTHEST = 65.5  # metres that 16 bits hold in millimetres
JOINTS = 51
ROOT, HEAD, LEFT_HAND, LEFT_THIGH, LEFT_FOOT, RIGHT_THIGH, RIGHT_FOOT = 0, 4, 8, 43, 45, 47, 49

# Of a real colour camera of 1408 pixels: focal length, centre, six radial, two tangential, four prism terms.
REAL_SIDE = 1408
REAL_LENS = (610.941, 715.115, 716.715, 0.406036, -0.489948, 0.174565, 1.13298, -1.70164, 0.651156,
             0.000621147, 1.9322e-05, -1.48553e-05, 0.000260123, -0.000658211, 3.7614e-05)
# With these radial terms, fitted to the tangent up to the corners of the view, the fisheye formula gives a
# picture without distortion.
_ANGLES = np.linspace(0.01, 0.93, 200)
_POWERS = np.stack([_ANGLES ** (2 * i + 2) for i in range(6)], axis=1)
TANGENT = tuple(np.linalg.lstsq(_POWERS, np.tan(_ANGLES) / _ANGLES - 1, rcond=None)[0])


class Lens:
    """The camera's model with pixel centres at whole numbers, and the ray of each pixel."""

    def __init__(self, params, side):
        self.params, self.side = np.asarray(params, dtype=np.float64), side
        self.rays, self.inside = self._rays(0.0, 0.0)

    @classmethod
    def real(cls, focal):
        """A real lens, scaled."""
        scale = focal / REAL_LENS[0]
        centre = [scale * (c + 0.5) - 0.5 for c in REAL_LENS[1:3]]
        return cls([focal, *centre, *REAL_LENS[3:]], round(scale * REAL_SIDE))

    @classmethod
    def straight(cls, side):
        """A lens whose pixels are those of the upright view of `side` pixels, turned, and two all around."""
        wider = side + 4
        return cls([FOCAL_SHARE * side, *[(wider - 1) / 2] * 2, *TANGENT, *[0.0] * 6], wider)

    def project(self, x, y):
        """Pixel (u, v) of the direction (x, y, 1) in raw camera axes."""
        f, cx, cy, *k = self.params
        radial, (p0, p1), (s0, s1, s2, s3) = k[:6], k[6:8], k[8:]
        r = np.maximum(np.hypot(x, y), 1e-12)
        th = np.arctan(r)
        bent = th * (1 + sum(c * th ** (2 * i + 2) for i, c in enumerate(radial)))
        a, b = x / r * bent, y / r * bent
        q = a * a + b * b
        return (f * (a + (2 * a * a + q) * p0 + 2 * a * b * p1 + s0 * q + s1 * q * q) + cx,
                f * (b + (2 * b * b + q) * p1 + 2 * a * b * p0 + s2 * q + s3 * q * q) + cy)

    def moved(self, step):
        """The same lens whose pictures are taken `step` pixels to the right and down, once upright."""
        other = Lens.__new__(Lens)
        other.params, other.side = self.params, self.side
        other.rays, other.inside = other._rays(step, -step)
        return other

    def _rays(self, across, down):
        """x and y (2, P) of each pixel's direction in **upright** axes, and whether it is in the view."""
        v, u = np.mgrid[: self.side, : self.side].astype(np.float64)
        u, v = u + across, v + down
        f, cx, cy = self.params[:3]
        x, y = (u - cx) / f, (v - cy) / f
        for _ in range(40):  # Newton, one derivative for both: the lens is nearly round
            at_u, at_v = self.project(x, y)
            off = np.hypot(at_u - cx, at_v - cy)
            slope = np.clip(off / (f * np.maximum(np.hypot(x, y), 1e-9)), 0.4, 3.0)
            x, y = x + (u - at_u) / (f * slope), y + (v - at_v) / (f * slope)
            if max(np.abs(at_u - u).max(), np.abs(at_v - v).max()) < 1e-9:
                break
        inside = np.maximum(np.abs(x), np.abs(y)) < 1.02 * 0.5 / FOCAL_SHARE
        return np.stack([-y, x]).reshape(2, -1), inside.ravel()


class Apartment(Scene):
    """What the layout can hold of a square scene: no exact visibility, the surroundings and what is as large
    as a building without ids of their own, filmed with the view's angle. Colours are made from ids.
    """

    def __init__(self, scene, cast, fps=30.0):
        """`cast(t, rays)` gives z (P,) and ids (P,) along rays (2, P) of the upright camera of frame t."""
        facts = scene.facts
        side = facts.width
        K = np.array([[FOCAL_SHARE * side, 0, side / 2], [0, FOCAL_SHARE * side, side / 2], [0, 0, 1]])
        self.whole, self._cast = scene, cast
        kept = [n for n, item in enumerate(scene.objects)
                if not (item.is_environment or (item.is_static and max(item.size) > 4.0))]
        self.facts = replace(facts, K=K, fps=fps, capabilities=facts.capabilities
                             - {Capability.EXACT_VISIBILITY})
        self.objects = tuple(replace(scene.objects[n], id=k + 1) for k, n in enumerate(kept))
        self.numbers = np.zeros(max((o.id for o in scene.objects), default=0) + 1, np.int32)
        for k, n in enumerate(kept):
            self.numbers[scene.objects[n].id] = k + 1
        self.world_from_camera = scene.world_from_camera
        self.world_from_object = scene.world_from_object[:, kept]
        self.pose_valid = scene.pose_valid[:, kept]
        centre = (np.arange(side) + 0.5 - side / 2) / (FOCAL_SHARE * side)
        self._own_rays = np.stack(np.meshgrid(centre, centre)).reshape(2, -1)

    def cast(self, t, rays):
        z, ids = self._cast(t, rays)
        return np.where(z < FARTHEST, z, 0.0), self.numbers[ids]

    def depth(self, t):
        return self.cast(t, self._own_rays)[0].reshape(self.facts.height, -1).astype(np.float32)

    def instances(self, t):
        return self.cast(t, self._own_rays)[1].reshape(self.facts.height, -1)

    def rgb(self, t):
        return colours(self.instances(t))


def colours(ids):
    """A colour for each id, as far apart as JPEG needs."""
    channels = [40 + factor * ids % 200 for factor in (53, 97, 149)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def cast_boxes(world):
    """`cast` of a BoxWorld."""
    def cast(t, rays):
        pose = world._camera[t]
        directions = np.stack([*rays, np.ones(rays.shape[1])], axis=1) @ pose[:3, :3].T
        layers = [world._floor_distance(pose[:3, 3], directions)]
        layers += [world._box_distance(t, n, pose[:3, 3], directions) for n in range(len(world.boxes))]
        z, ids = np.min(layers, axis=0), np.argmin(layers, axis=0)
        return np.where(np.isfinite(z), z, 0.0), np.where(np.isfinite(z), ids, 0)
    return cast


def cast_simulated(scene):
    """`cast` of a simulated scene."""
    def cast(t, rays):
        hits = scene.caster.cast(scene.world_from_camera[t], scene.world_from_object[t],
                                 rays.astype(np.float32))
        return (np.where(np.isfinite(hits.depth), hits.depth, 0.0),
                np.maximum(hits.instance.astype(np.int32) + 1, 0))
    return cast


def person(pose, height=1.7, sway=0.0):
    """Joints (51, 3) of a body whose pose (front, left, up; between the hips) is given."""
    joints = np.zeros((JOINTS, 3))
    places = {HEAD: (0, 0, 0.4), LEFT_HAND: (0.3, 0.25, 0.1), LEFT_THIGH: (0, 0.1, 0),
              RIGHT_THIGH: (0, -0.1, 0), LEFT_FOOT: (0.05, 0.1, -0.53), RIGHT_FOOT: (0.05, -0.1, -0.53)}
    for joint, (x, y, z) in places.items():
        joints[joint] = height * x, height * y + sway, height * z
    joints[ROOT, 1] = sway
    return joints @ pose[:3, :3].T + pose[:3, 3]


class AdtSequence:
    """Writes one sequence and lets a test change what is written.

    Parameters
    ----------
    apartment : Apartment
    folder : Path
    lens : Lens
    device : (4, 4) device_from_camera; None puts the device frame where the upright camera is.
    plain_objects : bool
        Poses of objects are those of our own convention; else y is up, z in front, and the origin lies in
        the middle of the bottom.
    people : {instance id: (serial, joints (T, 51, 3))}
    """

    def __init__(self, apartment, folder, lens, device=None, plain_objects=True, people=None):
        self.scene, self.folder, self.lens = apartment, Path(folder), lens
        self.count = apartment.facts.frame_count
        self.captured = START + STEP * np.arange(self.count)
        self.truth_times = self.captured // 1000 * 1000 + GROUND_TRUTH_LATE
        upright = make_pose(TURNED, np.zeros(3))
        self.device_from_camera = invert_pose(upright) if device is None else device
        self.world_from_device = apartment.world_from_camera @ invert_pose(self.device_from_camera @ upright)
        self.plain = plain_objects
        axes = np.eye(3) if plain_objects else np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
        self.canonical = {"front_vector": axes[:, 0].astype(int).tolist(),
                          "up_vector": axes[:, 2].astype(int).tolist()}
        self.boxes, poses = [], []
        for n, item in enumerate(apartment.objects):
            half = np.abs(axes @ item.size) / 2
            middle = np.zeros(3) if plain_objects else np.array([0, half[1], 0])
            self.boxes.append((middle - half, middle + half))
            poses.append(apartment.world_from_object[:, n] @ invert_pose(make_pose(axes, middle)))
        self.poses = np.stack(poses, axis=1)
        self.uids = [4_000_000_000_000_000 + 7919 * n for n in range(len(apartment.objects))]
        self.static = [bool(np.ptp(self.poses[:, n], axis=0).max() == 0) for n in range(len(self.uids))]
        self.gravity = -9.81 * np.asarray(apartment.facts.up)
        self.people = people or {}
        self.table = np.array([BUILDING, *self.uids], dtype=np.uint64)
        self._pictures = {}

    def copied_to(self, folder):
        """This sequence with a folder of its own."""
        other = copy.copy(self)
        other.folder = Path(shutil.copytree(self.folder, folder))
        other.boxes, other.static, other.people = [*self.boxes], [*self.static], dict(self.people)
        other._pictures = dict(self._pictures)
        return other

    def picture(self, t):
        """z in metres and stored ids (S, S) on the lens's own grid; both 0 outside the view."""
        if t not in self._pictures:
            side, inside = self.lens.side, self.lens.inside
            z, ids = np.zeros(side * side), np.zeros(side * side, np.uint64)
            z[inside], own = self.scene.cast(t, self.lens.rays[:, inside])
            ids[inside] = self.table[own]
            self._pictures[t] = z.reshape(side, side), ids.reshape(side, side)
        return self._pictures[t]

    def instances(self):
        """Entries of instances.json."""
        entries = [self.entry(BUILDING, "ApartmentEnv", "shelter", static=True)]
        for n, item in enumerate(self.scene.objects):
            symmetry = {"is_annotated": True, "axes": [
                {"axis": self.canonical["up_vector"], "angle_degree": 0}] if item.symmetric_about_up else []}
            entries.append(self.entry(self.uids[n], f"Thing{n}", item.kind.replace("_", " "),
                                      static=item.is_static, symmetry=symmetry))
        entries += [{**self.entry(uid, "Skeleton", "person", static=False), "instance_type": "human",
                     "instance_name": f"Skeleton_{k}", "rigidity": "deformable"}
                    for k, uid in enumerate(self.people)]
        return {str(entry["instance_id"]): entry for entry in entries}

    def entry(self, uid, name, category, static, symmetry=None):
        return {
            "instance_id": uid, "instance_name": name, "prototype_name": name, "category": category,
            "category_uid": 1, "motion_type": "static" if static else "dynamic", "instance_type": "object",
            "rigidity": "rigid", "rotational_symmetry": symmetry or {"is_annotated": False},
            "canonical_pose": self.canonical,
        }

    def write(self):
        self.folder.mkdir(parents=True)
        self.write_tables()
        self.write_video()
        self.write_truth()
        return self.folder

    def write_tables(self):
        self.write_json("metadata.json", {
            "serial": SERIAL, "scene": "Apartment", "is_multi_person": len(self.people) > 1,
            "num_skeletons": len(self.people), "concurrent_sequence": "", "dataset_name": "ADT_2023",
            "dataset_version": "2.0", "gt_time_domain": "DEVICE_CAPTURE"})
        self.write_json("instances.json", self.instances())
        self.write_trajectory()
        self.write_objects()
        self.write_boxes()
        self.write_people()

    def write_trajectory(self, order="xyzw", change=lambda poses: poses, gravity=None):
        header = ("graph_uid,tracking_timestamp_us,utc_timestamp_ns,tx_world_device,ty_world_device,"
                  "tz_world_device,qx_world_device,qy_world_device,qz_world_device,qw_world_device,"
                  "gravity_x_world,gravity_y_world,gravity_z_world,quality_score")
        poses = change(self.world_from_device)
        gravity = np.broadcast_to(self.gravity if gravity is None else gravity, (self.count, 3))
        rows = [("g", self.truth_times[t] // 1000, -1, *poses[t, :3, 3],
                 *quaternion(poses[t], order), *gravity[t], 1.0) for t in range(self.count)]
        self.write_csv("aria_trajectory.csv", header, rows)

    def write_objects(self, order="wxyz", change=lambda poses: poses):
        header = ("object_uid,timestamp[ns],t_wo_x[m],t_wo_y[m],t_wo_z[m],q_wo_w,q_wo_x,q_wo_y,q_wo_z")
        poses = change(self.poses)
        rows = [(BUILDING, -1, 0, 0, 0, 1, 0, 0, 0)]
        for n, uid in enumerate(self.uids):
            for t in range(1 if self.static[n] else self.count):
                time = -1 if self.static[n] else self.truth_times[t] + 700
                rows.append((uid, time, *poses[t, n, :3, 3], *quaternion(poses[t, n], order)))
        self.write_csv("scene_objects.csv", header, rows)

    def write_boxes(self, change=lambda low, high: (low, high)):
        header = "object_uid,timestamp[ns]," + ",".join(
            f"p_local_obj_{axis}{end}[m]" for axis in "xyz" for end in ("min", "max"))
        rows = [(BUILDING, -1, -30, 30, -30, 30, -30, 30)]
        for uid, (low, high) in zip(self.uids, self.boxes, strict=True):
            low, high = change(low, high)
            rows.append((uid, -1, *np.stack([low, high], axis=1).ravel()))
        self.write_csv("3d_bounding_box.csv", header, rows)

    def write_people(self):
        if not self.people:
            (self.folder / "skeleton_aria_association.json").unlink(missing_ok=True)
            return
        self.write_json("skeleton_aria_association.json", {"SkeletonMetadata": [
            {"AssociatedDeviceSerial": serial, "SkeletonId": uid, "SkeletonName": f"Skeleton_{k}"}
            for k, (uid, (serial, _)) in enumerate(self.people.items())]})
        for k, (_, joints) in enumerate(self.people.values()):
            self.write_json(f"Skeleton_{k}.json", {
                "dt_optitrack_minus_device_ns": {SERIAL: 0},
                "frames": [{"markers": [], "joints": places.tolist(), "timestamp_ns": int(time) + 4_000_000}
                           for time, places in zip(self.captured, joints, strict=True)
                           if places is not None]})

    def write_video(self):
        side = self.lens.side
        device = {"device_type": "Aria", "device_version": "1", "device_serial": SERIAL}
        rgb = self.vrs.CameraStream(214, 1, "RGB Camera Class", "device/aria", self.vrs.JPEG)
        rgb.configure("rgb", side, side, camera_id=2, **device)
        slam = self.vrs.CameraStream(1201, 1, "Camera Data (SLAM)", "device/aria", self.vrs.JPEG)
        slam.configure("grey", 16, 12, camera_id=0, **device)
        grey = jpeg(np.full((12, 16), 90, np.uint8))
        for t, time in enumerate(self.captured):
            own = np.searchsorted(self.table[1:], self.picture(t)[1], side="right")
            own[self.picture(t)[1] == BUILDING] = 0
            rgb.add(int(time), t, jpeg(colours(own)))
            slam.add(int(time), t, grey)
        self.vrs.write_vrs(self.folder / "video.vrs",
                           {**device, "calib_json": json.dumps(self.calibration())}, [rgb, slam])

    def calibration(self):
        def camera(label, params, width, height, pose, radius):
            w, *xyz = quaternion(pose, "wxyz")
            return {"Calibrated": True, "Label": label, "SerialNumber": "0",
                    "Projection": {"Name": "FisheyeRadTanThinPrism", "Params": list(params)},
                    "T_Device_Camera": {"Translation": pose[:3, 3].tolist(), "UnitQuaternion": [w, xyz]},
                    "ConfigData": {"ImageWidth": width, "ImageHeight": height, "MaxSolidAngle": 1.2,
                                   "ValidRadius": radius}}
        side = self.lens.side
        return {
            "DeviceClassInfo": {"BuildVersion": "SimulatedDevice", "DeviceClass": "Aria"},
            "OriginSpecification": {"ChildLabel": "camera-slam-left", "Type": "Custom"},
            "CameraCalibrations": [
                camera("camera-rgb", self.lens.params, side, side, self.device_from_camera, float(side)),
                camera("camera-slam-left", [8.0, 8.0, 6.0, *[0.0] * 12], 16, 12, np.eye(4), 20.0),
            ],
        }

    def write_truth(self, depth=lambda t, z: z, ids=lambda t, stored: stored, times=None):
        """Depth and ids; `depth` and `ids` change a picture, None in its place leaves the record out."""
        suffix = "_with_skeleton" if self.people else ""
        times = self.truth_times if times is None else times
        self.write_stream(f"depth_images{suffix}.vrs", 345, "Ground Truth Depth Data Class", "depth", [
            None if (z := depth(t, self.picture(t)[0])) is None
            else np.clip(np.round(1000.0 * z), 0, 65535).astype(np.uint16)
            for t in range(self.count)], times)
        self.write_stream(f"segmentations{suffix}.vrs", 400, "Object Segmentation", "ids", [
            ids(t, self.picture(t)[1]) for t in range(self.count)], times)

    def write_stream(self, name, type_, title, kind, pictures, times, description="214-1", side=None):
        """A SLAM camera's stream lies before that of the colour camera: its number says nothing."""
        side, device = side or self.lens.side, {"device_type": "Camera", "device_version": "1"}
        other = self.vrs.CameraStream(type_, 1, title, "slamFlavor", self.vrs.RAW)
        other.configure(kind, 16, 12, description="1201-1", **device)
        ours = self.vrs.CameraStream(type_, 2, title, "rgbFlavor", self.vrs.RAW)
        ours.configure(kind, side, side, description=description, **device)
        for t, (time, picture) in enumerate(zip(times, pictures, strict=True)):
            if picture is not None:
                ours.add(int(time), t, np.ascontiguousarray(picture).tobytes())
        self.vrs.write_vrs(self.folder / name, {"device_type": "Camera"}, [other, ours])

    def write_json(self, name, content):
        (self.folder / name).write_text(json.dumps(content))

    def write_csv(self, name, header, rows):
        lines = [",".join(cell if isinstance(cell, str) else str(cell) for cell in row) for row in rows]
        (self.folder / name).write_text("\n".join([header, *lines]) + "\n")


def quaternion(pose, order):
    wxyz = dict(zip("wxyz", quaternion_wxyz_from_rotation(pose[:3, :3]).tolist(), strict=True))
    return [wxyz[letter] for letter in order]


def jpeg(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=92)
    return content.getvalue()
