"""Values by chance: of a declared type, beside it, and hostile ones."""

import random
from collections.abc import Sequence
from typing import Any

from msgspec import inspect

IDS = [0, -1, 1, 2, 7, 2**31, 2**62, 2**63 - 1]
HOSTILE: list[Any] = [
    None, True, False, 0, -1, 1, 2**63, -(2**63) - 1, 10**40, 1e308, -0.5, "", " ", "T", "0", "NaN", "null", "\x00",
    "\u202e", "\u0000\u0001", "\ufeff", "🎲" * 40, "a" * 1001, "a\u0301" * 60, "<script>alert(1)</script>",
    "' OR 1=1 --", "{{7*7}}", "../../etc/passwd", "%00", "{T,F}", '{"', "\\", "\u2028", [], [[]], {}, {"a": {}},
    [None] * 300,
    list(range(300)),
]  # fmt: skip


class Chance(random.Random):
    """A seeded generator that knows ids of rows, which valid values use."""

    def __init__(self, seed: int, ids: Sequence[int]) -> None:
        super().__init__(seed)
        self.ids = [*ids, *IDS]

    def of(self, declared: inspect.Type) -> Any:
        """Return a value that a declared type takes."""
        match declared:
            case inspect.Metadata(type=inner):
                return self.of(inner)
            case inspect.UnionType(types=types):
                return self.of(self.choice(types))
            case inspect.LiteralType(values=values):
                return self.choice(values)
            case inspect.IntType():
                return self._number(declared)
            case inspect.FloatType(ge=low, le=high):
                return self.uniform(-9 if low is None else low, 9 if high is None else high)
            case inspect.StrType():
                return self._text(declared)
            case inspect.BoolType():
                return self.random() < 0.5
            case inspect.NoneType():
                return None
            case inspect.ListType(item_type=item, max_length=most):
                return [self.of(item) for _ in range(self.randrange(min(most or 9, 9) + 1))]
        raise ValueError(f"declared={declared!r}: say here how such a value is drawn")

    def _number(self, declared: inspect.IntType) -> int:
        low = -9 if declared.ge is None else declared.ge
        high = 9 if declared.le is None else declared.le
        known = [one for one in self.ids if low <= one <= high]
        return self.choice(known) if known and self.random() < 0.7 else self.randint(low, high)

    def _text(self, declared: inspect.StrType) -> str:
        fewest, most = declared.min_length or 0, min(declared.max_length or 12, 12)
        return "".join(self.choices("TFabcABXY 9é🎲", k=self.randint(fewest, most)))

    def hostile(self) -> Any:
        return self.choice(HOSTILE)
