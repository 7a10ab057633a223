"""Runs every bench in turn, or those that are named: `python -m bench`, `python -m bench deadlines`."""

from __future__ import annotations

import sys
import time
import traceback
from importlib import import_module
from pkgutil import iter_modules

import bench


def main(wanted: list[str]) -> int:
    """Run them and return 1 if one of them broke, else 0; one that breaks does not keep the others from running."""
    known = sorted(module.name for module in iter_modules(bench.__path__) if not module.name.startswith("_"))
    if unknown := set(wanted) - set(known):
        print(f"No bench is called {', '.join(sorted(unknown))}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    return max([_run(name) for name in wanted or known], default=0)


def _run(name: str) -> int:
    module = import_module(f"bench.{name}")
    if not hasattr(module, "main"):
        return 0  # what several benches share
    print(f"\n== {name}: {(module.__doc__ or '').partition(chr(10))[0]}", flush=True)
    began = time.perf_counter()
    try:
        module.main()
    except Exception:
        traceback.print_exc()
        return 1
    print(f"   ({time.perf_counter() - began:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
