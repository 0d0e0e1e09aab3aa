"""A process beside the pages that runs the real flows: a line in, a flow run, a line out.

`python -m luoshi.demo.running.runner` reads {"slot": …, "at": ISO instant} from standard input and
answers {"count": …} or {"error": …}. It stays open, because a process for each run would take
seconds.
"""

from __future__ import annotations

import json
import sys
from typing import TextIO


def main() -> None:
    """Answer until standard input ends."""
    from flows.installation import open_installation
    from flows.runs import FLOWS
    from luoshi.settings import Settings
    from luoshi.wiring import Installation
    from workflow.rules.refusals import Refused

    answers = sys.stdout
    # Whatever else is printed must not look like an answer.
    sys.stdout = sys.stderr
    installation = Installation(Settings(_env_file=None))
    open_installation(installation)
    _tell(answers, {"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            _tell(answers, {"count": FLOWS[asked["slot"]](as_of=asked["at"])})
        except Refused as refusal:
            _tell(answers, {"error": str(refusal)})


def _tell(answers: TextIO, said: dict[str, object]) -> None:
    answers.write(json.dumps(said) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
