"""Writes the schemas of results.json and comparison.json from the dataclasses: `make schema`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from multilevel.records.comparison import Comparison  # noqa: E402
from multilevel.records.results import Results, json_schema, schema_text  # noqa: E402

FOLDER = ROOT / "workflow" / "schemas"
RECORDS = {"results": Results, "comparison": Comparison}

if __name__ == "__main__":
    for name, record in RECORDS.items():
        text = schema_text(json_schema(record))
        (FOLDER / f"{name}.schema.json").write_text(text, encoding="utf-8")
