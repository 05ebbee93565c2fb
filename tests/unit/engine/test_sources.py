"""Which files a stage's code consists of."""

from pathlib import Path

import pytest

from engine import sources

SCRIPTS = Path(__file__).parents[3] / "workflow" / "scripts"


@pytest.fixture
def tree(tmp_path):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p import b\nimport os\n",
        "p/b.py": "from p.c.d import thing\n",
        "p/c/__init__.py": "from p import e\n",
        "p/c/d.py": "thing = 1\n",
        "p/e.py": "",
        "p/unused.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def names(root, found):
    return {str(Path(file).relative_to(root)) for file in found}


def test_imports_are_followed_through_packages(tree):
    assert names(tree, sources.imported(tree, "p.a")) == {
        "p/__init__.py", "p/a.py", "p/b.py", "p/c/__init__.py", "p/c/d.py", "p/e.py",
    }  # fmt: skip


def test_an_unknown_module_is_an_error(tree):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        sources.imported(tree, "p.nowhere")


@pytest.mark.parametrize(
    ("stage", "has", "has_not"),
    [
        ("ingest", "ingest/students.py", "fit/model.py"),
        ("fit", "fit/likelihood.py", "summarise/summary.py"),
        ("summarise", "fit/likelihood.py", "figures/caterpillar.py"),
        ("figures", "figures/caterpillar.py", "report/html.py"),
        ("report", "report/sections/front.py", "figures/caterpillar.py"),
        ("index", "index/page.py", "figures/caterpillar.py"),
    ],
)
def test_a_stage_depends_on_its_own_and_earlier_code_only(stage, has, has_not):
    found = names(SCRIPTS / "multilevel", sources.imported(SCRIPTS, f"multilevel.{stage}.stage"))
    assert has in found
    assert has_not not in found


def test_data_beside_a_package_counts_with_it(tree):
    (tree / "p" / "c" / "studies.yaml").write_text("a: 1\n")
    assert "p/c/studies.yaml" in names(tree, sources.imported(tree, "p.c.d"))
    assert "p/c/studies.yaml" not in names(tree, sources.imported(tree, "p.e"))
