"""Each folder of ``sources/`` is one source: its declaration, a page as saved, and the items to be read from it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.errors import DocumentError, SourceError
from service.page import text_of_html
from service.source import Item, Payload, Source, read_feed, read_list, read_page
from service.sources import kinds, load_sources
from tests.documents import docx, paragraph, pdf

CASES = sorted((Path(__file__).parent / "sources").iterdir())
HOUR = timedelta(hours=1)


def case(folder: Path) -> tuple[Source, dict[str, Any]]:
    (source,) = load_sources(folder / "source.yaml", HOUR)
    return source, yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))


def payload(folder: Path, name: str, expected: dict[str, Any], url: str) -> Payload:
    (file,) = folder.glob(f"{name}.*")
    return Payload(url=url, body=file.read_bytes(), charset=expected.get("served", {}).get("charset"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_saved_page_gives_its_items(folder: Path) -> None:
    source, expected = case(folder)
    items = source.read(payload(folder, "page", expected, source.url))
    assert items == tuple(Item(**item) for item in expected["items"])


@pytest.mark.parametrize("folder", [folder for folder in CASES if list(folder.glob("article.*"))], ids=lambda f: f.name)
def test_a_saved_article_gives_its_text(folder: Path) -> None:
    source, expected = case(folder)
    url = expected["items"][0]["url"]
    assert source.article(payload(folder, "article", expected, url)) == (Item(url=url, **expected["article"]),)


def html(text: str) -> Payload:
    return Payload(url="https://a.example/list/", body=text.encode())


def test_without_a_selector_a_list_is_the_headlines_of_its_own_site() -> None:
    links = {
        "/": "首页",
        "/1": "关于天津收费站封闭的公告",
        "https://b.example/2": "友情链接：某某某某集团",
        "#top": "回到本页的最上面去",
        "http://[bad": "关于坏地址的一则公告",
        "/1#c": "关于天津收费站封闭的公告",
    }
    page = html("".join(f'<p><a href="{url}">{words}</a></p>' for url, words in links.items()))
    assert [item.url for item in read_list(page)] == ["https://a.example/1"]


@pytest.mark.parametrize(
    ("read", "text", "found"),
    [
        (read_page, "<body><script>x</script></body>", "expected a page with words"),
        (lambda page: read_page(page, "#zoom"), "<p>津蓟高速</p>", "expected content at '#zoom'"),
        (lambda page: read_page(page, "p[["), "<p>津蓟高速</p>", "expected a CSS selector, found 'p\\[\\['"),
        (read_list, "<p>津蓟高速</p>", "expected links to announcements"),
        (lambda page: read_list(page, "ul a"), "<p>津蓟高速</p>", "expected links at 'ul a'"),
        (read_feed, "<html><p>维护中</p></html>", "expected RSS or Atom, found '<html>"),
        (read_feed, "/etc/passwd", "expected RSS or Atom, found '/etc/passwd'"),
    ],
)
def test_a_page_of_another_shape_is_refused_in_words(read: Any, text: str, found: str) -> None:
    with pytest.raises(SourceError, match=found):
        read(html(text))


def test_a_page_of_tags_without_end_is_refused() -> None:
    with pytest.raises(DocumentError, match="at most 50,000 tags, found 60,000"):
        text_of_html("<div>" * 60_000)


def test_a_feed_that_expands_without_end_is_refused_or_small() -> None:
    lol = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    feed = '<rss version="2.0"><channel><item><title>&l9;</title></item></channel></rss>'
    (item,) = read_feed(html(f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "lol">{lol}]>{feed}'))
    assert len(item.title or "") < 1000


GOOD = {"id": "a", "publisher": "示例", "url": "https://a.example/", "kind": "page"}


@pytest.mark.parametrize(
    ("declaration", "found"),
    [
        (GOOD | {"kind": "ftp"}, "sources.yaml: a: kind: expected list, page, rss, found 'ftp'"),
        (GOOD | {"id": "A b"}, "sources.yaml: A b: id: "),
        (GOOD | {"id": "inbox"}, "sources.yaml: inbox: expected an id that nothing else has"),
        (GOOD | {"url": "file:///etc/passwd"}, "sources.yaml: a: url: "),
        (GOOD | {"url": "https://user:secret@a.example/"}, "sources.yaml: a: url: "),
        (GOOD | {"every": 5}, "sources.yaml: a: every: Input should be greater than or equal to 1 minute"),
        (GOOD | {"interval": 600}, "sources.yaml: a: interval: "),
        (GOOD | {"links": "ul a"}, "sources.yaml: a: expected no links for a source of kind page"),
        (GOOD | {"networks": ["10.0.0.1/8"]}, "sources.yaml: a: networks.0"),
        ({"id": "a"}, "sources.yaml: a: publisher: "),
        ("a", "sources.yaml: expected id, publisher, url and kind of a source, found 'a'"),
    ],
)
def test_a_wrong_declaration_is_refused_in_words(tmp_path: Path, declaration: Any, found: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(yaml.safe_dump([declaration], allow_unicode=True), encoding="utf-8")
    with pytest.raises(SourceError) as refusal:
        load_sources(file, HOUR)
    assert found in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: [", "sources.yaml: expected YAML, found: while parsing"),
        ("a: b", "expected a list of sources, found dict"),
        (yaml.safe_dump([GOOD, GOOD]), "a: expected an id that nothing else has, found it 2 times"),
    ],
)
def test_a_wrong_file_is_refused_in_words(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "sources.yaml").write_text(text)
    with pytest.raises(SourceError) as refusal:
        load_sources(tmp_path / "sources.yaml", HOUR)
    assert found in str(refusal.value)


def test_no_file_and_an_empty_one_declare_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").touch()
    assert load_sources(tmp_path / "empty.yaml", HOUR) == load_sources(tmp_path / "none.yaml", HOUR) == ()


def test_an_interval_that_is_not_named_is_the_common_one(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump([GOOD, GOOD | {"id": "b", "every": 900}]))
    assert [source.every for source in load_sources(tmp_path / "sources.yaml", HOUR)] == [HOUR, timedelta(minutes=15)]


def test_every_kind_is_documented() -> None:
    document = (Path(__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
    assert all(f"`{kind}`" in document for kind in kinds())


def test_the_example_of_the_document_is_one(tmp_path: Path) -> None:
    document = (Path(__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
    example = document.partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "sources.yaml").write_text(example, encoding="utf-8")
    assert len(load_sources(tmp_path / "sources.yaml", HOUR)) == len(kinds())


def test_a_link_may_lead_to_a_word_or_pdf_file() -> None:
    for body in (docx(paragraph("甲站封闭。")), pdf([[(50, 500, "甲站封闭。")]])):
        read = read_page(Payload(url="https://a.example/1", body=body), "#zoom")
        assert read == (Item(url="https://a.example/1", text="甲站封闭。"),)
