"""A bot marks the rounds that it played, not those that its team played before; statistics of rounds of persons."""

from django.db import migrations, models

import game.fields

# Rounds that bear the mark of both seats only because a bot sat in the team at another time: persons alone held them.
UNMARK = """
CREATE TEMPORARY TABLE unmarked ON COMMIT DROP AS
    SELECT r.id, r.team_id FROM game_round r
    WHERE r.bots = '12' AND cardinality(r.players) > 0 AND cardinality(r.players) = (
        SELECT count(*) FROM game_player p WHERE p.id = ANY(r.players) AND p.kind = 'person');
UPDATE game_round r SET bots = '' FROM unmarked u WHERE u.id = r.id;
DELETE FROM game_tally y WHERE y.team_id IN (SELECT team_id FROM unmarked);
INSERT INTO game_tally (team_id, run, mode, design, bots, questions, answers, count)
    SELECT r.team_id, r.run, r.mode, r.design, r.bots, r.questions, r.answers, count(*) FROM game_round r
    WHERE r.team_id IN (SELECT team_id FROM unmarked) AND r.closed_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7;
"""
# Statistics of bots alone have no round of persons.  Those of both are computed anew, from the first round on: the
# evidence of the rounds of persons depends on their order.
STATISTICS = """
CREATE TEMPORARY TABLE had_bots ON COMMIT DROP AS
    SELECT team_id, bool_or(bots = '') AS had_persons FROM game_round GROUP BY team_id HAVING bool_or(bots <> '');
UPDATE game_teamstatistics s SET persons = '{"running": {}, "provisional": {}}'
    FROM had_bots b WHERE b.team_id = s.team_id AND NOT b.had_persons;
DELETE FROM game_teamstatistics s USING had_bots b WHERE b.team_id = s.team_id AND b.had_persons;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("game", "0013_round_left_seats")]
    operations = [
        migrations.AddField(
            "teamstatistics", "persons",
            game.fields.JSON(help_text="Both, of the rounds without a bot; null: as those of all rounds.", null=True),
        ),
        migrations.AlterField(
            "teamstatistics", "due_at",
            models.DateTimeField(help_text="When a round begins to count or the full report is due.", null=True),
        ),
        migrations.AlterField(
            "team", "bots",
            models.BooleanField(
                default=False, help_text="A bot sits or sat here; which rounds it played, they say.",
            ),
        ),
        migrations.RunSQL(UNMARK),
        migrations.RunSQL(STATISTICS),
    ]
