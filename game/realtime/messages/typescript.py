"""The TypeScript declarations of the sockets' messages, made from the declared messages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any

from msgspec import NODEFAULT, inspect

Kinds = Mapping[str, Iterable[type]]

_PLAIN: dict[type, str] = {
    inspect.AnyType: "any",
    inspect.BoolType: "boolean",
    inspect.DateTimeType: "string",
    inspect.FloatType: "number",
    inspect.IntType: "number",
    inspect.NoneType: "null",
    inspect.RawType: "any",
    inspect.StrType: "string",
}


def declarations(sent: Kinds, received: Kinds, source: str) -> str:
    """
    Return a .d.ts file with an interface a struct and two unions a page, in one namespace.

    The types are global, because hashed static files resolve every import, also those in comments.  sent and received
    hold the message structs of each page, as the server sees them: ToPlay is what the page "play" hears.  A field of a
    sent struct is optional only where msgspec may leave it out.
    """
    to_pages, from_pages = _structs(sent), _structs(received)
    known = {struct.cls.__name__: _interface(struct, is_sent=True) for struct in _walk(to_pages)}
    known |= {struct.cls.__name__: _interface(struct, is_sent=False) for struct in _walk(from_pages)}
    unions = [_union(f"To{page.title()}", kinds) for page, kinds in sent.items()]
    unions += [_union(f"From{page.title()}", kinds) for page, kinds in received.items()]
    head = f"// Made by manage.py protocol from {source}: change that, then run it again."
    body = "\n\n".join([*(known[name] for name in sorted(known)), *unions])
    return f"{head}\ndeclare namespace Messages {{\n{indent(body, '  ')}\n}}\n"


def _structs(pages: Kinds) -> list[inspect.Type]:
    return [inspect.type_info(kind) for kinds in pages.values() for kind in kinds]


def _walk(kinds: Iterable[inspect.Type]) -> Iterator[inspect.StructType]:
    """Yield every struct that these types hold."""
    for kind in kinds:
        if isinstance(kind, inspect.StructType):
            yield kind
        yield from _walk(_parts(kind))


def _parts(kind: inspect.Type) -> Iterable[inspect.Type]:
    match kind:
        case inspect.StructType(fields=fields):
            return [field.type for field in fields]
        case inspect.Metadata(type=inner) | inspect.ListType(item_type=inner):
            return [inner]
        case inspect.VarTupleType(item_type=inner) | inspect.DictType(value_type=inner):
            return [inner]
        case inspect.TupleType(item_types=inners) | inspect.UnionType(types=inners):
            return inners
    return []


def _interface(struct: inspect.StructType, *, is_sent: bool) -> str:
    lines = [f"{_doc(struct.cls)}interface {struct.cls.__name__} {{"]
    if struct.tag is not None:
        lines.append(f'  {struct.tag_field}: "{struct.tag}";')
    omits_defaults = not is_sent or struct.cls.__struct_config__.omit_defaults
    for field in struct.fields:
        is_unset = field.default is NODEFAULT and field.default_factory is NODEFAULT
        mark = "?" if not field.required and (omits_defaults or is_unset) else ""
        lines.append(f"  {field.encode_name}{mark}: {_written(field.type)};")
    return "\n".join([*lines, "}"])


def _union(name: str, kinds: Iterable[type]) -> str:
    return "\n".join([f"type {name} =", *(f"  | {kind.__name__}" for kind in kinds)]) + ";"


def _doc(cls: type) -> str:
    paragraph = (cls.__doc__ or "").strip().split("\n\n")[0]
    return f"/** {' '.join(paragraph.split())} */\n" if paragraph else ""


def _written(kind: inspect.Type) -> str:
    """Return how TypeScript writes a type."""
    if plain := _PLAIN.get(type(kind)):
        return plain
    if write := _WRITERS.get(type(kind)):
        return write(kind)
    raise TypeError(f"{kind!r}: no TypeScript is known for it, add it to {__name__}")


_WRITERS: dict[type, Callable[[Any], str]] = {
    inspect.DictType: lambda kind: f"Record<string, {_written(kind.value_type)}>",
    inspect.ListType: lambda kind: f"Array<{_written(kind.item_type)}>",
    inspect.LiteralType: lambda kind: " | ".join(_literal(value) for value in kind.values),
    inspect.Metadata: lambda kind: _written(kind.type),
    inspect.StructType: lambda kind: kind.cls.__name__,
    inspect.TupleType: lambda kind: f"[{', '.join(map(_written, kind.item_types))}]",
    inspect.UnionType: lambda kind: " | ".join(map(_written, kind.types)),
    inspect.VarTupleType: lambda kind: f"Array<{_written(kind.item_type)}>",
}


def _literal(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
