"""The harmless words of made-up names, by language, and how a name is put together."""

from typing import NamedTuple


class NameWords(NamedTuple):
    """Every adjective fits every noun: German nouns are plural, French ones masculine plural."""

    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    pattern: str = "{adjective} {noun}"


ENGLISH = NameWords(
    (
        "Amber", "Blue", "Bold", "Brave", "Bright", "Calm", "Clever", "Cosmic", "Curious", "Daring", "Eager", "Early",
        "Fair", "Fast", "Gentle", "Golden", "Green", "Happy", "Honest", "Jolly", "Keen", "Kind", "Lively", "Lucky",
        "Merry", "Mighty", "Neat", "Noble", "Orange", "Patient", "Polite", "Proud", "Purple", "Quick", "Quiet",
        "Rapid", "Red", "Silver", "Sunny", "Swift", "Tidy", "Tiny", "Violet", "Warm", "Wild", "Wise", "Witty",
        "Yellow",
    ),
    (
        "Atoms", "Badgers", "Beams", "Bears", "Bells", "Bosons", "Comets", "Cranes", "Crystals", "Dolphins", "Eagles",
        "Electrons", "Falcons", "Foxes", "Galaxies", "Geckos", "Herons", "Ions", "Kites", "Koalas", "Lasers", "Lynxes",
        "Magnets", "Mirrors", "Moons", "Muons", "Neutrons", "Otters", "Owls", "Pandas", "Parrots", "Photons",
        "Planets", "Prisms", "Pulsars", "Quarks", "Qubits", "Rabbits", "Ravens", "Robins", "Rockets", "Seals",
        "Sparrows", "Spins", "Stars", "Swans", "Tigers", "Turtles", "Waves", "Wolves",
    ),
)  # fmt: skip
GERMAN = NameWords(
    (
        "Blaue", "Bunte", "Ehrliche", "Eifrige", "Fleißige", "Flinke", "Freche", "Freundliche", "Frohe", "Gelbe",
        "Goldene", "Grüne", "Helle", "Höfliche", "Kecke", "Kluge", "Kosmische", "Kühne", "Leise", "Lila", "Listige",
        "Lustige", "Mächtige", "Muntere", "Mutige", "Nette", "Neugierige", "Pfiffige", "Quirlige", "Rasche", "Rote",
        "Ruhige", "Sanfte", "Schlaue", "Schnelle", "Silberne", "Sonnige", "Stille", "Stolze", "Tapfere", "Treue",
        "Violette", "Wache", "Weise", "Wilde", "Winzige", "Witzige", "Zahme",
    ),
    (
        "Adler", "Atome", "Bären", "Biber", "Bosonen", "Dachse", "Delfine", "Drachen", "Elektronen", "Eulen", "Falken",
        "Forellen", "Füchse", "Galaxien", "Geckos", "Glocken", "Hasen", "Igel", "Ionen", "Koalas", "Kometen",
        "Kraniche", "Kristalle", "Laser", "Luchse", "Magnete", "Monde", "Myonen", "Neutronen", "Otter", "Pandas",
        "Papageien", "Photonen", "Pinguine", "Planeten", "Prismen", "Pulsare", "Quanten", "Quarks", "Qubits", "Raben",
        "Raketen", "Reiher", "Robben", "Schwäne", "Spatzen", "Sterne", "Tiger", "Wellen", "Wölfe",
    ),
)  # fmt: skip
FRENCH = NameWords(
    (
        "agiles", "aimables", "bleus", "braves", "brillants", "calmes", "chanceux", "cosmiques", "courageux",
        "curieux", "discrets", "dorés", "doux", "espiègles", "fidèles", "fiers", "forts", "futés", "gentils", "habiles",
        "heureux", "honnêtes", "intrépides", "jaunes", "joyeux", "légers", "lumineux", "malins", "minuscules",
        "nobles", "orange", "patients", "polis", "rapides", "rouges", "rusés", "sages", "sauvages", "sereins",
        "souriants", "tranquilles", "turquoise", "vaillants", "verts", "vifs", "violets", "zélés",
    ),
    (
        "Aigles", "Aimants", "Atomes", "Blaireaux", "Bosons", "Castors", "Cristaux", "Cygnes", "Dauphins", "Électrons",
        "Faucons", "Flamants", "Geckos", "Hérons", "Hiboux", "Ions", "Kangourous", "Koalas", "Lapins", "Lasers",
        "Loups", "Lynx", "Miroirs", "Moineaux", "Muons", "Neutrons", "Ours", "Pandas", "Perroquets", "Phoques",
        "Photons", "Pingouins", "Prismes", "Pulsars", "Quarks", "Qubits", "Rayons", "Renards", "Satellites", "Soleils",
        "Spins", "Tigres", "Toucans", "Volcans", "Zèbres",
    ),
    "{noun} {adjective}",
)  # fmt: skip
WORDS = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH}
