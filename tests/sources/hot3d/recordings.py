"""A recording of the full release, made from what a clip is made from: tables, calibrations, a VRS file."""

from __future__ import annotations

import copy
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np

from fourdp_qa.scene.pose import invert_pose, quaternion_wxyz_from_rotation

HERE = Path(__file__).parent
NAME, UID = "P0003_c701bd11", 5411364721403
TIMECODE, DEVICE_TIME, STEP = 56_752_108_188_860, 113_585_202_412_000, 33_332_000
MASKS = ("good_exposure", "headset_pose_available", "object_pose_available", "object_visible")
SYNC_CONFIGURATION = {"stream_id": "uint32_t", "sample_rate_hz": "double", "mode": "string"}
SYNC_DATA = {"monotonic_timestamp_ns": "int64_t", "real_timestamp_ns": "int64_t"}


def vrs_writer():
    """The writer of VRS files that lies with the tests of Aria Digital Twin."""
    name = "vrs_file_of_hot3d"
    if name not in sys.modules:
        path = HERE.parent / "aria_digital_twin" / "vrs_file.py"
        spec = importlib.util.spec_from_file_location(name, path)
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


def pose_row(uid, time, pose):
    return [uid, time, *pose[:3, 3].tolist(), *quaternion_wxyz_from_rotation(pose[:3, :3]).tolist()]


