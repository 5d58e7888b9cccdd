"""Computations on a model and a picture, or on a model alone."""
