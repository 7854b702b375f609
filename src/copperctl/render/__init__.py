"""What repeats per table, feed or query: rendered from contracts and SQL files into the rooms' templates."""

from copperctl.render.rooms import Drift, render, rooms

__all__ = ["Drift", "render", "rooms"]
