"""How long it takes to say how firm a ranking is: `python benchmarks/bench_robustness.py [--json]`.

60 units with ten parts each, a thousand draws of weights and each part left out once; exact
arithmetic, one process, the best of three.
"""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from random import Random

from workflow.rules.assessment.robustness import DRAWS, RatedPart, RatedUnit, robustness

UNITS, PARTS = 60, 10


def a_year() -> tuple[RatedUnit, ...]:
    """Units with points of two decimals in every part."""
    dice = Random(1)
    made = []
    for number in range(UNITS):
        parts = tuple(
            RatedPart(f"part-{no}", Decimal(dice.randrange(1001)) / 100, Decimal(10))
            for no in range(PARTS)
        )
        made.append(RatedUnit(number, "all", sum((p.points for p in parts), Decimal(0)), parts))
    return tuple(made)


def main() -> None:
    units, seconds = a_year(), []
    for _time in range(3):
        begun = time.perf_counter()
        robustness.__wrapped__(units, 1)
        seconds.append(time.perf_counter() - begun)
    found = {"units": UNITS, "parts": PARTS, "draws": DRAWS, "seconds": round(min(seconds), 3)}
    if "--json" in sys.argv:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:8} {value}")


if __name__ == "__main__":
    main()
