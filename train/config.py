"""The settings of one training run and how they are read from YAML: every mistake is one line."""

from __future__ import annotations

import difflib
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from fourdp_qa.errors import FourdpQaError, SourceDataError

BASE = "base"
"""Key that names another file, relative to this one, whose values hold where this one says nothing."""

CLIP_SIZE = 0
"""`DataSettings.size` for "as stored"."""


@dataclass(frozen=True)
class LoraSettings:
    """Low-rank adapters on every linear layer of the trained parts instead of their own weights."""

    rank: int
    alpha: int
    dropout: float = 0.0


@dataclass(frozen=True)
class ModelSettings:
    """What is trained.

    Attributes
    ----------
    name : folder or Hub repository.
    family : a name of families.toml; must be that of the model's configuration.
    revision : of the Hub repository; "" for its newest.
    train : parts of the family that learn, of vision, projector and llm.
    dtype : of the stored weights, ``float32`` (master weights) or ``bfloat16``.
    attention : ``sdpa``, ``flash_attention_2`` or ``eager``.
    remote_code : whether code of the Hub repository may run.
    lora : adapters, or None to train the weights themselves.
    """

    name: str
    family: str
    revision: str = ""
    train: tuple[str, ...] = ("projector", "llm")
    dtype: str = "float32"
    attention: str = "sdpa"
    remote_code: bool = False
    lora: LoraSettings | None = None


@dataclass(frozen=True)
class BeginningSettings:
    """Samples before all others: what is to be learnt first.

    Attributes
    ----------
    samples : their number, beside `DataSettings.samples`.
    formats : answer formats; those of the run when empty. An open answer says all parts of a motion, a Yes
        one bit: the former teach to see.
    naming : how their objects are named; every way when empty. A model that has never seen a picture finds
        what a point names long before what a caption names. Questions that name no object stay in any case.
    mixture : of the question types; that of the run when None. Parts without a row leave their share to the
        others.
    """

    samples: int
    formats: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()
    mixture: str | dict[str, float] | None = None


@dataclass(frozen=True)
class DataSettings:
    """What it learns from.

    Attributes
    ----------
    path : dataset folder, Hub repository, or bare name.
    mixture : a name of mixtures.toml, or a mapping from question type (or ``standard``) to its share.
    even_types : whether the types of the mixture's ``standard`` part have equal shares of it in `samples`;
        else each has as much of it as of the rows.
    samples : number of samples drawn, whatever the mixture; 0 for as many as the rows allow.
    repeat : whether a pool smaller than its share is gone through again; without it that ends the run.
    seed : decides the validation units, which rows are drawn and their order.
    size : side of the frames in pixels, 0 for that of the stored clips.
    frames : frames that every clip must have, 0 for any number.
    formats : answer formats that are learnt from; all when empty.
    begin : what comes before these samples, one after the other.
    answers : how a question with options is answered: ``letters``, or ``words`` of the right option. The
        scorer reads both; a model without pretraining learns words far sooner.
    validation : share of the split units that are held out.
    check_clips : whether every clip is opened and counted before the first step.
    """

    path: str
    mixture: str | dict[str, float]
    samples: int
    even_types: bool = False
    repeat: bool = False
    seed: int = 0
    size: int = 448
    frames: int = 32
    formats: tuple[str, ...] = ()
    begin: tuple[BeginningSettings, ...] = ()
    answers: str = "letters"
    validation: float = 0.01
    check_clips: bool = True


@dataclass(frozen=True)
class OptimisationSettings:
    """How it learns. A learning rate of 0 stands for the family's.

    Attributes
    ----------
    matrix_learning_rate : of Muon, which then trains the matrices of hidden layers; 0 for AdamW throughout.
    stop_after : steps after which the run is interrupted, 0 for none.
    by_length : whether the samples of one step are put side by side by the length of their texts. The step is
        the same; less of it is padding. Worth it where a clip has few tokens and answers differ in length.
    average : decay of a running average of the weights, which is what is saved; 0 for the weights themselves.
        A checkpoint on the way is then worth as much as one at the end of a falling learning rate.
    """

    batch: int
    per_device: int = 1
    learning_rate: float = 0.0
    matrix_learning_rate: float = 0.0
    schedule: str = "cosine"
    warmup: float = 0.03
    weight_decay: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    clip_norm: float = 1.0
    bf16: bool = True
    gradient_checkpointing: bool = True
    stop_after: int = 0
    by_length: bool = False
    average: float = 0.0


