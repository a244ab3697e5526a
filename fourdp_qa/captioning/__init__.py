"""Names for the objects of scenes: asked of a vision-language model, or cleaned from the source's labels.

Every phrase that a model gives is checked by fixed rules, remembered by content, and counted. What
comes out is one captions.json, which `generate --captions` puts in place of the source's names.
"""
