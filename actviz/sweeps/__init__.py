"""Many stacks: which there are, what becomes of each, and how a long run of them survives.

A room above the judge and the trainings, whose answers are its rows. Work is spread by
`actviz.simulation`; pictures and the command line are unknown here.
"""
