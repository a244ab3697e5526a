"""The standard Scene: conventions, camera and pose maths, storage and the conformance check."""
