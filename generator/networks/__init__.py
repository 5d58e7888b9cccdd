"""Networks by name: the Keras model, its weights, its preprocessing and its labels.

``registry`` is the table of what there is; everything in it can be read without Keras. ``network`` loads.
This room refuses to know pictures and what is computed with a network.
"""
