"""The one table of English; the grammar of a template's fields is in `actviz.words.say`.

A row is a template, or where a sentence has parts that come and go a function of the same fields.
"""

from actviz.lookup import Table
from actviz.words.en.charts import CHARTS
from actviz.words.en.findings import FINDINGS
from actviz.words.en.overview import OVERVIEW
from actviz.words.en.panels import PANELS
from actviz.words.en.phase import PHASE
from actviz.words.en.stacks import STACKS
from actviz.words.en.sweeps import SWEEPS
from actviz.words.en.training import TRAINING
from actviz.words.en.units import UNITS

#: All that actviz says, in English.
EN = Table(STACKS | PANELS | OVERVIEW | TRAINING | FINDINGS | UNITS | CHARTS | PHASE | SWEEPS)
