"""The sources that an operator declares in ``DATA/sources.yaml``, each of a kind that is a module of this folder.

A module declares ``KIND``, the word that the file uses, ``OPTIONS``, the fields that only some kinds have a use
for, and ``source``, which makes a :class:`Source` of a declaration. A publisher whose pages have a shape of their
own gets a module of its own: it is found by being here.
"""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

import yaml
from pydantic import ValidationError

from service.errors import SourceError
from service.inbox import INBOX
from service.source import DECLARED, Declared, Source


class KindModule(Protocol):
    """What a module of this folder declares."""

    KIND: str
    OPTIONS: frozenset[str]

    def source(self, declared: Declared) -> Source:
        """The source that ``declared`` asks for."""
        ...


@cache
def kinds() -> Mapping[str, KindModule]:
    """The kinds of source by the word for them."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {module.KIND: cast(KindModule, module) for module in sorted(modules, key=lambda module: module.KIND)}


def load_sources(file: Path, every: timedelta) -> tuple[Source, ...]:
    """The sources of ``file``, none where there is no file; ``every`` is the interval of those that name none.

    Raises:
        SourceError: the file is not as docs/sources.md describes it; the message names file, source and field.
    """
    try:
        declarations = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) or []
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SourceError(f"{file.name}: expected a readable file, found: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise SourceError(f"{file.name}: expected YAML, found: {' '.join(str(error).split())}") from error
    if not isinstance(declarations, list):
        raise SourceError(f"{file.name}: expected a list of sources, found {type(declarations).__name__}")
    sources = tuple(_source(declaration, file.name, every) for declaration in declarations)
    for id_, count in Counter([INBOX, *(source.id for source in sources)]).items():
        if count > 1:
            raise SourceError(f"{file.name}: {id_}: expected an id that nothing else has, found it {count} times")
    return sources


def _source(declaration: Any, file: str, every: timedelta) -> Source:
    if not isinstance(declaration, dict):
        raise SourceError(f"{file}: expected id, publisher, url and kind of a source, found {declaration!r}")
    where = f"{file}: {declaration.get('id', 'a source without id')}"
    try:
        declared = DECLARED.validate_python({"every": every, **declaration})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise SourceError(f"{where}: {field}: {first['msg']}, found {first['input']!r}") from error
    module = kinds().get(declared.kind)
    if module is None:
        raise SourceError(f"{where}: kind: expected {', '.join(kinds())}, found {declared.kind!r}")
    unused = declaration.keys() & {"links", "content", "follow"} - module.OPTIONS
    if unused:
        raise SourceError(f"{where}: expected no {' or '.join(sorted(unused))} for a source of kind {declared.kind}")
    return module.source(declared)
