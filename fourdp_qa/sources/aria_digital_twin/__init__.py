"""Aria Digital Twin: recordings of Project Aria glasses in two rebuilt homes."""
