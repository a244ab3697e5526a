"""Scenes that were stored with ``write_scene``: folders of the standard Scene."""
