"""What roles are granted and a green run does not use, each with the reason to keep it; reviewed, not harvested."""

from __future__ import annotations

#: By reason: role, statement, actions.
SPARE = {
    "what failed is cleaned up: a multipart upload, the files of a commit that lost": """
        promote CopiesToBronzeAndArchive s3:AbortMultipartUpload
        silver-job WritesTables s3:AbortMultipartUpload s3:DeleteObject
        gold-job WritesTables s3:AbortMultipartUpload s3:DeleteObject
        batch-job WritesTables s3:AbortMultipartUpload s3:DeleteObject
        rollback-job WritesTables s3:AbortMultipartUpload s3:DeleteObject
        maintain-job WritesTables s3:AbortMultipartUpload
    """,
    "without it S3 answers 403, not 404, for what is gone or not there yet": """
        promote ListsWhatWasDelivered s3:ListBucket
        promote SeesThatACopyIsMissing s3:ListBucket
        silver-job ListsTables s3:ListBucket
        gold-job ListsTables s3:ListBucket
        batch-job ListsTables s3:ListBucket
        rollback-job ListsTables s3:ListBucket
    """,
    "a promote takes over what another left, frees what a lost file had reserved, reads a copy again": """
        promote RecordsDeliveries dynamodb:DeleteItem dynamodb:GetItem
        promote VerifiesTheCopies s3:GetObject
    """,
    "a file that is refused is set aside, withdrawn and told of": """
        promote AlertsPeople sns:Publish
        silver-job PutsRefusedFilesAside s3:PutObject
        silver-job RemovesRefusedFiles s3:DeleteObject
        silver-job MarksDeliveries dynamodb:GetItem dynamodb:UpdateItem
        silver-job AlertsPeople sns:Publish
        batch-job PutsRefusedFilesAside s3:PutObject
        batch-job RemovesRefusedFiles s3:DeleteObject
        batch-job MarksDeliveries dynamodb:GetItem dynamodb:UpdateItem
        batch-job AlertsPeople sns:Publish
    """,
    "somebody corrects a row in quarantine": """
        promote FindsTheFilesThatCorrectionsName dynamodb:Query
    """,
    "a job settles what a dead run took": """
        silver-job NotesWhatItTookAndReportsRows dynamodb:GetItem
        batch-job NotesWhatItTookAndReportsRows dynamodb:GetItem
    """,
    "rollback and maintenance begin by settling what a dead run left": """
        rollback-job SettlesAndReportsRows dynamodb:GetItem dynamodb:UpdateItem
        maintain-job SettlesAndReportsRows dynamodb:GetItem dynamodb:UpdateItem
        maintain-job MarksAndHoldsDeliveries dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query
        maintain-job HoldsLeases dynamodb:ConditionCheckItem
    """,
    "nothing here is old enough for the expiry, and maintenance that fails tells people": """
        maintain-job WritesTables s3:DeleteObject
        maintain-job AlertsPeople sns:Publish
    """,
    "the ledgers were there; the first that is kept after an upgrade may be a new one": """
        rollback-job CommitsToTheCatalogue glue:CreateTable glue:GetDatabase
        maintain-job CommitsToTheCatalogue glue:CreateTable glue:GetDatabase
    """,
    "only a run of the workflow is reported to, and here single jobs ran without one, on tables that were there": """
        silver-job NotesWhatItTookAndReportsRows dynamodb:UpdateItem
        gold-job ReportsRows dynamodb:UpdateItem
        silver-job CommitsToTheCatalogue glue:CreateTable glue:GetDatabase
        gold-job CommitsToTheCatalogue glue:CreateTable glue:GetDatabase
    """,
    "a run ends badly, or is stopped with all that it started": """
        pipeline FailsOnAWrongEnd lambda:InvokeFunction
        pipeline RunsJobs glue:BatchStopJobRun
        medallion WaitsForAFeed states:StopExecution
    """,
    "the schedule, which is off until somebody turns it on": """
        schedule StartsARun states:StartExecution
        maintenance-schedule StartsTheMaintenance glue:StartJobRun
        medallion LooksForAnOlderRun states:ListExecutions
    """,
    "a crawl that finds its tables and partitions changed": """
        crawler CataloguesTablesAndPartitions glue:BatchGetPartition glue:BatchUpdatePartition glue:CreatePartition
        crawler CataloguesTablesAndPartitions glue:GetPartition glue:GetPartitions glue:GetTable
        crawler CataloguesTablesAndPartitions glue:UpdatePartition glue:UpdateTable
    """,
    "services call it on AWS, and localaws does not on their behalf": """
        silver-job KeepsTemporaryFiles s3:DeleteObject s3:GetObject s3:PutObject
        silver-job WritesItsLog logs:AssociateKmsKey logs:CreateLogGroup
        silver-job CountsItsMetrics cloudwatch:PutMetricData
        gold-job KeepsTemporaryFiles s3:DeleteObject s3:GetObject s3:PutObject
        gold-job WritesItsLog logs:AssociateKmsKey logs:CreateLogGroup
        gold-job CountsItsMetrics cloudwatch:PutMetricData
        batch-job KeepsTemporaryFiles s3:DeleteObject s3:GetObject s3:PutObject
        batch-job WritesItsLog logs:AssociateKmsKey logs:CreateLogGroup
        batch-job CountsItsMetrics cloudwatch:PutMetricData
        rollback-job KeepsTemporaryFiles s3:DeleteObject s3:GetObject s3:PutObject
        rollback-job WritesItsLog logs:AssociateKmsKey logs:CreateLogGroup
        rollback-job CountsItsMetrics cloudwatch:PutMetricData
        rollback-job StartsASparkCatalogue glue:GetDatabase
        maintain-job KeepsTemporaryFiles s3:DeleteObject s3:GetObject s3:PutObject
        maintain-job WritesItsLog logs:AssociateKmsKey logs:CreateLogGroup
        maintain-job CountsItsMetrics cloudwatch:PutMetricData
        maintain-job StartsASparkCatalogue glue:GetDatabase
        silver-job StartsASparkCatalogue glue:GetDatabase
        gold-job StartsASparkCatalogue glue:GetDatabase
        crawler ListsTheZones s3:GetBucketLocation
        promote WritesItsLog logs:CreateLogStream logs:PutLogEvents
        plan WritesItsLog logs:CreateLogStream logs:PutLogEvents
        check WritesItsLog logs:CreateLogStream logs:PutLogEvents
        medallion HearsThatAFeedEnded events:DescribeRule events:PutRule events:PutTargets
        pipeline RunsJobs glue:GetJobRuns
        medallion WritesItsLog logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups
        medallion WritesItsLog logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries
        medallion WritesItsLog logs:PutResourcePolicy logs:UpdateLogDelivery
        pipeline WritesItsLog logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups
        pipeline WritesItsLog logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries
        pipeline WritesItsLog logs:PutResourcePolicy logs:UpdateLogDelivery
    """,
}


def spare_actions() -> set[tuple[str, str, str]]:
    """Role, statement and action in small letters, one by one."""
    lines = [line.split() for block in SPARE.values() for line in block.splitlines() if line.strip()]
    return {(role, need, action.lower()) for role, need, *actions in lines for action in actions}
