"""Methods by a short text, and methods of the user's own."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import inspect
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli.bench._own import OWN
from linli.bench._peers import PEERS
from linli.bench._task import Method
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["BUILT_IN", "DEFAULT", "Planned", "load", "plan_methods", "version_of"]

BUILT_IN: dict[str, Method] = {**OWN, **PEERS}
DEFAULT = ("linli", "linli_first", "linli_bursts", *(name for name in PEERS if "recom" not in name))


@dataclass(frozen=True)
class Planned:
    """A method with its parameters, as the worker finds it again."""

    label: str
    """As in tables and plots: the text it was asked by."""
    name: str
    target: str | None = None
    """``module:function`` or ``file.py:function`` of a method that is not built in."""
    parameters: dict[str, Any] = field(default_factory=dict)
    package: str | None = None
    repeatable: bool = True
    begins: bool = False


def plan_methods(asked: Any) -> list[Planned]:  # noqa: ANN401
    """Find methods by text, function or `Method`.

    Parameters
    ----------
    asked : str, callable, Method, or several
        ``linli``, ``linli:rounds=8``, ``mine=module:function``,
        ``mine=file.py:function``.

    Returns
    -------
    list of Planned
        Each label once.

    Raises
    ------
    InvalidInput
        For a method that cannot be found, or one that a process of its own
        could not import.
    """
    single = isinstance(asked, str | Method) or callable(asked)
    several: Iterable[Any] = [asked] if single else asked
    found: dict[str, Planned] = {}
    for one in several:
        planned = _of_text(one) if isinstance(one, str) else _of_function(one)
        if found.setdefault(planned.label, planned) != planned:
            raise InvalidInput(f"two methods are named {planned.label}", parameter="methods")
    if not found:
        raise InvalidInput("no method is asked for; give one", parameter="methods")
    return list(found.values())


def load(planned: Planned) -> Callable[..., Any]:
    """Import the function of a method.

    Parameters
    ----------
    planned : Planned
        The method.

    Returns
    -------
    callable
        Its function.
    """
    if planned.target is None:
        return BUILT_IN[planned.name].function
    thing = _imported(planned.target)
    function: Callable[..., Any] = thing.function if isinstance(thing, Method) else thing
    return function


def version_of(package: str | None) -> str | None:
    """Say which version of a distribution is installed.

    Parameters
    ----------
    package : str or None
        The distribution.

    Returns
    -------
    str or None
        None where it is not installed, or is none.
    """
    if package is None:
        return None
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _of_text(text: str) -> Planned:
    name, own, target = text.partition("=")
    # The first "=" of "linli:rounds=8" belongs to a parameter.
    if own and ":" not in name:
        thing = _imported(target)
        method = thing if isinstance(thing, Method) else Method(name, thing)
        return _planned(name, method, _absolute(target), {})
    name, *words = text.split(":")
    if name not in BUILT_IN:
        raise InvalidInput(
            f"method {name!r} is not known; give one of {', '.join(BUILT_IN)}, or your own as "
            "name=module:function",
            parameter="methods",
        )
    method, parameters = BUILT_IN[name], dict(map(_parameter, words))
    known = [one.name for one in inspect.signature(method.function).parameters.values()][1:]
    for word in parameters:
        if word not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise InvalidInput(
                f"method {name} has no parameter {word!r}; {has}", parameter="methods"
            )
    return _planned(text, method, None, parameters)


def _parameter(word: str) -> tuple[str, Any]:
    name, _, value = word.partition("=")
    if value in {"true", "false"}:
        return name, value == "true"
    if re.fullmatch(r"[+-]?\d+", value):
        return name, int(value)
    try:
        return name, float(value)
    except ValueError:
        return name, value


def _of_function(thing: Any) -> Planned:  # noqa: ANN401
    method = thing if isinstance(thing, Method) else None
    function = thing if method is None else method.function
    if method is not None and BUILT_IN.get(method.name) is method:
        return _of_text(method.name)
    name = getattr(function, "__qualname__", "")
    if not callable(function) or not name.isidentifier():
        raise InvalidInput(
            f"method {thing!r} must be a function at the top of a module or script, which a "
            "process of its own can import",
            parameter="methods",
        )
    module = str(function.__module__)
    if module == "__main__":
        file = getattr(sys.modules["__main__"], "__file__", None)
        if file is None:
            raise InvalidInput(
                f"method {name} was written in a notebook or console, which no other process can "
                f"import; put it into a file and give {name}=file.py:{name}",
                parameter="methods",
            )
        module = str(Path(file).resolve())
    made = method or Method(name, function)
    return _planned(made.name, made, f"{module}:{name}", {})


def _planned(label: str, method: Method, target: str | None, parameters: dict[str, Any]) -> Planned:
    how = (method.package, method.repeatable, method.begins)
    return Planned(label, method.name, target, parameters, *how)


def _imported(target: str) -> Any:  # noqa: ANN401
    where, _, name = target.rpartition(":")
    if not where or not name:
        raise InvalidInput(
            f"{target!r} names no function; give module:function or file.py:function",
            parameter="methods",
        )
    try:
        if where.endswith(".py"):
            spec = importlib.util.spec_from_file_location(f"_linli_{Path(where).stem}", where)
            if spec is None or spec.loader is None:
                raise ImportError(f"cannot read {where}")  # noqa: TRY301
            module = importlib.util.module_from_spec(spec)
            sys.modules[module.__name__] = module
            spec.loader.exec_module(module)
        else:
            module = importlib.import_module(where)
        return getattr(module, name)
    except (ImportError, AttributeError, OSError) as error:
        raise InvalidInput(f"method {target}: {error}", parameter="methods") from error


def _absolute(target: str) -> str:
    where, _, name = target.rpartition(":")
    return f"{Path(where).resolve()}:{name}" if where.endswith(".py") else target
