"""Lifecycle rules are carried out: a day is as long as the clock's scale makes it.

Page "Managing the lifecycle of objects". Objects expire, noncurrent versions and delete markers that stand alone go,
uploads that were never completed are aborted. Not emulated: transitions to other storage classes, which are kept only,
and the events s3:LifecycleExpiration.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

from localaws import state
from localaws.planes.events import clock
from localaws.planes.s3.lifecycle_rules import DAY, Rule, rules_of
from localaws.planes.s3.versions import mark
from localaws.planes.s3.writes import lock_of
from localaws.settings import Settings, current

_LOG = logging.getLogger(__name__)
_SECONDS = 0.1
_look = threading.Event()
_running: list[tuple[threading.Event, threading.Thread]] = []


def start(settings: Settings) -> None:
    """What is due goes, now and at every midnight of the clock."""
    ended = threading.Event()
    thread = threading.Thread(target=_run, args=(settings.account, ended), daemon=True, name="s3-lifecycle")
    _running.append((ended, thread))
    thread.start()


def stop() -> None:
    """Nothing expires any more."""
    while _running:
        ended, thread = _running.pop()
        ended.set()
        thread.join(timeout=5)


def look_again() -> None:
    """A configuration has changed: it is looked at before the day is over."""
    _look.set()


def expiry(bucket: Any, key: Any) -> str | None:
    """The header x-amz-expiration of a current object: when it goes, and by which rule (page "Expiring objects")."""
    due = [(moment, rule.name) for rule in rules_of(bucket) if (moment := _expires(rule, key)) is not None]
    if not due or bucket.keys.get(key.name) is not key:
        return None
    moment, name = min(due)
    return f'expiry-date="{formatdate(moment, usegmt=True)}", rule-id="{name}"'


def _run(account: str, ended: threading.Event) -> None:
    from moto.s3.models import s3_backends

    seen = -1
    while not ended.is_set():
        today = int(clock.now() // DAY)
        if today != seen or _look.is_set():
            seen = today
            _look.clear()
            carry_out(s3_backends[account]["aws"])
        ended.wait(_SECONDS)


def carry_out(backend: Any) -> None:
    """What the rules of the backend's buckets say has happened, as of this moment."""
    for bucket in list(backend.buckets.values()):
        try:
            _carry_out(backend, bucket, list(rules_of(bucket)))
        except Exception:  # noqa: BLE001 - one bucket's trouble is not the next one's
            _LOG.exception("lifecycle of %s", bucket.name)


def _carry_out(backend: Any, bucket: Any, rules: Sequence[Rule]) -> None:
    from moto.s3.exceptions import NoSuchUpload

    for name in list(bucket.keys) if rules else ():
        with lock_of(bucket.name, name):
            if _work(bucket, name, rules):
                state.changed()
    for upload in list(bucket.multiparts.values()) if rules else ():
        begun = _moment(upload.initiated)
        if any(_is_over(rule.aborts(begun)) for rule in rules if upload.key_name.startswith(rule.prefix)):
            with contextlib.suppress(NoSuchUpload):  # completed meanwhile
                backend.abort_multipart_upload(bucket.name, upload.id)
            state.changed()


def _work(bucket: Any, name: str, rules: Sequence[Rule]) -> bool:
    """Whether a version of the object came or went."""
    versions = list(bucket.keys.getlist(name, ()))
    if not versions:
        return False
    gone = _noncurrent(versions, rules)
    latest = versions[-1]
    if _is_marker(latest):
        if len(versions) - len(gone) == 1 and any(_ends_marker(rule, latest) for rule in rules):
            gone.append(latest)
    elif any(_is_over(_expires(rule, latest)) for rule in rules):
        if bucket.versioning_status:
            mark(bucket, latest)
        elif not latest.is_locked(False):
            gone.append(latest)
    _drop(bucket, name, gone)
    return bool(gone) or bucket.keys.get(name) is not latest


def _noncurrent(versions: Sequence[Any], rules: Sequence[Rule]) -> list[Any]:
    """The versions that stopped being the current one long enough ago; delete markers do not count as newer ones."""
    gone, newer = [], 0
    for version, successor in zip(reversed(versions[:-1]), reversed(versions[1:]), strict=True):
        since, marker = _moment(successor.last_modified), _is_marker(version)
        locked = not marker and version.is_locked(False)
        if not locked and any(_is_over(r.noncurrent_expires(since, newer)) for r in rules if _selects(r, version)):
            gone.append(version)
        newer += not marker
    return gone


def _drop(bucket: Any, name: str, gone: Sequence[Any]) -> None:
    left = [version for version in bucket.keys.getlist(name, ()) if not any(version is dead for dead in gone)]
    if gone and left:
        bucket.keys.setlist(name, left)
    elif gone:
        bucket.keys.pop(name)


def _selects(rule: Rule, version: Any) -> bool:
    if _is_marker(version):
        return rule.selects_marker(version.name)
    return rule.selects(version.name, version.size, _tags(version) if rule.tags else {})


def _expires(rule: Rule, key: Any) -> float | None:
    return rule.expires(_moment(key.last_modified)) if _selects(rule, key) else None


def _ends_marker(rule: Rule, marker: Any) -> bool:
    """A delete marker without versions goes by itself: by ExpiredObjectDeleteMarker at once, by Days once it is old."""
    old = _is_over(rule.expires(_moment(marker.last_modified)))
    return rule.selects_marker(marker.name) and (rule.expired_marker or old)


def _is_marker(version: Any) -> bool:
    from moto.s3.models import FakeDeleteMarker

    return isinstance(version, FakeDeleteMarker)


def _tags(key: Any) -> Mapping[str, str]:
    from moto.s3.models import s3_backends

    tags: dict[str, str] = s3_backends[current().account]["aws"].tagger.get_tag_dict_for_resource(key.arn)
    return tags


def _is_over(moment: float | None) -> bool:
    return moment is not None and moment <= clock.now()


def _moment(stamp: datetime | None) -> float:
    """What the clock showed then: ages are scaled, those of what an earlier process had made as well."""
    seconds = stamp.replace(tzinfo=stamp.tzinfo or UTC).timestamp() if stamp else time.time()
    return clock.now() - (time.time() - seconds) / current().time_scale
