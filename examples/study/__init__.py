"""A study of VGG16's deconvnet, made anew by our engine: ``make study``.

A chapter is a module that computes and draws, and a template that tells; ``study`` is the story, ``pages``
renders. Everything that a page says as a number is in ``study.json`` too.
"""
