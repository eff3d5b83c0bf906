"""POST /v1/notices: who may, what may be sent, and that nothing is done twice; on both databases."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from service.keys import PREFIX, fingerprint, new_key
from service.store import Store
from service.web import examples
from tests.test_problems import problem
from tests.web import ADDED, NOW, Clock, running, serving

TEXT = examples.TEXT
KEY = new_key()
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
JSON = {"Content-Type": "application/json"}
LIMIT = 10_000


def with_key(database_url: str) -> str:
    """The database, with KEY let in."""
    store = Store.open(database_url)
    store.add_key("desk", fingerprint(KEY), ADDED)
    store.close()
    return database_url


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with running(with_key(database_url), Clock(ADDED), max_document=LIMIT) as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        yield client


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client for what is refused, which leaves no trace."""
    url = f"sqlite:///{tmp_path_factory.mktemp('web') / 'test.db'}"
    with running(with_key(url), Clock(ADDED), max_document=LIMIT) as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        yield client
        assert client.get("/v1/changes").json()["changes"] == []


def changes_of(answer: Any) -> list[dict[str, Any]]:
    return [change for notice in answer.json()["notices"] for change in notice["changes"]]


def without_ids(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "id": "", "notice": {**record["notice"], "id": ""}}


def test_the_documented_document_gives_the_documented_record(client: TestClient) -> None:
    answer = client.post("/v1/notices", json=examples.DOCUMENT)
    assert answer.status_code == 201, answer.text
    (documented,) = examples.ANSWERS["post", "/v1/notices"]["notices"][0]["changes"]
    (change,) = changes_of(answer)
    assert without_ids(change) == without_ids(documented)
    (notice,) = answer.json()["notices"]
    assert client.get(notice["url"]).json()["notice"]["text"] == TEXT
    assert client.get(f"/v1/changes/{change['id']}").json() == change


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode(), "text/plain; charset=utf-8"),
        (TEXT.encode(), "text/plain"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text/plain"),
        (TEXT.encode("gb18030"), "text/plain; charset=gb2312"),
        (TEXT.encode("gb18030"), "text/plain"),
        (TEXT.encode(), 'TEXT/PLAIN; charset="iso-8859-1"'),
        (TEXT.encode("utf-16"), "text/plain; charset=utf-16"),
        (json.dumps({"text": TEXT}).encode(), "application/json"),
        (json.dumps({"text": TEXT}, ensure_ascii=False).encode(), "application/json; charset=utf-8"),
        (b"\xef\xbb\xbf" + json.dumps({"text": TEXT}).encode(), "application/json"),
    ],
)
def test_text_is_read_in_any_encoding(tmp_path: Path, body: bytes, content_type: str) -> None:
    with running(with_key(f"sqlite:///{tmp_path / 'test.db'}"), Clock(ADDED)) as client:
        headers = {"Content-Type": content_type, "Authorization": f"bearer {KEY}"}
        answer = client.post("/v1/notices", content=body, headers=headers)
        assert answer.status_code == 201, answer.text
        assert [change["station"]["name"] for change in changes_of(answer)] == ["津榆路站"]


