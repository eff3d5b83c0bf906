"""khal, a calendar for the terminal, fed by vdirsyncer, which subscribes over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.clients import run

_SYNCHRONISER = """\
[general]
status_path = "{folder}/status"
[pair tollfeed]
a = "remote"
b = "local"
collections = null
conflict_resolution = "a wins"
[storage remote]
type = "http"
url = "{address}"
[storage local]
type = "filesystem"
path = "{folder}/calendar"
fileext = ".ics"
"""

_CALENDAR = """\
[calendars]
[[tollfeed]]
path = {folder}/calendar
readonly = True
[sqlite]
path = {folder}/khal.db
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
default_timezone = Asia/Shanghai
local_timezone = Asia/Shanghai
"""

# Two entries alike differ in their uid.
_COLUMNS = "{start-long-full}\t{end-long-full}\t{uid}\t{title}\t{status}"


@dataclass(frozen=True, order=True)
class Listed:
    """A line of khal's list. ``end`` is as it prints it: of whole days, the last."""

    begin: str
    end: str
    title: str
    cancelled: bool = False


class Khal:
    """A subscriber with an empty ``folder``."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        (folder / "calendar").mkdir()
        (folder / "vdirsyncer").write_text(_SYNCHRONISER.format(folder=folder, address=address), encoding="utf-8")
        (folder / "khal").write_text(_CALENDAR.format(folder=folder), encoding="utf-8")
        self._run("vdirsyncer", "--config", str(folder / "vdirsyncer"), "discover")

    def fetch(self) -> None:
        """Subscribe, or look for news; a calendar that is suddenly empty empties."""
        self._run("vdirsyncer", "--config", str(self._folder / "vdirsyncer"), "sync", "--force-delete")

    def listed(self, day: date, days: int = 1) -> list[Listed]:
        """What it shows from ``day`` on; what lasts several days is listed on each and given once."""
        configured = ("khal", "--config", str(self._folder / "khal"), "list")
        until = day + timedelta(days=days - 1)
        printed = self._run(*configured, "--format", _COLUMNS, "--day-format", "", str(day), str(until))
        rows = sorted({tuple(line.split("\t")) for line in printed.splitlines() if "\t" in line})
        return [Listed(begin, end, title, status.strip() == "CANCELLED") for begin, end, _, title, status in rows]

    def _run(self, *command: str) -> str:
        return run(*command, environment={"HOME": str(self._folder), "LC_ALL": "C.UTF-8"})
