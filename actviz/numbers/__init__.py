"""Arrays in, numbers out: order statistics, moments, histograms, tails. It knows numpy alone."""
