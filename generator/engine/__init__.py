"""The deconvnet of Zeiler & Fergus (2013) for Keras models, every layer in one backward sweep.

This room turns a model into steps (``graph``), gives each step a rule (``rules``), runs the steps
forward and backward (``passes``) and compiles the runs (``compiled``). It knows arrays and Keras
models; it refuses to know pictures, files or networks by name.
"""