def test_the_same_notice_again_is_known(client: TestClient) -> None:
    first, again = (client.post("/v1/notices", content=TEXT, headers=PLAIN) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert [notice["new"] for notice in again.json()["notices"]] == [False]
    assert changes_of(again) == changes_of(first)


def test_a_text_about_something_else_is_not_kept(client: TestClient) -> None:
    answer = client.post("/v1/notices", content="春天来了，花园里的花都开了。", headers=PLAIN)
    assert (answer.status_code, answer.json()) == (200, {"notices": []})


def test_an_idempotency_key_gives_the_first_answer_again(client: TestClient) -> None:
    headers = {**PLAIN, "Idempotency-Key": "desk-1"}
    first, again = (client.post("/v1/notices", content=TEXT, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (first.headers.get("idempotent-replayed"), again.headers.get("idempotent-replayed")) == (None, "true")
    problem(client.post("/v1/notices", content=TEXT + "另", headers=headers), 422, "idempotency")
    as_json = client.post("/v1/notices", json={"text": TEXT}, headers={"Idempotency-Key": "desk-1"})
    problem(as_json, 422, "idempotency")
    assert len(client.get("/v1/changes").json()["changes"]) == 1


def test_a_refused_body_leaves_its_idempotency_key_free(client: TestClient) -> None:
    headers = {**PLAIN, "Idempotency-Key": "desk-2"}
    problem(client.post("/v1/notices", content="", headers=headers), 422, "document")
    assert client.post("/v1/notices", content=TEXT, headers=headers).status_code == 201


def test_each_key_has_idempotency_keys_of_its_own(database_url: str) -> None:
    store, other = Store.open(with_key(database_url)), new_key()
    store.add_key("other", fingerprint(other), ADDED)
    store.close()
    with running(database_url) as client:
        statuses = [
            client.post(
                "/v1/notices",
                content=TEXT + each[-1],
                headers={**PLAIN, "Idempotency-Key": "1", "Authorization": f"Bearer {each}"},
            ).status_code
            for each in (KEY, other)
        ]
    assert statuses == [201, 201]


def test_posts_at_the_same_time_get_one_answer(database_url: str) -> None:
    headers = {**PLAIN, "Idempotency-Key": "at-once", "Authorization": f"Bearer {KEY}"}
    with serving(with_key(database_url)) as base_url, ThreadPoolExecutor(8) as pool:

        def post(_: int) -> httpx2.Response:
            return httpx2.post(f"{base_url}/v1/notices", content=TEXT.encode(), headers=headers, timeout=30)

        answers = list(pool.map(post, range(8)))
        changes = httpx2.get(f"{base_url}/v1/changes").json()["changes"]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(changes) == 1


REFUSED = [
    # body, headers, status, kind, what the detail says
    (b"", PLAIN, 422, "document", "it is empty"),
    (b" \n\t", PLAIN, 422, "document", "only white space"),
    (b"%PDF-1.7 ...", PLAIN, 422, "document", "a PDF file"),
    (gzip.compress(TEXT.encode()), PLAIN, 422, "document", "gzip-compressed"),
    (bytes(range(256)) * 8, PLAIN, 422, "document", "expected text"),
    ("津榆路站\0出入口10月21日起封闭。".encode(), PLAIN, 422, "document", "U+0000 at character 4"),
    (b"x" * (LIMIT + 1), PLAIN, 413, "too-large", "10,000 bytes"),
    (TEXT.encode(), {}, 415, "media-type", "no such header"),
    (TEXT.encode(), {"Content-Type": "text/html"}, 415, "media-type", "found text/html"),
    (b"text=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "media-type", "form-urlencoded"),
    (TEXT.encode(), {"Content-Type": "nonsense"}, 415, "media-type", "found nonsense"),
    (b"", JSON, 400, "body", "EOF"),
    (b"{", JSON, 400, "body", "EOF"),
    (b"[]", JSON, 400, "body", "body"),
    (b'"text"', JSON, 400, "body", "body"),
    (b"[" * 5000, JSON, 400, "body", "recursion"),
    (b"{}", JSON, 400, "body", "text: expected a value"),
    (b'{"text": null}', JSON, 400, "body", "text: expected"),
    (b'{"text": 1}', JSON, 400, "body", "text: expected"),
    (b'{"text": ""}', JSON, 422, "document", "it is empty"),
    (b'{"text": "\\u3000 "}', JSON, 422, "document", "only white space"),
    (rb'{"text": "\ud800 \u5c01\u95ed"}', JSON, 400, "body", "escape"),
    (rb'{"text": "\u6d25\u0000"}', JSON, 422, "document", "U+0000"),
    (b'{"text": "\xff"}', JSON, 400, "body", "unicode"),
    (b'{"text": "x", "titel": "y"}', JSON, 400, "body", "did you mean title?"),
    (b'{"text": "x", "published": "2024-02-30"}', JSON, 400, "body", "a day that exists"),
    (b'{"text": "x", "published": "yesterday"}', JSON, 400, "body", "a day, such as 2024-10-21"),
    (b'{"text": "x", "published": 20241021}', JSON, 400, "body", "a day, such as 2024-10-21"),
    (b'{"text": "x", "published": "0001-01-01"}', JSON, 400, "body", "a year from 1970"),
    (b'{"text": "x", "url": "javascript:alert(1)"}', JSON, 400, "body", "url: expected"),
    (b'{"text": "x", "url": "https://a b"}', JSON, 400, "body", "url: expected"),
    (rb'{"text": "x", "title": "a\u0000b"}', JSON, 400, "body", "one line of printable characters"),
    (rb'{"text": "x", "publisher": "a\nb"}', JSON, 400, "body", "one line of printable characters"),
    (json.dumps({"text": "x", "title": "长" * 501}).encode(), JSON, 400, "body", "500"),
    (TEXT.encode(), {**PLAIN, "Idempotency-Key": ""}, 400, "parameter", "Idempotency-Key"),
    (TEXT.encode(), {**PLAIN, "Idempotency-Key": "x" * 256}, 400, "parameter", "Idempotency-Key"),
    (TEXT.encode(), {**PLAIN, "Idempotency-Key": "钥匙".encode()}, 400, "parameter", "Idempotency-Key"),
]


@pytest.mark.parametrize(("body", "headers", "status", "kind", "detail"), REFUSED)
def test_what_cannot_be_read_is_refused(
    refusing: TestClient, body: bytes, headers: dict[str, str], status: int, kind: str, detail: str
) -> None:
    document = problem(refusing.post("/v1/notices", content=body, headers=headers), status, kind)
    assert detail in document["detail"]


def test_a_body_without_a_length_is_cut_off(refusing: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 1000:
            sent += 1
            yield b"x" * 1000

    problem(refusing.post("/v1/notices", content=endless(), headers=PLAIN), 413, "too-large")


def test_a_body_of_50_megabytes_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    headers = {**PLAIN, "Authorization": f"Bearer {KEY}"}
    with serving(with_key(f"sqlite:///{tmp_path / 'test.db'}")) as base_url:
        answer = httpx2.post(f"{base_url}/v1/notices", content=b"x" * 50_000_000, headers=headers, timeout=30)
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
    assert answer.headers["connection"] == "close"


def test_a_body_that_breaks_off_is_not_read(tmp_path: Path) -> None:
    head = (
        "POST /v1/notices HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
        f"Content-Length: 900\r\nAuthorization: Bearer {KEY}\r\n\r\n"
    )
    with serving(with_key(f"sqlite:///{tmp_path / 'test.db'}")) as base_url:
        address = urlsplit(base_url)
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(head.encode() + TEXT.encode())
        assert httpx2.get(f"{base_url}/v1/changes").json()["changes"] == []


NOT_LET_IN = [
    ({}, 'Bearer realm="tollfeed"'),
    ({"Authorization": "Basic dXNlcjpwYXNz"}, 'Bearer realm="tollfeed"'),
    ({"Authorization": "Bearer"}, 'Bearer realm="tollfeed"'),
    ({"Authorization": "Bearer "}, 'Bearer realm="tollfeed"'),
    ({"Authorization": f"Bearer {new_key()}"}, 'Bearer realm="tollfeed", error="invalid_token"'),
    ({"Authorization": f"Bearer {fingerprint(KEY)}"}, 'Bearer realm="tollfeed", error="invalid_token"'),
    ({"Authorization": "Bearer 钥匙".encode()}, 'Bearer realm="tollfeed", error="invalid_token"'),
]


@pytest.mark.parametrize(("headers", "challenge"), NOT_LET_IN)
def test_without_a_good_key_nobody_gets_in(tmp_path: Path, headers: dict[str, str], challenge: str) -> None:
    with running(with_key(f"sqlite:///{tmp_path / 'test.db'}")) as client:
        answer = client.post("/v1/notices", content=TEXT, headers={**PLAIN, **headers})
        problem(answer, 401, "key")
        assert answer.headers["www-authenticate"] == challenge


def test_a_revoked_key_lets_nobody_in(database_url: str) -> None:
    store = Store.open(with_key(database_url))
    store.revoke_key("desk", NOW)
    store.close()
    with running(database_url) as client:
        answer = client.post("/v1/notices", content=TEXT, headers={**PLAIN, "Authorization": f"Bearer {KEY}"})
    problem(answer, 401, "key")


def test_without_any_key_posting_is_closed(database_url: str) -> None:
    with running(database_url) as client:
        document = problem(client.post("/v1/notices", content=TEXT, headers=PLAIN), 403, "closed")
    assert "tollfeed keys add NAME" in document["detail"]


def test_keys_are_random_and_only_their_hash_is_kept() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith(PREFIX) and len(key) == len(PREFIX) + 43 for key in keys)
    assert fingerprint("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
