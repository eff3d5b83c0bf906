"""tollfeed webhooks: what operators see and do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.store import Store
from service.webhooks import Delivery, Webhook
from tests.program import run

NOW = datetime(2024, 11, 1, tzinfo=UTC)
COMMANDS = ("list", "dead", "replay", "disable", "enable", "delete")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose database has a webhook with a dead letter."""
    store = Store.open(f"sqlite:///{tmp_path / 'data' / 'tollfeed.db'}")
    webhook = Webhook(
        id="wh_1",
        owner="desk",
        url="https://hooks.example/\x1b[31m",
        filter="",
        types=(),
        description=None,
        secret="whsec_geheim",  # noqa: S106 - of this test alone
        created=NOW,
        position=0,
        milestone=0,
    )
    assert store.add_webhook(webhook, 1)
    store.add_delivery(
        Delivery(webhook_id="wh_1", message_id="wh_1_7", type="change.created", made=NOW, due=None, error="found 500")
    )
    store.close()
    return tmp_path


def test_webhooks_are_listed_without_their_secrets(folder: Path) -> None:
    plain, as_json = run("webhooks", "list", folder=folder), run("webhooks", "list", "--json", folder=folder)
    assert "wh_1  desk  active  https://hooks.example/\ufffd[31m  0 waiting, 1 dead" in plain.out
    (listed,) = json.loads(as_json.out)
    assert (listed["state"], listed["dead"], listed["delivered"]) == ("active", 1, None)
    assert "whsec_" not in plain.out + as_json.out


def test_dead_letters_are_listed_and_replayed(folder: Path) -> None:
    assert run("webhooks", "dead", "wh_1", folder=folder).out == "wh_1_7  change.created    found 500\n"
    assert json.loads(run("webhooks", "dead", "wh_1", "--json", folder=folder).out)[0]["message"] == "wh_1_7"
    assert run("webhooks", "replay", "wh_1", "wh_1_8", folder=folder).out.startswith("0 messages")
    assert run("webhooks", "replay", "wh_1", folder=folder).out.startswith("1 messages")
    assert run("webhooks", "dead", "wh_1", folder=folder).out.startswith("No dead letter.")


def test_a_webhook_is_disabled_enabled_and_deleted(folder: Path) -> None:
    for command, state in (("disable", "disabled"), ("enable", "active")):
        assert run("webhooks", command, "wh_1", folder=folder).code == 0
        assert json.loads(run("webhooks", "list", "--json", folder=folder).out)[0]["state"] == state
    assert run("webhooks", "delete", "wh_1", folder=folder).code == 0
    assert run("webhooks", "list", folder=folder).out.startswith("No webhook.")


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_what_is_no_webhook_is_said(command: str, folder: Path) -> None:
    done = run("webhooks", command, "wh_2", folder=folder)
    assert (done.code, done.error) == (1, "tollfeed: webhooks: expected the id of one, found 'wh_2'\n")


def test_every_command_has_help(tmp_path: Path) -> None:
    for command in ("", *COMMANDS):
        done = run("webhooks", *command.split(), "--help", folder=tmp_path)
        assert (done.code, f"Usage: tollfeed webhooks {command}".rstrip() in done.out) == (0, True)
