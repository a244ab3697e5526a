"""The model of a run: loaded, checked against its family, and frozen where it is not to learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.train.config import ModelSettings
from fourdp_qa.train.families import Family, expect_family


@dataclass(frozen=True)
class PartSize:
    """Parameters of one part of a model, and how many of them learn."""

    part: str
    parameters: int
    trained: int


def load_model(settings: ModelSettings, family: Family) -> tuple[Any, Any]:
    """Model and processor from a folder or the Hub.

    The configuration is looked at first: a model of another family is refused before its weights are read.

    Raises
    ------
    SourceDataError
        When the model cannot be had or is of another family.
    """
    import torch
    from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor

    options: dict[str, Any] = {"trust_remote_code": settings.remote_code}
    if settings.revision:
        options["revision"] = settings.revision
    if settings.remote_code and not settings.revision:
        raise SourceDataError(settings.name, "model.revision", found="nothing", expected="a commit",
                              do="code from the Hub is run only at a pinned revision")
    try:
        config = AutoConfig.from_pretrained(settings.name, **options)
        expect_family(family, config.model_type, settings.name)
        processor = AutoProcessor.from_pretrained(settings.name, **options)
        model = AutoModelForImageTextToText.from_pretrained(
            settings.name, dtype=getattr(torch, settings.dtype), attn_implementation=settings.attention,
            **options)
    except (OSError, ValueError, ImportError) as error:
        raise SourceDataError(settings.name, "model.name", found=" ".join(str(error).split())[:200],
                              expected="a folder or a Hub repository of a model") from error
    return model, processor


def freeze(model: Any, family: Family, train: tuple[str, ...]) -> list[PartSize]:
    """Let only the parts in `train` learn.

    Returns
    -------
    One entry a part, frozen parts too. Tied weights are counted once, with the part of their first name.

    Raises
    ------
    FourdpQaError
        For a part that the family does not have, a prefix that fits nothing, or a parameter of no part.
    """
    unknown = [part for part in train if part not in family.parts]
    if unknown or not train:
        raise FourdpQaError(f"model.train: found '{', '.join(unknown) or 'nothing'}', expected some of "
                            f"{', '.join(family.parts)}")
    # Tied weights have two names, and both prefixes must find theirs.
    parts = family.split(name for name, _ in model.named_parameters(remove_duplicate=False))
    learns = {name for part in train for name in parts[part]}
    sizes = {part: [0, 0] for part in family.parts}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in learns)
        size = sizes[family.part_of(name) or ""]
        size[0] += parameter.numel()
        size[1] += parameter.numel() if parameter.requires_grad else 0
    return [PartSize(part, whole, trained) for part, (whole, trained) in sizes.items()]


def adapters(model: Any, family: Family, settings: ModelSettings) -> Any:
    """Configuration of the low-rank adapters: on every linear layer of the trained parts but the head.

    Raises
    ------
    FourdpQaError
        When the trained parts have no linear layer.
    """
    import torch
    from peft import LoraConfig

    lora = settings.lora
    if lora is None:
        raise FourdpQaError("model.lora: found nothing, expected rank and alpha")
    targets = [
        name for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module is not model.get_output_embeddings()
        and family.part_of(f"{name}.") in settings.train
    ]
    if not targets:
        raise FourdpQaError(f"model.lora: found no linear layer in {', '.join(settings.train)}, expected "
                            "some")
    return LoraConfig(r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=targets,
                      task_type="CAUSAL_LM")
