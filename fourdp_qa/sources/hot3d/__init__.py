"""HOT3D: hands and objects seen by Aria glasses and Quest 3 headsets, as clips and as recordings."""
