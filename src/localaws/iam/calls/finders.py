"""How a call's parameters name resources: what needs more than a prefix and a parameter."""

from __future__ import annotations

from collections.abc import Callable

from localaws.iam import stores
from localaws.iam.calls.call import Call

#: The ARNs of one kind that a call names.
Finder = Callable[[Call], list[str]]


def prefixed(prefix: str, *names: str, region: str | None = None) -> Finder:
    """Resources called `<prefix><name>`; a parameter that already is an ARN stays as it is."""

    def find(call: Call) -> list[str]:
        values = call.texts(*names)
        return [value if value.startswith("arn:") else call.arn(prefix + value, region=region) for value in values]

    return find


def given(marker: str, *names: str) -> Finder:
    """Parameters that are ARNs with the marker in them."""
    return lambda call: [value for value in call.texts(*names) if marker in value]


def topics(call: Call) -> list[str]:
    """A subscription's ARN is its topic's with an id; a text message goes to a phone number."""
    if found := call.texts("TopicArn", "TargetArn", "ResourceArn", "PhoneNumber"):
        return found
    if subscription := call.text("SubscriptionArn"):
        return [subscription.rpartition(":")[0]]
    return [call.arn(name) for name in call.texts("Name")]


def queues(call: Call) -> list[str]:
    """A queue's URL ends in its name."""
    if url := call.text("QueueUrl"):
        return [call.arn(url.rstrip("/").rpartition("/")[2])]
    return call.texts("SourceArn", "ResourceArn") or [call.arn(name) for name in call.texts("QueueName")]


def machines(call: Call) -> list[str]:
    """A version or an alias counts as its machine. (Step Functions, "Identity-based policies")"""
    given = call.texts("stateMachineArn", "stateMachineVersionArn", "stateMachineAliasArn", "resourceArn")
    arns = [":".join(arn.split(":")[:7]) for arn in given if ":stateMachine:" in arn]
    return arns or ([call.arn(f"stateMachine:{call.text('name')}")] if call.operation == "CreateStateMachine" else [])


def workgroups(call: Call) -> list[str]:
    """Queries belong to the workgroup that ran or keeps them; no workgroup at all means `primary`."""
    names = call.texts("WorkGroup") or (call.texts("Name") if call.operation.endswith("WorkGroup") else [])
    ids = call.texts("QueryExecutionId", "QueryExecutionIds", "NamedQueryId", "NamedQueryIds")
    if not names and ids:
        names = list(dict.fromkeys(stores.athena_workgroup(call.account, call.region, each) for each in ids))
        return [call.arn(f"workgroup/{name}") for name in names if name]
    tagged = [arn for arn in call.texts("ResourceARN") if ":workgroup/" in arn]
    return tagged or [call.arn(f"workgroup/{name}") for name in names or ["primary"]]


def secret(call: Call, name: str) -> str:
    """The ARN of the secret, with the random end that AWS gave it; without one where there is no such secret."""
    found = stores.secret(call.account, call.region, name)
    if found is not None:
        return str(found.arn)
    return name if name.startswith("arn:") else call.arn(f"secret:{name}")


def secrets(call: Call) -> list[str]:
    """Secrets by name, ARN or list of either."""
    return [secret(call, name) for name in call.texts("SecretId", "Name", "SecretIdList")]


def key(call: Call, name: str) -> str:
    """The ARN of the key that an id, an alias or an ARN names."""
    found = stores.kms_key(call.account, call.region, name)
    if found is not None:
        return str(found.arn)
    return name if name.startswith("arn:") else call.arn(name if name.startswith("alias/") else f"key/{name}", "kms")


def keys(call: Call) -> list[str]:
    """Decrypt may leave the key to the ciphertext."""
    if names := call.texts("KeyId", "TargetKeyId"):
        return [key(call, name) for name in names]
    if call.operation in ("DeleteAlias", "UpdateAlias"):
        return [key(call, name) for name in call.texts("AliasName") if stores.kms_key(call.account, call.region, name)]
    return [key(call, name) for name in ciphertext_keys(call)]


def ciphertext_keys(call: Call) -> list[str]:
    """The keys that the ciphertexts were made with."""
    import base64
    import binascii

    try:
        blobs = [base64.b64decode(text) for text in call.texts("CiphertextBlob")]
    except binascii.Error:
        return []
    return [found for found in map(stores.ciphertext_key, blobs) if found]


def functions(call: Call) -> list[str]:
    """A qualifier is part of the function's ARN. (Lambda, "Resources and conditions for Lambda actions")"""
    out = []
    for name in call.texts("FunctionName"):
        parts = name.split(":")
        base = (
            parts[6:] if name.startswith("arn:") else parts[2:] if len(parts) > 2 and parts[1] == "function" else parts
        )
        qualifier = base[1] if len(base) > 1 else call.text("Qualifier")
        out.append(call.arn(":".join(["function", base[0], *([qualifier] if qualifier else [])])))
    return out or given(":function:", "Resource")(call)