@dataclass(frozen=True)
class EvaluationSettings:
    """What is measured on held-out rows on the way: loss, and answers read by the benchmark's scorer."""

    every: int
    rows: int = 256
    per_device: int = 4
    max_new_tokens: int = 256


@dataclass(frozen=True)
class LoaderSettings:
    """Where clips are decoded.

    Attributes
    ----------
    workers : processes that decode, for each device; 0 decodes in the training process.
    prefetch : batches that each of them has ready.
    keep_mb : MB of decoded clips, at the size shown, that each process keeps for the next question about
        them. Worth it where all clips fit: small ones, and no workers.
    """

    workers: int = 8
    prefetch: int = 4
    keep_mb: int = 0


@dataclass(frozen=True)
class OutputSettings:
    """Where checkpoints and logs go.

    Attributes
    ----------
    keep : newest checkpoints that are kept.
    log_to : any of tensorboard and wandb.
    core_minutes : processor minutes, of all processes together, after which a model is saved as
        ``model-60-core-minutes``; the run ends with the last of them, if not with its samples.
    """

    folder: str
    save_every: int = 200
    keep: int = 2
    log_every: int = 10
    log_to: tuple[str, ...] = ("tensorboard",)
    core_minutes: tuple[float, ...] = ()


@dataclass(frozen=True)
class RewardSettings:
    """Learning from the reward of sampled answers (train/grpo.py)."""

    generations: int = 8
    temperature: float = 1.0
    max_new_tokens: int = 256


@dataclass(frozen=True)
class RunConfig:
    """Everything one run is told."""

    model: ModelSettings
    data: DataSettings
    optimisation: OptimisationSettings
    evaluation: EvaluationSettings
    output: OutputSettings
    loader: LoaderSettings = field(default_factory=LoaderSettings)
    reward: RewardSettings = field(default_factory=RewardSettings)


def recipe_path(name: str) -> Path:
    """A file as given, or a recipe of this package by its bare name.

    Raises
    ------
    FourdpQaError
        When there is neither.
    """
    here = Path(__file__).with_name("recipes")
    for candidate in (Path(name), here / name, here / f"{name}.yaml"):
        if candidate.is_file():
            return candidate
    known = ", ".join(sorted(path.stem for path in here.glob("[!_]*.yaml")))
    raise FourdpQaError(f"--config {name}: found no such file, expected one or a recipe: {known}")


def read_config(path: Path, changes: Sequence[str] = ()) -> RunConfig:
    """Read a run's settings.

    Parameters
    ----------
    path : YAML file.
    changes : ``section.key=value`` of the command line, applied last.

    Raises
    ------
    SourceDataError
        For an unknown or missing key or a value of another type.
    """
    values = _read_with_base(path)
    for change in changes:
        _apply(values, change)
    config = _built(RunConfig, values, path, "")
    _check(config, path)
    return config


