"""All backends of moto in one pickle: they hold each other's objects, and shared objects stay shared.

The pickler is C's own: dill, which takes as much, is written in Python and 30 times slower.
"""

from __future__ import annotations

import copyreg
import gc
import importlib
import io
import itertools
import marshal
import os
import pickle
import sys
import threading
import types
import weakref
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

_PROTOCOL = 5
#: kind of object: what makes one that nobody holds
_FRESH: dict[type, Callable[[], object]] = {
    type(threading.Lock()): threading.Lock,
    type(threading.RLock()): threading.RLock,
    threading.Condition: threading.Condition,
    threading.Semaphore: threading.Semaphore,
}
_left_out: set[str] = set()


def dumps() -> bytes:
    """Everything that any service of moto knows, as bytes."""
    from moto.core.base_backend import BackendDict

    state = {}
    for services in list(BackendDict._instances):
        extra = {name: value for name, value in vars(services).items() if name == "bucket_accounts"}
        backends = {(account, region): vars(backend) for account, region, backend in services.iter_backends()}
        state[_name(services.backend)] = (extra, backends)
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=_PROTOCOL).dump(state)
    return buffer.getvalue()


def loads(data: bytes) -> None:
    """moto's backends know what they knew when the bytes were made.

    Raises:
        Exception: whatever pickle raises for bytes of another version of moto or of a plane.
    """
    state = pickle.loads(data)  # noqa: S301 - written by this program, checked by its hash
    for name, (extra, backends) in state.items():
        vars(_services(name)).update(extra)
        for (account, region), values in backends.items():
            backend = vars(_backend(name, account, region))
            backend.clear()
            backend.update(values)


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        if kind is types.FunctionType:
            return _reduce_function(obj)
        if isinstance(obj, type) or kind in copyreg.dispatch_table:
            return NotImplemented
        special = _special(obj, kind)
        if special is not None:
            return special
        try:
            return obj.__reduce_ex__(_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - what cannot be kept must not cost the rest
            _tell(kind, error)
            return _nothing, ()


def _special(obj: Any, kind: type) -> tuple[Any, ...] | None:
    """How objects are kept that are bound to this process."""
    for bound, make in _FRESH.items():
        if isinstance(obj, bound):
            return make, ()
    if isinstance(obj, threading.Event):
        return _event, (obj.is_set(),)
    if isinstance(obj, threading.Thread | types.ModuleType | io.IOBase | types.GeneratorType):
        return _nothing, ()
    if kind.__module__.startswith(("botocore.", "boto3.", "socket", "concurrent.futures", "subprocess")):
        return _nothing, ()
    return _reference(obj) or _weak(obj) or _mapping(obj) or _private_key(obj)


def _reference(obj: Any) -> tuple[Any, ...] | None:
    """A backend is found, not copied: whoever holds one holds the one that answers requests."""
    from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend

    if isinstance(obj, BackendDict):
        return _services, (_name(obj.backend),)
    if isinstance(obj, AccountSpecificBackend):
        return _account, (_name(obj.backend), obj.account_id)
    if isinstance(obj, BaseBackend):
        region = obj.region_name
        return _backend, (_name(type(obj)), obj.account_id, region)
    return None


def _weak(obj: Any) -> tuple[Any, ...] | None:
    """What is held weakly is held by something else in the same pickle."""
    if isinstance(obj, weakref.WeakValueDictionary | weakref.WeakKeyDictionary):
        return type(obj), (), None, None, iter(list(obj.items()))
    if isinstance(obj, weakref.WeakSet):
        return weakref.WeakSet, (list(obj),)
    if isinstance(obj, weakref.ref):
        return (weakref.ref, (obj(),)) if obj() is not None else (_nothing, ())
    return None


def _mapping(obj: Any) -> tuple[Any, ...] | None:
    """A dictionary with ways of its own (S3's keys show only the newest version) is kept as it is inside."""
    if not isinstance(obj, dict) or isinstance(obj, defaultdict | OrderedDict):
        return None
    return _new_mapping, (type(obj),), (list(dict.items(obj)), vars(obj)), None, None, _fill_mapping


def _new_mapping(kind: type[dict[Any, Any]]) -> dict[Any, Any]:
    return kind.__new__(kind)


def _fill_mapping(mapping: dict[Any, Any], state: tuple[list[tuple[Any, Any]], dict[str, Any]]) -> None:
    items, names = state
    vars(mapping).update(names)
    for name, value in items:
        dict.__setitem__(mapping, name, value)


def _private_key(obj: Any) -> tuple[Any, ...] | None:
    if not type(obj).__module__.startswith("cryptography."):
        return None
    from cryptography.hazmat.primitives import serialization as form

    if hasattr(obj, "private_bytes"):
        pem = obj.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
        return _private, (pem,)
    if hasattr(obj, "public_bytes") and not hasattr(obj, "signature"):
        return _public, (obj.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo),)
    return None


