"""Mean field: what layers of infinite width do to a signal and to its gradient, without a draw.

Expectations over normal numbers (`moments`, `half_distance`), the maps from layer to layer and
where they lead (`variance_map`, `correlation_map`, `chi`, `fixed_point`; for whole planes at once
`fixed_points` and `isoline`), the statistics of a whole stack (`predict`) and of many
(`over_depth`), up to which layer two machines agree (`reproducible_depth`), how an activation's
values are spread (`predicted_shares`, `density`), and the gain that it asks for (`gains`).

The room is maths: it draws no random number, knows no simulation, and is fitted to none.
"""

from actviz.theory.depths import Depths as Depths
from actviz.theory.depths import over_depth as over_depth
from actviz.theory.expectations import Moments as Moments
from actviz.theory.expectations import half_distance as half_distance
from actviz.theory.expectations import moments as moments
from actviz.theory.fields import FixedPoints as FixedPoints
from actviz.theory.fields import fixed_points as fixed_points
from actviz.theory.gain import Fate as Fate
from actviz.theory.gain import Gains as Gains
from actviz.theory.gain import from_callable as from_callable
from actviz.theory.gain import gains as gains
from actviz.theory.isolines import isoline as isoline
from actviz.theory.maps import FixedPoint as FixedPoint
from actviz.theory.maps import chi as chi
from actviz.theory.maps import correlation_map as correlation_map
from actviz.theory.maps import fixed_point as fixed_point
from actviz.theory.maps import relu_norm_spread as relu_norm_spread
from actviz.theory.maps import variance_map as variance_map
from actviz.theory.prediction import STATISTICS as STATISTICS
from actviz.theory.prediction import LayerPrediction as LayerPrediction
from actviz.theory.prediction import Prediction as Prediction
from actviz.theory.prediction import SignalPrediction as SignalPrediction
from actviz.theory.prediction import predict as predict
from actviz.theory.rounding import reproducible_depth as reproducible_depth
from actviz.theory.shares import PredictedShares as PredictedShares
from actviz.theory.shares import density as density
from actviz.theory.shares import predicted_shares as predicted_shares
