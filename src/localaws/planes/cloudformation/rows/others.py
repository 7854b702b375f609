"""AWS::Budgets and AWS::LakeFormation."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, as_data, names, pick

SETTINGS = {
    "Admins": "DataLakeAdmins",
    "CreateDatabaseDefaultPermissions": "CreateDatabaseDefaultPermissions",
    "CreateTableDefaultPermissions": "CreateTableDefaultPermissions",
    "Parameters": "Parameters",
    "TrustedResourceOwners": "TrustedResourceOwners",
    "AllowExternalDataFiltering": "AllowExternalDataFiltering",
    "ExternalDataFilteringAllowList": "ExternalDataFilteringAllowList",
    "AuthorizedSessionTagValueList": "AuthorizedSessionTagValueList",
}


def _budget(ctx: Context, props: Props) -> dict[str, Any]:
    given = dict(props["Budget"])
    given.setdefault("BudgetName", ctx.physical_id or ctx.generated_name())
    if "BudgetLimit" in given:
        limit = given["BudgetLimit"]
        given["BudgetLimit"] = {"Amount": str(limit["Amount"]), "Unit": limit["Unit"]}
    if "CostFilters" in given:
        given["CostFilters"] = as_data(given["CostFilters"])
    return given


def _create_budget(ctx: Context, props: Props) -> str:
    budget = _budget(ctx, props)
    ctx.client("budgets").create_budget(
        AccountId=ctx.account, Budget=budget, **pick(props, "NotificationsWithSubscribers")
    )
    return ctx.made(budget["BudgetName"])


def _update_budget(ctx: Context, _: str, new: Props, __: Props) -> None:
    ctx.client("budgets").update_budget(AccountId=ctx.account, NewBudget=_budget(ctx, new))


def _delete_budget(ctx: Context, name: str, _: Props) -> None:
    ctx.client("budgets").delete_budget(AccountId=ctx.account, BudgetName=name)


def _put_settings(ctx: Context, props: Props) -> None:
    settings = {api: props[name] for name, api in SETTINGS.items() if name in props}
    ctx.client("lakeformation").put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [], **settings})


def _create_settings(ctx: Context, props: Props) -> str:
    _put_settings(ctx, props)
    return ctx.made(ctx.account)


ROWS = [
    Row(
        "AWS::Budgets::Budget",
        names("Budget NotificationsWithSubscribers"),
        _create_budget,
        _delete_budget,
        _update_budget,
        lambda ctx, name, props: {"Id": name},
    ),
    Row(
        "AWS::LakeFormation::DataLakeSettings",
        names(" ".join(SETTINGS)),
        _create_settings,
        lambda ctx, made, props: _put_settings(ctx, {}),
        lambda ctx, made, new, old: _put_settings(ctx, new),
        lambda ctx, made, props: {"Id": made},
    ),
]
