"""The deconvnet of Zeiler & Fergus (2013) for Keras models, all layers in one backward sweep.

This package turns a model into steps (``graph``), gives each step a rule (``translation``, ``rules``), runs
the steps forward and backward (``passes``), and compiles these runs (``compiled``). It works on arrays and
Keras models only, and knows nothing of picture files or of particular networks.
"""
