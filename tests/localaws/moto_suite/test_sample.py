"""A few dozen of moto's own tests over the services: what the whole suite asks of localaws, in seconds."""

from __future__ import annotations

import pytest

from tests.localaws.moto_suite import record, run
from tests.localaws.moto_suite.fetch import home

FILES = (
    "test_athena/test_athena_capacity_reservations.py",
    "test_awslambda/test_lambda_alias.py",
    "test_cloudformation/test_cloudformation_stack_crud.py::test_stack_with_imports",
    "test_events/test_events_partners_integration.py",
    "test_kms/test_kms_key_rotation.py::test_list_key_rotations_pagination",
    "test_s3/test_s3_tagging.py",
    "test_scheduler/test_schedule_groups.py",
    "test_sns/test_topics.py::test_create_and_delete_topic",
    "test_stepfunctions/test_stepfunctions_versions.py",
)


@pytest.mark.slow("starts a server, and a pytest that imports much of moto")
@pytest.mark.skipif(not home().is_dir(), reason="moto's tests are not in the cache: make moto-tests fetches them")
def test_a_sample_of_motos_own_tests_passes() -> None:
    with run.localaws() as endpoint:
        results = run.run(home(), endpoint, [f"tests/{name}" for name in FILES], lambda _: None)
    known = {test: reason for reasons in record.load().values() for test, reason in reasons.items() if test in results}
    assert record.complaints("the sample", results, known) == []
    assert sum(result.outcome == "passed" for result in results.values()) >= 30
