"""The middleware: no request reaches moto but one that its caller may make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from localaws import resets
from localaws.iam import answers, reports, s3_gate, stores
from localaws.iam.callers import Caller, Callers, InvalidToken
from localaws.iam.calls import asks, facts, implied, read, wire
from localaws.iam.calls.call import Call
from localaws.iam.calls.wire import Environ, Signature
from localaws.iam.judge import Judge
from localaws.iam.language.documents import Ask
from localaws.iam.ledger import Ledger
from localaws.settings import Settings

#: Services whose resources have policies that may deny even the administrator; of STS the roles must exist.
_WITH_POLICIES = frozenset({"sns", "sqs", "kms", "secretsmanager", "lambda", "dynamodb", "sts"})


class Gate:
    """Who signed? What is asked? May they? Then moto answers, else we do, in the service's own words.

    A key that localaws never gave out is the administrator's, and so is a request that nobody signed and that is
    not for a bucket. Neither signatures nor the end of sessions are verified: whoever reaches the port
    is trusted to be who they say.
    Calls that AWS checks beyond the one made are not: iam:PassRole, and what CloudFormation does for its caller.
    """

    def __init__(self, app: Any, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self.ledger = Ledger(settings.state / "iam" / "decisions.jsonl")
        self.callers = Callers(settings.account)
        self.judge = Judge(self.ledger)
        self._s3 = s3_gate.S3Gate(app, settings, self.judge)
        resets.on_forget(self.ledger.clear)

    def __call__(self, environ: Environ, start: answers.Start) -> Iterable[bytes]:
        """One request, answered by moto or refused."""
        if environ.get("PATH_INFO", "").startswith(reports.PREFIX):
            return reports.answer(environ, start, self.ledger, self._settings.account)
        signed = wire.signature(environ) or s3_gate.form_signature(environ)
        if signed is None:
            return self._s3.unsigned(environ, start)
        try:
            caller = self.callers.find(signed.key)
        except InvalidToken:
            return answers.invalid_token(environ, start, signed.service)
        if signed.service == "s3":
            return self._s3.signed(environ, start, signed, caller)
        return self._other(environ, start, signed, caller)

    def _other(self, environ: Environ, start: answers.Start, signed: Signature, caller: Caller) -> Iterable[bytes]:
        anything = caller.principal.kind == "administrator"
        if anything and signed.service not in _WITH_POLICIES:
            return self._pass(environ, start)
        region = signed.region or self._settings.region
        call = read.read(environ, signed, region, self._settings.account)
        if problem := _unknown_to_sts(call, caller):
            return answers.not_implemented(environ, start, call.service, problem)
        if call.action == "sts:GetCallerIdentity":  # needs no permission, by AWS's documentation of it
            return self._pass(environ, start)
        note = "" if asks.mapped(call.service) else f" (localaws does not know the resources of {call.service})"
        denial = self.judge.first_denial(caller, call.service, self._asks(call, caller), note)
        if denial is None and call.action == "sts:AssumeRole" and stores.role_of(call.text("RoleArn")) is None:
            ask = Ask(call.action, call.text("RoleArn"), facts.of_request(environ, caller.principal, region))
            denial = self.judge.denial(caller, "sts", ask, "because there is no such role")
        if denial:
            return answers.access_denied(environ, start, call.service, denial.message)
        return self._pass(environ, start)

    @staticmethod
    def _asks(call: Call, caller: Caller) -> list[Ask]:
        request = facts.of_request(call.headers, caller.principal, call.region)
        context = facts.of_call(call, request)
        direct = [Ask(action, resource, context) for action, resource in asks.pairs(call)]
        return direct if caller.principal.kind == "administrator" else direct + implied.of_call(call, request)

    def _pass(self, environ: Environ, start: answers.Start) -> Iterable[bytes]:
        answered: Iterable[bytes] = self._app(environ, start)
        return answered


def _unknown_to_sts(call: Call, caller: Caller) -> str:
    """What would hand out sessions with more rights than AWS gives them."""
    if call.service != "sts":
        return ""
    privileged = caller.principal.kind == "administrator"
    if call.operation in ("GetSessionToken", "GetFederationToken") and not privileged:
        return f"localaws does not emulate {call.operation} for roles and users: use AssumeRole."
    if call.operation == "AssumeRole" and ("PolicyArns" in call.params or "Tags" in call.params):
        return "localaws does not emulate AssumeRole with PolicyArns or Tags: use Policy."
    return ""
