"""A process that polls until it is told to stop: what a web process does, without the web.

Run as ``python -m tests.poller`` with the settings in the environment; says ``ready`` when it has started.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading

from service.reading.rules import load_rules
from service.schedule import Schedule
from service.settings import Settings
from service.store import Store


def main() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    settings = Settings()
    store = Store.open(settings.database_url)
    schedule = Schedule(settings, store, load_rules())
    schedule.start()
    print("ready", flush=True)
    stopped.wait()
    schedule.stop()
    store.close()


if __name__ == "__main__":
    main()
