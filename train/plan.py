"""Numbers that follow from the settings, each with its formula: what a run will do before it does it."""

from __future__ import annotations

from dataclasses import dataclass

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.config import OptimisationSettings
from fourdp_qa.train.families import Family

PAPER_SAMPLES_PER_SECOND_PER_DEVICE = 400_000 / (9 * 3600) / 32
"""400K samples in about 9 hours on 32 A100."""


@dataclass(frozen=True)
class Plan:
    """What follows from batch, devices and samples."""

    samples: int
    batch: int
    per_device: int
    devices: int
    accumulation: int
    steps: int
    learning_rate: float
    warmup_steps: int

    def lines(self) -> list[str]:
        """One line a number."""
        return [
            f"accumulation = batch / (samples a device x devices) = {self.batch} / ({self.per_device} x "
            f"{self.devices}) = {self.accumulation}",
            f"steps = samples / batch = {self.samples} / {self.batch} = {self.steps}"
            + (f" (the last {self.samples % self.batch} samples fill no batch and are left out)"
               if self.samples % self.batch else ""),
            f"warm-up = {self.warmup_steps} steps, learning rate = {self.learning_rate:g}",
        ]


def make_plan(settings: OptimisationSettings, family: Family, samples: int, devices: int) -> Plan:
    """Derive the numbers.

    Raises
    ------
    FourdpQaError
        When the batch is no multiple of what the devices take at once, or there are fewer samples than one
        batch.
    """
    at_once = settings.per_device * devices
    if settings.batch % at_once:
        near = max(1, round(settings.batch / at_once)) * at_once
        raise FourdpQaError(
            f"optimisation.batch: found {settings.batch}, expected a multiple of per_device x devices = "
            f"{settings.per_device} x {devices} = {at_once}; set it to {near}")
    steps = samples // settings.batch
    if steps == 0:
        raise FourdpQaError(f"data.samples: found {samples}, expected at least one batch of "
                            f"{settings.batch}; "
                            "lower optimisation.batch or draw more")
    return Plan(
        samples=samples, batch=settings.batch, per_device=settings.per_device, devices=devices,
        accumulation=settings.batch // at_once, steps=steps,
        learning_rate=settings.learning_rate or family.learning_rate,
        warmup_steps=round(settings.warmup * steps),
    )


def cores_to_feed(
    devices: int, seconds_a_sample: float, rate: float = PAPER_SAMPLES_PER_SECOND_PER_DEVICE
) -> float:
    """Processor cores that decode and collate as fast as `devices` learn.

    Parameters
    ----------
    devices : GPUs of one machine.
    seconds_a_sample : CPU seconds for decoding, processing and collating one sample.
    rate : samples a second that one device takes.
    """
    return devices * rate * seconds_a_sample
