"""Whatever the description allows and whatever it forbids, thrown at a filled server (schemathesis).

No answer may be a failure of the server, and each must be as the description says: a documented status, media type and
schema, and no success for what is malformed. What is *not* checked is that all that fits the schema is accepted: rules
across fields (``to`` after ``from``) and days that exist are not said in JSON Schema.

The examples, the edges of every parameter and a few random cases, within a minute; ``TOLLFEED_FUZZ=600`` takes ten.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service.keys import fingerprint, new_key
from service.store import Store
from tests.fictional import FICTIONAL
from tests.web import NOW, filled, serving

SECONDS = int(os.environ.get("TOLLFEED_FUZZ", "20"))  # noqa: TID251 - of this test only
"""How long random cases are tried. The examples and the edges take their time anyway."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a filled server, and a key for it."""
    data = tmp_path_factory.mktemp("fuzz")
    (data / "gazetteer").mkdir()
    (data / "gazetteer" / "fictional.yaml").write_bytes(FICTIONAL.read_bytes())
    database = f"sqlite:///{data / 'test.db'}"
    filled(database)
    store, key = Store.open(database), new_key()
    store.add_key("fuzz", fingerprint(key), NOW)
    store.close()
    with serving(database, data=data) as address:
        yield address, key


def _tried(described: dict[str, Any]) -> dict[str, Any]:
    """What of a description can be tried: not an answer without an end, and no waiting for news."""
    del described["paths"]["/v1/stream"]
    for operations in described["paths"].values():
        for operation in operations.values():
            operation["parameters"] = [each for each in operation.get("parameters", ()) if each["name"] != "wait"]
    return described


def test_the_server_does_as_its_description_says(server: tuple[str, str], tmp_path: Path) -> None:
    address, key = server
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(_tried(httpx2.get(f"{address}/openapi.json").json())), "utf-8")
    options = {
        "--url": address,
        "--header": f"Authorization: Bearer {key}",
        "--phases": "examples,coverage,fuzzing",
        "--exclude-checks": "positive_data_acceptance",
        "--max-time": str(SECONDS),
        "--max-examples": "1000" if SECONDS > 60 else "3",
        "--request-timeout": "10",
        "--seed": "1",
        "--generation-database": "none",
        "--warnings": "off",
    }
    # It forgets that what is too long may be refused for that.
    accepted = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422]
    (tmp_path / "schemathesis.toml").write_text(
        f"[checks.negative_data_rejection]\nexpected-statuses = {accepted}\n", "utf-8"
    )
    command = [Path(sys.executable).with_name("schemathesis"), "run", description, "--no-shrink"]
    done = subprocess.run(
        [*command, *(part for pair in options.items() for part in pair)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
