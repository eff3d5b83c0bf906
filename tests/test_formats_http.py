"""Which formats there are, and what each leaves out, over HTTP."""

from __future__ import annotations

import pytest

from service.publish import FORMATS, MACHINE_FORMATS
from service.web.wanted import OMITTED
from tests.web import filled, running

URL = "https://tollfeed.example"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    database = f"sqlite:///{tmp_path_factory.mktemp('formats') / 'test.db'}"
    filled(database)
    with running(database) as found:
        yield found


def test_every_format_leads_to_its_feed_and_its_omissions(client) -> None:
    listed = client.get("/v1/formats").json()["formats"]
    assert [each["standard"] for each in listed] == [form.standard for form in (*FORMATS, *MACHINE_FORMATS)]
    for each in listed:
        feed = client.get(each["url"])
        assert feed.status_code == 200
        assert feed.headers["content-type"] == each["media_type"]
        told = client.get(each["omissions"]).json()
        assert told["omitted"] == len(told["omissions"]) == int(feed.headers.get(OMITTED, 0))


@pytest.mark.parametrize("form", MACHINE_FORMATS, ids=lambda form: form.extension)
def test_what_is_left_out_is_counted_and_named(client, form) -> None:
    """With what is told, nothing of the selection is missing."""
    told = client.get(f"/v1/formats/{form.key}/omissions").json()
    known = {change["id"] for change in client.get("/v1/changes", params={"limit": 500}).json()["changes"]}
    assert {each["change"] for each in told["omissions"]} <= known


@pytest.mark.parametrize(
    ("path", "status", "found"),
    [
        ("/v1/formats/wzdz/omissions", 404, "wzdz"),
        ("/v1/formats/rss/omissions?datum=nad83", 400, "nad83"),
        ("/v1/formats/ics/omissions?datum=gcj02", 400, "RFC 5545"),
        ("/v1/formats/rss/omissions?colour=red", 400, "colour"),
        ("/v1/formats?road=G2", 400, "road"),
    ],
)
def test_what_cannot_be_is_refused(client, path: str, status: int, found: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert found in answer.json()["detail"]
