"""What a data set is made of, and the table of the pictures that excite each feature most.

This package knows no networks and decodes no pictures: it takes the maxima of feature maps, and gives bytes.
"""
