"""What moto does not know behind the question mark is refused by name."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from localaws.planes.s3.requests import Refused, is_for_s3

#: moto would take the request for one about the bucket or the object.
SUBRESOURCES = {
    "analytics",
    "intelligent-tiering",
    "metadataConfiguration",
    "metadataInventoryTable",
    "metadataJournalTable",
    "metadataTable",
    "metrics",
    "renameObject",
    "requestPayment",
    "session",
    "torrent",
}


def check(environ: dict[str, Any]) -> None:
    """The request is for something that S3 has and that is emulated.

    Raises:
        Refused: NotImplemented, with its name.
    """
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    asked = SUBRESOURCES & query.keys()
    inventory = "inventory" in query and environ["REQUEST_METHOD"] == "DELETE"
    if (asked or inventory) and is_for_s3(environ):
        name = f"{environ['REQUEST_METHOD']} ?{', '.join(sorted(asked)) or 'inventory'}"
        raise Refused("501 Not Implemented", "NotImplemented", f"s3 {name} is not emulated by localaws")
