"""What Spark raises, told without a value of any row."""

from __future__ import annotations

import re

from py4j.protocol import Py4JJavaError
from pyspark.errors.exceptions.captured import CapturedException

#: What a failed computation is to Python: PySpark translates some of Java's exceptions, not all.
FAILURES = (Py4JJavaError, CapturedException)
#: What is wrong with the machine, the network or the account, and not with a file.
_ENVIRONMENT = re.compile(
    r"AmazonS3Exception|S3Exception|SdkClientException|AccessDenied|ConnectException|SocketTimeout|UnknownHost|"
    r"SparkContext (was|is) (shut ?down|stopped)|stopped SparkContext|OutOfMemoryError|No space left|"
    r"ClassNotFoundException|NoClassDefFoundError|ExecutorLost|InterruptedException|"
    r"\bJob \d+ cancelled"
)


def failure(error: Exception) -> str:
    """The class of the error: messages may quote values."""
    if isinstance(error, CapturedException):
        return error.getErrorClass() or type(error).__name__
    if isinstance(error, Py4JJavaError):
        return str(error.java_exception.getClass().getName())
    return type(error).__name__


def of_the_environment(error: Exception) -> bool:
    """Whether trying again later may succeed with the same file."""
    text = str(error.java_exception.toString()) + _causes(error) if isinstance(error, Py4JJavaError) else str(error)
    return bool(_ENVIRONMENT.search(text))


def _causes(error: Py4JJavaError) -> str:
    found, cause = "", error.java_exception.getCause()
    while cause is not None:
        found, cause = f"{found} {cause.toString()}", cause.getCause()
    return found
