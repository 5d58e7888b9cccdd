"""A study of VGG16's deconvnet: ``make study``.

Its pages are Markdown, in ``pages/study/``, of an ordinary gallery. What a gallery cannot do is
here: a chapter is a module that computes numbers, and draws what no page of a gallery shows. All of it is
written beside the pages, which place the files as they place figures.
"""
