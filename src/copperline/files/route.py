"""Where a file in copper belongs, by its key alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from copperline.contract import CORRECTIONS, Contract, Contracts
from copperline.files.corrections import correction_contract
from copperline.files.findings import Refusal

#: A folder that only groups: the files in it are routed by their names, as those directly under the feed.
DATA_FOLDER = "data"
REFUSED_FOLDER = "_refused/"
#: What a Hadoop path takes for a pattern, or for a scheme.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f*?:{}\[\]\\^|]")
LONGEST_NAME = 200


@dataclass(frozen=True)
class Route:
    """A key taken apart; `contract` is None where no bronze contract claims it."""

    feed: str
    table: str
    name: str
    contract: Contract | None = None


def route(key: str, contracts: Contracts) -> Route:
    """The bronze contract that a key belongs to.

    `<feed>/<table or alias>/<anything>` says it by its folder. A file directly under its feed, or in a folder DATA,
    says it by its name: `<table or alias>_<anything>`, or that with another ending, such as zoop/vendas_2024.parquet.
    What people say of rejected rows is in `corrections/<silver table>/<anything>`.
    """
    *folders, name = key.split("/")
    feed = folders[0] if folders else "-"
    table = folders[1] if len(folders) > 1 else "-"
    if feed == CORRECTIONS:
        return Route(feed, table, name, correction_contract(table, contracts))
    of_feed = [contract for contract in contracts.bronze() if contract.feed == feed]
    contract = _by_folder(table, of_feed)
    if len(folders) == 1 or (len(folders) == 2 and table.lower() == DATA_FOLDER):
        contract = contract or _by_name(name, of_feed)
    return Route(feed, contract.folder if contract else table, name, contract)


def _names(contract: Contract) -> tuple[str, ...]:
    return (contract.folder, *contract.aliases)


def _by_folder(folder: str, contracts: Iterable[Contract]) -> Contract | None:
    return next((contract for contract in contracts if folder in _names(contract)), None)


def _by_name(name: str, contracts: Iterable[Contract]) -> Contract | None:
    """The longest name wins, so that `sales_order_1.csv` belongs to sales_order, not to sales."""
    claims = [(len(own), contract) for contract in contracts for own in _names(contract) if _begins(name, own)]
    return max(claims, key=lambda claim: claim[0])[1] if claims else None


def _begins(name: str, own: str) -> bool:
    return name.startswith((f"{own}_", f"{own}."))


def unknown_table(route: Route, contracts: Contracts) -> Refusal:
    """Why a file that fits no contract is refused, and which folders there are."""
    if route.feed == CORRECTIONS:
        folders = [f"{CORRECTIONS}/{contract.table}/" for contract in contracts.silver()]
    else:
        folders = sorted(f"{contract.feed}/{contract.folder}/" for contract in contracts.bronze())
    detail = f"no contract takes files of {route.feed}/{route.table}/; there are {', '.join(folders) or 'none'}"
    return Refusal("unknown_table", detail, "deliver into one of these folders, or add a contract")


def bronze_key(route: Route, ingest_date: date, sha256: str) -> str:
    """The key that an accepted file bears from bronze on: found again by its hash, kept apart by its day."""
    folder = f"{safe_name(route.feed)}/{safe_name(route.table)}"
    return f"{folder}/ingest_date={ingest_date}/{sha256[:16]}-{safe_name(route.name)}"


def refused_key(route: Route, ingest_date: date, sha256: str) -> str:
    """The key of a refused file, which crawlers and queries pass over."""
    return f"{REFUSED_FOLDER}{bronze_key(route, ingest_date, sha256)}"


def safe_name(name: str) -> str:
    """The name without what Spark would take for a pattern, and its last 200 bytes only: keys end at 1024."""
    plain = _UNSAFE.sub("_", name)
    return plain.encode()[-LONGEST_NAME:].decode(errors="ignore")
