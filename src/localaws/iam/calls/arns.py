"""The ARNs of what a call names, by service and kind of resource.

The shapes are those of the Service Authorization Reference, "Resource types defined by …", of each service.
"""

from __future__ import annotations

from localaws.iam.calls import finders, glue_arns
from localaws.iam.calls.finders import Finder, given, prefixed

FINDERS: dict[str, dict[str, Finder]] = {
    "glue": glue_arns.FINDERS,
    "states": {
        "statemachine": finders.machines,
        "execution": given(":execution:", "executionArn", "resourceArn"),
        "express": given(":express:", "executionArn"),
        "activity": prefixed("activity:", "activityArn", "name"),
        "maprun": given(":mapRun:", "mapRunArn"),
    },
    "athena": {
        "workgroup": finders.workgroups,
        "datacatalog": prefixed("datacatalog/", "CatalogName", "Name"),
        "capacity-reservation": prefixed("capacity-reservation/", "Name", "CapacityReservationName"),
    },
    "sns": {"topic": finders.topics},
    "sqs": {"queue": finders.queues},
    "dynamodb": {
        "table": finders.tables,
        "stream": finders.streams,
        "backup": given("/backup/", "BackupArn"),
        "export": given("/export/", "ExportArn"),
        "import": given("/import/", "ImportArn"),
        "global-table": prefixed("global-table/", "GlobalTableName", region=""),
    },
    "secretsmanager": {"Secret": finders.secrets},
    "kms": {"key": finders.keys, "alias": prefixed("", "AliasName")},
    "lambda": {
        "function": finders.functions,
        "function-alias": finders.functions,
        "function-version": finders.functions,
        "layer": finders.layers,
        "layerVersion": finders.layers,
        "eventSourceMapping": prefixed("event-source-mapping:", "UUID"),
        "code-signing-config": given(":code-signing-config:", "CodeSigningConfigArn"),
    },
    "logs": {
        "log-group": finders.log_groups,
        "log-stream": finders.log_streams,
        "destination": prefixed("destination:", "destinationName"),
    },
    "cloudwatch": {
        "alarm": prefixed("alarm:", "AlarmName", "AlarmNames", "ResourceARN"),
        "dashboard": prefixed("dashboard/", "DashboardName", "DashboardNames", region=""),
        "insight-rule": prefixed("insight-rule/", "RuleName", "RuleNames"),
        "metric-stream": prefixed("metric-stream/", "Name", "Names"),
    },
    "events": {
        "rule-on-default-event-bus": finders.rules,
        "event-bus": finders.buses,
        "archive": prefixed("archive/", "ArchiveName"),
        "replay": prefixed("replay/", "ReplayName"),
        "connection": prefixed("connection/", "Name"),
        "api-destination": prefixed("api-destination/", "Name"),
        "endpoint": prefixed("endpoint/", "Name"),
    },
    "scheduler": {"schedule": finders.schedules, "schedule-group": finders.schedule_groups},
    "cloudformation": {
        "stack": finders.stacks,
        "stackset": finders.stack_sets,
    },
    "iam": {
        "role": finders.roles,
        "policy": finders.policies,
        "user": finders.users,
        "group": prefixed("group/", "GroupName", region=""),
        "instance-profile": prefixed("instance-profile/", "InstanceProfileName", region=""),
        "oidc-provider": given(":oidc-provider/", "OpenIDConnectProviderArn"),
        "saml-provider": given(":saml-provider/", "SAMLProviderArn"),
        "server-certificate": prefixed("server-certificate/", "ServerCertificateName", region=""),
        "mfa": given(":mfa/", "SerialNumber"),
    },
    "sts": {"role": given(":role/", "RoleArn")},
    "ssm": {"parameter": finders.parameters, "document": prefixed("document/", "Name")},
    "budgets": {"budget": prefixed("budget/", "BudgetName", "Budget.BudgetName", region="")},
    "redshift-data": {
        "cluster": finders.clusters,
    },
    "lakeformation": {},
    "tag": {},
}
