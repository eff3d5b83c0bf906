"""Feeds as files: the bytes that the service answers with, under the addresses that they name."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from service.contents import LARGEST
from service.export import Site, export
from service.publish import MACHINE_FORMATS
from service.reading.rules import load_rules
from service.records import Change, NoticeReference, Station
from service.store import Store
from tests.make import PUBLISHED, change, notice
from tests.web import ADDED, CHANGES, NOW, filled, running

BASE_URL = "https://tollfeed.example"
MONTH = timedelta(days=30)
LOGS = ("rss", "atom", "json")


def _export(database_url: str, folder: Path, **given: Any) -> dict[str, bool]:
    """Every file and whether it was written."""
    options: dict[str, Any] = {"base_url": BASE_URL, "grace": MONTH, "gazetteer": load_rules().gazetteer, **given}
    store = Store.open(database_url)
    found = {str(each.path.relative_to(folder)): each.written for each in export(store, folder, Site(**options), NOW)}
    store.close()
    return found


def test_export_writes_every_feed_and_a_page_for_every_entry(database_url: str, tmp_path: Path) -> None:
    filled(database_url)
    files = _export(database_url, tmp_path / "out")
    expected = {"index.html", "static/apple-touch-icon.png"}
    forms = ("rss", "atom", "json", "ics")
    for folder in ("feeds", "feeds/en"):
        expected |= {f"{folder}/log.{form}" for form in LOGS}
        expected |= {f"{folder}/changes.{form}" for form in (*forms, *(each.extension for each in MACHINE_FORMATS))}
        expected |= {f"{folder}/roads/{road}.{form}" for road in ("津蓟高速", "荣乌高速") for form in forms}
        expected |= {
            f"{folder}/stations/{station}.{form}"
            for station in ("津蓟高速-津榆路", "津蓟高速-天津", "津蓟高速-九园", "津蓟高速-旧", "荣乌高速-徐水")
            for form in forms
        }
    assert {file for file in files if not file.startswith("changes/")} == expected
    pages = [file for file in files if file.startswith("changes/")]
    assert len(pages) == len(CHANGES)
    assert {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()} == set(
        files
    )


@pytest.mark.parametrize(
    "file",
    ["changes.rss", "changes.atom", "changes.json", "changes.ics", "log.rss", "log.atom", "log.json"],
)
def test_a_feed_has_the_bytes_that_the_service_answers_with(file: str, database_url: str, tmp_path: Path) -> None:
    filled(database_url)
    _export(database_url, tmp_path)
    # Files have no hub of their own to name.
    with running(database_url, own_hub=False) as client:
        assert (tmp_path / "feeds" / file).read_bytes() == client.get(f"/feeds/{file}").content


def test_what_is_too_old_for_the_log_stands_in_archives(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    with closing(Store.open(url)) as store:
        for first in range(0, LARGEST + 4, 84):
            told = [change(station=Station(name=f"{number}号站")) for number in range(first, first + 84)]
            store.add(notice(id=f"notice-{first}"), told, ADDED)
        gazetteer = load_rules().gazetteer
        site = Site(base_url=BASE_URL, grace=MONTH, gazetteer=gazetteer)
        files = {path.relative_to(tmp_path) for path in (each.path for each in export(store, tmp_path, site, NOW))}
    assert {str(file) for file in files if "/log" in str(file)} == {
        f"{folder}/{name}.{form}" for folder in ("feeds", "feeds/en") for name in ("log", "log/1") for form in LOGS
    }
    with running(url, own_hub=False) as client:
        for form in LOGS:
            for name in ("log", "log/1"):
                assert (tmp_path / f"feeds/{name}.{form}").read_bytes() == client.get(f"/feeds/{name}.{form}").content


def test_every_address_in_the_files_leads_to_a_file(database_url: str, tmp_path: Path) -> None:
    filled(database_url)
    for file in _export(database_url, tmp_path):
        if file.endswith(".rss"):
            channel = ElementTree.parse(tmp_path / file)  # noqa: S314 - written a moment ago
            own = channel.find("channel/{http://www.w3.org/2005/Atom}link[@rel='self']")
            assert own is not None
            assert _path(own.attrib["href"]) == file
            for link in channel.iterfind("channel/item/link"):
                assert (tmp_path / _path(link.text or "") / "index.html").is_file()
        if file.endswith(".html"):
            for href in re.findall('href="([^"]*)"', (tmp_path / file).read_text("utf-8")):
                assert (tmp_path / file).parent.joinpath(unquote(href)).exists()


def _path(address: str) -> str:
    assert address.startswith(BASE_URL)
    return unquote(urlsplit(address).path).removeprefix("/")


def test_feeds_of_a_place_hold_that_place(database_url: str, tmp_path: Path) -> None:
    filled(database_url)
    _export(database_url, tmp_path)
    road = Calendar.from_ical((tmp_path / "feeds/en/roads/荣乌高速.ics").read_bytes())
    assert {str(event["location"]) for event in road.walk("VEVENT")} == {
        "徐水站, G18 荣乌高速",
        "马集服务区, G18 荣乌高速",
    }
    station = Calendar.from_ical((tmp_path / "feeds/stations/津蓟高速-天津.ics").read_bytes())
    assert [str(event["summary"]) for event in station.walk("VEVENT")] == ["〔启用〕天津站（新）"]
    # What ended before the days of grace is gone, its subscribers are not.
    over = Calendar.from_ical((tmp_path / "feeds/stations/津蓟高速-旧.ics").read_bytes())
    assert not over.walk("VEVENT")


def test_an_export_again_writes_only_what_is_different(database_url: str, tmp_path: Path) -> None:
    filled(database_url)
    first = _export(database_url, tmp_path)
    assert all(first.values())
    assert not any(_export(database_url, tmp_path).values())
    filled(database_url, (_at("示例站"),), ADDED + timedelta(hours=1))
    again = _export(database_url, tmp_path)
    assert again.keys() > first.keys()
    assert again["feeds/changes.rss"]
    assert not again["feeds/roads/津蓟高速.rss"]
    assert not list(tmp_path.rglob("*.part"))


def test_the_same_database_gives_the_same_bytes(database_url: str, tmp_path: Path) -> None:
    filled(database_url)
    files = _export(database_url, tmp_path / "one")
    _export(database_url, tmp_path / "two")
    assert [
        file for file in files if (tmp_path / "one" / file).read_bytes() != (tmp_path / "two" / file).read_bytes()
    ] == []


HOSTILE = ("../../etc/passwd", "a/b", "a-b", "ab", "站\ue000名", "名" * 300, "-", ".", "<script>", "con 1")


def test_no_name_of_a_place_leaves_the_folder_or_meets_another(database_url: str, tmp_path: Path) -> None:
    filled(database_url, tuple(_at(name) for name in HOSTILE))
    out = tmp_path / "in" / "out"
    files = _export(database_url, out)
    assert {path.name for path in (tmp_path / "in").iterdir()} == {"out"}
    assert len({file for file in files if re.fullmatch(r"feeds/stations/[^/.][^/]*\.rss", file)}) == len(HOSTILE)
    assert "<script>" not in (out / "index.html").read_text("utf-8")
    assert "&lt;script&gt;" in (out / "index.html").read_text("utf-8")


def _at(station: str) -> Change:
    reference = NoticeReference(id=f"notice-{sha256(station.encode()).hexdigest()}", published=PUBLISHED)
    return change(id=reference.id, station=Station(name=station), road=None, notice=reference)
