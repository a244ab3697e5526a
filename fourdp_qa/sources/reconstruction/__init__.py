"""4D reconstructions of any video: what an off-the-shelf tool estimated of cameras and depth."""
