from django.db import migrations, models

# Counts that lobby moves would otherwise take over all teams of a game.  Triggers keep them, whoever changes the rows.
TRIGGERS = """
    CREATE FUNCTION game_players_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE game_team t SET taken = taken + n
        FROM (SELECT team_id, count(*) AS n FROM changed WHERE team_id IS NOT NULL GROUP BY 1) c WHERE t.id = c.team_id;
        RETURN NULL;
    END $$;
    CREATE FUNCTION game_players_went() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE game_team t SET taken = taken - n
        FROM (SELECT team_id, count(*) AS n FROM changed WHERE team_id IS NOT NULL GROUP BY 1) c WHERE t.id = c.team_id;
        RETURN NULL;
    END $$;
    CREATE FUNCTION game_player_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE game_team SET taken = taken - 1 WHERE id = OLD.team_id;
        UPDATE game_team SET taken = taken + 1 WHERE id = NEW.team_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER players_came AFTER INSERT ON game_player REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION game_players_came();
    CREATE TRIGGER players_went AFTER DELETE ON game_player REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION game_players_went();
    CREATE TRIGGER player_moved AFTER UPDATE OF team_id ON game_player
        FOR EACH ROW WHEN (OLD.team_id IS DISTINCT FROM NEW.team_id) EXECUTE FUNCTION game_player_moved();

    CREATE FUNCTION game_teams_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE game_game g SET active_teams = active_teams + n
        FROM (SELECT game_id, count(*) AS n FROM changed WHERE active AND NOT ghost GROUP BY 1) c WHERE g.id = c.game_id;
        RETURN NULL;
    END $$;
    CREATE FUNCTION game_teams_went() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE game_game g SET active_teams = active_teams - n
        FROM (SELECT game_id, count(*) AS n FROM changed WHERE active AND NOT ghost GROUP BY 1) c WHERE g.id = c.game_id;
        RETURN NULL;
    END $$;
    CREATE FUNCTION game_team_rested() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE game_game SET active_teams = active_teams + CASE WHEN NEW.active THEN 1 ELSE -1 END WHERE id = NEW.game_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER teams_came AFTER INSERT ON game_team REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION game_teams_came();
    CREATE TRIGGER teams_went AFTER DELETE ON game_team REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION game_teams_went();
    CREATE TRIGGER team_rested AFTER UPDATE OF active ON game_team
        FOR EACH ROW WHEN (OLD.active <> NEW.active AND NOT NEW.ghost) EXECUTE FUNCTION game_team_rested();

    UPDATE game_team t SET taken = n
    FROM (SELECT team_id, count(*) AS n FROM game_player WHERE team_id IS NOT NULL GROUP BY 1) c WHERE t.id = c.team_id;
    UPDATE game_game g SET active_teams = n
    FROM (SELECT game_id, count(*) AS n FROM game_team WHERE active AND NOT ghost GROUP BY 1) c WHERE g.id = c.game_id;
"""
NO_TRIGGERS = """
    DROP TRIGGER players_came ON game_player;
    DROP TRIGGER players_went ON game_player;
    DROP TRIGGER player_moved ON game_player;
    DROP TRIGGER teams_came ON game_team;
    DROP TRIGGER teams_went ON game_team;
    DROP TRIGGER team_rested ON game_team;
    DROP FUNCTION game_players_came, game_players_went, game_player_moved;
    DROP FUNCTION game_teams_came, game_teams_went, game_team_rested;
"""


class Migration(migrations.Migration):
    dependencies = [("game", "0019_podium")]

    operations = [
        migrations.AddField(
            "team",
            "taken",
            models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, help_text="Seats that players hold; a trigger counts them."
            ),
        ),
        migrations.AddField(
            "game",
            "active_teams",
            models.PositiveIntegerField(
                db_default=0, default=0, editable=False, help_text="Active teams of the class; a trigger counts them."
            ),
        ),
        migrations.AddField(
            "player",
            "left_team",
            models.BigIntegerField(
                editable=False, help_text="The id of the last team that the player left; it may be gone.", null=True
            ),
        ),
        migrations.AddField(
            "player",
            "teams_left",
            models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, help_text="Teams of this run that played and were left."
            ),
        ),
        migrations.AddIndex(
            "team",
            models.Index(
                fields=["game", "-taken", "id"], condition=models.Q(active=True, ghost=False), name="team_free_seats"
            ),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
