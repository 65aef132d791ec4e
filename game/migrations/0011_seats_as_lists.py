"""Rounds and tallies hold a list entry or a letter for each seat, and the mode is the key of a declared game."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

import game.models

LETTER = "CASE WHEN {0} THEN 'T' WHEN NOT {0} THEN 'F' ELSE '-' END"
ANSWERS = LETTER.format("answer_1") + " || " + LETTER.format("answer_2")
IS_BOT = "CASE WHEN EXISTS (SELECT FROM game_player p WHERE p.id = r.player_{0}_id AND p.kind <> 'person') THEN '{0}' END"

ROUNDS = f"""
ALTER TABLE game_round
    ADD players bigint[], ADD bots varchar(3), ADD questions varchar(3), ADD answers varchar(3),
    ADD answered_at timestamptz[];
-- A team that a bot ever sat in has no round in the room: where the round itself had none, both seats bear the mark.
UPDATE game_round r SET
    players = CASE WHEN player_1_id IS NULL AND player_2_id IS NULL THEN '{{}}' ELSE ARRAY[player_1_id, player_2_id] END,
    bots = CASE WHEN t.bots THEN coalesce(nullif(concat({IS_BOT.format(1)}, {IS_BOT.format(2)}), ''), '12') ELSE '' END,
    questions = question_1 || question_2, answers = {ANSWERS}, answered_at = ARRAY[answered_1_at, answered_2_at]
    FROM game_team t WHERE t.id = r.team_id;
ALTER TABLE game_round
    ALTER players SET NOT NULL, ALTER bots SET NOT NULL, ALTER questions SET NOT NULL, ALTER answers SET NOT NULL,
    ALTER answered_at SET NOT NULL,
    DROP player_1_id, DROP player_2_id, DROP question_1, DROP question_2, DROP answer_1, DROP answer_2,
    DROP answered_1_at, DROP answered_2_at;
"""
TALLIES = f"""
ALTER TABLE game_tally ADD bots varchar(3), ADD questions varchar(3), ADD answers varchar(3);
UPDATE game_tally SET bots = '', questions = question_1 || question_2, answers = {ANSWERS};
ALTER TABLE game_tally DROP CONSTRAINT tally_unique;
DELETE FROM game_tally y USING game_team t WHERE t.id = y.team_id AND t.bots;
ALTER TABLE game_tally
    ALTER bots SET NOT NULL, ALTER questions SET NOT NULL, ALTER answers SET NOT NULL,
    DROP question_1, DROP question_2, DROP answer_1, DROP answer_2,
    ALTER mode TYPE varchar(20);
INSERT INTO game_tally (team_id, run, mode, design, bots, questions, answers, count)
    SELECT r.team_id, r.run, r.mode, r.design, r.bots, r.questions, r.answers, count(*)
    FROM game_round r JOIN game_team t ON t.id = r.team_id
    WHERE t.bots AND r.closed_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7;
-- No table with checks to come can be altered.
SET CONSTRAINTS ALL IMMEDIATE;
"""
OUTCOMES = f"ALTER TABLE game_deviceoutcome ALTER outcome TYPE varchar(1) USING {LETTER.format('outcome')}, ALTER outcome SET NOT NULL"

SEATS = {"blank": True, "default": "", "max_length": 3}


def letters(model: str) -> list[migrations.operations.base.Operation]:
    """Replace the columns of two seats in the state by a letter each of all seats."""
    return [
        migrations.AddField(model, "questions", models.CharField(max_length=3)),
        migrations.AddField(model, "answers", models.CharField(max_length=3)),
        *(migrations.RemoveField(model, name) for name in ("question_1", "question_2", "answer_1", "answer_2")),
    ]


class Migration(migrations.Migration):
    dependencies = [("game", "0010_rename_statistics_columns")]
    operations = [
        migrations.RemoveConstraint("game", "game_aqmjoe_mode_and_theme_go_together"),
        migrations.AlterField(
            "game", "mode",
            models.CharField(default="simplified", help_text="The key of a declared game.", max_length=20),
        ),
        migrations.AlterField("game", "theme", models.CharField(default=game.models.default_theme, max_length=20)),
        migrations.RemoveConstraint("player", "player_seat_is_1_or_2"),
        migrations.AddConstraint(
            "player",
            models.CheckConstraint(
                condition=models.Q(team=None, seat=None) | models.Q(team__isnull=False, seat__range=(1, 3)),
                name="player_seat_is_1_to_3",
            ),
        ),
        migrations.RemoveConstraint("round", "round_questions_known"),
        migrations.RemoveConstraint("round", "round_closed_by_answers_has_both"),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(ROUNDS), migrations.RunSQL(TALLIES), migrations.RunSQL(OUTCOMES)],
            [
                migrations.AddField(
                    "round", "players",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                migrations.AddField(
                    "round", "bots", models.CharField(help_text="The seats that bots held, as digits.", **SEATS)
                ),
                *letters("round"),
                migrations.AddField(
                    "round", "answered_at",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(null=True), size=None),
                ),
                *(
                    migrations.RemoveField("round", name)
                    for name in ("player_1", "player_2", "answered_1_at", "answered_2_at")
                ),
                migrations.RemoveConstraint("tally", "tally_unique"),
                migrations.AddField("tally", "bots", models.CharField(**SEATS)),
                *letters("tally"),
                migrations.AlterField("tally", "mode", models.CharField(max_length=20)),
                migrations.AlterField("deviceoutcome", "outcome", models.CharField(max_length=1)),
            ],
        ),
        migrations.AddConstraint(
            "tally",
            models.UniqueConstraint(
                fields=["team", "run", "mode", "design", "bots", "questions", "answers"], name="tally_unique"
            ),
        ),
        migrations.AlterField("round", "mode", models.CharField(max_length=20)),
        migrations.AlterField("round", "theme", models.CharField(max_length=20)),
        migrations.AlterField(
            "round", "propensity", models.FloatField(help_text="Probability of these questions, given the past.")
        ),
        migrations.AlterField(
            "round", "closed_by",
            models.CharField(
                choices=[
                    ("answers", "All answered"), ("timer", "Time was up"), ("skip", "Skipped by the instructor"),
                    ("finish", "The game finished"), ("reset", "The game was reset"), ("kick", "A player was removed"),
                    ("leave", "A player left"),
                ],
                max_length=7, null=True,
            ),
        ),
        *(
            migrations.AlterField(model, "mode", models.CharField(max_length=20))
            for model in ("teamstatistics", "roomstatistics", "statisticssample")
        ),
        migrations.AddConstraint(
            "round",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(questions__regex="^[A-Z]{2,3}$"), Exact(Length("answers"), Length("questions"))
                ),
                name="round_an_answer_a_question",
            ),
        ),
        migrations.AddConstraint(
            "round",
            models.CheckConstraint(
                condition=~models.Q(closed_by="answers") | ~models.Q(answers__contains="-"),
                name="round_closed_by_answers_has_all",
            ),
        ),
    ]
