"""
Draw changes to modules by a seed, and print each as a line of JSON with the whole changed module.

    PYTHON tests/mutation/mutants.py SEED NUMBER MODULE ...

PYTHON is that of an environment with cosmic-ray, which is not among the product's requirements.
"""

import json
import random
import sys
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

# Of the hundred operators those whose changes a person might type.
OPERATORS = [
    f"core/{name}"
    for name in (
        "AddNot", "NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse",
        "ReplaceFalseWithTrue", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop",
        "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_USub", "ReplaceComparisonOperator_Eq_NotEq",
        "ReplaceComparisonOperator_NotEq_Eq", "ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_LtE_Lt",
        "ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_GtE_Gt", "ReplaceComparisonOperator_Is_IsNot",
        "ReplaceComparisonOperator_IsNot_Is", "ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add",
        "ReplaceBinaryOperator_Mul_Div", "ReplaceBinaryOperator_Div_Mul", "ReplaceBinaryOperator_Pow_Mul",
        "ReplaceBinaryOperator_BitOr_BitAnd", "ReplaceBinaryOperator_BitAnd_BitOr",
    )
]  # fmt: skip


def places(module: Path) -> list[tuple[str, int, int]]:
    """Return every possible change of a module: operator, occurrence, line."""
    tree, found = get_ast_from_path(module), []
    for name in OPERATORS:
        operator = get_operator(name)()
        starts = [start for node in ast_nodes(tree) for start, _end in operator.mutation_positions(node)]
        found += [(name, occurrence, line) for occurrence, (line, _column) in enumerate(starts)]
    return found


def is_annotation(line: str, operator: str) -> bool:
    """Whether the change is in a type: nothing happens by it."""
    return "BitOr" in operator and (": " in line or "->" in line) and "None" in line


def main(seed: int, number: int, modules: list[Path]) -> None:
    lines = {module: module.read_text().splitlines() for module in modules}
    every = [
        (module, *place) for module in modules for place in places(module)
        if not is_annotation(lines[module][place[2] - 1], place[0])
    ]  # fmt: skip
    print(f"{len(every)} changes in {len(modules)} modules", file=sys.stderr)
    for module, operator, occurrence, line in random.Random(seed).sample(every, min(number, len(every))):
        source = mutate_code(module.read_text(), get_operator(operator)(), occurrence)
        changed = source.splitlines()[line - 1].strip()
        words = {"module": str(module), "operator": operator, "line": line, "changed": changed, "source": source}
        print(json.dumps(words))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
