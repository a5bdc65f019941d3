"""Forms check shape and choices; actions decide."""
