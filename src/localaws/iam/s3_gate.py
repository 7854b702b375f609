"""S3's part of the middleware: its denials hide what exists, and one of its calls is many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from localaws.iam import answers, deletions, stores
from localaws.iam.callers import Caller, anonymous
from localaws.iam.calls import facts, implied, s3, s3_facts, wire
from localaws.iam.calls.s3 import S3Call
from localaws.iam.calls.wire import Environ, Signature
from localaws.iam.judge import Denial, Judge
from localaws.iam.language.context import Context
from localaws.iam.language.documents import Ask
from localaws.settings import Settings

#: What the owner of an account may do whatever the bucket's policy says. (S3, "PutBucketPolicy")
_ALWAYS_ROOT = frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"})
_READS = frozenset({"GetObject", "HeadObject"})
_FORM = re.compile(rb'name="(?:[Xx]-[Aa]mz-[Cc]redential|AWSAccessKeyId)"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]+)')
_FORM_KEY = re.compile(rb'name="key"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)')


def form_signature(environ: Environ) -> Signature | None:
    """Who signed the form that an upload from a browser is. (S3, "Browser-based uploads using POST")"""
    if environ["REQUEST_METHOD"] != "POST" or "multipart/form-data" not in environ.get("CONTENT_TYPE", ""):
        return None
    found = _FORM.search(wire.body(environ))
    key = found[1].decode().partition("/")[0] if found else ""
    return Signature(key, "", "s3", presigned=True) if key else None


class S3Gate:
    """Requests to S3, signed or not."""

    def __init__(self, app: Any, settings: Settings, judge: Judge) -> None:
        self._app = app
        self._settings = settings
        self._judge = judge

    def unsigned(self, environ: Environ, start: answers.Start) -> Iterable[bytes]:
        """A request for a bucket is anybody's; every other unsigned request is none of ours."""
        bucket, _ = s3.place(environ)
        if environ["REQUEST_METHOD"] == "OPTIONS" or stores.bucket(bucket) is None:
            return self._pass(environ, start)
        call, caller = s3.read(environ), anonymous()
        context = self._context(call, caller, presigned=False)
        if self._is_public(call) or self._judge.first_denial(caller, "s3", self._direct(call, context)) is None:
            return self._pass(environ, start)
        return answers.access_denied(environ, start, "s3", "Access Denied")

    def signed(self, environ: Environ, start: answers.Start, signed: Signature, caller: Caller) -> Iterable[bytes]:
        """The answer of moto, or the denial."""
        anything = caller.principal.kind == "administrator"
        if environ["REQUEST_METHOD"] == "OPTIONS" or (anything and not self._has_policy(environ)):
            return self._pass(environ, start)
        call = s3.read(environ)
        if anything and call.operation in _ALWAYS_ROOT:
            return self._pass(environ, start)
        context = self._context(call, caller, presigned=signed.presigned)
        if call.operation == "DeleteObjects":
            return deletions.answer(self._app, self._judge, caller, call, context, start)
        denial = self._denial(call, caller, context)
        if denial:
            return answers.access_denied(environ, start, "s3", denial.message)
        return self._pass(environ, start)

    def _denial(self, call: S3Call, caller: Caller, context: Context) -> Denial | None:
        direct = self._direct(call, context)
        if caller.principal.kind == "administrator":
            return self._judge.first_denial(caller, "s3", direct)
        keys = implied.of_s3(call, self._settings.account, context)
        return self._judge.first_denial(caller, "s3", [*direct, *keys, *_to_be_told(call, context)])

    def _context(self, call: S3Call, caller: Caller, *, presigned: bool) -> Context:
        request = facts.of_request(call.environ, caller.principal, self._region(call))
        return s3_facts.of_call(call, request, self._settings.account, presigned=presigned)

    def _region(self, call: S3Call) -> str:
        return str(getattr(stores.bucket(call.bucket), "region_name", self._settings.region))

    @staticmethod
    def _direct(call: S3Call, context: Context) -> list[Ask]:
        if call.operation == "PostObject":
            found = _FORM_KEY.search(wire.body(call.environ))
            return [Ask("s3:PutObject", s3.object_arn(call.bucket, found[1].decode() if found else ""), context)]
        pairs = s3.pairs(call)
        return [Ask(action, resource, s3_facts.of_resource(call, context, resource)) for action, resource in pairs]

    @staticmethod
    def _has_policy(environ: Environ) -> bool:
        """A copy has two buckets."""
        if "HTTP_X_AMZ_COPY_SOURCE" in environ:
            return True
        bucket = stores.bucket(s3.place(environ)[0])
        return bucket is not None and bucket.policy is not None

    @staticmethod
    def _is_public(call: S3Call) -> bool:
        """The object's access control list lets everybody read, and the bucket does not forbid such lists."""
        block = stores.bucket(call.bucket).public_access_block
        stored = stores.stored_object(call.bucket, call.key, call.version) if call.operation in _READS else None
        ignored = bool(block and block.ignore_public_acls)
        return bool(stored is not None and stored.acl and stored.acl.public_read and not ignored)

    def _pass(self, environ: Environ, start: answers.Start) -> Iterable[bytes]:
        answered: Iterable[bytes] = self._app(environ, start)
        return answered


def _to_be_told(call: S3Call, context: Context) -> list[Ask]:
    """Only who may list the bucket is told that an object is not there. (S3, "GetObject": Permissions)"""
    if call.operation not in _READS or stores.bucket(call.bucket) is None:
        return []
    if stores.stored_object(call.bucket, call.key, call.version) is not None:
        return []
    return [Ask("s3:ListBucket", s3.bucket_arn(call.bucket), context)]
