"""Finding: containers had rights that they do not need, and Valkey had no password."""

import subprocess
from typing import Any

import pytest
import redis
import yaml
from django.conf import settings

from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import SavedState
from chsh_project.stack.valkey import Valkey
from tests.support.server import free_port
from tests.support.servers import temporary_folder

COMPOSE: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
PASSWORD = "${VALKEY_PASSWORD"


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_container_has_no_right_that_it_does_not_need(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True and "/tmp" in service["tmpfs"]
    assert "cap_add" not in service or name in ("postgres", "caddy")


def test_valkey_has_a_password_and_everybody_uses_it(tmp_path: Any) -> None:
    configuration = COMPOSE["configs"]["valkey"]["content"]
    assert f"requirepass {PASSWORD}" in configuration
    for name in ("web", "worker", "beat", "bots", "migrate"):
        assert COMPOSE["services"][name]["environment"]["REDIS_URL"].startswith(f"redis://:{PASSWORD}")


def test_the_configuration_of_valkey_is_understood() -> None:
    """The file that compose writes, read by the server itself."""
    content = COMPOSE["configs"]["valkey"]["content"].replace("${VALKEY_PASSWORD:?}", "secret")
    with temporary_folder() as folder:
        valkey = Valkey(choose(folder), free_port(), SavedState.read(folder / "none").valkey_password)
        (folder / "valkey.conf").write_text(f"{content}\nport {valkey.port}\nbind 127.0.0.1\ndir {folder}\n")
        process = subprocess.Popen([valkey._program(), folder / "valkey.conf"], stdout=subprocess.DEVNULL)
        try:
            client = redis.Redis(
                port=valkey.port, password="secret", retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), 50)
            )
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
            with pytest.raises(redis.AuthenticationError):
                redis.Redis(port=valkey.port).ping()
        finally:
            process.terminate()
            process.wait(20)