def _private(pem: bytes) -> Any:
    from cryptography.hazmat.primitives import serialization

    return serialization.load_pem_private_key(pem, None)


def _public(pem: bytes) -> Any:
    from cryptography.hazmat.primitives import serialization

    return serialization.load_pem_public_key(pem)


def _reduce_function(function: types.FunctionType) -> Any:
    """A function with a name is found by it; a lambda or an inner one goes with its code and what it closes over."""
    if _importable(function):
        return NotImplemented
    cells = function.__closure__ or ()
    start = (marshal.dumps(function.__code__), function.__module__, function.__qualname__, len(cells))
    contents = [_cell_value(cell) for cell in cells]
    state = (function.__defaults__, function.__kwdefaults__, contents, function.__dict__)
    return _function, start, state, None, None, _fill


def _importable(function: types.FunctionType) -> bool:
    found: Any = sys.modules.get(function.__module__)
    for name in function.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is function


def _cell_value(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _function(code: bytes, module: str, name: str, cells: int) -> types.FunctionType:
    names = vars(importlib.import_module(module))
    closure = tuple(types.CellType() for _ in range(cells))
    function = types.FunctionType(marshal.loads(code), names, closure=closure)  # noqa: S302 - as pickle.loads above
    function.__qualname__ = name
    return function


def _fill(function: types.FunctionType, state: tuple[Any, Any, list[Any], dict[str, Any]]) -> None:
    function.__defaults__, function.__kwdefaults__, contents, names = state
    for cell, value in zip(function.__closure__ or (), contents, strict=True):
        cell.cell_contents = value
    function.__dict__.update(names)


def _name(backend: type) -> str:
    return f"{backend.__module__}:{backend.__qualname__}"


@cache
def _services(name: str) -> Any:
    """The dictionary of all backends of a class; a plane may have put another one in its place."""
    from moto.core.base_backend import BackendDict

    module, _, kind = name.partition(":")
    backend = getattr(importlib.import_module(module), kind)
    for value in itertools.chain(vars(sys.modules[module]).values(), gc.get_objects()):
        if isinstance(value, BackendDict) and value.backend is backend:
            return value
    raise LookupError(f"moto has no backends of {name}")


def _account(name: str, account: str) -> Any:
    return _services(name)[account]


def _backend(name: str, account: str, region: str) -> Any:
    """The backend that answers requests; one that nobody has used yet is left empty, since its state comes next."""
    regions = _account(name, account)
    if region not in regions.keys():  # noqa: SIM118 - `in` means the regions that there are on AWS
        backend = object.__new__(regions.backend)
        vars(backend).update(region_name=region, account_id=account)
        dict.__setitem__(regions, region, backend)
    return dict.__getitem__(regions, region)


def _event(is_set: bool) -> threading.Event:
    event = threading.Event()
    if is_set:
        event.set()
    return event


def _nothing() -> None:
    return None


def _tell(kind: type, error: Exception) -> None:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name not in _left_out:
        _left_out.add(name)
        # not through sys.stderr: a forked child may have been born while another thread held its lock
        os.write(2, f"localaws: a {name} cannot be kept in the state: {error}\n".encode())
