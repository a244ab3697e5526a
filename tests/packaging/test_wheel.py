"""What is installed is what is in the tree, and it works without the tree and without torch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOMES = {"fourdp_qa": "fourdp_qa", "loading_scripts": "fourdp_qa/loading_scripts",
         "eval_tasks": "fourdp_qa/eval_tasks", "train": "fourdp_qa/train"}
BUILD_FILES = ("pyproject.toml", "setup.py", "README.md", "LICENSE")


def run(command, cwd, **env):
    """Run a program; its output. Fails with all it said."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, text=True, capture_output=True, check=False,
        timeout=600, env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": "", **env},
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def install(environment, *what):
    """Install into an environment that has no pip of its own: one takes longer to make than to use."""
    run([sys.executable, "-m", "pip", "--python", environment / "bin/python", "install", "--quiet",
         "--no-compile", *what], environment)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy so that no build folder appears in the checkout."""
    copy = tmp_path_factory.mktemp("tree")
    for name in BUILD_FILES:
        shutil.copy(ROOT / name, copy)
    for home in HOMES:
        shutil.copytree(ROOT / home, copy / home, ignore=shutil.ignore_patterns("__pycache__"))
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", copy / "dist"], copy)
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clean(wheel, tmp_path_factory):
    """A fresh environment that holds the wheel with the simulator and nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "env")
    install(folder / "env", f"{wheel}[sim]")
    return folder / "env/bin"


@pytest.fixture(scope="module")
def demo(clean, tmp_path_factory):
    """The folder in which that environment has run the demo, small."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run([clean / "fourdp-qa", "demo", "--scenes", "3", "--size", "96", "--frames", "12"], folder,
        HF_HOME=str(folder / "hf"))
    return folder


def test_the_wheel_holds_every_file_of_the_tree(wheel):
    tree = {
        f"{target}/{path.relative_to(ROOT / home)}"
        for home, target in HOMES.items()
        for path in (ROOT / home).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == tree


def test_a_clean_environment_has_no_torch(clean, tmp_path):
    names = json.loads(run([sys.executable, "-m", "pip", "--python", clean / "python", "list",
                            "--format", "json"], tmp_path))
    assert "fourdp-qa" in {item["name"] for item in names}
    assert not {"torch", "torchcodec", "lmms_eval"} & {item["name"] for item in names}


def test_the_demo_runs_from_another_folder(demo):
    assert (demo / "fourdp-qa/README.md").is_file()
    assert (demo / "fourdp-qa-gallery.html").stat().st_size > 100_000


def test_the_lines_of_the_readme_work(clean, demo):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in readme.split("```python\n")[1:]]
    assert len(blocks) == 2
    said = run([clean / "python", "-c", "\n".join([*blocks, "print(len(rows))"])], demo,
               HF_HOME=str(demo / "hf"))
    assert "(12, 96, 96, 3)" in said


def test_the_bare_name_is_found_from_anywhere_after_generation(clean, demo, tmp_path):
    code = "from datasets import load_dataset; print(len(load_dataset('fourdp-qa', split='train')))"
    here, there = (int(run([clean / "python", "-c", code], cwd, HF_HOME=str(demo / "hf")))
                   for cwd in (demo, tmp_path))
    assert here == there > 30


def test_regenerating_with_another_seed_serves_new_rows(clean, demo):
    code = ("from datasets import load_dataset\n"
            "print(*load_dataset('fourdp-qa', 'depth', split='train')['id'])")
    before = run([clean / "python", "-c", code], demo, HF_HOME=str(demo / "hf"))
    run([clean / "fourdp-qa", "demo", "--scenes", "1", "--size", "96", "--frames", "12", "--seed", "1"],
        demo, HF_HOME=str(demo / "hf"))
    after = run([clean / "python", "-c", code], demo, HF_HOME=str(demo / "hf"))
    assert before.split() and after.split()
    assert not set(before.split()) & set(after.split())


def test_lmms_eval_finds_the_tasks_of_the_installed_wheel(wheel, evaluating, tmp_path):
    """The wheel alone, with the packages of the development environment behind it: a plain path in a
    .pth file does not run that environment's own .pth files, so its editable install stays out.
    """
    venv.create(tmp_path / "env")
    python = tmp_path / "env/bin/python"
    install(tmp_path / "env", "--no-deps", wheel)
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    (site / "behind.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    where = run([python, "-c", "import fourdp_qa.eval_tasks as e; print(e.__file__)"], tmp_path)
    assert Path(where.strip()).is_relative_to(site)
    run([python, "-m", "lmms_eval", "--model", "dummy", "--model_args", "response=A",
         "--tasks", "4dpqa_bench", "--output_path", "out"], tmp_path,
        FOURDP_QA_CACHE=str(tmp_path / "cache"), HF_HOME=str(tmp_path / "hf"),
        PYTHONPATH=evaluating["PYTHONPATH"])
    (results,) = (tmp_path / "out").rglob("*_results.json")
    scored = json.loads(results.read_text())["results"]
    assert len(scored) == 12  # a group and the eleven types
    for task in scored.values():
        assert 0 <= task["accuracy,none"] <= 1
