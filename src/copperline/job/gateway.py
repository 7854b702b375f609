"""PySpark's names in the JVM, asked for once."""

from __future__ import annotations

from typing import Any

#: Classes of static methods that PySpark goes through for every expression and every list.
_BUSY = ("functions", "PythonUtils")


def remember_names(jvm: Any) -> None:
    """The JVM is asked once what each busy name stands for, and once for each method behind it.

    PySpark asks again at every `F.col`: Py4J then tries the name in eight packages, and Java looks for each in every
    jar of its class path. That is a tenth of a small job's seconds. What a name stands for does not change.
    """
    for name in _BUSY:
        known = getattr(jvm, name)
        if not isinstance(known, _Remembered):
            setattr(jvm, name, _Remembered(known))


class _Remembered:
    """A class of static methods; each of them is looked up when it is first needed."""

    def __init__(self, known: Any) -> None:
        self._known = known

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._known, name)
        setattr(self, name, method)
        return method
