"""The house rules that a machine can check: import order, small files, quick help, no shortcuts."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOMES = {"fourdp_qa": "fourdp_qa", "loading_scripts": "fourdp_qa.loading_scripts",
         "eval_tasks": "fourdp_qa.eval_tasks", "train": "fourdp_qa.train"}
MODULES = sorted(p for home in HOMES for p in (ROOT / home).rglob("*.py"))
MAX_LINES = 400
HEAVY = ("av", "datasets", "embreex", "huggingface_hub", "lmms_eval", "mujoco", "numpy", "pandas",
         "pyarrow", "rich", "torch")


def names(paths):
    return [str(p.relative_to(ROOT)) for p in paths]


def run(code):
    """Run Python code in a fresh interpreter; its output."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True,
                          check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_imports_go_one_way(tmp_path):
    tree = tmp_path / "fourdp_qa"
    tree.mkdir()
    for child in (ROOT / "fourdp_qa").iterdir():
        (tree / child.name).symlink_to(child)
    for home in set(HOMES) - {"fourdp_qa"}:
        (tree / home).symlink_to(ROOT / home)
    code = "from importlinter.cli import lint_imports_command as main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=tmp_path, text=True, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "6 kept" in done.stdout


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_files_stay_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES, f"{path}: {lines} lines"


def shortcuts(tree):
    """What library code does without: assert (gone under -O), print, eval, exec, pickle, bare except."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield node.lineno, "assert"
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "bare except"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (
                "print", "eval", "exec"):
            yield node.lineno, node.func.id
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        for module in modules:
            if module.split(".")[0] in ("pickle", "dill", "marshal", "shelve"):
                yield node.lineno, module


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_library_code_takes_no_shortcuts(path):
    found = list(shortcuts(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found, f"{path}: {found}"


def test_the_shortcut_finder_finds():
    code = "assert x\nprint(1)\neval('1')\nimport pickle\ntry:\n    pass\nexcept:\n    pass\n"
    assert {what for _, what in shortcuts(ast.parse(code))} == {
        "assert", "print", "eval", "pickle", "bare except"}


@pytest.mark.parametrize("arguments", [["--help"], ["generate", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys, json\nfrom fourdp_qa.cli import main\n"
        f"sys.argv = ['fourdp-qa', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(json.dumps(sorted(set(sys.modules) & {set(HEAVY)!r})))"
    )
    assert json.loads(run(code).splitlines()[-1]) == []


def test_importing_the_package_imports_nothing_heavy():
    code = f"import sys, fourdp_qa\nprint(sorted(set(sys.modules) & {set(HEAVY)!r}))"
    assert run(code).strip() == "[]"


def test_setup_finds_every_package(tmp_path):
    """A hand-written list would forget a new room; every folder with code is a package and listed."""
    code = (
        "import json, setuptools\nfound = {}\n"
        "setuptools.setup = lambda **kw: found.update(kw)\n"
        "exec(compile(open('setup.py').read(), 'setup.py', 'exec'))\n"
        "print(json.dumps(sorted(found['packages'])))"
    )
    listed = json.loads(run(code))
    folders = {
        ".".join([package, *p.parent.relative_to(ROOT / home).parts])
        for home, package in HOMES.items() for p in (ROOT / home).rglob("*.py")
    }
    assert set(listed) == folders
    assert len(listed) == len(set(listed))


def test_every_data_file_is_packaged():
    import tomllib

    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"][
        "package-data"]
    missing = []
    for home, package in HOMES.items():
        for path in (ROOT / home).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc") or "__pycache__" in path.parts:
                continue
            inside = path.relative_to(ROOT / home)
            shipped = any(path.match(pattern) for pattern in patterns["*"])
            shipped |= any(inside.match(pattern) for pattern in patterns.get(package, []))
            if not shipped:
                missing.append(str(path.relative_to(ROOT)))
    assert not missing
