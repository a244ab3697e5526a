"""TAPVid-3D: measured 3D tracks of points in real videos."""
