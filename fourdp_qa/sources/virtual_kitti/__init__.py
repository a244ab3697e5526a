"""Virtual KITTI 2.0.3: drives through five synthetic streets."""
