"""
`make bench`: start the whole system on this machine, drive it, and print the table of targets.

    python -m tests.load.bench [--quick] [--write] [--minutes 20] [PROFILE ...]

Profiles: targets (the table and the curves), or one part; docs/performance.md lists them.  --write puts the table and
the pictures there.  A failed part is a line of the table, and the others continue.  Exit status 1 when a part failed or
a run found a wrong number; a missed target is shown only.
"""

import argparse
import sys
import time

from chsh_project.stack.game import CHECKOUT
from tests.load import paper, system
from tests.load.profiles import Bench

PAGE = CHECKOUT / "docs" / "performance.md"
CAPACITY = "manage.py capacity_review --measured {:.0f} --machine 'make bench: {}'"
PICTURES = CHECKOUT / "docs" / "images"


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.load.bench", description=__doc__.splitlines()[1])
    parser.add_argument("--quick", action="store_true", help="small and short, to see that it works")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its pictures")
    parser.add_argument("--minutes", type=float, default=20, help="of the soak")
    parser.add_argument("profiles", nargs="*", default=["targets"], metavar="PROFILE")
    options = parser.parse_args()
    if unknown := set(options.profiles) - set(Bench.profiles):
        parser.error(f"{', '.join(sorted(unknown))}: use {', '.join(Bench.profiles)}")
    began = time.monotonic()
    with system.running() as running:
        running.static()
        running.web()
        running.background()
        bench = Bench(running, options.quick, options.minutes)
        for name in options.profiles:
            bench.profile(name)
    took = f"{(time.monotonic() - began) / 60:.0f} min"
    print(paper.table(bench.lines))
    if options.write:
        name = "soak" if options.profiles == ["soak"] else "measured"
        parts = [paper.circumstances(took, bench.loops), paper.table(bench.lines), *paper.draw(PICTURES, bench.curves)]
        paper.write(PAGE, name, "\n\n".join(parts))
    if bench.saturated is not None:
        print(f"For capacity reviews of this machine:  {CAPACITY.format(bench.saturated, paper.machine())}")
    for word in bench.wrong:
        print(f"wrong: {word}")
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
