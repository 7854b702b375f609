"""How fast Copperline and localaws are, against what people usually write: `python -m benchmarks`."""
