"""Functions on bytes."""

from __future__ import annotations

from localaws.planes.athena.sql.functions.call import simple
from localaws.planes.athena.sql.types import VARBINARY, VARCHAR

simple("to_utf8", (VARCHAR,), VARBINARY, "encode({0})")
simple("from_utf8", (VARBINARY,), VARCHAR, "decode({0})")
simple("to_hex", (VARBINARY,), VARCHAR, "hex({0})")
simple("from_hex", (VARCHAR,), VARBINARY, "unhex({0})")
simple("to_base64", (VARBINARY,), VARCHAR, "to_base64({0})")
simple("from_base64", (VARCHAR,), VARBINARY, "from_base64({0})")
simple("md5", (VARBINARY,), VARBINARY, "unhex(md5({0}))")
simple("sha1", (VARBINARY,), VARBINARY, "unhex(sha1({0}))")
simple("sha256", (VARBINARY,), VARBINARY, "unhex(sha256({0}))")
