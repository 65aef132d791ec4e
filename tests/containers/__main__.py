"""
`make image` and `make compose-smoke`.

    python -m tests.containers image|smoke
"""

import sys

from tests.containers import bases, engine, smoke


def image(made: engine.Engine) -> None:
    """Build the Dockerfile as it is and print the layers that it adds to its base."""
    bases.make(made)
    made.build("localhost/chsh-game", engine.ROOT)
    base = len(made.layers(bases.DEBIAN))
    layers = [(size, command) for size, command in made.layers("localhost/chsh-game")[base:] if size >= 0.1]
    for size, command in layers:
        print(f"{size:8.1f} MB  {command[:100]}")
    print(f"{sum(size for size, _ in layers):8.1f} MB  above its base")


def main(words: list[str]) -> int:
    if words not in (["image"], ["smoke"]):
        print(__doc__, file=sys.stderr)
        return 2
    if reason := engine.missing():
        print(f"skipped: {reason}")
        return 0
    made = engine.Engine()
    image(made)
    if words == ["smoke"]:
        smoke.smoke(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
