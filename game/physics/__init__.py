"""
The physics of the games: functions of declared games, questions, answers and counts, without Django.

Plain Python, for every process:

theory            what follows from the declaration: plans, and the Born rule
report_types      structs of a report, of what alarms read and of the axes of gauges
alarms            live alarms, from e-values only
designs           which numbers a design of questions allows
multiple_testing  p-values that are looked at together
bounds            limits of the CHSH and Hardy games; the steps of the evidence

With NumPy and SciPy, for workers and commands:

counts            one integer for every cell of a game
evidence_state    RunningEvidence and update, which depend on the order of rounds
reports           reports, live_reports and pool of many teams at once
estimates         the estimates that a game may declare
sign_tests        no-signalling tests of any game
plan_decoder      which plan a team followed
estimators        correlators, S and intervals; evidence: tails and e-values, in logarithms
struct_columns    columns of many teams into one struct a team
"""
