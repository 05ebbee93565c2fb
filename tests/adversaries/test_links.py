"""Links among the data: the user's own are followed, one that was planted isn't."""

from pathlib import Path
from typing import Any

import yaml

from multilevel.configuration import Configuration, load

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
COLUMNS = {"outcome": "math", "group": "school"}


def loaded(root: Path, **entry: Any) -> Configuration:
    return load({"datasets": {"one": {**entry, **COLUMNS}}}, SCHEMA, root)


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_links_are_followed_within_the_patterns_folder_only(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.csv", "secret/b.csv", "secret/deep/c.csv")
    (tmp_path / "in/within.csv").symlink_to(tmp_path / "in/a.csv")
    (tmp_path / "in/out.csv").symlink_to("../secret/b.csv")
    (tmp_path / "in/folder").symlink_to(tmp_path / "secret/deep")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in/loop")
    found = loaded(tmp_path, files="in/**/*.csv")
    assert [d.file for d in found.datasets] == ["in/a.csv", "in/within.csv"]
    assert found.linked == ("in/folder/c.csv", "in/out.csv")
    notices = [notice for notice in found.notices() if "leads out" in notice]
    assert len(notices) == 2
    assert "name it under file" in notices[0]


def test_what_the_user_names_may_be_a_link(tmp_path: Path) -> None:
    touch(tmp_path, "elsewhere/a.csv")
    (tmp_path / "a.csv").symlink_to(tmp_path / "elsewhere/a.csv")
    (tmp_path / "in").symlink_to(tmp_path / "elsewhere")
    assert loaded(tmp_path, file="a.csv").datasets[0].file == "a.csv"
    assert [d.file for d in loaded(tmp_path, files="in/*.csv").datasets] == ["in/a.csv"]
