"""The process that reads one PDF, within limits that the kernel holds: bytes in, JSON out.

Whatever a library raises on a broken file ends it: nothing is lost but this one file.
"""

from __future__ import annotations

import json
import resource
import sys

from service.errors import DocumentError

_MEMORY = 1 << 30
_TOO_MUCH = 2


def main() -> None:
    """Read standard input."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    from service.office.pdf import text_of_pdf

    try:
        answer = {"text": text_of_pdf(sys.stdin.buffer.read())}
    except DocumentError as error:
        answer = {"error": str(error)}
    except (MemoryError, RecursionError):
        sys.exit(_TOO_MUCH)
    print(json.dumps(answer))


main()
