"""HTTP out, against a real server: given answers, expected responses; and what is refused."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import pytest

from service.errors import SourceError
from service.fetch import Fetch, Patience, Response
from service.fetch.guard import Resolve, is_public, resolve
from tests.web_server import Reply, WebServer, Write, web_server

LIMIT = 100_000
LOCAL = (ip_network("127.0.0.1/32"),)
QUICK = Patience(connect=0.5, read=0.5, total=1.0, first_wait=0.01, longest_wait=1.0, pause=0.0)


@pytest.fixture
def site() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def get(url: str, patience: Patience = QUICK, resolve: Resolve = resolve, **validators: str) -> Response:
    with Fetch(agent="tollfeed/test", limit=LIMIT, allow=LOCAL, patience=patience, resolve=resolve) as fetch:
        return fetch.get(url, **validators)


def body(response: Response) -> bytes:
    assert response.payload is not None
    return response.payload.body


def endless(write: Write) -> None:
    while True:
        write(b"x" * 10_000)


def breaking_off(write: Write) -> None:
    write(b"x")


def dripping(write: Write) -> None:
    while True:
        write(b"x")
        time.sleep(0.1)


def test_a_page_comes_with_its_charset_and_validators(site: WebServer) -> None:
    headers = {
        "Content-Type": "text/html; charset=gb2312",
        "ETag": '"1"',
        "Last-Modified": "Sun, 20 Oct 2024 01:00:00 GMT",
    }
    site.pages["/"] = Reply(body="封闭".encode("gbk"), headers=headers)
    response = get(site.url + "/")
    assert response.payload is not None
    assert response.payload.charset == "gb2312"
    assert response.payload.url == site.url + "/"
    assert body(response) == "封闭".encode("gbk")
    assert (response.etag, response.last_modified) == ('"1"', "Sun, 20 Oct 2024 01:00:00 GMT")
    assert site.asked[-1].headers["User-Agent"] == "tollfeed/test"


def test_what_was_not_modified_has_no_payload(site: WebServer) -> None:
    site.pages["/"] = Reply(body=b"x", headers={"ETag": '"1"'})
    assert get(site.url + "/", etag='"0"').status == 200
    response = get(site.url + "/", etag='"1"', last_modified="Sun, 20 Oct 2024 01:00:00 GMT")
    assert (response.status, response.payload) == (304, None)
    assert site.asked[-1].headers["If-Modified-Since"] == "Sun, 20 Oct 2024 01:00:00 GMT"


@pytest.mark.parametrize(
    ("replies", "found", "requests"),
    [
        ([Reply(404)], "expected status 200, found 404 Not Found", 1),
        ([Reply(403)], "found 403 Forbidden", 1),
        ([Reply(304)], "found 304 Not Modified", 1),
        ([Reply(204)], "found 204 No Content", 1),
        ([Reply(500)], "found 500 Internal Server Error", 3),
        ([Reply(503, headers={"Retry-After": "3600"})], "found 503 Service Unavailable", 1),
        ([Reply(delay=2.0)], "expected an answer in time", 3),
        ([Reply(stream=endless)], "expected at most 100,000 bytes, found more", 1),
        ([Reply(stream=dripping)], "expected an answer in time", 2),
        ([Reply(body=b"x" * 100_001)], "expected at most 100,000 bytes", 1),
        ([Reply(stream=endless, headers={"Content-Length": "5"})], None, 1),
        ([Reply(headers={"Content-Length": "90000"}, stream=breaking_off)], "found: ", 3),
        ([Reply(body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})], "at most 100,000", 1),
        ([Reply(body=gzip.compress(b"x")[:-8], headers={"Content-Encoding": "gzip"})], "its end is missing", 1),
        ([Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"})], "expected a gzip body", 1),
        ([Reply(body=b"x", headers={"Content-Encoding": "br"})], "plain or gzip, found br", 1),
        ([Reply(302, headers={"Location": "/"})], "expected at most 5 redirects", 6),
        ([Reply(302, headers={"Location": "http://127.0.0.2:1/"})], "expected a public address, found 127.0.0.2", 1),
        ([Reply(302, headers={"Location": "http://10.0.0.1/"})], "expected a public address, found 10.0.0.1", 1),
        ([Reply(302, headers={"Location": "http://169.254.169.254/"})], "found 169.254.169.254", 1),
        ([Reply(302, headers={"Location": "file:///etc/passwd"})], "expected http:// or https://", 1),
        ([Reply(302, headers={"Location": "http://user:secret@127.0.0.1/"})], "without user and password", 1),
        ([Reply(302, headers={"Location": "http://[::1"})], "expected an address", 1),
    ],
)
def test_what_is_no_good_answer_is_refused_in_words(
    site: WebServer, replies: list[Reply], found: str | None, requests: int
) -> None:
    site.pages["/"] = replies
    if found is None:  # a Content-Length that is too small only cuts the body
        assert body(get(site.url + "/")) == b"xxxxx"
        return
    with pytest.raises(SourceError) as refusal:
        get(site.url + "/")
    assert found in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert len(site.paths()) == requests


@pytest.mark.parametrize("passing", [Reply(500), Reply(503, headers={"Retry-After": "0"}), Reply(delay=0.8)])
def test_what_may_pass_is_tried_again(site: WebServer, passing: Reply) -> None:
    site.pages["/"] = [passing, Reply(body=b"back")]
    assert body(get(site.url + "/")) == b"back"
    assert site.paths() == ["/", "/"]


def test_retry_after_is_waited_for(site: WebServer) -> None:
    site.pages["/"] = [Reply(503, headers={"Retry-After": "1"}), Reply(body=b"back")]
    began = time.monotonic()
    get(site.url + "/")
    assert time.monotonic() - began >= 1


def test_a_gzip_body_is_unpacked(site: WebServer) -> None:
    site.pages["/"] = Reply(body=gzip.compress(b"x" * 100_000), headers={"Content-Encoding": "gzip"})
    assert body(get(site.url + "/")) == b"x" * 100_000


def test_a_redirect_is_followed_and_its_end_is_the_address(site: WebServer) -> None:
    site.pages["/old"] = Reply(301, headers={"Location": "/new/"})
    site.pages["/new/"] = Reply(body=b"x")
    response = get(site.url + "/old")
    assert response.payload is not None
    assert response.payload.url == site.url + "/new/"


def test_a_server_that_is_gone_is_reported() -> None:
    with pytest.raises(SourceError, match="expected an answer"):
        get("http://127.0.0.1:9/")


ROBOTS = b"User-agent: *\nDisallow: /private\n\nUser-agent: tollfeed\nDisallow: /not-for-us\n"


@pytest.mark.parametrize(
    ("robots", "path", "refused"),
    [
        (Reply(404), "/page", None),
        (Reply(403), "/page", None),
        (Reply(body=ROBOTS), "/page", None),
        (Reply(body=ROBOTS), "/not-for-us/1", "disallows it"),
        (Reply(body=b"\xef\xbb\xbfUser-agent: *\nDisallow: /page"), "/page", "disallows it"),
        (Reply(302, headers={"Location": "/other.txt"}), "/page", "disallows it"),
        (Reply(500), "/page", "is fetched without its robots.txt"),
        (Reply(delay=2.0), "/page", "is fetched without its robots.txt"),
    ],
)
def test_robots_txt_is_asked_first(site: WebServer, robots: Reply, path: str, refused: str | None) -> None:
    site.pages |= {
        path: Reply(body=b"x"),
        "/robots.txt": robots,
        "/other.txt": Reply(body=b"User-agent: *\nDisallow: /page"),
    }
    if refused is None:
        assert body(get(site.url + path)) == b"x"
        return
    with pytest.raises(SourceError, match=refused):
        get(site.url + path)
    assert path not in site.paths()


def test_robots_txt_is_asked_once_and_its_crawl_delay_is_kept(site: WebServer) -> None:
    site.pages |= {"/robots.txt": Reply(body=b"User-agent: *\nCrawl-delay: 0.3"), "/": Reply(body=b"x")}
    began = time.monotonic()
    with Fetch(agent="test", limit=LIMIT, allow=LOCAL, patience=QUICK) as fetch:
        fetch.get(site.url + "/")
        fetch.get(site.url + "/")
    assert time.monotonic() - began >= 0.3
    assert [request.path for request in site.asked] == ["/robots.txt", "/", "/"]


def test_a_redirect_needs_the_permission_of_where_it_leads(site: WebServer) -> None:
    site.pages |= {"/": Reply(302, headers={"Location": "/not-for-us"}), "/robots.txt": Reply(body=ROBOTS)}
    with pytest.raises(SourceError, match="disallows it"):
        get(site.url + "/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.2", "localhost", "2130706434", "0x7f.0.0.2", "0.0.0.0",  # noqa: S104 - refused, not bound
        "[::1]", "[::ffff:127.0.0.2]", "10.1.2.3",
        "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "[64:ff9b::a00:1]", "[2002:a00:1::]", "[fe80::1]",
        "[fc00::1]", "224.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(host: str) -> None:
    with Fetch(agent="test", limit=LIMIT) as fetch, pytest.raises(SourceError, match="expected a public address"):
        fetch.get(f"http://{host}:9/")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("::8.8.8.8", False),
    ],
)
def test_public_addresses_are_those_the_internet_routes(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_a_name_with_one_private_address_is_refused(site: WebServer) -> None:
    with pytest.raises(SourceError, match=r"rebound\.example: expected a public address, found 10\.0\.0\.1"):
        get("http://rebound.example/", resolve=lambda *_: ("127.0.0.1", "10.0.0.1"))


def test_a_name_that_changes_its_address_leads_nowhere_else(site: WebServer) -> None:
    """The addresses that were checked are the ones connected to, and each connection checks anew."""
    answers = iter([("127.0.0.1",), ("10.0.0.1",)])
    port = site.url.rpartition(":")[2]
    with pytest.raises(SourceError, match=r"expected a public address, found 10\.0\.0\.1"):
        get(f"http://rebound.example:{port}/", resolve=lambda *_: next(answers))
    assert [request.path for request in site.asked] == ["/robots.txt"]