def _read_with_base(path: Path, depth: int = 0) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceDataError(path, "", found=f"no readable YAML ({' '.join(str(error).split())})",
                              expected="a file of settings") from error
    if not isinstance(values, dict):
        raise SourceDataError(path, "", found=type(values).__name__, expected="sections with settings")
    base = values.pop(BASE, None)
    if base is None:
        return values
    if depth > 4:
        raise SourceDataError(path, BASE, found="a chain of more than four files", expected="a short one")
    return _merged(_read_with_base(path.parent / str(base), depth + 1), values)


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` where it says something; a mixture is replaced as a whole, a section key by key."""
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict) and key != "mixture"
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def _apply(values: dict[str, Any], change: str) -> None:
    name, equals, text = change.partition("=")
    section, dot, key = name.strip().partition(".")
    if not (equals and dot and key):
        raise FourdpQaError(f"--set {change}: expected section.key=value, e.g. data.mixture=std")
    inside = values.setdefault(section, {})
    if not isinstance(inside, dict):
        raise FourdpQaError(f"--set {change}: found no section '{section}'")
    *parents, last = key.split(".")
    for parent in parents:
        inside = inside.setdefault(parent, {})
    inside[last] = yaml.safe_load(text)


T = TypeVar("T")


def _built(kind: type[T], values: Any, path: Path, where: str) -> T:
    """One of the dataclasses above from a mapping of YAML."""
    if not isinstance(values, dict):
        raise SourceDataError(path, where, found=repr(values), expected="a section with settings")
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]  # always one of the above
    hints = get_type_hints(kind)
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            raise SourceDataError(
                path, _join(where, str(key)), found="an unknown setting", expected=", ".join(known),
                do=f"did you mean {near[0]}?" if near else "remove it")
    arguments = {}
    for name, wanted in known.items():
        if name in values:
            arguments[name] = _value(hints[name], values[name], path, _join(where, name))
        elif wanted.default is MISSING and wanted.default_factory is MISSING:
            raise SourceDataError(path, _join(where, name), found="nothing", expected="a value", do="add it")
    return kind(**arguments)


def _value(hint: Any, value: Any, path: Path, where: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        kinds = [kind for kind in inner if kind is not type(None)]
        hint = next((k for k in kinds if (get_origin(k) is dict) == isinstance(value, dict)), kinds[0])
        return _value(hint, value, path, where)
    if is_dataclass(hint):
        return _built(hint, value, path, where)  # type: ignore[arg-type]
    if origin is tuple and isinstance(value, list):
        return tuple(_value(inner[0], item, path, where) for item in value)
    if origin is dict and isinstance(value, dict):
        return {str(k): _value(inner[1], v, path, _join(where, str(k))) for k, v in value.items()}
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and isinstance(value, hint) and not (hint is int and isinstance(value, bool)):
        return value
    advice = "write 1.0e-5, with a point: YAML takes 1e-5 for text" if hint is float else ""
    wanted = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"}
    raise SourceDataError(path, where, found=repr(value), do=advice,
                          expected=wanted.get(getattr(hint, "__name__", ""), "a list"))


_CHOICES: dict[str, tuple[str, ...]] = {
    "model.dtype": ("float32", "bfloat16"),
    "model.attention": ("sdpa", "flash_attention_2", "eager"),
    "optimisation.schedule": ("cosine", "linear", "constant"),
    "data.answers": ("letters", "words"),
}
_AT_LEAST = {
    "data.samples": 0, "data.size": 0, "data.frames": 0, "optimisation.batch": 1,
    "optimisation.per_device": 1, "optimisation.learning_rate": 0, "optimisation.matrix_learning_rate": 0,
    "optimisation.stop_after": 0,
    "evaluation.every": 1, "evaluation.rows": 0,
    "evaluation.per_device": 1, "evaluation.max_new_tokens": 1, "loader.workers": 0, "loader.prefetch": 1,
    "loader.keep_mb": 0,
    "output.save_every": 1, "output.keep": 1, "output.log_every": 1, "reward.generations": 2,
    "reward.max_new_tokens": 1,
}


def _check(config: RunConfig, path: Path) -> None:
    for name, choices in _CHOICES.items():
        value = _at(config, name)
        if value not in choices:
            raise SourceDataError(path, name, found=repr(value), expected=f"one of {', '.join(choices)}")
    for name, least in _AT_LEAST.items():
        if _at(config, name) < least:
            raise SourceDataError(path, name, found=str(_at(config, name)), expected=f"at least {least}")
    if not 0 <= config.optimisation.average < 1:
        raise SourceDataError(path, "optimisation.average", found=str(config.optimisation.average),
                              expected="a decay below 1, such as 0.998, or 0 for none")
    if config.optimisation.average and config.model.lora:
        raise SourceDataError(path, "optimisation.average", found="adapters beside it", expected="0",
                              do="adapters are saved as they are: remove model.lora or the average")
    if config.optimisation.matrix_learning_rate and config.model.lora:
        raise SourceDataError(path, "optimisation.matrix_learning_rate", found="adapters beside it",
                              expected="0", do="Muon is for whole matrices: remove model.lora or the rate")
    for number, part in enumerate(config.data.begin):
        if part.samples < 1:
            raise SourceDataError(path, f"data.begin[{number}].samples", found=str(part.samples),
                                  expected="at least 1", do="or leave this part out")
    if not 0 < config.data.validation < 1:
        raise SourceDataError(path, "data.validation", found=str(config.data.validation),
                              expected="a share of the split units between 0 and 1")
    unknown = set(config.output.log_to) - {"tensorboard", "wandb"}
    if unknown:
        raise SourceDataError(path, "output.log_to", found=", ".join(sorted(unknown)),
                              expected="any of tensorboard and wandb")


def _at(config: RunConfig, name: str) -> Any:
    section, key = name.split(".")
    return getattr(getattr(config, section), key)


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
