"""
A lesson: steps that set projector, phones and dashboard together.

steps      the steps in their order, and what each of them means for the run; pure
words      what screens and phones say in each step, and what a teacher may say and ask
presets    lessons to choose from when a game is created
verbs      go to a step, show the guesses, tick a plan, answer the closing questions
class_view what the class guessed, planned and answered
gain       the normalised gain of the class, with its interval
prizes     prizes beside the podium
"""
