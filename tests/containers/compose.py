"""docker-compose.yml as commands of podman: the same users, rights, networks, volumes, limits and settings."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.containers.engine import ROOT

Service = dict[str, Any]
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def services(env: dict[str, str]) -> dict[str, Service]:
    """Return the services of the file, filled in with these lines of .env."""
    told = _filled(yaml.safe_load((ROOT / "docker-compose.yml").read_text()), env)
    configs = {name: config["content"] for name, config in told["configs"].items()}
    for service in told["services"].values():
        service["files"] = {each["target"]: configs[each["source"]] for each in service.get("configs", [])}
    return dict(told["services"])


def _filled(value: Any, env: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each, env) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, env) for each in value]
    return _VARIABLE.sub(lambda found: _value(found, env), value) if isinstance(value, str) else value


def _value(variable: re.Match[str], env: dict[str, str]) -> str:
    name, otherwise, default = variable.groups()
    if not env.get(name) and otherwise == "?":
        raise KeyError(f"{name} is missing: {default}")
    return env.get(name) or (default if otherwise == "-" else "")


def options(service: Service, folder: Path, project: str) -> list[str]:
    """Return the options of `podman run`; files of the compose file are written into the folder."""
    words = [f"--network={','.join(f'{project}-{network}' for network in service['networks'])}"]
    words += [f"--cap-drop={name.lower()}" for name in service.get("cap_drop", [])]
    words += [f"--cap-add={name}" for name in service.get("cap_add", [])]
    words += [f"--tmpfs={path}" for path in service.get("tmpfs", [])]
    words += [f"--env={name}={value}" for name, value in service.get("environment", {}).items()]
    words += [f"--volume={_volume(volume, project)}" for volume in service.get("volumes", [])]
    words += ["--security-opt=no-new-privileges"] * bool(service.get("security_opt"))
    words += ["--read-only"] * bool(service.get("read_only"))
    words += [
        f"--{option}={service[key]}" for key, option in (("user", "user"), ("mem_limit", "memory")) if key in service
    ]
    for target, content in service["files"].items():
        path = folder / Path(target).name
        path.write_text(content)
        path.chmod(0o644)
        words.append(f"--volume={path}:{target}:ro")
    return words


def _volume(volume: Any, project: str) -> str:
    if isinstance(volume, dict):
        volume = f"{volume['source']}:{volume['target']}" + ":ro" * bool(volume.get("read_only"))
    source, _, rest = volume.partition(":")
    if source.startswith("./"):
        return f"{ROOT / source}:{rest}"
    return f"{source if source.startswith('/') else f'{project}-{source}'}:{rest}"
