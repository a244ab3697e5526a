"""A vision-language model on this machine, through transformers; nothing is downloaded."""

from __future__ import annotations

import hashlib
import io
import threading
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image

from fourdp_qa.captioning.constants import MAX_NEW_TOKENS
from fourdp_qa.captioning.questions import AskingError, Question
from fourdp_qa.errors import MissingExtraError, SourceDataError

EXTRA = "caption"
"""The extra that brings torch and transformers."""


class LocalModel:
    """An image-text-to-text model from a folder; one question at a time.

    Parameters
    ----------
    folder : Path
        As written by ``save_pretrained``: weights, config and processor.
    trust_remote_code : bool
        Whether Python files in the folder may be run.

    Raises
    ------
    MissingExtraError
        Without torch or transformers.
    SourceDataError
        When the folder holds no such model.
    """

    def __init__(self, folder: Path, *, trust_remote_code: bool = False) -> None:
        if not (folder / "config.json").is_file():
            raise SourceDataError(
                folder, "", found="no config.json", expected="the folder of a transformers model",
                do="download the model first and give its folder")
        for module in ("torch", "transformers"):
            if find_spec(module) is None:
                raise MissingExtraError("--local", EXTRA, f"no module {module}")
        self._torch: Any = import_module("torch")
        transformers: Any = import_module("transformers")
        options = {"local_files_only": True, "trust_remote_code": trust_remote_code}
        try:
            self._processor = transformers.AutoProcessor.from_pretrained(folder, **options)
            model = transformers.AutoModelForImageTextToText.from_pretrained(
                folder, dtype="auto", **options)
        except Exception as error:  # a damaged file raises whatever kind its own reader has
            reason = " ".join(str(error).split())[:300]
            raise SourceDataError(
                folder, "", found=f"a folder that does not load ({reason})",
                expected="an image-text-to-text model with its processor",
                do="" if trust_remote_code else "--trust-remote-code runs code that it brings along",
            ) from None
        self._model = model.to("cuda" if self._torch.cuda.is_available() else "cpu").eval()
        self._lock = threading.Lock()
        self.name = folder.resolve().name
        self.identity = f"{self.name} {_fingerprint(folder)}"

    def answer(self, question: Question) -> str:
        """The model's words, chosen greedily.

        Raises
        ------
        AskingError
            When the model cannot take the question.
        """
        content: list[dict[str, Any]] = [
            {"type": "image", "image": Image.open(io.BytesIO(picture)).convert("RGB")}
            for picture in question.pictures
        ]
        content.append({"type": "text", "text": question.text})
        messages = [{"role": "user", "content": content}]
        with self._lock, self._torch.inference_mode():
            try:
                inputs = self._processor.apply_chat_template(
                    messages, add_generation_prompt=True, tokenize=True, return_dict=True,
                    return_tensors="pt").to(self._model.device)
                tokens = self._model.generate(**inputs, max_new_tokens=MAX_NEW_TOKENS, do_sample=False)
            except (RuntimeError, ValueError, TypeError) as error:
                reason = " ".join(str(error).split())[:300]
                raise AskingError(f"{self.name}: {reason}") from None
        new = tokens[0][inputs["input_ids"].shape[1]:]
        words: str = self._processor.decode(new, skip_special_tokens=True)
        return words

    def stop(self) -> None:
        """Nothing is repeated here, so there is nothing to stop."""


def _fingerprint(folder: Path) -> str:
    """Hash of the names and sizes of all files and of the texts among them: enough to tell two models
    of one name apart without reading gigabytes.
    """
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        if path.suffix in (".json", ".jinja", ".txt"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
