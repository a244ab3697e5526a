"""SHIFT: a driving dataset made with CARLA."""
