"""Proof of a whole folder: every row made again from its scene and compared with what is stored."""
