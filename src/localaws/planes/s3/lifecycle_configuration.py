"""How moto keeps lifecycle rules, mended: whole, checked as S3 checks them, and told as they were put."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.planes.s3 import lifecycle
from localaws.planes.s3.lifecycle_rules import Rule, RuleError, described, with_names


def apply() -> None:
    """Buckets keep their rules whole."""
    from moto.s3.models import FakeBucket
    from moto.s3.responses import S3Response

    FakeBucket.set_lifecycle = _keeping(FakeBucket.set_lifecycle)
    FakeBucket.delete_lifecycle = _forget
    S3Response.get_bucket_lifecycle = _answering(S3Response.get_bucket_lifecycle)


def _keeping(plain: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    def set_lifecycle(self: Any, rules: list[dict[str, Any]]) -> None:
        """moto's own checks, then ours; then the bucket has the rules."""
        from moto.s3.exceptions import S3ClientError

        try:
            named = with_names(rules)
            understood = [Rule.of(element) for element in named]
        except RuleError as wrong:
            raise S3ClientError(wrong.code, str(wrong)) from None
        plain(self, named)
        self.lifecycle_elements, self.lifecycle_rules = named, understood
        lifecycle.look_again()

    return set_lifecycle


def _forget(self: Any) -> None:
    self.rules, self.lifecycle_elements, self.lifecycle_rules = [], [], []


def _answering(plain: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def get_bucket_lifecycle(self: Any) -> Any:
        """Every element as it was put: moto forgets sizes and NewerNoncurrentVersions."""
        from moto.core.responses import ActionResult

        elements = self.backend.get_bucket(self.bucket_name).__dict__.get("lifecycle_elements")
        if not elements:
            return plain(self)
        self.data["Action"] = "GetBucketLifecycleConfiguration"
        size = "all_storage_classes_128K"
        answer = {"Rules": [described(e) for e in elements], "TransitionDefaultMinimumObjectSize": size}
        return self.serialized(ActionResult(answer))

    return get_bucket_lifecycle
