"""The code of a function, as Lambda takes it."""

from __future__ import annotations

import io
import zipfile


def zipped(**files: str) -> bytes:
    """A zip with these modules."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return buffer.getvalue()
