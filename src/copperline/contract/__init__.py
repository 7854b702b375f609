"""The walls between rooms: the one place where a column is named, typed, described and given its rules."""

from copperline.contract.load import load_contract, load_contracts
from copperline.contract.model import CORRECTIONS, Column, Contract, Contracts, Measure, Rule
from copperline.contract.reference import reference

__all__ = [
    "CORRECTIONS",
    "Column",
    "Contract",
    "Contracts",
    "Measure",
    "Rule",
    "load_contract",
    "load_contracts",
    "reference",
]