class HeadsetRecording:
    """Writes a recording from a clip of Aria; tables and files may be changed before.

    Attributes
    ----------
    tables : name -> (columns, rows)
    texts : name -> text
    """

    def __init__(self, clip, root, device_from_camera):
        self.clip, self.folder, self.library = clip, root / NAME, root / "object_library"
        self.times = [TIMECODE + t * STEP for t in range(clip.frames)]
        self.device_times = [DEVICE_TIME + t * STEP for t in range(clip.frames)]
        self.uids = [10**14 + k for k in clip.ids]
        world_from_device = clip.world_from_raw @ invert_pose(device_from_camera)
        pose_columns = ["object_uid", "timestamp[ns]", "t_wo_x[m]", "t_wo_y[m]", "t_wo_z[m]",
                        "q_wo_w", "q_wo_x", "q_wo_y", "q_wo_z"]
        # As in the real tables each pose is there twice, at the times of both kinds of cameras.
        both = [(time, t) for t, time in enumerate(self.times) for time in (time, time + 90_813)]
        self.tables = {
            "headset_trajectory.csv": (pose_columns, [
                pose_row(UID, time, world_from_device[t]) for time, t in both]),
            "dynamic_objects.csv": (pose_columns, [
                pose_row(uid, time, clip.world_from_model[t, n]) for time, t in both
                for n, uid in enumerate(self.uids)]),
            "box2d_objects.csv": (
                ["stream_id", "object_uid", "timestamp[ns]", "x_min[pixel]", "x_max[pixel]", "y_min[pixel]",
                 "y_max[pixel]", "visibility_ratio[%]"],
                [self.box_row(t, n) for t in range(clip.frames) for n in range(len(self.uids))]),
            **{f"masks/mask_{name}.csv": (["timestamp[ns]", "stream_id", "mask"], [
                [time + late, stream, "True"] for time in self.times
                for stream, late in (("214-1", 0), ("1201-1", 90_813))]) for name in MASKS},
        }
        calibration = {
            "Label": "camera-rgb", "Calibrated": True, "SerialNumber": "1",
            "Projection": {"Name": "FisheyeRadTanThinPrism", "Params": clip.params},
            "T_Device_Camera": {"Translation": device_from_camera[:3, 3].tolist(), "UnitQuaternion": [
                (q := quaternion_wxyz_from_rotation(device_from_camera[:3, :3]).tolist())[0], q[1:]]},
        }
        self.calibrations = [
            {"utc_timestamp_ns": -1, "tracking_timestamp_us": time // 1000, "CameraCalibrations": [
                {**calibration, "Label": "camera-slam-left"}, copy.deepcopy(calibration)]}
            for time in self.device_times]
        self.metadata = {"headset": "Aria", "participant_id": "P0003", "recording_name": NAME,
                         "gt_available_status": {"object_pose_gt": True}}
        self.instances = {
            str(uid): {"instance_id": str(uid), "instance_bop_id": str(k), "instance_type": "object",
                       "instance_name": caption.replace(" ", "_"), "motion_type": "dynamic"}
            for uid, k, caption in zip(self.uids, clip.ids, clip.world.captions, strict=True)}

    def box_row(self, t, n):
        """Boxes in whole pixels, nothing where the object is out of view."""
        box, mask = self.clip.boxes[t][n], self.clip.masks[t][n]
        if box is None:
            return ["214-1", self.uids[n], self.times[t], "", "", "", "", 0.0]
        left, top, right, bottom = np.round(box).tolist()
        alone = (right - left) * (bottom - top)
        return ["214-1", self.uids[n], self.times[t], left, right, top, bottom,
                1.0 if mask.sum() > 0.4 * alone else 0.5]

    def write(self):
        (self.folder / "masks").mkdir(parents=True)
        (self.folder / "mps" / "slam").mkdir(parents=True)
        self.library.mkdir()
        for name, (columns, rows) in self.tables.items():
            lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
            (self.folder / name).write_text("\n".join(lines) + "\n")
        (self.folder / "mps" / "slam" / "online_calibration.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in self.calibrations))
        (self.folder / "metadata.json").write_text(json.dumps(self.metadata))
        (self.library / "instance.json").write_text(json.dumps(self.instances))
        for uid, k in zip(self.uids, self.clip.ids, strict=True):
            (self.library / f"{uid}.glb").write_bytes(self.clip.models[k])
        self.write_vrs()
        return self.folder.parent

    def write_vrs(self):
        vrs = vrs_writer()
        camera = vrs.CameraStream(214, 1, "RGB Camera Class", "device/aria", vrs.JPEG)
        camera.configure("rgb", self.clip.width, self.clip.height, camera_id=0, description="camera-rgb")
        for t, time in enumerate(self.device_times):
            camera.add(time, t, self.clip.members[f"{t:06d}.image_214-1.jpg"])
        slam = vrs.CameraStream(1201, 1, "Camera Data (SLAM)", "device/aria", vrs.JPEG)
        slam.configure("grey", 640, 480, camera_id=1, description="camera-slam-left")
        calibration = {
            "DeviceClassInfo": {"DeviceClass": "Aria", "BuildVersion": "SimulatedDevice"},
            "OriginSpecification": {"ChildLabel": "camera-slam-left", "Type": "Custom"},
            "CameraCalibrations": [
                {**self.calibrations[0]["CameraCalibrations"][1], "ConfigData": {
                    "ImageWidth": self.clip.width, "ImageHeight": self.clip.height, "MaxSolidAngle": 1.02,
                    "ValidRadius": 0.5 * self.clip.width}}],
        }
        vrs.write_vrs(self.folder / "recording.vrs",
                      {"device_type": "Aria", "calib_json": json.dumps(calibration)},
                      [camera, slam, self.clock(vrs)])

    def clock(self, vrs):
        """The stream that joins the device's clock and timecode."""
        class Clock(vrs.CameraStream):
            def tags(self):
                configuration, _, _ = vrs.layout(SYNC_CONFIGURATION)
                data, size, _ = vrs.layout(SYNC_DATA)
                own = vrs.OWN_VERSION
                return {"VRS_Original_Recordable_Name": "Time Recordable Class",
                        "VRS_Recordable_Flavor": "device/aria",
                        f"RF:Configuration:{own}": "data_layout",
                        f"RF:Data:{own}": f"data_layout/size={size}",
                        f"DL:Configuration:{own}:0": configuration, f"DL:Data:{own}:0": data}

        clock = Clock(285, 1, "", "", "")
        clock.records.append((vrs.FIRST, vrs.CONFIGURATION, vrs.packed(
            SYNC_CONFIGURATION, {"stream_id": 1, "sample_rate_hz": 1.0, "mode": "TIMECODE"})))
        for k in (-1, len(self.times)):
            device = DEVICE_TIME + k * STEP
            clock.records.append((device / 1e9, vrs.DATA, vrs.packed(SYNC_DATA, {
                "monotonic_timestamp_ns": device, "real_timestamp_ns": TIMECODE + k * STEP})))
        return clock
