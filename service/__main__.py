"""``python -m service`` is ``tollfeed``."""

from service.cli import main

main()
