"""What subscribers read us with: other people's parsers and programs, each brought to the same plain answer.

Python's come with the tests; those of Node (``npm ci`` in this folder) and Debian's programs are there or not, and
``.ci/run`` installs them. A test that needs one asks ``needs`` and is skipped by name where it is missing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
_MODULES = FOLDER / "node_modules"

# A place whose clock differs from China's by half a day: a client that shows the right days there does not guess.
ELSEWHERE = "America/New_York"


def needs(program: str) -> pytest.MarkDecorator:
    """Skip where ``program`` is not installed."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed (see .ci/run)")


needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not _MODULES.is_dir(),
    reason="node or the packages of tests/clients are not installed (see .ci/run)",
)


def node(script: str, given: Any) -> Any:
    """What a script of this folder makes of ``given``, as JSON, far from China."""
    return json.loads(
        run("node", str(FOLDER / script), given=json.dumps(given, ensure_ascii=False), environment={"TZ": ELSEWHERE})
    )


def run(*command: str, given: str = "", environment: dict[str, str] | None = None) -> str:
    """What a program prints, whatever is set where the tests run; a failure shows what it complained about."""
    name, *arguments = command
    ran = subprocess.run(
        [shutil.which(name) or name, *arguments],
        input=given,
        capture_output=True,
        encoding="utf-8",
        env={"PATH": os.defpath, **(environment or {})},
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, f"{' '.join(command)}: {ran.stderr}{ran.stdout}"
    return ran.stdout
