"""`fourdp-qa caption`: names for the objects of scenes, to be used by `generate --captions`."""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fourdp_qa.errors import FourdpQaError

if TYPE_CHECKING:
    from fourdp_qa.captioning.answers import AnswerBook
    from fourdp_qa.captioning.questions import Model
    from fourdp_qa.captioning.run import Naming

MOST_SHOWN = 10
"""Failures listed at the end; all are in --json."""


@click.command()
@click.argument("source")
@click.argument("roots", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The captions file.")
@click.option("--endpoint", default=None, metavar="URL",
              help="OpenAI-compatible endpoint, e.g. http://localhost:8000/v1.")
@click.option("--model", default=None, metavar="NAME", help="Model at the endpoint.")
@click.option("--api-key-env", default="OPENAI_API_KEY", show_default=True, metavar="VARIABLE",
              help="Environment variable that holds the endpoint's key.")
@click.option("--request", default="{}", metavar="JSON",
              help="Fields added to each request; null removes one of ours.")
@click.option("--timeout", type=click.FloatRange(1), default=120, show_default=True,
              help="Seconds to wait for one answer.")
@click.option("--local", type=click.Path(path_type=Path), default=None, metavar="FOLDER",
              help="A transformers image-text-to-text model on this machine.")
@click.option("--trust-remote-code", is_flag=True, help="Run code that the local model brings along.")
@click.option("--clean", is_flag=True, help="Ask no model: clean the source's labels by rule.")
@click.option("--workers", type=click.IntRange(1), default=4, show_default=True,
              help="Requests at the same time.")
@click.option("--scenes", type=click.IntRange(1), default=None)
@click.option("--seed", type=int, default=0)
@click.option("--size", type=click.IntRange(64), default=448)
@click.option("--frames", type=click.IntRange(12), default=32)
@click.option("--overwrite", is_flag=True, help="Replace the captions file.")
@click.option("--allow-partial", is_flag=True,
              help="Write the file although objects got no answer or scenes could not be read.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def caption(
    source: str, roots: tuple[Path, ...], out: Path, endpoint: str | None, model: str | None,
    api_key_env: str, request: str, timeout: float, local: Path | None, trust_remote_code: bool,
    clean: bool, workers: int, scenes: int | None, seed: int, size: int, frames: int, overwrite: bool,
    allow_partial: bool, as_json: bool,
) -> None:
    """Name the objects of SOURCE under ROOTS by a vision-language model, or by rule.

    Answers are kept beside the captions file: interrupted at any moment, the same command goes on and
    asks nothing twice.
    """
    from fourdp_qa.captioning.captions_file import Captions, write_captions
    from fourdp_qa.captioning.run import name_by_model, name_by_rule
    from fourdp_qa.progress import progress_bars
    from fourdp_qa.sources.registry import SourceOptions, list_scenes

    if sum((endpoint is not None, local is not None, clean)) != 1:
        raise FourdpQaError("caption: expected one of --endpoint URL, --local FOLDER, --clean")
    if out.exists() and not overwrite:
        raise FourdpQaError(f"{out}: is there already; --overwrite replaces it")
    if not out.absolute().parent.is_dir():
        raise FourdpQaError(f"{out}: found no folder {out.absolute().parent}, expected one")
    options = SourceOptions(roots=roots, size=size, frames=frames, scenes=scenes, seed=seed)
    handles = list_scenes(source, options)
    if not handles:
        raise FourdpQaError(f"{source}: no scene found")
    asker: Model | None = None
    if endpoint is not None:
        asker = _endpoint(endpoint, model, api_key_env, request, timeout)
    elif local is not None:
        from fourdp_qa.captioning.local_model import LocalModel

        asker, workers = LocalModel(local, trust_remote_code=trust_remote_code), 1
    with _answers(out, asker) as book, progress_bars() as progress:
        naming = (
            name_by_model(handles, book, workers, progress) if book is not None
            else name_by_rule(handles, progress)
        )
    _show(naming, book, as_json)
    missing = len(naming.failed) + len(naming.skipped)
    if missing and not allow_partial:
        raise FourdpQaError(
            f"{len(naming.failed)} objects got no answer and {len(naming.skipped)} scenes could not be "
            f"read (listed above); {out} is not written: the same command asks for what is missing, "
            "--allow-partial does without")
    asked = "rules" if clean else "local" if local is not None else "endpoint"
    write_captions(Captions(source, asker.name if asker else "", asked, naming.scenes), out)
    if not as_json:
        click.echo(f"captions: {out}")


def _endpoint(url: str, model: str | None, variable: str, request: str, timeout: float) -> Model:
    from fourdp_qa.captioning.endpoint import Endpoint

    if not model:
        raise FourdpQaError("--endpoint: found no --model, expected the name of a model")
    key = os.environ.get(variable, "").strip()
    source = click.get_current_context().get_parameter_source("api_key_env")
    if not key and source is click.core.ParameterSource.COMMANDLINE:
        raise FourdpQaError(f"--api-key-env {variable}: found nothing in it, expected a key")
    if not (key.isascii() and key.isprintable()):
        raise FourdpQaError(f"${variable}: found characters that no key has, expected a key")
    try:
        extra = json.loads(request)
    except ValueError as error:
        raise FourdpQaError(f"--request: found no JSON ({error}), expected fields") from None
    if not isinstance(extra, dict) or {"messages", "model"} & extra.keys():
        raise FourdpQaError("--request: expected fields as {\"name\": value}, without model and messages")
    return Endpoint(url, model, variable, key, extra, timeout)


def _answers(out: Path, asker: Model | None) -> AbstractContextManager[AnswerBook | None]:
    """The memory beside `out`; nothing without a model."""
    from fourdp_qa.captioning.answers import AnswerBook

    if asker is None:
        return nullcontext()
    return AnswerBook(out.with_name(f"{out.stem}.answers.jsonl"), asker)


def _show(naming: Naming, book: AnswerBook | None, as_json: bool) -> None:
    """Say what came out, and everything that did not."""
    counts = naming.to_plain() | _asked(book)
    if as_json:
        click.echo(json.dumps(counts, indent=2))
        return
    for kind, reasons in (("skipped", naming.skipped), ("no answer", naming.failed)):
        for place, reason in list(reasons.items())[:MOST_SHOWN]:
            click.echo(f"{kind}: {place}: {reason}")
        if len(reasons) > MOST_SHOWN:
            click.echo(f"{kind}: and {len(reasons) - MOST_SHOWN} more (--json lists all)")
    how = ", ".join(f"{n} {name}" for name, n in counts["how"].items())
    click.echo(
        f"{counts['objects']} objects in {counts['scenes']} scenes: {how or 'none'}; "
        f"{counts['without_a_name']} without a name, {counts['fit_another']} whose name fits another too")
    if naming.refused:
        refused = "; ".join(f"{n} x {why}" for why, n in naming.refused.most_common(MOST_SHOWN))
        click.echo(f"refused twice: {refused}")
    if book is not None:
        click.echo(
            f"{counts['asked']} questions asked of {book.model.name}, {counts['remembered']} remembered, "
            f"{counts['retries']} requests repeated, {counts['damaged_lines']} damaged lines in {book.path}")


def _asked(book: AnswerBook | None) -> dict[str, Any]:
    if book is None:
        return {}
    return {"asked": book.asked, "remembered": book.remembered, "damaged_lines": book.damaged,
            "retries": getattr(book.model, "retries", 0)}
