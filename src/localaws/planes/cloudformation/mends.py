"""Operations of other services that resource types need and that moto lacks."""

from __future__ import annotations

import json
from typing import Any

from localaws.mend import edit

#: GetBucketNotificationConfiguration tells that events go to EventBridge (page of that name).
_EVENT_BRIDGE = (
    """    self.data["Action"] = "GetBucketNotificationConfiguration"
""",
    """    if notification_configuration.event_bridge is not None:
        result["EventBridgeConfiguration"] = {}
    self.data["Action"] = "GetBucketNotificationConfiguration"
""",
)


def apply() -> None:
    """Each of these works, unless the service's own plane has it already."""
    from moto.athena.responses import AthenaResponse
    from moto.budgets.models import BudgetsBackend
    from moto.budgets.responses import BudgetsResponse
    from moto.logs.metric_filters import MetricFilters
    from moto.logs.responses import LogsResponse
    from moto.s3.responses import S3Response

    _add(AthenaResponse, delete_named_query=_delete_named_query, update_named_query=_update_named_query)
    _add(AthenaResponse, update_work_group=_update_work_group)
    _add(LogsResponse, associate_kms_key=_associate_kms_key, disassociate_kms_key=_disassociate_kms_key)
    _add(BudgetsBackend, update_budget=_update_budget)
    _add(BudgetsResponse, update_budget=_update_budget_action)
    _replace_filters(MetricFilters)
    edit(S3Response, "get_bucket_notification", *_EVENT_BRIDGE)
    _add(BudgetsResponse, describe_subscribers_for_notification=_subscribers)


def _add(owner: type, **methods: Any) -> None:
    for name, method in methods.items():
        if not hasattr(owner, name):
            setattr(owner, name, method)


def _replace_filters(filters: Any) -> None:
    """PutMetricFilter creates or updates (page "PutMetricFilter"); moto would keep both."""
    add = filters.add_filter

    def put(self: Any, filter_name: str, filter_pattern: str, log_group_name: str, *rest: Any) -> None:
        self.delete_filter(filter_name, log_group_name)
        add(self, filter_name, filter_pattern, log_group_name, *rest)

    filters.add_filter = put


def _delete_named_query(self: Any) -> Any:
    """Page "DeleteNamedQuery"."""
    if self.athena_backend.named_queries.pop(self._get_param("NamedQueryId"), None) is None:
        return self.error("NamedQuery does not exist", 400)
    return json.dumps({})


def _update_named_query(self: Any) -> Any:
    """Page "UpdateNamedQuery": name and text are replaced, the description where it is given."""
    found = self.athena_backend.get_named_query(self._get_param("NamedQueryId"))
    if found is None:
        return self.error("NamedQuery does not exist", 400)
    found.name, found.query_string = self._get_param("Name"), self._get_param("QueryString")
    found.description = self._get_param("Description") or found.description
    return json.dumps({})


def _update_work_group(self: Any) -> Any:
    """Page "UpdateWorkGroup": settings are merged; flags named Remove… take one away."""
    group = self.athena_backend.work_groups.get(self._get_param("WorkGroup"))
    if group is None:
        return self.error("WorkGroup is not found.", 400)
    updates = dict(self._get_param("ConfigurationUpdates") or {})
    results = updates.pop("ResultConfigurationUpdates", {})
    configuration = _merged(group.configuration, updates)
    if results:
        configuration["ResultConfiguration"] = _merged(configuration.get("ResultConfiguration", {}), results)
    group.configuration = configuration
    group.state = self._get_param("State") or group.state
    if self._get_param("Description") is not None:
        group.description = self._get_param("Description")
    return json.dumps({})


def _merged(before: dict[str, Any], updates: dict[str, Any]) -> dict[str, Any]:
    gone = {name.removeprefix("Remove") for name, value in updates.items() if name.startswith("Remove") and value}
    kept = {name: value for name, value in before.items() if name not in gone}
    return {**kept, **{name: value for name, value in updates.items() if not name.startswith("Remove")}}


def _associate_kms_key(self: Any) -> Any:
    """Page "AssociateKmsKey"."""
    return _set_key(self, self._get_param("kmsKeyId"))


def _disassociate_kms_key(self: Any) -> Any:
    """Page "DisassociateKmsKey"."""
    return _set_key(self, None)


def _set_key(self: Any, key: str | None) -> Any:
    from moto.core.responses import EmptyResult
    from moto.logs.exceptions import ResourceNotFoundException

    name = self._get_param("logGroupName") or str(self._get_param("resourceIdentifier")).rpartition(":log-group:")[2]
    group = self.logs_backend.groups.get(name.removesuffix(":*"))
    if group is None:
        raise ResourceNotFoundException(msg="The specified log group does not exist.")
    group.kms_key_id = key
    return EmptyResult()


def _update_budget(self: Any, account_id: str, budget: dict[str, Any]) -> None:
    """Page "UpdateBudget": all of the budget but its notifications is replaced."""
    from moto.budgets.exceptions import NotFoundException
    from moto.budgets.models import Budget

    name = budget["BudgetName"]
    if name not in self.budgets[account_id]:
        raise NotFoundException(f"Unable to update budget: {name} - the budget doesn't exist.")
    new = Budget(budget, [])
    new.notifications = self.budgets[account_id][name].notifications
    self.budgets[account_id][name] = new


def _update_budget_action(self: Any) -> Any:
    self.backend.update_budget(self._get_param("AccountId"), self._get_param("NewBudget"))
    return json.dumps({})


def _subscribers(self: Any) -> Any:
    """Page "DescribeSubscribersForNotification"."""
    account, name = self._get_param("AccountId"), self._get_param("BudgetName")
    budget = self.backend.budgets[account].get(name)
    wanted = self._get_param("Notification")
    found = [item.subscribers for item in budget.notifications if item.details == wanted] if budget else []
    return json.dumps({"Subscribers": found[0] if found else []})
