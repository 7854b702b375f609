"""What a request asks for, as the rules look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from localaws import processes
from localaws.faults import targets
from localaws.iam import s3_gate, stores
from localaws.iam.callers import Callers, anonymous
from localaws.iam.calls import read, s3, wire
from localaws.iam.calls.call import Call
from localaws.iam.calls.wire import Environ, Signature
from localaws.settings import Settings


@dataclass
class Asked:
    """One request; what a rule does not look at is not read."""

    service: str  #: that it was signed for
    environ: Environ
    signed: Signature | None
    callers: Callers
    settings: Settings

    @cached_property
    def _s3(self) -> s3.S3Call:
        return s3.read(self.environ)

    @cached_property
    def _call(self) -> Call:
        signed = self.signed or Signature("", "", self.service)
        return read.read(self.environ, signed, signed.region or self.settings.region, self.settings.account)

    @cached_property
    def operation(self) -> str:
        """By AWS's name for it."""
        return self._s3.operation if self.service == "s3" else self._call.operation

    @cached_property
    def caller(self) -> str:
        """A role by its name, a user as `user/<name>`, else `administrator` or `anonymous`."""
        return self.callers.find(self.signed.key).name if self.signed else anonymous().name

    @cached_property
    def process(self) -> str:
        """The run of a job (its id) or of a Lambda (`<function>/<id>`) that asks; nothing where it is no such one."""
        return processes.named(wire.token(self.environ))

    def texts(self, parameter: str) -> list[str]:
        """The values of a parameter; `A.B` is B within A. S3 has its bucket and its keys."""
        if self.service != "s3":
            return self._call.texts(parameter)
        return [self._s3.bucket] if parameter == "Bucket" else self._keys

    @property
    def _keys(self) -> list[str]:
        """The keys of the objects that a request to S3 names; an empty one where it names none."""
        if self.operation == "DeleteObjects":
            return [key for key, _ in s3.deletions(wire.body(self.environ))]
        return [self._s3.key]

    def targets(self) -> list[str]:
        """What the request is about: objects, items, or other resources."""
        return targets.of_s3(self._s3, self._keys) if self.service == "s3" else targets.of_call(self._call)


class Reader:
    """Reads requests that the authorization has let through."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._callers = Callers(settings.account)

    def read(self, environ: Environ) -> Asked | None:
        """What the request asks of which service; None for one that is for no service of AWS."""
        signed = wire.signature(environ) or s3_gate.form_signature(environ)
        if signed is None and stores.bucket(s3.place(environ)[0]) is None:
            return None
        return Asked(signed.service if signed else "s3", environ, signed, self._callers, self._settings)

    def may_rule(self, environ: Environ) -> bool:
        """The request is the administrator's: nobody signed it, or a key did that localaws never gave out."""
        signed = wire.signature(environ)
        return signed is None or self._callers.find(signed.key).principal.kind == "administrator"
