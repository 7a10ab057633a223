"""A whole desk in a world of dice: time, chance and the hop to the worker are handed in, and every seed replays exactly.

Three processes with courier, watch and ears share one store and are stepped by hand, one operation after another; people
on every platform do as the dice say; desks are killed at commits and at sends, platforms fail, clocks jump. What must hold
whatever happens stands in `invariants.py`; where it does not, the seed, the operation and what led to it are printed.
"""
