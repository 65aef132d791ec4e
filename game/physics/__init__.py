"""
The physics of the games: functions of declared games, questions, answers and counts, without Django.

Plain Python, for every process:

theory            values that follow from a declaration: plans, and the Born rule
report_types      structs of reports, of alarm inputs and of axes
alarms            live alarms, from e-values only
designs           question designs, and whether evidence is valid under them
multiple_testing  Holm's correction in plain Python
predictability    how often the best simple predictor finds the next question
bounds            limits of the CHSH and Hardy games; the steps of the evidence

With NumPy and SciPy, for workers and commands:

counts            one integer for every cell of a game
evidence_state    RunningEvidence and update, which depend on the order of rounds
reports           reports, live_reports and pool of many teams at once
estimates         the estimates that a game may declare
answer_times      evidence that two seats answer in step
sign_tests        no-signalling tests of any game
plan_decoder      which plan a team followed
plan_mixtures    between which two plans a team changed
estimators        correlators, S and intervals; evidence: tails and e-values, in logarithms
struct_columns    columns of many teams into structs and lists a team
"""
