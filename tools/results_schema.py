"""Writes workflow/schemas/results.schema.json from the dataclasses: `make schema`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from multilevel.records.results import json_schema, schema_text  # noqa: E402

FILE = ROOT / "workflow" / "schemas" / "results.schema.json"

if __name__ == "__main__":
    FILE.write_text(schema_text(json_schema()), encoding="utf-8")
