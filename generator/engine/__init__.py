"""The deconvnet of Zeiler & Fergus (2013) for Keras models, every layer in one backward sweep.

``graph`` turns a model into steps, ``translation`` finds the rule of each step, ``rules`` has the rules,
``passes`` runs the steps forward and backward, ``compiled`` compiles the runs, and ``deconvnet`` puts them
together. This package knows arrays and Keras models, but no pictures, files or networks by name.
"""
