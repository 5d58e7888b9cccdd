"""A static-site generator for convnet-visualization galleries."""
