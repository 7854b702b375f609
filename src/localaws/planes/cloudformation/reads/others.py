"""AWS::Budgets and AWS::LakeFormation as these services tell them."""

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import Read
from localaws.planes.cloudformation.rows.base import Props
from localaws.planes.cloudformation.rows.others import SETTINGS


def _budget(ctx: Context, name: str, props: Props) -> Props:
    budgets, place = ctx.client("budgets"), {"AccountId": ctx.account, "BudgetName": name}
    found: Props = {"Budget": budgets.describe_budget(**place)["Budget"]}
    if "NotificationsWithSubscribers" in props:
        told = budgets.describe_notifications_for_budget(**place)["Notifications"]
        found["NotificationsWithSubscribers"] = [_notification(budgets, place, one) for one in told]
    return found


def _notification(budgets: Any, place: Props, one: Props) -> Props:
    answer = budgets.describe_subscribers_for_notification(**place, Notification=one)
    return {"Notification": one, "Subscribers": answer["Subscribers"]}


def _settings(ctx: Context, _: str, __: Props) -> Props:
    found = ctx.client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    return {name: found[api] for name, api in SETTINGS.items() if api in found}


READS: dict[str, Read] = {
    "AWS::Budgets::Budget": _budget,
    "AWS::LakeFormation::DataLakeSettings": _settings,
}
