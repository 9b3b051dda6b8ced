"""Measurements in ratios: what a request costs beside the least that Django can do, in the same run on the same machine."""
