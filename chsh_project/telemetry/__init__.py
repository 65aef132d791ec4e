"""
What leaves this installation for an operator's own receivers; off until a setting names one.

traces  spans of answers, moves and recomputes, by OpenTelemetry
errors  what failed, by Sentry's protocol
"""
