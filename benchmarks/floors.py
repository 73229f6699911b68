"""F, the floor of every command that draws: import matplotlib.figure, save one empty Figure.

python benchmarks/floors.py OUT.png
"""

import sys

from matplotlib.figure import Figure

Figure().savefig(sys.argv[1])
