"""Names for teams that did not choose one: clean words, many combinations."""

import secrets

ADJECTIVES = (
    "Amber", "Blue", "Bold", "Brave", "Bright", "Calm", "Clever", "Cosmic", "Curious", "Daring", "Eager", "Early",
    "Fair", "Fast", "Gentle", "Golden", "Green", "Happy", "Honest", "Jolly", "Keen", "Kind", "Lively", "Lucky",
    "Merry", "Mighty", "Neat", "Noble", "Orange", "Patient", "Polite", "Proud", "Purple", "Quick", "Quiet", "Rapid",
    "Red", "Silver", "Sunny", "Swift", "Tidy", "Tiny", "Violet", "Warm", "Wild", "Wise", "Witty", "Yellow",
)  # fmt: skip
NOUNS = (
    "Atoms", "Badgers", "Beams", "Bears", "Bells", "Bosons", "Comets", "Cranes", "Crystals", "Dolphins", "Eagles",
    "Electrons", "Falcons", "Foxes", "Galaxies", "Geckos", "Herons", "Ions", "Kites", "Koalas", "Lasers", "Lynxes",
    "Magnets", "Mirrors", "Moons", "Muons", "Neutrons", "Otters", "Owls", "Pandas", "Parrots", "Photons", "Planets",
    "Prisms", "Pulsars", "Quarks", "Qubits", "Rabbits", "Ravens", "Robins", "Rockets", "Seals", "Sparrows", "Spins",
    "Stars", "Swans", "Tigers", "Turtles", "Waves", "Wolves",
)  # fmt: skip


def team_names(count: int) -> list[str]:
    return [team_name() for _ in range(count)]


def team_name() -> str:
    return f"{secrets.choice(ADJECTIVES)} {secrets.choice(NOUNS)}"
