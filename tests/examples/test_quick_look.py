"""The notebook of the README: kept without outputs, and every cell of it runs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "examples" / "quick_look.ipynb"


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_kept_without_outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.fixture(scope="module")
def executed(notebook, tmp_path_factory):
    folder = tmp_path_factory.mktemp("quick_look")
    small = {"QUICK_LOOK_SCENES": "2", "QUICK_LOOK_SIZE": "128", "QUICK_LOOK_FRAMES": "16",
             "HF_HOME": str(folder / "hf"), "HF_HUB_OFFLINE": "1"}
    client = NotebookClient(notebook.copy(), timeout=300, kernel_name="python3",
                            resources={"metadata": {"path": str(folder)}})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in small.items():
            patch.setenv(name, value)
        return folder, client.execute()


def test_every_cell_runs_and_shows_something(executed):
    _, ran = executed
    code = [cell for cell in ran.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code[1:])


def test_rows_are_shown_as_pictures_with_their_question(executed):
    _, ran = executed
    shown = [out.data["text/html"] for cell in ran.cells if cell.cell_type == "code"
             for out in cell.outputs if "text/html" in out.get("data", {})]
    assert len(shown) == 2
    for html in shown:
        assert "data:image/png;base64," in html
        assert "Answer:" in html


def test_it_leaves_a_dataset_an_explanation_and_a_gallery(executed):
    folder, _ = executed
    assert (folder / "quick-look" / "fourdp-qa" / "README.md").is_file()
    assert "Seen from above" in (folder / "quick-look" / "explanation.html").read_text()
    assert "<video" in (folder / "quick-look" / "gallery.html").read_text()
