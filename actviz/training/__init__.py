"""Training: small dense nets that learn, or do not, depending on their initialization.

A `TrainSpec` says what to run, `actviz.training.loop.train` turns it into a `TrainingRecord`, and
everything else reads that. The room's values (`spec`, `runs`, `record`, `curves`) know no data
set and no net, so that pictures may be drawn from them; `data.files` reads files, and `data.mnist`
finds and fetches them. The room draws no pictures and prints nothing.
"""