def layers(call: Call) -> list[str]:
    """A layer, or one version of it."""
    name, version = call.text("LayerName"), call.text("VersionNumber")
    if name.startswith("arn:") or not name:
        return [arn for arn in call.texts("Arn", "LayerName") if arn]
    return [call.arn(f"layer:{name}:{version}" if version else f"layer:{name}")]


def log_groups(call: Call) -> list[str]:
    """Policies for a log group end in `:*`, but those for tagging. (CloudWatch Logs, "Resources and operations")"""
    names = call.texts("logGroupName", "logGroupIdentifier", "logGroupNames", "logGroupIdentifiers", "logGroupArn")
    arns = [name.removesuffix(":*") if name.startswith("arn:") else call.arn(f"log-group:{name}") for name in names]
    tagged = [arn for arn in call.texts("resourceArn") if ":log-group:" in arn]
    return tagged or [f"{arn}:log-stream:" for arn in arns]


def log_streams(call: Call) -> list[str]:
    """A stream within its group."""
    stream = call.text("logStreamName")
    return [f"{group}{stream}" for group in log_groups(call)]


def rules(call: Call) -> list[str]:
    """Rules of the default bus have no bus in their ARN."""
    if tagged := given(":rule/", "ResourceARN")(call):
        return tagged
    bus = call.text("EventBusName").rpartition("/")[2]
    prefix = "rule/" if bus in ("", "default") else f"rule/{bus}/"
    return [call.arn(prefix + name) for name in call.texts("Rule", "Name")]


def buses(call: Call) -> list[str]:
    """The buses of the call, or of its events."""
    if call.operation == "PutEvents":
        entries = call.params.get("Entries") or []
        names = [str(entry.get("EventBusName") or "default") for entry in entries if isinstance(entry, dict)]
    else:
        names = call.texts("EventBusName", "Name", "ResourceARN")
    unique = dict.fromkeys(names)
    return [name if name.startswith("arn:") else call.arn(f"event-bus/{name}") for name in unique]


def schedules(call: Call) -> list[str]:
    """A schedule within its group."""
    return [call.arn(f"schedule/{call.text('GroupName') or 'default'}/{name}") for name in call.texts("Name")]


def schedule_groups(call: Call) -> list[str]:
    """Groups of schedules."""
    return call.texts("ResourceArn") or [call.arn(f"schedule-group/{name}") for name in call.texts("Name")]


def stacks(call: Call) -> list[str]:
    """A stack that is not there yet has an id that nobody knows."""
    names = [name for name in call.texts("StackName") if not name.startswith("arn:")]
    known = [stores.stack_arn(call.account, call.region, name) or call.arn(f"stack/{name}/*") for name in names]
    return known or given(":stack/", "StackName", "StackId", "ChangeSetName")(call)


def roles(call: Call) -> list[str]:
    """The path is part of a role's ARN."""
    if call.operation == "CreateRole":
        path = call.text("Path") or "/"
        return [call.arn(f"role{path}{name}", region="") for name in call.texts("RoleName")]
    found = [(name, stores.role(call.account, name)) for name in call.texts("RoleName")]
    arns = [str(role.arn) if role is not None else call.arn(f"role/{name}", region="") for name, role in found]
    return arns or given(":role/", "RoleArn")(call)


def policies(call: Call) -> list[str]:
    """Managed policies; one that is created has a path."""
    path = call.text("Path") or "/"
    return call.texts("PolicyArn") or [call.arn(f"policy{path}{name}", region="") for name in call.texts("PolicyName")]


def users(call: Call) -> list[str]:
    """Actions on oneself name no user."""
    path = call.text("Path") or "/" if call.operation == "CreateUser" else "/"
    return [call.arn(f"user{path}{name}", region="") for name in call.texts("UserName")]


def tables(call: Call) -> list[str]:
    """Tables by name or ARN; the ARN of something within a table is not one."""
    names = call.texts("TableName", "ResourceArn", "TableArn", "SourceTableArn", "SourceTableName", "TargetTableName")
    arns = [name if name.startswith("arn:") else call.arn(f"table/{name}") for name in names]
    return [arn for arn in arns if arn.count("/") == 1]


def streams(call: Call) -> list[str]:
    """A stream, named or walked by an iterator that begins with its ARN."""
    return call.texts("StreamArn") or [text.partition("|")[0] for text in call.texts("ShardIterator")]


def parameters(call: Call) -> list[str]:
    """A parameter's ARN has no leading slash."""
    names = call.texts("Name", "Names", "Path") or call.texts("ResourceId")
    return [name if name.startswith("arn:") else call.arn(f"parameter/{name.lstrip('/')}") for name in names]


def stack_sets(call: Call) -> list[str]:
    """A stack set's id, like a stack's, is not in the call."""
    return [call.arn(f"stackset/{name}:*") for name in call.texts("StackSetName")]


def clusters(call: Call) -> list[str]:
    """The Data API speaks of Redshift's clusters."""
    return [call.arn(f"cluster:{name}", "redshift") for name in call.texts("ClusterIdentifier")]
