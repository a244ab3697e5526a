"""Embedded simulator: Kubric-like 4D scenes made from code alone, on a CPU, without a display.

Reading order: spec (what a scene is), sampling (how one is drawn), physics and camera_paths (what
moves where), rays and shading (what is seen), scene and source (what the library gets).
"""
