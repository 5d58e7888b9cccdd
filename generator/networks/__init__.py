"""Networks by name: the Keras model, its weights, its preprocessing and its labels.

``registry`` describes the known networks without loading Keras; ``network`` loads a model. This package reads
no pictures and computes nothing with a network.
"""
