"""Whole published plans are too large to keep here: their tests run where they lie beside it."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("LUOSHI_SEEDS", Path(__file__).parents[2].parent / "shared"))
collect_ignore = (
    [] if (SHARED / "tools" / "score_catalogue.py").is_file() else ["test_labelled_plans.py"]
)
