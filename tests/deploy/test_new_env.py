"""deploy/new-env.sh: the first step of an operator decides about passwords and TLS."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "new-env.sh"
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD", "METRICS_TOKEN", "GRAFANA_PASSWORD")


def written(folder: Path, url: str) -> dict[str, str]:
    file = folder / f"env{len(list(folder.iterdir()))}"
    subprocess.run(["bash", str(SCRIPT), url, str(file)], check=True, capture_output=True)
    assert file.stat().st_mode & 0o077 == 0
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_every_password_is_made_up_and_never_the_same(tmp_path: Path) -> None:
    one, other = (written(tmp_path, "https://game.example") for _ in range(2))
    made = [env[name] for env in (one, other) for name in SECRETS]
    assert len(set(made)) == len(made)
    assert all(len(value) == 64 and value.isalnum() for value in made)


def test_a_public_address_gets_tls(tmp_path: Path) -> None:
    env = written(tmp_path, "https://game.example/")
    assert env["COMPOSE_PROFILES"] == "tls" and env["HTTPS"] == "1"
    assert (env["DOMAIN"], env["ALLOWED_HOSTS"], env["PUBLIC_URL"]) == (
        "game.example",
        "game.example",
        "https://game.example",
    )
    assert "HTTP_ADDRESS" not in env


def test_plain_http_is_bound_to_the_address_of_the_lan(tmp_path: Path) -> None:
    env = written(tmp_path, "http://192.168.1.5:8000")
    assert (env["HTTP_ADDRESS"], env["PORT"]) == ("192.168.1.5", "8000")
    assert "COMPOSE_PROFILES" not in env


@pytest.mark.parametrize(
    "url", ["http://game.example", "http://8.8.8.8:80", "game.example", "https://game.example:8443", ""]
)
def test_other_addresses_are_refused_and_nothing_is_written(tmp_path: Path, url: str) -> None:
    done = subprocess.run(["bash", str(SCRIPT), url, str(tmp_path / "env")], capture_output=True, text=True)
    assert done.returncode == 2 and url in done.stderr
    assert not (tmp_path / "env").exists()


def test_passwords_in_use_are_kept(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("SECRET_KEY=mine\n")
    done = subprocess.run(["bash", str(SCRIPT), "https://game.example", str(tmp_path / "env")], capture_output=True)
    assert done.returncode == 1
    assert (tmp_path / "env").read_text() == "SECRET_KEY=mine\n"
