"""The physics of the game: pure functions of questions, answers and counts, without Django.

Plain Python, for every process:

rules
    MODES, QUESTIONS, DESIGNS, OUTCOMES; pairs(mode); draw(mode, design, past) -> (q1, q2, propensity);
    propensities(mode, design, past); outcome(mode, q1, q2, a1, a2) -> word; is_scored, is_won, hardy_score;
    evidence_reason(design) -> why evidence is null, or None.
bounds
    What local realism, quantum theory and no-signalling allow; the steps of the evidence.
strategies
    STRATEGIES, strategy(name, **parameters); .needs is "seat" or "pair".  A seat strategy has
    .answer(Situation(mode, seat, question, past, shared)), a pair strategy .answers(mode, q1, q2).
families
    holm(p): p-values that are looked at together.
devices
    Quantum(visibility).respond(mode, seat, question, stored) samples one seat at a time: stored is the
    first (seat, question, outcome) of the round, which the caller keeps as a row, or None; measure(...) below it.

With NumPy and SciPy, for workers and commands:

tally
    table_of(rounds), count(codes): tables of shape (4, 4, 3, 3), answers in the order True, False, unanswered.
path
    Path(), Path.to_json(), Path.from_json(stored); advance(path, mode, design, rounds) -> Path and
    advance_many(paths, mode, design, rounds of each): rounds are (number, q1, q2, a1, a2, propensity) in number
    order.  A path holds the rounds counted for evidence; an open round is one with None answers.
report
    reports(mode, design, tables, paths=None) -> list of dict, the keys of `manage.py analyse` and "extra";
    headlines(mode, design, tables, paths) -> list of (what live pages show of a report, AlarmInputs for alarms);
    pool(mode, design, tables, paths=None, previous=None) -> (report of the room, pooled path to store).
alarms
    alarms(reports) or raised(alarm inputs of each team) -> list of Alarm, from e-values only.
records
    read(file, mode, ...) -> Records of a CSV; report_of(records) for `manage.py analyse`.
estimators, evidence, no_signalling, hardy, decoder
    The numbers one by one.
"""
