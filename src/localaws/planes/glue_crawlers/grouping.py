"""Which folders are tables and which are partitions.

Page "How does a crawler determine when to create partitions?"
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from localaws.planes.glue_crawlers.formats import UNKNOWN
from localaws.planes.glue_crawlers.found import Found, together
from localaws.planes.glue_crawlers.listing import Item


@dataclass(frozen=True)
class Partition:
    """A folder of a table: the names of the folders between, and what is in it."""

    folders: tuple[str, ...]
    path: str
    found: Found


@dataclass(frozen=True)
class Group:
    """What becomes one table: a folder or a file, with its partitions (one without folders where it has none)."""

    path: str
    partitions: tuple[Partition, ...]

    @property
    def depth(self) -> int:
        """How many levels of partitions it has."""
        return len(self.partitions[0].folders)

    @property
    def found(self) -> Found:
        """The union of what its partitions hold."""
        return together(partition.found for partition in self.partitions)


@dataclass
class Folder:
    """A folder under the include path."""

    path: str
    files: list[tuple[str, Found]] = field(default_factory=list)
    folders: dict[str, Folder] = field(default_factory=dict)


def tree(prefix: str, files: Sequence[tuple[Item, Found]]) -> Folder:
    """The files in their folders, from the include path down; a file that is the include path is its own place."""
    if [item.key for item, _ in files] == [prefix]:
        return Folder(prefix, [(prefix, found) for _, found in files])
    root = Folder(prefix[: prefix.rfind("/") + 1])
    for item, found in files:
        place = root
        for name in item.key[len(root.path) :].split("/")[:-1]:
            place = place.folders.setdefault(name, Folder(f"{place.path}{name}/"))
        place.files.append((item.key, found))
    return root


def groups(root: Folder, *, level: int | None = None, combine: bool = False) -> list[Group]:
    """The tables under the root.

    Args:
        root: the include path.
        level: TableLevelConfiguration, the bucket being level 1: the folders of this level are the tables.
        combine: TableGroupingPolicy CombineCompatibleSchemas: schemas need not be similar.
    """
    if level is None:
        return _grouped(root, combine=combine, forced=False)
    return [group for folder in _at_level(root, level - 1) for group in _grouped(folder, combine=True, forced=True)]


def _at_level(folder: Folder, level: int) -> Iterator[Folder]:
    """The folders whose path has so many parts below the bucket; what lies higher is no table."""
    if folder.path.count("/") == level:
        yield folder
    for name in sorted(folder.folders):
        yield from _at_level(folder.folders[name], level)


def _grouped(folder: Folder, *, combine: bool, forced: bool) -> list[Group]:
    own = _of_files(folder, combine)
    below = [
        group
        for name in sorted(folder.folders)
        for group in _grouped(folder.folders[name], combine=combine, forced=forced)
    ]
    if own:  # files beside folders: a table of their own
        return own + below
    merged, rest = _partitioned(folder, below, combine, forced)
    return ([merged] if merged else []) + rest


def _of_files(folder: Folder, combine: bool) -> list[Group]:
    """One table of the files that fit each other; where they do not, one of each file."""
    known = [(key, found) for key, found in folder.files if found.classification != UNKNOWN]
    files = known or folder.files
    if not files:
        return []
    first = files[0][1]
    if all(_fit(first, found, combine) for _, found in files):
        return [Group(folder.path, (Partition((), folder.path, together(found for _, found in files)),))]
    return [Group(key, (Partition((), key, found),)) for key, found in files]


def _partitioned(folder: Folder, below: list[Group], combine: bool, forced: bool) -> tuple[Group | None, list[Group]]:
    """The folder as one table whose partitions are the groups below, and those that do not fit in."""
    direct = [group for group in below if group.path.endswith("/") and group.path.count("/") == _level(folder) + 1]
    named = {group.path[len(folder.path) :].rstrip("/").partition("=")[0] for group in direct if "=" in _name(group)}
    if not direct or not (forced or len(direct) > 1 or named):
        return None, below
    chosen = _majority(direct, combine)
    if len(chosen) * 2 <= len(direct):
        return None, below
    partitions = tuple(
        Partition((_name(group), *partition.folders), partition.path, partition.found)
        for group in chosen
        for partition in group.partitions
    )
    return Group(folder.path, partitions), [group for group in below if group not in chosen]


def _majority(candidates: list[Group], combine: bool) -> list[Group]:
    """The most of them that are alike, and of the others those that could at least share a table."""
    alike: defaultdict[int, list[Group]] = defaultdict(list)
    for group in candidates:
        place = next((n for n, known in alike.items() if _alike(known[0], group, combine)), len(alike))
        alike[place].append(group)
    largest = max(alike.values(), key=len)
    if len(largest) * 2 <= len(candidates):
        return largest
    return [group for group in candidates if group in largest or _alike(largest[0], group, True)]


def _alike(one: Group, other: Group, combine: bool) -> bool:
    return one.depth == other.depth and _fit(one.found, other.found, combine)


def _fit(one: Found, other: Found, combine: bool) -> bool:
    return one.compatible(other) if combine else one.similar(other)


def _name(group: Group) -> str:
    return group.path.rstrip("/").rpartition("/")[2]


def _level(folder: Folder) -> int:
    return folder.path.count("/")


def keys(group: Group) -> tuple[str, ...]:
    """The names of the partition keys: from `key=value` folders where all of a level have the same key."""
    return tuple(
        _key([partition.folders[place] for partition in group.partitions], place) for place in range(group.depth)
    )


def values(partition: Partition, names: Mapping[int, str] | Sequence[str]) -> list[str]:
    """The partition's values, in the order of its keys."""
    return [
        folder.partition("=")[2] if names[place] == folder.partition("=")[0].lower() else folder
        for place, folder in enumerate(partition.folders)
    ]


def _key(folders: Sequence[str], place: int) -> str:
    names = Counter(folder.partition("=")[0].lower() if "=" in folder else "" for folder in folders)
    (name, _), *others = names.most_common()
    return name if name and not others else f"partition_{place}"
