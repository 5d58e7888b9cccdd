"""Run a user's own module of layers, and return what it defines for a model file.

This runs code with the rights of the user, so it happens only for a file that a configuration, an option or
an argument names. The module is one file: what it imports must be installed, because the file alone is part
of the keys of results.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

from generator.errors import NetworkError
from generator.networks import backend


def custom_objects(path: Path) -> Mapping[str, Any]:
    """Return the classes and functions of a module by name, and by the names that it registers them under.

    Raises:
        NetworkError: the file cannot be read, raises an error, or imports a module that lies beside it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NetworkError(f"{path}: cannot be read: {error.strerror}", key="code") from error
    return _run(path, content)


@cache
def _run(path: Path, content: bytes) -> Mapping[str, Any]:
    """Run a module once for each content; what it registers with Keras is known to its own models only."""
    backend.load()
    import keras

    registered = keras.saving.get_custom_objects()
    before, modules = dict(registered), set(sys.modules)
    name = f"gallery_code_{hashlib.sha256(content).hexdigest()[:16]}"
    loader = SourceFileLoader(name, str(path))
    module = module_from_spec(spec_from_loader(name, loader))  # type: ignore[arg-type]
    sys.modules[name] = module  # dataclasses look their module up
    try:
        exec(compile(content, str(path), "exec"), vars(module))  # noqa: S102
        made = {key: value for key, value in registered.items() if before.get(key) is not value}
    except BaseException as error:
        sys.modules.pop(name, None)
        if isinstance(error, KeyboardInterrupt):
            raise
        lines = str(error).splitlines() or [""]
        raise NetworkError(f"{path}: {type(error).__name__}: {lines[0][:200]}", key="code") from error
    finally:
        registered.clear()
        registered.update(before)
    _refuse_neighbours(path, set(sys.modules) - modules - {name})
    own = {key: value for key, value in vars(module).items() if getattr(value, "__module__", "") == name}
    return {**own, **made}


def _refuse_neighbours(path: Path, imported: set[str]) -> None:
    """Refuse a module that imports another one beside it, whose changes nothing would notice."""
    for name in sorted(imported):
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).resolve().parent == path.resolve().parent:
            raise NetworkError(
                f"{path}: imports {Path(file).name}, which lies beside it and which no key would notice; put "
                "all into one file, or install the package",
                key="code",
            )
